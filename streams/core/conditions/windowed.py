"""Judging a windowed rule for one group at the end of one window, from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.condition import LessThan, MoreThan, MoreThanUsual, Ratio
from streams.core.conditions.more_than_usual import judge_more_than_usual, seasons_known
from streams.core.conditions.ratio import judge_ratio
from streams.core.conditions.threshold import judge_less_than, judge_more_than

if TYPE_CHECKING:
    from schemas.rule import Rule
    from streams.core.conditions.verdict import Verdict
    from streams.core.windows.partials import Group
    from streams.core.windows.rows import Series


@dataclass(frozen=True, slots=True)
class WindowedRule:
    """A rule with the measures it looks at (ids): ``measure`` for its query, ``of`` for a ratio's denominator."""

    rule: Rule
    measure: str
    of: str | None

    @property
    def basis(self) -> str:
        """`event_time` or `arrival`: the time that its windows are made of."""
        condition = self.rule.condition
        return condition.judged_on if isinstance(condition, LessThan) else "event_time"


def judge(windowed: WindowedRule, series: Series, group: Group, end: int, known_from: int) -> Verdict | None:
    """What the rule says of the window that ends before minute ``end``; None where that can't be told.

    ``known_from`` is the minute since which everything was counted: silence before it says nothing.
    """
    condition = windowed.rule.condition

    def counted(measure: str, window_end: int) -> int:
        return series.on_time(measure, group, window_end - condition.window, window_end)  # type: ignore[union-attr]

    match condition:
        case MoreThan():
            return judge_more_than(condition, counted(windowed.measure, end))
        case LessThan():
            if end - condition.window < known_from:
                return None
            return judge_less_than(condition, counted(windowed.measure, end))
        case Ratio():
            of = windowed.of or windowed.measure
            return judge_ratio(condition, counted(windowed.measure, end), counted(of, end))
        case MoreThanUsual():
            past = [counted(windowed.measure, before) for before in seasons_known(condition, end, known_from)]
            return judge_more_than_usual(condition, counted(windowed.measure, end), past)
        case _:
            return None
