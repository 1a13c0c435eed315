"""The short way for what nearly every message is: one finding in today's form, or one CloudTrail record."""

from __future__ import annotations

from typing import Any

import orjson

from streams.core.parsing.limits import Limits
from streams.core.parsing.nesting import nests_deeper
from streams.core.parsing.normalise import FINDING_TYPE, is_normal
from streams.core.parsing.recognise import is_insight, is_record

LIMITS = Limits()


def shortcut(value: bytes | None) -> tuple[bool, dict[str, Any]] | None:  # noqa: PLR0911 - one for each way out
    """Whether a message is a finding (else a record), and its document in normal form; None sends it the long way."""
    if value is None:
        return None
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if document.__class__ is not dict:
        return None
    # Few messages have more brackets than the limit, so that most need no walk.
    if value.count(b"{") + value.count(b"[") > LIMITS.nesting and nests_deeper(document, LIMITS.nesting):
        return None
    if "detail" in document:
        detail = document["detail"]
        normal = (
            detail.__class__ is dict
            and document.get("detail-type") == FINDING_TYPE
            and "eventName" not in document
            and is_normal(document)
        )
        return (True, document) if normal else None
    if "eventSource" in document and is_record(document) and not is_insight(document):
        return False, document
    return None
