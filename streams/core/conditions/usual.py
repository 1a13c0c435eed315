"""More, or less, than usual: what is counted in a window, and in three and six of them, beside what was expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from schemas.condition import LessThanUsual, MoreThanUsual, Usual
from schemas.duration import DAY, WEEK, print_minutes
from streams.core.baseline.baseline import Baseline
from streams.core.baseline.expected import SHARES
from streams.core.baseline.ring import Ring
from streams.core.conditions.episodes import live_on
from streams.core.conditions.learned import ALL, Learned
from streams.core.conditions.verdict import TOO_MANY_GROUPS, Verdict, untellable
from streams.core.windows.clock import MINUTE
from streams.core.windows.overflow import is_bucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from streams.core.baseline.expected import Expected
    from streams.core.conditions.step import Share
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.memories import Memory
    from streams.core.windows.partials import Group
    from streams.core.windows.state import WindowState

KEPT_DAYS = 56
"""A group without events for so long is forgotten."""
RECENT = 12
"""Windows before it that an alert shows."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One group's windows beside what was expected of them; ``chance`` is of all that is accepted, 1 is the limit."""

    expected: Expected
    count: int
    chance: float
    bound: int

    @property
    def mean(self) -> float:
        """How many are expected, windows that are empty for reasons of their own among them."""
        return self.expected.mean * (1 - self.expected.empty)


def step_usual(
    windowed: WindowedRule, state: WindowState, share: Share, end: int, known_from: int
) -> list[dict[str, Any]]:
    """The alerts of a rule that learns at minute ``end``, and its windows kept where one has come to its end."""
    condition = _condition(windowed)
    number = (end - 1) // condition.window
    known = max(known_from, windowed.since)
    learned = Learned(windowed, state, number)
    alerts: list[dict[str, Any]] = []
    counts = _counts(windowed, state, share, number, end)
    if not windowed.is_idle:
        may_fire = end - known >= condition.learn
        looking = _Looking(
            windowed, condition, state, learned, number * condition.window, end,
            accepted(condition, learned.groups * (share.partitions if windowed.rule.group_by else 1)), may_fire,
        )  # fmt: skip
        for group in _candidates(windowed, state, learned, counts, end):
            alerts += looking.at(group, counts.get(group, 0))
    if end % condition.window == 0 and number * condition.window >= known:
        _keep(windowed, learned, counts, number)
    return alerts


def _counts(windowed: WindowedRule, state: WindowState, share: Share, number: int, end: int) -> dict[Group, int]:
    """What groups count in the window so far, of those that count anything."""
    first = number * windowed.length
    if not windowed.rule.group_by:
        return {ALL: state.series.on_time(windowed.measure, ALL, first, end)} if share.holds(ALL) else {}
    on_time = state.series.on_time
    return {
        group: count
        for group in state.series.groups(windowed.measure, first, end)
        if not is_bucket(group) and (count := on_time(windowed.measure, group, first, end))
    }


def _keep(windowed: WindowedRule, learned: Learned, counts: dict[Group, int], number: int) -> None:
    """Keep what a window that has come to its end counted; once a day forget what has been silent for long."""
    for group, count in counts.items():
        learned.past.put(group, number, count)
    per_day = DAY // windowed.length
    if windowed.rule.group_by:
        learned.past.put(ALL, number, sum(counts.values()))
        if number % per_day == 0:
            learned.past.forget_before(number - KEPT_DAYS * per_day)


def _candidates(
    windowed: WindowedRule, state: WindowState, learned: Learned, counts: dict[Group, int], end: int
) -> Iterable[Group]:
    """Groups of which there may be anything to say."""
    condition = windowed.rule.condition
    remembered = state.memories.of(windowed.memory)
    if isinstance(condition, MoreThanUsual):
        many = [group for group, count in counts.items() if count > condition.threshold]
        return dict.fromkeys([*many, *remembered]) if remembered else many
    if not isinstance(condition, LessThanUsual) or end % condition.window:
        return []
    own = [group for group in learned.past.groups() if group != ALL] if windowed.rule.group_by else list(counts)
    return dict.fromkeys([*own, *remembered])


@dataclass(frozen=True, slots=True)
class _Looking:
    """One minute of one rule; ``start`` is when its window began, ``alpha`` the chance that is accepted of a group."""

    windowed: WindowedRule
    condition: Usual
    state: WindowState
    learned: Learned
    start: int
    end: int
    alpha: float
    may_fire: bool

    def at(self, group: Group, count: int) -> list[dict[str, Any]]:
        """The alerts of a group that counts so many in the window so far."""
        windowed, state, condition, end = self.windowed, self.state, self.condition, self.end
        first = max(self.start, windowed.first)
        if first > self.start:
            # Of the window that the release lies in only what came after it.
            count = state.series.on_time(windowed.measure, group, first, end)
        memory = state.memories.get(windowed.memory, group)
        whole = end % condition.window == 0
        baseline = self.learned.baseline(group)
        this = (baseline.at, count, self.alpha)
        if not whole and baseline.looked == this:
            return []
        sight = look(condition, baseline, count, self.alpha)
        holds = self.may_fire and _holds(condition, sight, count)
        baseline.looked = None if holds else this
        if not holds and not (whole and memory):
            # Half a window does not tell that it is over.
            return []
        verdict = told(condition, baseline, sight, count, holds=holds)
        before = (sight.expected.windows - 1) * condition.window if sight and holds else 0
        if holds and not state.series.certain(windowed.measure, group, first, end):
            verdict = untellable(verdict.measured, verdict.words, TOO_MANY_GROUPS)
        active = windowed.rule.active
        if active is not None and not active.cover(end * MINUTE - 1):
            words = f"{verdict.words}; outside the active hours"
            verdict = Verdict(holds=False, measured=verdict.measured, words=words)
        return _live(replace(windowed, span=end - first + before), state, memory, group, end, verdict)


