"""How much a run simulates."""

from typing import NamedTuple


class Size(NamedTuple):
    """``series`` and ``days`` of a family for false alarms and outbreaks; the rest is of the other parts."""

    series: int
    days: int
    compared: int
    compared_days: int
    groups: int
    weeks: int
    rounds: int
    young_rounds: int


FULL = Size(series=10, days=70, compared=24, compared_days=70, groups=200, weeks=30, rounds=6, young_rounds=40)
QUICK = Size(series=2, days=35, compared=2, compared_days=70, groups=20, weeks=10, rounds=1, young_rounds=4)
