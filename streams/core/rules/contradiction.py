"""Find queries that no event can match, because of what they ask of one value at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.core.query import Query, explain
from streams.core.query.names import PARSED
from streams.core.query.ranges import NumberRange
from streams.core.query.text import Text
from streams.core.query.tree import Clauses, Leaf
from streams.core.rules.meaning import any_of, meaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.core.query import Path
    from streams.core.query.numbers import Exact
    from streams.core.query.tree import Node

_SEVERAL: Final = frozenset({"remote_addresses", "remote_countries", "resource_arns", "security_groups"})
_OF_DOCUMENTS: Final = (
    "awsRegion", "errorCode", "eventCategory", "eventID", "eventName", "eventSource", "eventTime", "eventType",
    "managementEvent", "readOnly", "recipientAccountId", "sourceIPAddress", "userAgent", "detail.type",
    "detail.severity", "detail.accountId", "detail.region", "detail.id", "userIdentity.type", "userIdentity.arn",
)  # fmt: skip
ONE_VALUE: Final[frozenset[Path]] = frozenset({(name,) for names in PARSED.values() for name in names - _SEVERAL}) | {
    tuple(name.split(".")) for name in _OF_DOCUMENTS
}
"""Fields that never hold more than one value, so that no two values of theirs can satisfy a query together."""


def contradiction(node: Node) -> str | None:
    """Why no event can match, in words; None where nothing is certain."""
    if not isinstance(node, Clauses):
        return None
    if not node.must:
        reasons = [contradiction(clause) for clause in node.should]
        if reasons and all(reasons):
            return reasons[0]
    must, must_not = _flat(node)
    inner = (contradiction(clause) for clause in must if isinstance(clause, Clauses))
    found = [reason for reason in inner if reason]
    return next(iter((*found, *_excluded(must, must_not), *_apart(must), *_out_of_range(must))), None)


def _flat(node: Clauses) -> tuple[list[Node], list[Node]]:
    """All clauses that are required, and all that are excluded, those in brackets too."""
    must: list[Node] = []
    must_not = list(node.must_not)
    for clause in node.must:
        if isinstance(clause, Clauses) and (clause.must or clause.must_not):
            inner_must, inner_not = _flat(clause)
            must += inner_must
            must_not += inner_not
        else:
            must.append(clause)
    if not node.must and len(node.should) == 1:
        must.append(node.should[0])
    return must, must_not


def _excluded(must: Sequence[Node], must_not: Sequence[Node]) -> Iterator[str]:
    unwanted = {meaning(clause) for clause in must_not}
    for clause in must_not:
        if isinstance(clause, Clauses) and not clause.must and not clause.must_not:
            unwanted |= any_of(clause)
    for clause in must:
        if meaning(clause) in unwanted:
            yield f"it asks for what it excludes: {_said(clause)}"


def _apart(must: Sequence[Node]) -> Iterator[str]:
    """Clauses that want different whole values of a field that has one."""
    wanted: dict[Path, tuple[frozenset[str], Node]] = {}
    for clause in must:
        path, values = _wholes(clause)
        if path is None or values is None:
            continue
        known = wanted.get(path)
        if known is None:
            wanted[path] = values, clause
        elif common := known[0] & values:
            wanted[path] = common, clause
        else:
            yield f"{'.'.join(path)} has one value, which can't be both: {_said(known[1])}; {_said(clause)}"


def _wholes(node: Node) -> tuple[Path | None, frozenset[str] | None]:
    """The field with one value that a clause is about, and the values of which it wants one, if that is certain."""
    if isinstance(node, Leaf):
        return (node.path, node.match.wholes) if node.path in ONE_VALUE else (None, None)
    if isinstance(node, Clauses) and not node.must and not node.must_not:
        parts = [_wholes(clause) for clause in node.should]
        values = [part for _, part in parts if part is not None]
        if len({path for path, _ in parts}) == 1 and len(values) == len(parts):
            return parts[0][0], frozenset().union(*values)
    return None, None


def _out_of_range(must: Sequence[Node]) -> Iterator[str]:
    """Clauses that want numbers which no number can be at once."""
    ranges: dict[Path, list[tuple[NumberRange, Node]]] = {}
    for clause in must:
        if isinstance(clause, Leaf) and clause.path in ONE_VALUE and (span := _span(clause)) is not None:
            for known, other in ranges.get(clause.path, []):
                if _disjoint(span, known):
                    yield f"{'.'.join(clause.path)} has one value, which can't be both: {_said(other)}; {_said(clause)}"
            ranges.setdefault(clause.path, []).append((span, clause))


def _span(leaf: Leaf) -> NumberRange | None:
    if isinstance(leaf.match, NumberRange):
        return leaf.match
    if isinstance(leaf.match, Text) and leaf.match.number is not None and leaf.path[-1] == "severity":
        return NumberRange(leaf.match.number, leaf.match.number, low_included=True, high_included=True)
    return None


def _disjoint(one: NumberRange, other: NumberRange) -> bool:
    return _below(one, other) or _below(other, one)


def _below(lower: NumberRange, upper: NumberRange) -> bool:
    if lower.high is None or upper.low is None:
        return False
    high: Exact = lower.high.value
    low: Exact = upper.low.value
    return high < low or (high == low and not (lower.high_included and upper.low_included))


def _said(node: Node) -> str:
    tree, _, _ = explain(Query("", node)).partition("\n\n")
    return " ".join(line.strip() for line in tree.splitlines())
