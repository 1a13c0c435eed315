"""How a query was read, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.query.closures import paths
from streams.core.query.doubts import doubts
from streams.core.query.tree import Clauses, Everything, Leaf, Node, SameAs
from streams.core.query.values import JSON_TEXT, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.query.fields import Field
    from streams.core.query.query import Query
    from streams.core.query.values import Path


# A list may have thousands of values; people want to see what kind they are.
_SHOWN = 8


def explain(query: Query) -> str:
    """A tree of the query's clauses, the fields it needs, and what its author may not have meant.

    Returns:
        Lines of text; every warning is a line that begins with ``warning:``.
    """
    fields = sorted(_dotted(path) for path in query.paths)
    lines = [*_tree(query.node), "", f"reads: {', '.join(fields) or 'nothing'}"]
    lines += [
        f"needs: {_dotted(path)} to be {_alternatives(values)}" for path, values in sorted(query.required.items())
    ]
    return "\n".join([*lines, *(f"warning: {warning}" for warning in warnings(query))])


def _alternatives(values: frozenset[str]) -> str:
    shown = [*sorted(values)[:_SHOWN], *([f"one of {len(values) - _SHOWN:,} more"] if len(values) > _SHOWN else [])]
    return " or ".join(shown) or "what nothing is"


def warnings(query: Query) -> list[str]:
    """What the author of a query may not have meant, a sentence each, without repeats."""
    found = advice(query)
    if not all(query.required.values()):
        found.append("this can match nothing, since a list is empty")
    return found


def advice(query: Query) -> list[str]:
    """The warnings that follow from the text of the query, and not from what is in its lists."""
    return list(dict.fromkeys([*_warnings(query.node), *doubts(query.text, query.node)]))


def _tree(node: Node, indent: str = "") -> Iterator[str]:
    if isinstance(node, Everything):
        yield f"{indent}every event"
    elif isinstance(node, Leaf):
        yield f"{indent}{named(node.field)} {node.match.describe()}"
    elif isinstance(node, SameAs):
        yield f"{indent}{named(node.field)} equals {named(node.other)}"
    else:
        yield from _branches(node, indent)


def _branches(node: Clauses, indent: str) -> Iterator[str]:
    optional = "no matter whether" if node.must else "any of"
    for title, clauses in (("all of", node.must), (optional, node.should), ("none of", node.must_not)):
        if clauses:
            yield f"{indent}{title}"
            for clause in clauses:
                yield from _tree(clause, indent + "  ")


def named(field: Field | None) -> str:
    """The field's path of today, and how it was written where that differs."""
    if field is None:
        return "any value"
    path = _dotted(field.path)
    reading = "" if field.reading == "text" else f".{field.reading}"
    return path + reading if field.name in {path, path + reading} else f"{path}{reading} (written {field.name})"


def _dotted(path: Path) -> str:
    if path == WHOLE:
        return "any value"
    return ".".join("json" if key == JSON_TEXT else key for key in path)


def _warnings(node: Node) -> Iterator[str]:
    if not isinstance(node, Clauses):
        return
    if node.mixed:
        yield "AND and OR mix without brackets; each AND requires both its neighbours, so put brackets around them"
    if node.must and node.should:
        fields = sorted({_dotted(path) for path in paths(Clauses(node.should))})
        yield f"optional clauses decide nothing beside required ones: those on {', '.join(fields)}"
    if node.should and node.unless:
        yield "OR before a negation does not offer it: what the negation names is always left out"
    for clause in (*node.must, *node.should, *node.must_not):
        yield from _warnings(clause)
