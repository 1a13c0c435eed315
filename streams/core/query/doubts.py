"""What the author of a query may not have meant: tests that no event can pass, spellings that mean something else."""

from __future__ import annotations

import re
from difflib import get_close_matches
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from streams.core.query.instants import is_no_date, span
from streams.core.query.lists import Listed
from streams.core.query.numbers import number
from streams.core.query.patterns import Pattern, Wildcard
from streams.core.query.ranges import Bound, NumberRange, OrderedRange
from streams.core.query.slips import slips
from streams.core.query.text import OneOf, Text
from streams.core.query.tree import Clauses, Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streams.core.query.values import Path, Scalar

_ROLES: Final = ("ACTOR", "TARGET")
_TRUTHS: Final = (True, False)

VOCABULARIES: Final[Mapping[Path, tuple[Scalar, ...]]] = {
    ("severity_label",): ("Low", "Medium", "High", "Critical"),
    ("outcome",): ("success", "denied", "error"),
    ("resource_role",): _ROLES,
    ("detail", "service", "resourceRole"): _ROLES,
    ("sample",): _TRUTHS,
    ("archived",): _TRUTHS,
    ("mfa",): _TRUTHS,
    ("type_recognised",): _TRUTHS,
}
"""All values that a field can have. The roles are those of GuardDuty's Service type in its API reference."""

# The one number that is parsed, and what it is parsed from; from AWS's documentation of findings.
_SEVERITY: Final[frozenset[Path]] = frozenset({("severity",), ("detail", "severity")})
_LOWEST, _HIGHEST = 0, 10

_TIMES: Final[frozenset[Path]] = frozenset({
    ("event_time",), ("created_at",), ("updated_at",), ("first_seen",), ("last_seen",), ("eventTime",), ("time",),
    ("detail", "createdAt"), ("detail", "updatedAt"), ("detail", "service", "eventFirstSeen"),
    ("detail", "service", "eventLastSeen"),
})  # fmt: skip

# Characters without width, marks of direction and the soft hyphen: they come along when text is copied.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SINGLE_QUOTED = re.compile(r"(?:^|[\s(:])(['‘‚‛])")  # noqa: RUF001 - what is typed for a straight quote is the point.
_PHRASE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.', re.DOTALL)


def doubts(text: str, node: Node) -> Iterator[str]:
    """What may not be meant, a sentence each, in the order of the query.

    Args:
        text: the query as written.
        node: how it was read.
    """
    yield from _spelling(text)
    yield from slips(text, node)
    yield from _of(node)


def _spelling(text: str) -> Iterator[str]:
    if found := _INVISIBLE.search(text):
        yield (
            f"the query has an invisible character, U+{ord(found.group()):04X}, at its place {found.start() + 1}: "
            "leave it out"
        )
    if found := _SINGLE_QUOTED.search(_PHRASE.sub('""', text)):
        yield f"{found.group(1)} begins no phrase, it is text: write double quotes"


def _of(node: Node) -> Iterator[str]:
    if isinstance(node, Leaf):
        yield from _of_leaf(node)
    if not isinstance(node, Clauses):
        return
    for clause in (*node.must, *node.should, *node.must_not):
        yield from _of(clause)
    required, left_out = _demands(node)
    if any(clause in left_out for clause in required) or (
        node.should and not node.must and all(clause in left_out for clause in node.should)
    ):
        yield "this can match nothing, since it asks for what it leaves out"
    yield from _apart(required)


def _demands(node: Clauses) -> tuple[list[Node], list[Node]]:
    """What has to match and what may not, brackets that demand alike opened."""
    required: list[Node] = []
    left_out = list(node.must_not)
    for clause in node.must:
        if isinstance(clause, Clauses) and (clause.must or not clause.should):
            more, less = _demands(clause)
            required += more
            left_out += less
        else:
            required.append(clause)
    return required, left_out


def _apart(required: list[Node]) -> Iterator[str]:
    """Two ranges of the severity that have no number in common; an array may have a value in each, a severity not."""
    ranges = [
        clause.match
        for clause in required
        if isinstance(clause, Leaf) and clause.path in _SEVERITY and isinstance(clause.match, NumberRange)
    ]
    lows = [(one.low.value, not one.low_included, one) for one in ranges if one.low]
    highs = [(one.high.value, one.high_included, one) for one in ranges if one.high]
    if not lows or not highs:
        return
    low, high = max(lows, key=lambda one: one[:2]), min(highs, key=lambda one: one[:2])
    if low[2] is not high[2] and (low[0] > high[0] or (low[0] == high[0] and (low[1] or not high[1]))):
        yield f"no severity {low[2].describe()} and also {high[2].describe()}"


