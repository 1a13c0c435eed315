"""The short way for a message that is one CloudTrail record."""

from __future__ import annotations

from typing import Any

import orjson

from streams.core.parsing.limits import Limits
from streams.core.parsing.nesting import nests_deeper
from streams.core.parsing.recognise import is_insight, is_record

LIMITS = Limits()


def decode_record(value: bytes) -> dict[str, Any] | None:
    """The record that a message is; None for anything else, which is left to the unwrapper."""
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if document.__class__ is not dict or "eventSource" not in document or "detail" in document:
        return None
    # Few messages have more brackets than the limit, so that most need no walk.
    if value.count(b"{") + value.count(b"[") > LIMITS.nesting and nests_deeper(document, LIMITS.nesting):
        return None
    return document if is_record(document) and not is_insight(document) else None
