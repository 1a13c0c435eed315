"""What people write who know other query languages, and what it means here: mostly text that no event has."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from streams.core.query.addresses import Networks, network
from streams.core.query.fields import WHOLE_VALUE_FIELDS
from streams.core.query.lexer import TYPOGRAPHIC
from streams.core.query.names import DOCUMENT, PARSED
from streams.core.query.text import Text, words
from streams.core.query.tree import Clauses, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.query.tree import Node

_FIELDS: Final = frozenset(name.lower() for known in (PARSED, DOCUMENT) for names in known.values() for name in names)

_PHRASE = re.compile(rf'["{TYPOGRAPHIC}]((?:[^\\"{TYPOGRAPHIC}]|\\.)*)', re.DOTALL)
_TERM = re.compile(r"(?:\\.|[^\s()])+", re.DOTALL)
_BEFORE = r"(?:^|(?<=[\s(+!-]))"
_SPACED_EQUALS = re.compile(rf"{_BEFORE}([A-Za-z][\w.]*)\s+(==?|!=)(?=\s)")
_EQUALS = re.compile(r"([A-Za-z][\w.]*)(==?|!=)(.+)", re.DOTALL)
_IN = re.compile(rf"{_BEFORE}([A-Za-z][\w.]*)\s+in\s*[(\[]", re.IGNORECASE)
_STAR = re.compile(r"(?<!\\)(?:\\\\)*([*?])", re.DOTALL)
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
_PREFIXED = re.compile(r"([0-9A-Fa-f:.]+)/[0-9]+", re.ASCII)
_DOTTED = re.compile(r"[0-9]+(?:\.[0-9]+){3}", re.ASCII)


def slips(text: str, node: Node) -> Iterator[str]:
    """What may be meant otherwise, a sentence each, with what to write.

    Args:
        text: the query as written.
        node: how it was read.
    """
    bare = _PHRASE.sub(lambda found: " " * len(found.group()), text)
    for found in _IN.finditer(bare):
        if _is_field(found[1]):
            yield f"`{found[1]} in` looks for these two words: write {found[1]}:(A OR B), or {found[1]}:@list"
    for found in _SPACED_EQUALS.finditer(bare):
        if _is_field(found[1]):
            yield _meant(found[1], found[2], "value", found.group())
    for leaf in _leaves(node):
        yield from _of_leaf(text, leaf)


def _leaves(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Clauses):
        for clause in (*node.must, *node.should, *node.must_not):
            yield from _leaves(clause)


def _is_field(name: str) -> bool:
    return name.split(".", maxsplit=1)[0].lower() in _FIELDS


def _meant(name: str, sign: str, value: str, written: str) -> str:
    clause = f"{'NOT ' if sign == '!=' else ''}{name}:{value}"
    return f"`{written}` is text to look for, no comparison; did you mean {clause}?"


def _of_leaf(text: str, leaf: Leaf) -> Iterator[str]:
    phrase = _PHRASE.match(text, leaf.position)
    term = None if phrase else _TERM.match(text, leaf.position)
    if phrase:
        yield from _in_quotes(phrase[1])
    elif term and leaf.field is None and (found := _EQUALS.fullmatch(term.group())) and _is_field(found[1]):
        yield _meant(found[1], found[2], found[3], found.group())
    elif term and isinstance(leaf.match, Text):
        yield from _comma(text[: leaf.position], term.group(), leaf)
    if isinstance(leaf.match, Networks):
        yield from _host_bits(leaf.match)
    elif isinstance(leaf.match, Text) and not leaf.match.exact:
        yield from _no_network(leaf.match.text)


def _in_quotes(written: str) -> Iterator[str]:
    """Wildcards between quotes; a lone star is a value, and a sentence may end with a question mark."""
    found = _STAR.search(written)
    if not found or not words(written) or (found[1] == "?" and re.search(r"\s", written)):
        return
    name = "a star" if found[1] == "*" else "a question mark"
    yield (
        f'{name} in quotes is {name}, and "{written}" is looked for as it is: leave out the quotes for a pattern (with '
        f"a backslash before blanks and signs), or write \\{found[1]} if it is meant"
    )


def _comma(before: str, term: str, leaf: Leaf) -> Iterator[str]:
    """Names in distinguished names and the like have commas too, so only where a list can be meant."""
    listed = before.rstrip().endswith("(") or term.endswith(",") or leaf.path in WHOLE_VALUE_FIELDS
    if leaf.field is not None and listed and _COMMA.search(term):
        parts = " OR ".join(part for part in term.split(",") if part)
        example = parts if " OR " in parts else f"{parts} OR ..."
        yield f"a comma joins nothing, {term} is one text: write {leaf.field.name}:({example})"


def _host_bits(match: Networks) -> Iterator[str]:
    for written, net in match.networks:
        address = written.partition("/")[0]
        if ip_address(address) != net.network_address:
            yield f"{written} is read as {net}: write that, or {address} for the one address"


def _no_network(written: str) -> Iterator[str]:
    found = _PREFIXED.fullmatch(written)
    if found is None or network(written) is not None:
        return
    try:
        longest = ip_address(found[1]).max_prefixlen
    except ValueError:
        if _DOTTED.fullmatch(found[1]):
            yield f"{written} is no network, as {found[1]} is no address, so it is looked for as text"
    else:
        yield f"{written} is no network, so it is looked for as text: its length goes from /0 to /{longest}"
