"""Rows of the topic of window counts: the newest of each, chosen, and totalled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from streams.cli.instants import epoch_ms

Count = Mapping[str, Any]
_RATIO = ("numerator", "denominator", "value")


@dataclass(frozen=True, slots=True)
class Total:
    """One measure: events counted, late ones among them, and how many groups and panes they fell into."""

    measure: str
    count: int
    late: int
    groups: int
    panes: int


def newest_counts(messages: Iterable[tuple[bytes | None, bytes | None]]) -> list[Count]:
    """Keep the highest version of each key, in order of measure, start and group; a null value removes its key.

    Until the broker compacts the topic, older versions stand before newer ones, and after a worker's restart an older
    one may stand behind.
    """
    rows: dict[bytes, Count] = {}
    for key, value in messages:
        if key is None:
            continue
        if value is None:
            rows.pop(key, None)
        elif (row := _read(value)) and row.get("version", 0) >= rows.get(key, {}).get("version", 0):
            rows[key] = row
    return sorted(rows.values(), key=lambda row: (row["measure"], str(row["start"]), orjson.dumps(row.get("group"))))


def choose(
    rows: Iterable[Count], measure: str, groups: Mapping[str, str], since_ms: int | None, until_ms: int | None
) -> Iterator[Count]:
    """Keep one measure's rows whose group has these values and whose pane starts in ``[since_ms, until_ms)``."""
    for row in rows:
        start = epoch_ms(row["start"]) or 0
        if (
            row["measure"] == measure
            and all(_as_text((row.get("group") or {}).get(name)) == value for name, value in groups.items())
            and (since_ms is None or start >= since_ms)
            and (until_ms is None or start < until_ms)
        ):
            yield row


def shown(row: Count) -> dict[str, Any]:
    """Return what is printed of a row: measure, group, start, and its count, or a ratio's parts."""
    names = _RATIO if "numerator" in row else ("count",)
    return {"measure": row["measure"], "group": row.get("group") or {}, "start": row["start"]} | {
        name: row.get(name) for name in names
    }


def totals(rows: Iterable[Count]) -> list[Total]:
    """Sum every measure that has a row."""
    by_measure: dict[str, list[Count]] = {}
    for row in rows:
        by_measure.setdefault(row["measure"], []).append(row)
    return [
        Total(
            measure,
            sum(row.get("count") or 0 for row in found),
            sum(row.get("late") or 0 for row in found),
            len({orjson.dumps(row.get("group")) for row in found}),
            len({row["start"] for row in found}),
        )
        for measure, found in sorted(by_measure.items())
    ]


def _read(value: bytes) -> Count | None:
    try:
        row = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    return row if isinstance(row, dict) and isinstance(row.get("measure"), str) and "start" in row else None


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
