"""Doubts about conditions: that they can't fire, fire for no reason, or that a part of them has no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.condition import SEEN, Immediate, LessThan, MoreThan, Ratio, TimeRelative, Windowed
from schemas.duration import print_minutes
from streams.core.rules.doubt import Doubt
from streams.core.rules.meaning import is_part
from streams.core.rules.queries import compile_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.measure import Source
    from schemas.rule import Rule


def condition_doubts(rule: Rule, delays: Mapping[Source, int]) -> Iterator[Doubt]:
    """Doubts about a rule's condition; ``delays`` is how long events may take to arrive, in minutes by source."""
    match rule.condition:
        case Immediate():
            yield from _immediate(rule, rule.condition)
        case LessThan():
            yield from _less_than(rule, rule.condition, delays[rule.source])
        case Ratio():
            yield from _ratio(rule, rule.condition)
        case TimeRelative():
            yield from _time_relative(rule.condition)
    if isinstance(rule.condition, Windowed):
        yield from _tumbling(rule.condition)
        yield from _since_release(rule.condition)
        yield from _levels(rule)


def _immediate(rule: Rule, condition: Immediate) -> Iterator[Doubt]:
    if condition.repeat == "rising" and rule.level_from is None and not rule.levels:
        message = "the level never rises, as it is always the same: add `levels` or `level-from`, or write `once`"
        yield Doubt("rising-without-levels", ("condition", "repeat"), message)


def _less_than(rule: Rule, condition: LessThan, delay: int) -> Iterator[Doubt]:
    window = print_minutes(condition.window)
    if condition.judged_on == "arrival" and condition.window < delay:
        message = (
            f"events of {rule.source} may take {print_minutes(delay)} to arrive, so {window} without any may mean "
            f"nothing: make the window {print_minutes(delay)} or longer, or write `judged-on: event_time`"
        )
        yield Doubt("silence-too-short", ("condition", "window"), message)
    once_counted = condition.aggregate == "count" and condition.threshold <= 1
    if condition.expect == SEEN and once_counted and condition.retire_after < condition.window:
        message = (
            f"can't fire: a group that was silent for {print_minutes(condition.retire_after)} is expected no more, and "
            f"it is missed only after {window}; make retire-after longer than the window"
        )
        yield Doubt("retired-first", ("condition", "retire-after"), message)
    default = LessThan.model_fields["retire_after"].default
    if condition.expect != SEEN and condition.retire_after != default:
        yield Doubt("no-effect", ("condition", "retire-after"), "retire-after is for `expect: seen` alone", "note")


def _ratio(rule: Rule, condition: Ratio) -> Iterator[Doubt]:
    if condition.direction == "below" and condition.threshold == 0:
        yield Doubt("never-fires", ("condition", "threshold"), "can't fire: no share is less than 0")
    if condition.direction == "below" or condition.threshold < 1:
        return
    compiled = compile_rule(rule)
    share = condition.threshold
    meant = f"a share of {share:g} is {share:,.0%}: did you mean {share / 100:g}?".replace("%", " %")
    if is_part(compiled["query",].node, compiled["condition", "of"].node):
        message = f"can't fire: all that the query counts is counted by `of` too, and {meant}"
        yield Doubt("never-fires", ("condition", "threshold"), message)
    elif share > 1 and condition.of_group == "same":
        yield Doubt("large-share", ("condition", "threshold"), meant, "note")


def _time_relative(condition: TimeRelative) -> Iterator[Doubt]:
    if condition.direction == "below" and condition.threshold == 0:
        yield Doubt("never-fires", ("condition", "threshold"), "can't fire: no count is less than 0 times another")
    if condition.before < condition.window:
        message = f"the window before overlaps this one by {print_minutes(condition.window - condition.before)}"
        yield Doubt("windows-overlap", ("condition", "before"), message)


def _tumbling(condition: Windowed) -> Iterator[Doubt]:
    if condition.windows == "tumbling" and condition.for_ % condition.window:
        whole = -(-condition.for_ // condition.window) * condition.window
        message = f"tumbling windows are judged when they end, so this means {print_minutes(whole)}"
        yield Doubt("rounded-up", ("condition", "for"), message, "note")


def _since_release(condition: Windowed) -> Iterator[Doubt]:
    if condition.since_release is None:
        return
    within = condition.since_release.within
    if isinstance(condition, LessThan) and condition.window > within:
        message = (
            f"can't fire: silence is told of whole windows, and {print_minutes(within)} after a release none of "
            f"{print_minutes(condition.window)} lies behind it; make within longer than the window"
        )
        yield Doubt("never-fires", ("condition", "since-release", "within"), message)
    if condition.for_ >= within:
        message = f"can't fire: nothing holds for {print_minutes(condition.for_)} while a release matters that long"
        yield Doubt("never-fires", ("condition", "for"), message)


def _levels(rule: Rule) -> Iterator[Doubt]:
    """Levels by what was measured: the first that fits decides, so the most demanding has to come first."""
    for place, entry in enumerate(rule.levels):
        for before, earlier in enumerate(rule.levels[:place]):
            higher = entry.above is not None and earlier.above is not None and earlier.above <= entry.above
            lower = entry.below is not None and earlier.below is not None and earlier.below >= entry.below
            if higher or lower:
                message = f"level {before + 1} of the list, which comes before, takes all that this one picks"
                yield Doubt("level-unreachable", ("levels", place), f"{message}: put this one first")
                break
    condition = rule.condition
    if isinstance(condition, MoreThan):
        for place, entry in enumerate(rule.levels):
            if entry.below is not None and entry.below <= condition.threshold:
                message = f"nothing that fires is below {entry.below:g}, as the threshold is {condition.threshold:g}"
                yield Doubt("level-unreachable", ("levels", place, "below"), message)
