"""The enriched event: its parsed fields, and beside them the event, whose bytes are not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping


def enriched_finding(prefix: bytes, varying: Mapping[str, Any], raw: bytes) -> bytes:
    """``{parsed fields..., "finding": the event}``; ``prefix`` holds the fields that the class fixes."""
    return b"".join((prefix, orjson.dumps(varying)[1:-1], b',"finding":', raw, b"}"))


def enriched_cloudtrail(fixed: Mapping[str, Any], varying: Mapping[str, Any], raw: bytes) -> bytes:
    """``{parsed fields..., "record": the event}``."""
    return b"".join((orjson.dumps({**fixed, **varying})[:-1], b',"record":', raw, b"}"))
