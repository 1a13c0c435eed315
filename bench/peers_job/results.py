"""What the worker counted, as the runner's oracle has it: table -> "key@window start in ms" -> count."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from streams.core.windows.rows import Series

HALF_HOUR = 30
TABLES = {
    "purpose-1m": ("purpose_1m", 1, None),
    "account-band-1m": ("account_band_1m", 1, None),
    "region-band-1m": ("region_band_1m", 1, None),
    "all": ("all_30m", HALF_HOUR, "all"),
    "backdoor": ("all_30m", HALF_HOUR, "Backdoor"),
}
"""Measure -> its table, the minutes of a window, and the key where the measure has one group only."""

Pane = tuple[tuple[str, ...], int, int]
"""(group, minute, count)"""


def tables(every: Iterable[Series], ids: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Sum the rows of all owned partitions; ``ids`` are the measures' ids by their names."""
    found: dict[str, Counter[str]] = {table: Counter() for table, _, _ in TABLES.values()}
    for series in every:
        for name, (table, minutes, key) in TABLES.items():
            for group, minute, count in _panes(series, ids[name]):
                start = minute // minutes * minutes * MINUTE
                found[table][f"{key or '|'.join(group)}@{start}"] += count
    return {table: dict(counts) for table, counts in found.items()}


def _panes(series: Series, measure: str) -> Iterator[Pane]:
    for group, rows in series.measures.get(measure, {}).items():
        for row in rows:
            for minute in range(60):
                if count := row.total(minute):
                    yield group, row.hour * 60 + minute, count
