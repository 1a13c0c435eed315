"""The short way for what nearly every message is: one finding in today's form, or one CloudTrail record."""

from __future__ import annotations

from typing import Any

import orjson

from streams.core.parsing.recognise import is_insight, is_record


def shortcut(value: bytes | None) -> tuple[bool, dict[str, Any]] | None:  # noqa: PLR0911 - one for each way out
    """Whether a message is a finding (else a record), and its document in normal form; None sends it the long way.

    What nests too deep is left to the decoder, which stops at 1,024: counting brackets costs as much as counting
    events.
    """
    if value is None:
        return None
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if document.__class__ is not dict:
        return None
    if "detail" in document:
        detail = document["detail"]
        if (
            detail.__class__ is dict
            and document.get("detail-type") == "GuardDuty Finding"
            # In camelCase, and in today's place.
            and "severity" in detail
            and "service" in detail
            and "title" in detail
            and "updatedAt" in detail
        ):
            return True, document
        return None
    if "eventSource" in document and is_record(document) and not is_insight(document):
        return False, document
    return None
