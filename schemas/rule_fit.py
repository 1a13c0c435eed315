"""Whether the parts of a rule fit each other."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from schemas.condition import Immediate, LessThan, LessThanUsual, MoreThan, MoreThanUsual, Ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.condition import Condition
    from schemas.refusal import Refusal
    from schemas.rule import Rule
    from schemas.rule_test import MinuteCounts, RuleTest

MOST_EXPECTED_GROUPS = 10_000


def misfits(rule: Rule) -> Iterator[Refusal]:
    """All that does not fit in a rule whose parts are right by themselves."""
    yield from _levels(rule)
    if isinstance(rule.condition, LessThan):
        yield from _expectations(rule, rule.condition)
    elif isinstance(rule.condition, Immediate):
        yield from _repetition(rule, rule.condition)
    if rule.date and rule.modified and rule.modified < rule.date:
        yield ("modified",), f"this is before {rule.date}, the date that the rule was written"
    names: set[str] = set()
    for place, test in enumerate(rule.tests):
        yield from _test(rule, place, test)
        if test.name in names:
            yield ("tests", place, "name"), f"a test of this rule is named {test.name!r} already"
        names.add(test.name)


def _levels(rule: Rule) -> Iterator[Refusal]:
    immediate = isinstance(rule.condition, Immediate)
    for place, entry in enumerate(rule.levels):
        if entry.when is not None and not immediate:
            yield (
                ("levels", place, "when"),
                "`when` looks at single events: a rule with a window takes `above` or `below`",
            )
        if entry.when is None and immediate:
            key = "below" if entry.above is None else "above"
            yield (
                ("levels", place, key),
                "`above` and `below` look at what was measured: an immediate rule takes `when`",
            )
    if rule.level_from is not None and not immediate:
        yield ("level-from",), "level-from looks at single events, so it needs `condition: {type: immediate}`"


def _repetition(rule: Rule, condition: Immediate) -> Iterator[Refusal]:
    if condition.repeat != "every" and not rule.group_by:
        yield ("condition", "repeat"), "repeat needs a group-by: it says what is the same alert again"
    if condition.repeat == "every" and condition.renotify is not None:
        yield (
            ("condition", "renotify"),
            "renotify needs `repeat: once` or `repeat: rising`: every event alerts as it is",
        )


def _expectations(rule: Rule, condition: LessThan) -> Iterator[Refusal]:
    names = [key.name for key in rule.group_by]
    if isinstance(condition.expect, str):
        if not names:
            yield ("condition", "expect"), "expect: seen needs a group-by, which says what can be seen"
        return
    if condition.expect and set(condition.expect) != set(names):
        wanted = f"exactly the keys of group-by ({', '.join(names)})" if names else "a group-by with its keys"
        unknown = [key for key in condition.expect if key not in names]
        meant = [(key, near) for key in unknown for near in get_close_matches(key, names, 1)]
        hint = "".join(f"; for {key}, did you mean {near}?" for key, near in meant)
        yield ("condition", "expect"), f"expect needs {wanted}{hint}"
    lists = {name.lower(): values for name, values in rule.lists.items()}
    groups = 1
    for key, values in condition.expect.items():
        for place, text in enumerate(values):
            if text.startswith("@") and text[1:].lower() not in lists:
                known = ", ".join(rule.lists) or "none"
                yield ("condition", "expect", key, place), f"there is no list {text[1:]}; lists that are there: {known}"
        groups *= sum(len(lists.get(text[1:].lower(), ())) if text.startswith("@") else 1 for text in values)
    if groups > MOST_EXPECTED_GROUPS:
        yield ("condition", "expect"), f"expects {groups} groups, more than {MOST_EXPECTED_GROUPS}"


def _miscounted(condition: Condition, counts: MinuteCounts) -> str | None:
    """Why a condition can't be judged by numbers of one window alone, or by these."""
    if not isinstance(condition, MoreThan | LessThan | Ratio | MoreThanUsual | LessThanUsual):
        return f"a rule that is {condition.type} is tested with events"
    if isinstance(condition, MoreThan | LessThan) and condition.aggregate == "unique":
        return "counts don't say which values are the same ones: test `unique` with `events`"
    ratio = isinstance(condition, Ratio)
    if ratio != bool(counts.denominator) or ratio == bool(counts.count):
        wanted = "{numerator: [1, 2], denominator: [8, 12]}" if ratio else "{count: [1, 2]}"
        return f"for {condition.type} write what was counted by the minute as {wanted}"
    return None


def _test(rule: Rule, place: int, test: RuleTest) -> Iterator[Refusal]:
    immediate = isinstance(rule.condition, Immediate)
    if test.counts is not None and (why := _miscounted(rule.condition, test.counts)):
        yield ("tests", place, "counts"), why
    if test.expect is not None:
        single = ("fires", "silent") if immediate else ("counted", "ignored")
        allowed = ("fires", "silent") if test.event is None else single
        if test.expect not in allowed:
            yield ("tests", place, "expect"), f"here a test expects {' or '.join(allowed)}, not {test.expect}"
    if test.releases and rule.condition.since_release is None:
        yield ("tests", place, "releases"), "the rule is not limited by any: its condition has no since-release"
    for name in test.lists:
        if name not in rule.lists:
            lists = ", ".join(rule.lists) or "none"
            yield ("tests", place, "lists", name), f"the rule has no list {name}; lists that are there: {lists}"
