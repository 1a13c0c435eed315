"""Say in words what a rule has beside its condition: levels, groups, hours, exceptions, expectations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.active_hours import DAYS
from schemas.condition import SEEN, LessThan
from schemas.tags import TECHNIQUE_TAG

if TYPE_CHECKING:
    import datetime as dt

    from schemas.active_hours import ActiveHours
    from schemas.rule import Rule, RuleException

ATTACK_SITE = "https://attack.mitre.org/techniques/"
MOST_LISTED = 20


def describe_levels(rule: Rule) -> list[str]:
    """The levels that a rule's alerts can have, a line each, in the order in which they are tried."""
    lines = []
    for entry in rule.levels:
        if entry.when is not None:
            picked = f"if {entry.when}"
        elif entry.above is not None:
            picked = f"if more than {entry.above:g}"
        else:
            picked = f"if less than {entry.below:g}"
        lines.append(f"{entry.level} {picked}" + (f" ({entry.because})" if entry.because else ""))
    if rule.level_from is not None:
        lines.append(f"the one that {rule.level_from} names")
    return [*lines, f"{rule.level}{' otherwise' if lines else ''}"]


def describe_groups(rule: Rule) -> str:
    """What makes a group, such as "account, user (userIdentity.arn)"."""
    return ", ".join(key.name if key.name == key.field else f"{key.name} ({key.field})" for key in rule.group_by)


def describe_hours(active: ActiveHours) -> str:
    """The hours in which a rule fires, such as "mon to fri 08:00-18:00 Europe/Berlin"."""
    begin, length = DAYS.index(active.days[0]), len(active.days)
    in_a_row = active.days == tuple(DAYS[(begin + step) % 7] for step in range(length))
    if length == len(DAYS):
        days = "every day"
    elif in_a_row and length > 2:  # noqa: PLR2004 - two days are named sooner than a span of them
        days = f"{active.days[0]} to {active.days[-1]}"
    else:
        days = ", ".join(active.days)
    return f"{days} {active.hours} {active.zone}"


def describe_exception(entry: RuleException, today: dt.date) -> str:
    """An exception in one line; one that is over says so."""
    parts = [f"owner {entry.owner}"] if entry.owner else []
    if entry.until is not None:
        parts.append(f"{'EXPIRED on' if is_over(entry, today) else 'until'} {entry.until}")
    return f"{entry.query}: {entry.reason}" + (f" ({', '.join(parts)})" if parts else "")


def is_over(entry: RuleException, today: dt.date) -> bool:
    """Whether an exception holds no more on a day, in UTC."""
    return entry.until is not None and entry.until <= today


def describe_expected(rule: Rule) -> list[str]:
    """The groups that "less than" expects, a line each."""
    if isinstance(rule.condition, LessThan) and rule.condition.expect == SEEN:
        return ["those that were seen"]
    lines = [" ".join(values) for values in rule.expected_groups[:MOST_LISTED]]
    more = len(rule.expected_groups) - len(lines)
    return [*lines, f"and {more} more"] if more else lines


def describe_list(values: tuple[str, ...]) -> str:
    """The beginning of a list, and how many it has."""
    if not values:
        return "empty"
    shown = ", ".join(values[:MOST_LISTED])
    return f"{shown}, ... ({len(values)} in all)" if len(values) > MOST_LISTED else shown


def tag_link(tag: str) -> str | None:
    """Where ATT&CK tells of a technique that a tag names; None for other tags."""
    technique = TECHNIQUE_TAG.fullmatch(tag)
    return ATTACK_SITE + technique[1].upper().replace(".", "/") + "/" if technique else None
