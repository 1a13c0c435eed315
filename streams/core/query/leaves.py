"""From one term, phrase, regex or range of a query to how it judges a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from luqum.tree import From, Item, Phrase, Range, Regex, To, Word

from streams.core.query.addresses import network
from streams.core.query.errors import QueryError
from streams.core.query.fields import Field, Reading, resolve
from streams.core.query.lists import Listed
from streams.core.query.numbers import number
from streams.core.query.patterns import PatternError, regex, wildcard
from streams.core.query.ranges import Bound, Exists, between, number_range
from streams.core.query.text import Text, words
from streams.core.query.tree import Leaf, Match, SameAs

Lists: TypeAlias = Mapping[str, frozenset[str]]

_REFERENCE = re.compile(r"\$([^\W\d].*)", re.DOTALL)
_LIST = re.compile(r"@([^\W\d].*)", re.DOTALL)
# Elasticsearch's date mathematics.
_NOW = re.compile(r"now(?:[-+/|].*)?", re.DOTALL)
MOST_ENTRIES = 10_000
LONGEST_ENTRY = 4_096


def leaf(text: str, item: Item, field: Field | None, lists: Lists) -> Leaf | SameAs:
    """What one item of luqum's tree asks of a field.

    Args:
        text: the whole query, for errors.
        item: a Word, Phrase, Regex, Range, From or To.
        field: where it looks; None for every value of the original document.
        lists: the named lists.

    Raises:
        QueryError: if it can't be read.
    """
    if isinstance(item, Regex):
        return Leaf(field, _regex(text, item, field), item.pos)
    if isinstance(item, Range | From | To):
        return Leaf(field, _range(text, item, field), item.pos)
    if isinstance(item, Phrase):
        return Leaf(field, _literal(text, item.pos, _unescaped(item.value[1:-1]), field), item.pos)
    return _word(text, item, field, lists)


def _word(text: str, item: Item, field: Field | None, lists: Lists) -> Leaf | SameAs:
    if found := _REFERENCE.fullmatch(item.value):
        return _same_as(text, item, found.group(1), field)
    if found := _LIST.fullmatch(item.value):
        return _listed(text, item, found.group(1), field, lists)
    pieces = _pieces(item.value)
    if pieces == [None]:
        return Leaf(field, Exists(), item.pos)
    if None not in pieces and "" not in pieces:
        return Leaf(field, _literal(text, item.pos, "".join(filter(None, pieces)), field), item.pos)
    if _reading(field) == Reading.NUMBER:
        raise QueryError(text, item.pos, ".numeric takes no wildcards", "Write a number or a range of numbers.")
    return Leaf(field, wildcard(item.value, pieces, exact=_reading(field) == Reading.EXACT), item.pos)


def _literal(text: str, position: int, literal: str, field: Field | None) -> Match:
    reading = _reading(field)
    if reading == Reading.NUMBER:
        if number(literal) is None:
            raise QueryError(text, position, f"{literal!r} is no number", "After .numeric write a number or a range.")
        bound = Bound(literal, included=True)
        return number_range(bound, bound)
    if reading == Reading.EXACT:
        return Text(literal, whole=True, exact=True)
    if net := network(literal):
        return net
    whole_from = field.whole_from if field else None
    return Text(literal, whole=whole_from is not None and len(words(literal)) >= whole_from)


def _regex(text: str, item: Regex, field: Field | None) -> Match:
    if _reading(field) == Reading.NUMBER:
        raise QueryError(text, item.pos, ".numeric takes no regex", "Write a number or a range of numbers.")
    try:
        return regex(item.value, item.value[1:-1], exact=_reading(field) == Reading.EXACT)
    except PatternError as error:
        inside = 0 if error.position is None else error.position + 1
        advice = (
            "Regexes are RE2's: no look-around, no back-references."
            if error.position is None
            else "Pair the bracket, or escape it with a backslash to match one."
        )
        raise QueryError(text, item.pos + inside, f"the regex can't be read: {error}", advice) from error


def _range(text: str, item: Range | From | To, field: Field | None) -> Match:
    low = high = None
    if isinstance(item, Range):
        low, high = _bound(text, item.low, item.include_low), _bound(text, item.high, item.include_high)
    elif isinstance(item, From):
        low = _bound(text, item.a, item.include)
    else:
        high = _bound(text, item.a, item.include)
    reading = _reading(field)
    if reading == Reading.NUMBER:
        for bound in (low, high):
            if bound and number(bound.text) is None:
                raise QueryError(text, item.pos, f"{bound.text!r} is no number", "After .numeric bounds are numbers.")
        return number_range(low, high)
    return between(low, high, exactly=reading == Reading.EXACT)


def _bound(text: str, item: Item, included: bool) -> Bound | None:  # noqa: FBT001 - luqum's own flag, passed on.
    if isinstance(item, Phrase):
        return Bound(_unescaped(item.value[1:-1]), included, quoted=True)
    if not isinstance(item, Word):
        raise QueryError(
            text, item.pos or 0, "a sign stands before a bound", "Put the bound into quotes, or escape it."
        )
    if item.value == "*":
        return None
    if _REFERENCE.fullmatch(item.value) or _LIST.fullmatch(item.value):
        raise QueryError(
            text, item.pos, f"{item.value} is no bound", "Fields and lists are compared for equality only."
        )
    if _NOW.fullmatch(item.value):
        advice = "Write the instant: 2020-06-03T20:22:26Z; quotes make it text."
        raise QueryError(text, item.pos, f"{item.value} is no bound, since a query knows no clock", advice)
    pieces = _pieces(item.value)
    if None in pieces or "" in pieces:
        raise QueryError(
            text, item.pos, f"{item.value} is no bound", "A bound takes no wildcards; * alone is no bound."
        )
    return Bound("".join(filter(None, pieces)), included)


def _same_as(text: str, item: Item, name: str, field: Field | None) -> SameAs:
    if field is None:
        raise QueryError(
            text, item.pos, "a field is compared with nothing", f"Write field:${name}, or \\${name} for text."
        )
    return SameAs(field, resolve(name, text, item.pos + 1, as_written=field.as_written), item.pos)


def _listed(text: str, item: Item, name: str, field: Field | None, lists: Lists) -> Leaf:
    if field is None:
        raise QueryError(text, item.pos, "a list without a field", f"Write field:@{name}, or \\@{name} for text.")
    if name not in lists:
        known = ", ".join(sorted(lists)) or "none"
        raise QueryError(text, item.pos, f"there is no list {name!r}", f"Lists that are there: {known}.")
    entries = lists[name]
    if len(entries) > MOST_ENTRIES:
        problem = f"the list {name!r} has {len(entries):,} entries, more than {MOST_ENTRIES:,}"
        raise QueryError(text, item.pos, problem, "Make several lists of it, and write a rule for each.")
    if any(len(entry) > LONGEST_ENTRY for entry in entries):
        problem = f"an entry of the list {name!r} is longer than {LONGEST_ENTRY:,} characters"
        raise QueryError(text, item.pos, problem, "Entries are whole values, regardless of case, or networks.")
    return Leaf(field, Listed(name, entries, exact=field.reading == Reading.EXACT), item.pos)


def _reading(field: Field | None) -> Reading:
    return field.reading if field else Reading.TEXT


def _pieces(raw: str) -> list[str | None]:
    """The characters of a term; None stands for ``*`` and ``""`` for ``?`` where they are not escaped."""
    pieces: list[str | None] = []
    for escaped, plain in re.findall(r"\\(.)|(.)", raw, re.DOTALL):
        pieces.append(escaped or {"*": None, "?": ""}.get(plain, plain))
    return pieces


def _unescaped(raw: str) -> str:
    return re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL)
