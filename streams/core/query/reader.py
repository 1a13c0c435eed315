"""From the text of a query to its meaning: luqum's grammar over our tokens, weighed as Lucene's classic parser does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from luqum.exceptions import ParseError
from luqum.parser import parser
from luqum.tree import (
    AndOperation,
    BaseGroup,
    BaseOperation,
    Item,
    Not,
    Phrase,
    Plus,
    Prohibit,
    SearchField,
    Word,
)

from streams.core.query.errors import QueryError
from streams.core.query.fields import Field, resolve
from streams.core.query.leaves import Lists, leaf
from streams.core.query.lexer import DEEPEST_QUERY, Token, tokens
from streams.core.query.ranges import Exists
from streams.core.query.tree import Clauses, Everything, Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CLAUSES = 1_024

_NEGATIONS = Not | Prohibit
_LOWERCASE_OPERATORS = {"and", "or", "not"}


def read(text: str, lists: Lists, *, as_written: bool = False) -> Node:
    """The meaning of a query; ``as_written``: field names have no other meaning than themselves.

    Raises:
        QueryError: if it can't be read, names a list that is not there, or goes beyond a limit.
    """
    found = tokens(text)
    if not found:
        raise QueryError(text, 0, "the query is empty", "Write *:* to pick every event.")
    return _Reader(text, lists, len(found), as_written=as_written).node(_parsed(text, found), None, 0)


class _Feed:
    """Hands tokens to luqum's grammar, and remembers which was the last: that is where a syntax error is."""

    def __init__(self, found: list[Token]) -> None:
        self._rest = iter(found)
        self.last: Token | None = None

    def input(self, text: str) -> None:
        """The tokens are there already."""

    def token(self) -> Token | None:
        """The next token, None at the end."""
        self.last = next(self._rest, None)
        return self.last


def _parsed(text: str, found: list[Token]) -> Item:
    feed = _Feed(found)
    try:
        return parser.parse(text, lexer=feed)
    except ParseError as error:
        raise _syntax_error(text, found, feed.last) from error


def _syntax_error(text: str, found: list[Token], last: Token | None) -> QueryError:
    if last is None:
        return QueryError(
            text, len(text), "the query ends too early", f"Something must follow {_shown(text, found[-1])}."
        )
    previous = found[found.index(last) - 1] if last is not found[0] else None
    shown = _shown(text, last)
    advice = "Put the text into quotes if it is no operator."
    if last.type in {"AND_OP", "OR_OP"}:
        advice = f"{shown} stands between two clauses; put it into quotes if it is a word to look for."
    elif last.type == "COLUMN":
        advice = "A colon parts a field from its value; put text that has colons into quotes."
    elif last.type in {"RPAREN", "RBRACKET"} and previous:
        advice = f"Something must stand between {_shown(text, previous)} and {shown}."
    if any(token.type == "LBRACKET" for token in found) and last.type not in {"COLUMN", "RPAREN"}:
        advice = "A range is written [low TO high], with { or } where a bound is left out of it, and * for no bound."
    return QueryError(text, last.lexpos, f"{shown} can't stand here", advice)


def _shown(text: str, token: Token) -> str:
    return text[token.lexpos : token.end]