def _live(  # noqa: PLR0913, PLR0917 - what an episode depends on
    windowed: WindowedRule, state: WindowState, memory: Memory | None, group: Group, end: int, verdict: Verdict
) -> list[dict[str, Any]]:
    after, alerts = live_on(windowed, memory, group, end, windowed.told(verdict), state.series)
    state.memories.set(windowed.memory, group, after)
    return alerts


def _condition(windowed: WindowedRule) -> Usual:
    condition = windowed.rule.condition
    assert isinstance(condition, Usual)  # noqa: S101 - others don't come here
    return condition


def accepted(condition: Usual, groups: int) -> float:
    """The chance at which a window of one of so many groups is unusual, so that the rule keeps its promise."""
    return condition.false_alarms * condition.window / WEEK / max(groups, 1)


def look(condition: Usual, baseline: Baseline, count: int, alpha: float) -> Sight | None:
    """The most unusual of a window and of sums of several up to it; None where nothing is known."""
    best: Sight | None = None
    alone: Sight | None = None
    below = isinstance(condition, LessThanUsual)
    for windows, part in SHARES.items():
        expected = baseline.expected(windows)
        if expected is None:
            continue
        summed = baseline.summed(count, windows)
        chance = _chance(condition, expected, summed)
        if best is None or chance / (alpha * part) < best.chance:
            best = Sight(expected, summed, chance / (alpha * part), 0)
        if windows == 1:
            alone = best
    if best is None:
        return None
    if best.chance > 1.0 and alone is not None:
        # Where nothing is unusual, the window itself is told of.
        best = alone
    limit = alpha * SHARES[best.expected.windows]
    return replace(best, bound=best.expected.bound_below(limit) if below else best.expected.bound(limit))


def _holds(condition: Usual, sight: Sight | None, count: int) -> bool:
    """Whether it is unusual, and what the rule asks for beside that holds."""
    if sight is None or sight.chance > 1.0:
        return False
    if isinstance(condition, LessThanUsual):
        return sight.mean >= condition.minimum
    if isinstance(condition, MoreThanUsual):
        return count > condition.threshold and sight.count >= condition.times * sight.mean
    return False


def _chance(condition: Usual, expected: Expected, count: int) -> float:
    """How likely a count is that is as far off, or farther, on the side that the rule looks at."""
    return expected.chance_below(count) if isinstance(condition, LessThanUsual) else expected.chance(count)


def told(condition: Usual, baseline: Baseline, sight: Sight | None, count: int, *, holds: bool) -> Verdict:
    """A verdict with what a person needs to check it."""
    threshold = {"threshold": condition.threshold} if isinstance(condition, MoreThanUsual) else {}
    if sight is None:
        words = f"{count} in {print_minutes(condition.window)}, still learning"
        return Verdict(holds=False, measured={"count": count, **threshold, "learning": True}, words=words, value=count)
    expected, ring = sight.expected, baseline.ring
    low, high = expected.interval()
    chance = _chance(condition, expected, sight.count)
    history = (baseline.at - ring.first) * condition.window
    window = print_minutes(expected.windows * condition.window)
    measured: dict[str, Any] = {
        "count": sight.count,
        **threshold,
        "windows": expected.windows,
        "expected": round(sight.mean, 3),
        "usual": [low, high],
        "bound": sight.bound,
        "chance": float(f"{chance:.3g}"),
        "history": print_minutes(max(history, 1)),
        "learning": baseline.is_young,
        "recent": list(ring.counts(max(ring.first, baseline.at - RECENT), baseline.at)),
    }
    words = f"{sight.count} in {window}, usual at this time: {low} to {high} ({sight.mean:.3g} expected)"
    if holds:
        words += f"; by chance {rarity(chance, condition.window)}"
    if baseline.is_young:
        words += f", learned from {_long(history)} only" if history else ", learned from its siblings only"
    return Verdict(holds, measured, words, sight.count)


def _long(minutes: int) -> str:
    return f"{minutes // DAY} days" if minutes >= 2 * DAY else print_minutes(minutes)


def rarity(chance: float, window: int) -> str:
    """How often something comes that has this chance in each window."""
    if chance <= 0:
        return "as good as never"
    minutes = window / chance
    if minutes >= HUNDRED_YEARS:
        return "less than once in 100 years"
    for name, length in (("years", 365.25 * DAY), ("months", 365.25 * DAY / 12), ("days", DAY), ("hours", 60)):
        if minutes >= 2 * length:
            return f"once in {minutes / length:.0f} {name}"
    return "at any time"


HUNDRED_YEARS = 100 * 365.25 * DAY


def rehearse_usual(condition: Usual, count: int, history: Sequence[int]) -> Verdict:
    """What the rule says of a count after days whose windows all counted as many as ``history`` has, a number a day."""
    per_day = DAY // condition.window
    ring = Ring(0)
    ring.fill(0, [number for number in history for _ in range(per_day)])
    baseline = Baseline(ring, ring.at, per_day)
    sight = look(condition, baseline, count, accepted(condition, 1))
    holds = ring.at * condition.window >= condition.learn and _holds(condition, sight, count)
    return told(condition, baseline, sight, count, holds=holds)
