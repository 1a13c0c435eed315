"""What is wrong with a text that is no YAML, in words for its author: PyYAML says what its grammar expected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from streams.core.query.errors import pointed_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    import yaml

_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_KEY_AND_VALUE = re.compile(r"(\s*(?:- +)*)([^\s:#'\"{\[,][^:#{\[,]*?):\s+(\S.*?)\s*")
_SPECIAL: Final = frozenset("*&@`%!|>[]{},?\"'-")
_SAME_COLUMN = "let the keys of one mapping begin in the same column, with spaces alone"
_WRONG_INDENTATION = "this line does not stand below the key or list that it belongs to", _SAME_COLUMN

# By a part of PyYAML's own words; the first that is found.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "did not find expected '-' indicator": _WRONG_INDENTATION,
    "did not find expected key": _WRONG_INDENTATION,
    "could not find expected ':'": (
        "this line is no `key: value`",
        "write a colon and a blank after a key; text of several lines begins with `|` after its key",
    ),
    "while scanning a quoted scalar": ("this quote is never closed", "close it, or write '' for ' in single quotes"),
    "while parsing a flow": ("this bracket is never closed, or a comma is missing", "part values by commas"),
    "block sequence entries are not allowed": (
        "a list can't begin here",
        "begin each of its lines with `- ` below the key, or write [one, two]",
    ),
}
# What can come of text that begins with one of these.
_AT_ITS_BEGINNING = (
    "parsing a block mapping", "cannot start any token", "scanning an alias", "scanning an anchor", "a block scalar",
    "scanning a tag", "expected node content", "mapping keys are not allowed",
)  # fmt: skip
# What is wrong began where these say that they were.
_FROM_CONTEXT = ("while scanning a quoted scalar", "while parsing a flow", "while scanning a simple key")


def explain_mistake(text: str, error: yaml.MarkedYAMLError) -> tuple[str, int, int]:
    """A message with the line, a caret and a remedy; and line and column, from 0, at which it stands."""
    said = f"{error.problem} {error.context or ''}".strip()
    marks: list[Any] = [error.problem_mark, error.context_mark]
    if any(part in said for part in _FROM_CONTEXT):
        marks.reverse()
    lines = _LINE_END.split(text)
    # What is never ended is noticed behind the last line, where nobody finds it.
    mark = next((one for one in marks if one is not None and one.index < len(text)), None)
    if mark is None:
        lines = _LINE_END.split(text.rstrip()) or [""]
    number = mark.line if mark else len(lines) - 1
    line = lines[number]
    column = min(mark.column, len(line)) if mark else len(line)
    problem, remedy, column = _explained(said, line, column)
    return f"{problem}\n{pointed_at(line, column)}\n{remedy}", number, column


def _explained(said: str, line: str, column: int) -> tuple[str, str, int]:
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent and "cannot start any token" in said:
        return "a tab can't indent a line in YAML", "write spaces in its place", indent.index("\t")
    parts = _KEY_AND_VALUE.fullmatch(line)
    start = parts.start(3) if parts else len(line)
    if parts and column >= start:
        value = parts[3]
        quoted = f"put the whole value into quotes: {parts[2]}: {_quoted(value)}"
        if "mapping values are not allowed" in said:
            return "a second colon with a blank after it can't stand in a value", quoted, column
        if value[0] in _SPECIAL and any(part in said for part in _AT_ITS_BEGINNING):
            what = f"{value[0]} at its beginning means something else in YAML than text"
            return what, quoted if value[0] != "'" else "write '' for ' in single quotes, or use double ones", start
    if "mapping values are not allowed" in said:
        return *_WRONG_INDENTATION, len(indent)
    unknown = f"this is no YAML: {said}", "put text that YAML reads otherwise into quotes"
    return *next((words for part, words in _WORDS.items() if part in said), unknown), column


def _quoted(value: str) -> str:
    """A value as it has to be written; double quotes read backslashes, which queries have too."""
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"
