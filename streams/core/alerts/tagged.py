"""Alerts with the names of the lifecycle tags near them.

They are put in when an alert is sent and never kept: an alert's id, memory and counts are the same whichever names were
known, so that a tag that comes late changes nothing but what the next version of an alert says. Which release a rule
with `since-release` is judged by is another matter: that is part of the alert.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from streams.core.tags.near import TagTimes

_NONE = b'"tags":[],'


def with_tags(value: bytes, names: bytes) -> bytes:
    """An immediate rule's alert with a JSON list of names in place of none.

    No text can hold what is sought, since its quotes would be escaped, and before it no object has such a key.
    """
    return value.replace(_NONE, b'"tags":' + names + b",", 1)


def tagged_json(alert: Any, tags: TagTimes | None) -> bytes:
    """An alert as JSON, with the names of the tags near its start."""
    value = orjson.dumps(alert)
    if not tags:
        return value
    # Within one process an immediate rule's alert is JSON already.
    fields = alert if isinstance(alert, dict) else orjson.loads(value)
    at_ms = parse_time(fields["starts_at"])
    names = tags.names(at_ms) if at_ms is not None else []
    return orjson.dumps({**fields, "tags": names}) if names else value
