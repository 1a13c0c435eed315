"""The messages of `window-counts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.core.parsing.times import to_rfc3339
from streams.core.windows.aggregates import aggregate_of
from streams.core.windows.clock import MINUTE
from streams.core.windows.overflow import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.windows.partials import Group
    from streams.core.windows.row import Row


def pane_message(  # noqa: PLR0913, PLR0917 - what the message says, part by part
    name: str, definition: str, keys: Sequence[str], group: Group, row: Row, minute: int
) -> tuple[bytes, bytes]:
    """Key and value of one pane (``minute`` of the row's hour); the highest version of a key is the newest.

    Counts that arrived long after their hour stand under a key with the day of their arrival, and are added.
    """
    key: dict[str, Any] = {
        "measure": name,
        "definition": definition,
        "group": shown(keys, group),
        "start": to_rfc3339((row.hour * 60 + minute) * MINUTE),
    }
    if row.arrived:
        key["arrived"] = to_rfc3339(row.arrived * 24 * 60 * MINUTE)[:10]
    late = row.late.get(minute, 0) if row.late else 0
    written = orjson.dumps(key)
    # The value is the key and more: a stream of counts writes many of them.
    numbers = b',"count":%d,"late":%d,"version":%d}' % (row.total(minute), late, row.fence)
    if row.held is not None:
        numbers = b',"value":%s' % orjson.dumps(row.held.value(aggregate_of(definition), minute)) + numbers
    return written, written[:-1] + numbers


def ratio_message(  # noqa: PLR0913, PLR0917 - what the message says, part by part
    name: str,
    definition: str,
    group: dict[str, str | None],
    span: tuple[int, int],
    measured: dict[str, Any],
    version: int,
) -> tuple[bytes, bytes]:
    """Key and value of a ratio over the minutes ``span`` (end exclusive)."""
    key = {"measure": name, "definition": definition, "group": group, "start": to_rfc3339(span[0] * MINUTE)}
    value = {
        **key,
        "end": to_rfc3339(span[1] * MINUTE),
        "numerator": measured["numerator"],
        "denominator": measured["denominator"],
        "value": measured["value"],
        "version": version,
    }
    return orjson.dumps(key), orjson.dumps(value)
