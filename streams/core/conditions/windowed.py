"""Judging a windowed rule for one group at the end of one window, from the rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING, Any

from schemas.condition import LessThan, MoreThan, MoreThanUsual, Ratio, TimeRelative, Usual
from streams.core.conditions.past_windows import PARTS
from streams.core.conditions.ratio import judge_ratio
from streams.core.conditions.threshold import judge_less_than, judge_more_than
from streams.core.conditions.time_relative import judge_time_relative
from streams.core.windows.aggregates import aggregate_of
from streams.core.windows.clock import MINUTE
from streams.core.windows.memories import memory_of
from streams.core.windows.overflow import bucket_of, is_bucket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.condition import Condition
    from schemas.rule import Rule
    from streams.core.conditions.verdict import Verdict
    from streams.core.tags.near import Release
    from streams.core.windows.aggregates import Number
    from streams.core.windows.partials import Group
    from streams.core.windows.rows import Series


@dataclass(frozen=True, slots=True)
class WindowedRule:
    """A rule with the measures it looks at (ids): ``measure`` for its query, ``of`` for a ratio's denominator.

    ``since`` is the minute since which they are counted, where they came with a later set of rules. A rule that is
    limited to the time since a release has, for one window, the ``release`` and the ``span`` of it that counts.
    """

    rule: Rule
    measure: str
    of: str | None
    since: int = 0
    release: Release | None = None
    span: int | None = None
    expected: Mapping[Group, None] = field(init=False)
    """The groups that must be there, in order."""
    condition: Condition = field(init=False)
    """The rule's condition, with as much of its window as counts."""

    def __post_init__(self) -> None:
        """Put the expected groups and the condition together once."""
        condition = self.rule.condition
        shorter = condition if self.span is None else condition.model_copy(update={"window": self.span})
        object.__setattr__(self, "condition", shorter)
        object.__setattr__(self, "expected", dict.fromkeys(self.rule.expected_groups))

    @property
    def first(self) -> int:
        """The first minute that counts: one that began before the release does not."""
        return 0 if self.release is None else -(-self.release.started_ms // MINUTE)

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a release, and judges nothing."""
        return self.release is None and self.rule.condition.since_release is not None

    @property
    def memory(self) -> str:
        """The name under which it remembers."""
        return memory_of(self.rule)

    @property
    def memories(self) -> tuple[str, ...]:
        """All names under which it remembers."""
        learns = isinstance(self.rule.condition, Usual)
        return (self.memory, *(self.memory + part for part in PARTS)) if learns else (self.memory,)

    @property
    def basis(self) -> str:
        """`event_time` or `arrival`: the time that its windows are made of."""
        condition = self.rule.condition
        return condition.judged_on if isinstance(condition, LessThan) else "event_time"

    @property
    def measures(self) -> tuple[str, ...]:
        """All that it looks at."""
        return (self.measure,) if self.of is None else (self.measure, self.of)

    @property
    def window(self) -> int:
        """The length of its windows, in minutes."""
        return self.condition.window  # type: ignore[union-attr]  # Immediate rules have no windows, and don't come here.

    @property
    def length(self) -> int:
        """The length of whole windows, in minutes."""
        return self.rule.condition.window  # type: ignore[union-attr]  # As above.

    def ends_at(self, end: int) -> bool:
        """Whether it is judged before the minute ``end``: of tumbling windows only whole ones mostly tell."""
        if isinstance(self.rule.condition, MoreThanUsual):
            return True
        windows = getattr(self.rule.condition, "windows", "sliding")
        return windows == "sliding" or end % self.length == 0

    def told(self, verdict: Verdict) -> Verdict:
        """The verdict with the release in its words, where there is one."""
        if self.release is None:
            return verdict
        return replace(verdict, words=f"{verdict.words}, since {self.release.name} began")

    def denominator(self, group: Group) -> tuple[str, Group]:
        """The measure and group that a ratio's group is divided by."""
        condition = self.rule.condition
        of_all = isinstance(condition, Ratio) and condition.of_group == "all"
        return self.of or self.measure, () if of_all else group


@dataclass(frozen=True, slots=True)
class Counted:
    """The rows as one group's windows see them, on time alone or with what came late."""

    series: Series
    group: Group
    late: bool = False

    def value(self, measure: str, end: int, window: int, group: Group | None = None) -> Number:
        """The aggregate of the window that ends before minute ``end``."""
        of = self.group if group is None else group
        return self.series.amount(measure, of, end - window, end, late=self.late)

    def count(self, measure: str, end: int, window: int, group: Group | None = None) -> int:
        """How many events the window has."""
        of = self.group if group is None else group
        return (self.series.total if self.late else self.series.on_time)(measure, of, end - window, end)

    def certain(self, measure: str, end: int, window: int, group: Group | None = None) -> bool:
        """Whether the window's numbers are the group's own, all of them."""
        of = self.group if group is None else group
        return self.series.certain(measure, of, end - window, end, late=self.late)

    def most(self, measure: str, end: int, window: int) -> Number:
        """What the window's aggregate may be at most, where it is not certain."""
        own = self.value(measure, end, window)
        if not self.series.is_crowded(measure):
            # There were more distinct values than are kept.
            return inf
        others = self.series.amount(measure, bucket_of(self.group), end - window, end, late=self.late)
        return max(own, others) if aggregate_of(measure) == "max" else own + others


def judge(  # noqa: PLR0913 - what all kinds of conditions depend on
    windowed: WindowedRule, series: Series, group: Group, end: int, known_from: int, *, late: bool = False
) -> Verdict | None:
    """What the rule says of the window that ends before minute ``end``; None where there is nothing to say.

    ``known_from`` is the minute since which everything was counted: silence before it says nothing. ``late`` counts
    what came after the window was closed, too.
    """
    if windowed.is_idle:
        return None
    verdict = _judge(windowed, series, group, end, known_from, late=late)
    return verdict if windowed.release is None or verdict is None else windowed.told(verdict)


def _judge(  # noqa: PLR0913, PLR0911 - a return for each kind of condition, and what they depend on
    windowed: WindowedRule, series: Series, group: Group, end: int, known_from: int, *, late: bool
) -> Verdict | None:
    condition, measure = windowed.condition, windowed.measure
    counted = Counted(series, group, late)
    known = max(known_from, windowed.since)
    shared = is_bucket(group)
    match condition:
        case MoreThan():
            value = counted.value(measure, end, condition.window)
            if shared or counted.certain(measure, end, condition.window):
                return judge_more_than(condition, value, shared=shared)
            return judge_more_than(condition, value, most=counted.most(measure, end, condition.window))
        case LessThan():
            if shared or end - condition.window < max(known, windowed.first):
                return None
            certain = counted.certain(measure, end, condition.window)
            return judge_less_than(condition, counted.value(measure, end, condition.window), certain=certain)
        case Ratio():
            return _judge_ratio(condition, windowed, counted, end)
        case TimeRelative():
            return _judge_time_relative(condition, measure, counted, end, known)
        case _:
            return None


def is_quiet(  # noqa: PLR0911 - a return for each kind of condition
    windowed: WindowedRule, series: Series, group: Group, end: int
) -> bool:
    """Whether a look tells that there is nothing to say of a group that has no alert, nor is about to have one.

    With a hundred thousand groups nearly all are, and a verdict in words takes ten times as long.
    """
    condition, measure = windowed.condition, windowed.measure
    if series.is_crowded(measure):
        return False
    match condition:
        case MoreThan():
            first = end - condition.window
            few = series.amount(measure, group, first, end) <= condition.threshold
            return few and (condition.aggregate != "unique" or series.certain(measure, group, first, end))
        case LessThan():
            return series.amount(measure, group, end - condition.window, end) >= condition.threshold
        case TimeRelative():
            now = series.on_time(measure, group, end - condition.window, end)
            earlier = end - condition.before
            before = series.on_time(measure, group, earlier - condition.window, earlier)
            if max(now, before) < condition.minimum:
                return True
            if not before:
                return condition.direction == "below"
            times = now / before
            return times <= condition.threshold if condition.direction == "above" else times >= condition.threshold
        case _:
            return False


def quiet_share(windowed: WindowedRule, series: Series, group: Group, end: int) -> dict[str, Any] | None:
    """A ratio of which a look tells that the rule does not fire for it; None where that can't be told so quickly."""
    condition = windowed.condition
    of, whole = windowed.denominator(group)
    if not isinstance(condition, Ratio) or series.is_crowded(windowed.measure) or series.is_crowded(of):
        return None
    numerator = series.on_time(windowed.measure, group, end - condition.window, end)
    denominator = series.on_time(of, whole, end - condition.window, end)
    if not denominator:
        return None if numerator else {}
    value = numerator / denominator
    # No interval lies further beyond the threshold than the share itself.
    beyond = value > condition.threshold if condition.direction == "above" else value < condition.threshold
    if beyond and denominator >= condition.minimum:
        return None
    return {"numerator": numerator, "denominator": denominator, "value": value}


def _judge_ratio(condition: Ratio, windowed: WindowedRule, counted: Counted, end: int) -> Verdict:
    of, whole = windowed.denominator(counted.group)
    window = condition.window
    certain = counted.certain(windowed.measure, end, window) and counted.certain(of, end, window, whole)
    numerator, denominator = counted.count(windowed.measure, end, window), counted.count(of, end, window, whole)
    return judge_ratio(condition, numerator, denominator, certain=certain)


def _judge_time_relative(condition: TimeRelative, measure: str, counted: Counted, end: int, known: int) -> Verdict:
    earlier, window = end - condition.before, condition.window
    before = counted.count(measure, earlier, window) if earlier - window >= known else None
    certain = counted.certain(measure, end, window) and counted.certain(measure, earlier, window)
    return judge_time_relative(condition, counted.count(measure, end, window), before, certain=certain)
