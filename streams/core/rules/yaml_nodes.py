"""Read YAML into plain values, and remember where each one stands.

PyYAML's own loader forgets places, takes 012345670123 for an octal number and the last of two equal keys. This reader
builds values from PyYAML's events by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), but an
account id with a leading zero stays text. Tags are refused, and anchors, which a few hundred bytes can blow up to
gigabytes, are bounded by the size of what they stand for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from streams.core.rules.yaml_mistakes import explain_mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

Loc = tuple[str | int, ...]

MOST_CHARACTERS = 1_000_000
DEEPEST = 40
MOST_VALUES = 200_000

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,30})", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]{1,3})?|[0-9]+[eE][-+]?[0-9]{1,3})", re.ASCII)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in its file; lines and columns count from 1.

    ``exact`` says that the text of a value is written character for character from ``column`` on.
    """

    line: int
    column: int
    exact: bool = False


class YamlError(Exception):
    """What can't be read, and where."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        """Keep the message, and the place unless the whole text is meant."""
        self.message = message
        self.place = place
        super().__init__(message)


@dataclass(slots=True)
class YamlDocument:
    """One YAML document: its value, the places of keys and of values by their location in it, and what is wrong."""

    value: Any = None
    keys: dict[Loc, Place] = field(default_factory=dict)
    values: dict[Loc, Place] = field(default_factory=dict)
    problems: list[YamlError] = field(default_factory=list)


def read_yaml(text: str) -> list[YamlDocument]:
    """Every document of a YAML text.

    What is wrong but leaves the rest readable (equal keys, tags) is in ``problems`` of its document; raises YamlError
    where reading can't go on.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"the file has {len(text)} characters, more than {MOST_CHARACTERS}: split it"
        raise YamlError(message)
    try:
        return list(_documents(yaml.parse(text, Loader=yaml.CSafeLoader)))
    except yaml.MarkedYAMLError as error:
        message, line, column = explain_mistake(text, error)
        raise YamlError(message, Place(line + 1, column + 1)) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        message = f"this is no YAML text: {error}"
        raise YamlError(message) from error


def _place(mark: Any, *, exact: bool = False) -> Place:
    return Place(mark.line + 1, mark.column + 1, exact)


def _documents(events: Iterator[yaml.Event]) -> Iterator[YamlDocument]:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            builder = _Builder(events)
            builder.document.value, _ = builder.node(next(events), ())
            yield builder.document


class _Builder:
    """Builds one document; values come with their weight, the number of values in them with anchors written out."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.document = YamlDocument()
        self.anchors: dict[str, tuple[Any, int]] = {}

    def complain(self, message: str, place: Place) -> None:
        self.document.problems.append(YamlError(message, place))

    def node(self, event: Any, loc: Loc) -> tuple[Any, int]:
        place = _place(event.start_mark)
        self.document.values[loc] = place
        if len(loc) > DEEPEST:
            message = f"this is nested deeper than {DEEPEST} levels"
            raise YamlError(message, place)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        if event.tag is not None:
            self.complain(f"tags such as {event.tag} are not taken: put text into quotes instead", place)
        if isinstance(event, yaml.ScalarEvent):
            built, weight = self._scalar(event, loc), 1
        elif isinstance(event, yaml.SequenceStartEvent):
            built, weight = self._sequence(loc)
        else:
            built, weight = self._mapping(loc)
        if weight > MOST_VALUES:
            message = f"this stands for more than {MOST_VALUES} values, counting anchors written out"
            raise YamlError(message, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = built, weight
        return built, weight

    def _alias(self, event: yaml.AliasEvent, place: Place) -> tuple[Any, int]:
        # An anchor is known only when its value is complete, so nothing can contain itself.
        if event.anchor not in self.anchors:
            message = f"there is no anchor &{event.anchor} before this in its document; put text into quotes"
            raise YamlError(message, place)
        return self.anchors[event.anchor]

    def _scalar(self, event: Any, loc: Loc) -> Any:
        text, mark, end = str(event.value), event.start_mark, event.end_mark
        quotes = 1 if event.style in {"'", '"'} else 0
        one_line = mark.line == end.line and event.style not in {"|", ">"}
        if one_line and end.column - mark.column == len(text) + 2 * quotes:
            self.document.values[loc] = Place(mark.line + 1, mark.column + 1 + quotes, exact=True)
        return text if event.style else plain_value(text)

    def _sequence(self, loc: Loc) -> tuple[list[Any], int]:
        items: list[Any] = []
        total = 1
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            value, weight = self.node(event, (*loc, len(items)))
            items.append(value)
            total += weight
        return items, total

    def _mapping(self, loc: Loc) -> tuple[dict[str, Any], int]:
        written: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        total = 1
        event: Any
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            place = _place(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent):
                message = "a key has to be plain text"
                raise YamlError(message, place)
            key = str(event.value)
            merge = key == "<<" and not event.style
            if key in written and not merge:
                line = self.document.keys[*loc, key].line
                self.complain(f"the key {key} is here already, in line {line}: keep one of them", place)
            self.document.keys[*loc, key] = place
            value, weight = self.node(next(self.events), (*loc, key))
            total += weight
            if not merge:
                written.setdefault(key, value)
            elif isinstance(value, dict):
                merged = {**value, **merged}
            else:
                self.complain("the merge key << takes one mapping", place)
        return {**merged, **written}, total


def plain_value(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar stands for: null, true or false, a number, or else text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