class _Reader:
    """Turns luqum's tree into ours, field by field."""

    def __init__(self, text: str, lists: Lists, size: int, *, as_written: bool) -> None:
        self.text = text
        self.as_written = as_written
        self.lists = lists
        self.clauses = 0
        # A tree can't have more clauses than tokens, so most queries need no count.
        self.may_exceed = size > MOST_CLAUSES

    def node(self, item: Item, field: Field | None, depth: int) -> Node:
        """The meaning of one clause, whatever it is; ``field`` is that of the group around it."""
        if depth > 2 * DEEPEST_QUERY:
            raise self._error(item, f"negations and brackets nest deeper than {DEEPEST_QUERY}", "Split the query.")
        if isinstance(item, BaseGroup):
            return self.node(item.expr, field, depth + 1)
        if isinstance(item, BaseOperation | Plus | Prohibit | Not):
            return self._clauses(item, field, depth)
        if isinstance(item, SearchField):
            return self._in_field(item, depth)
        if field is None and isinstance(item, Word):
            if item.value == "*":
                return Everything()
            if item.value.lower() in _LOWERCASE_OPERATORS:
                raise self._lowercase(item)
        elif isinstance(item, Word) and depth and item.value.lower() in _LOWERCASE_OPERATORS:
            raise self._lowercase(item)
        return leaf(self.text, item, field, self.lists)

    def _clauses(self, item: Item, field: Field | None, depth: int) -> Node:
        """The clauses of one bracket, as Lucene's classic parser weighs them with OR where nothing is written.

        An AND makes the clauses on both its sides required; an OR makes nothing optional that was required.
        """
        occurs: list[tuple[str, Item]] = []
        joints = []
        for joint, operand in _sequence(item):
            joints.append(joint)
            if joint == "AND" and occurs and occurs[-1][0] == "should":
                occurs[-1] = ("must", occurs[-1][1])
            if isinstance(operand, _NEGATIONS):
                occurs.append(("must_not", operand.a))
            elif isinstance(operand, Plus):
                occurs.append(("must", operand.a))
            else:
                occurs.append(("must" if joint == "AND" else "should", operand))
        self.clauses += len(occurs)
        if self.may_exceed and self.clauses > MOST_CLAUSES:
            raise self._error(
                item, f"more than {MOST_CLAUSES:,} clauses", "Put long lists into a named list: field:@name."
            )
        sorts: dict[str, list[Node]] = {"must": [], "should": [], "must_not": []}
        for occur, operand in occurs:
            sorts[occur].append(self.node(operand, field, depth + 1))
        mixed = "AND" in joints and bool({"OR", ""} & set(joints[1:]))
        around = zip(occurs, joints, [*joints[1:], ""], strict=True)
        unless = any(occur == "must_not" and "OR" in sides for (occur, _), *sides in around)
        return Clauses(tuple(sorts["must"]), tuple(sorts["should"]), tuple(sorts["must_not"]), mixed, unless)

    def _in_field(self, item: SearchField, depth: int) -> Node:
        if isinstance(item.expr, _NEGATIONS | Plus):
            raise self._error(
                item.expr, "the sign stands after the colon", f"Write it before the field: NOT {item.name}:value."
            )
        if item.name == "*" and isinstance(item.expr, Word) and item.expr.value == "*":
            return Everything()
        if item.name in {"_exists_", "_missing_"}:
            exists = self._exists(item)
            return exists if item.name == "_exists_" else Clauses(must_not=(exists,))
        field = self._field(item.name, item.pos)
        if isinstance(item.expr, BaseGroup):
            return self.node(item.expr, field, depth + 1)
        if isinstance(item.expr, SearchField):
            raise self._error(
                item.expr, "a field inside a field", "Write one colon, and put text that has more into quotes."
            )
        return leaf(self.text, item.expr, field, self.lists)

    def _exists(self, item: SearchField) -> Leaf:
        if not isinstance(item.expr, Word | Phrase):
            raise self._error(item.expr, f"{item.name} takes one field", f"Write {item.name}:field.")
        name = item.expr.value[1:-1] if isinstance(item.expr, Phrase) else item.expr.value
        return Leaf(self._field(name, item.expr.pos), Exists(), item.expr.pos)

    def _field(self, name: str, position: int) -> Field:
        return resolve(name, self.text, position, as_written=self.as_written)

    def _lowercase(self, item: Word) -> QueryError:
        operator = item.value.upper()
        return self._error(item, f"{item.value!r} is no operator", f'Write {operator}, or "{item.value}" for the word.')

    def _error(self, item: Item, problem: str, advice: str) -> QueryError:
        return QueryError(self.text, item.pos or 0, problem, advice)


def _sequence(item: Any) -> Iterator[tuple[str, Item]]:
    """The clauses of one bracket from left to right, each with what joins it to the one before: AND, OR, or nothing.

    luqum nests them by a precedence that Lucene's classic parser does not have; read in order they are the text again.
    """
    stack: list[tuple[str, Any]] = [("", item)]
    while stack:
        joint, here = stack.pop()
        if isinstance(here, BaseOperation):
            own = "AND" if isinstance(here, AndOperation) else here.op
            rest = [(own, operand) for operand in here.operands[1:]]
            stack.extend(reversed([(joint, here.operands[0]), *rest]))
        else:
            yield joint, here