def _of_leaf(leaf: Leaf) -> Iterator[str]:
    name = leaf.field.name if leaf.field else "any value"
    match = leaf.match
    if isinstance(match, OrderedRange) and (wrong := _no_dates(match)):
        yield f"{name} {match.describe()}: there is no such date as {' and '.join(wrong)}, so it is compared as text"
    elif isinstance(match, NumberRange | OrderedRange) and _is_empty(match):
        yield f"{name} {match.describe()} is never true: the lower bound stands first"
    elif isinstance(match, OrderedRange) and match.kind != "time" and (why := _odd_bounds(match, leaf.path)):
        yield f"{name} {match.describe()}: {why}"
    elif leaf.path in _SEVERITY:
        yield from _of_severity(name, leaf)
    elif leaf.path in VOCABULARIES:
        yield from _of_vocabulary(name, leaf, VOCABULARIES[leaf.path])
    elif leaf.path in _TIMES and isinstance(match, Text) and is_no_date(match.text):
        yield f"{name} {match.describe()} is never true: there is no such date as {match.text}"
    elif leaf.path in _TIMES and isinstance(match, Text) and _is_day(match.text):
        yield f"{name} is a time, and no time is just a day: write {name}:[{match.text} TO {match.text}]"


def _is_day(text: str) -> bool:
    found = span(text)
    return found is not None and found[0] < found[1]


def _is_empty(match: NumberRange | OrderedRange) -> bool:
    if isinstance(match, NumberRange):
        if match.low is None or match.high is None:
            return False
        low, high = match.low.value, match.high.value
        return low > high or (low == high and not (match.low_included and match.high_included))
    if match.low is None or match.high is None:
        return False
    included = match.low.included and match.high.included
    if match.kind != "time":
        fold = str if match.kind == "exact" else str.lower
        first, last = fold(match.low.text), fold(match.high.text)
        return first > last or (first == last and not included)
    begin, end = span(match.low.text), span(match.high.text)
    if begin is None or end is None:
        return False
    return (begin[0] if match.low.included else begin[1] + 1) > (end[1] if match.high.included else end[0] - 1)


def _no_dates(match: OrderedRange) -> list[str]:
    return [bound.text for bound in (match.low, match.high) if bound and is_no_date(bound.text)]


def _odd_bounds(match: OrderedRange, path: Path) -> str | None:
    bounds = [bound for bound in (match.low, match.high) if bound]
    if path in _TIMES:
        return "this is compared as text: write times as 2026-03-02 or 2026-03-02T10:00:00Z"
    if all(_is_address(bound.text) for bound in bounds):
        return "addresses are compared as text here; write a network, 10.0.0.0/8"
    if len({_kind(bound) for bound in bounds}) > 1:
        return "bounds of different kinds are compared as text"
    return None


def _kind(bound: Bound) -> str:
    if number(bound.text) and not bound.quoted:
        return "number"
    return "time" if span(bound.text) else "text"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _of_severity(name: str, leaf: Leaf) -> Iterator[str]:
    match = leaf.match
    if isinstance(match, NumberRange):
        beyond = (match.low and (match.low.value > _HIGHEST)) or (match.high and match.high.value < _LOWEST)
        beyond = beyond or (match.low and match.low.value == _HIGHEST and not match.low_included)
        if beyond:
            yield f"{name} {match.describe()} is never true: a severity is a number from {_LOWEST} to {_HIGHEST}"
        return
    if isinstance(match, Text):
        written = match.text
        nonsense = match.number is None or not _LOWEST <= match.number.value <= _HIGHEST
    elif isinstance(match, OrderedRange):
        written = " and ".join(bound.text for bound in (match.low, match.high) if bound)
        nonsense = True
    elif isinstance(match, OneOf):
        written = ", ".join(sorted(match.texts))
        nonsense = not any(number(text) for text in match.texts)
    else:
        return
    if nonsense:
        label = next((one for one in ("Low", "Medium", "High", "Critical") if one.lower() == written.lower()), None)
        better = f": write severity_label:{label}" if label else ""
        yield f"{name} is a number from {_LOWEST} to {_HIGHEST}, and {written!r} is none{better}"


def _of_vocabulary(name: str, leaf: Leaf, values: tuple[Scalar, ...]) -> Iterator[str]:
    match = leaf.match
    if not isinstance(match, Text | OneOf | Wildcard | Pattern | Listed) or (
        isinstance(match, Listed) and not match.entries
    ):
        return
    test = match.test()
    if any(test(value) for value in values):
        return
    known = [value if isinstance(value, str) else str(value).lower() for value in values]
    written = match.text if isinstance(match, Text) else ""
    near = get_close_matches(written.lower(), [one.lower() for one in known], n=1, cutoff=0.5)
    meant = next((f"; did you mean {one}?" for one in known if near and one.lower() == near[0]), "")
    yield f"{name} {match.describe()} is never true: it is one of {', '.join(known)}{meant}"
