"""Cut rule files into entries, one a rule or measure, each of which knows where its parts stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.errors import GuardstreamError, Where
from streams.core.rules.yaml_nodes import Loc, Place, YamlDocument, YamlError, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNDECODED = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file's path, as errors shall name it, and its text; bytes that are no UTF-8 come as surrogate escapes."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of a file. ``root`` is its location in the file's document."""

    file: str
    data: dict[str, Any]
    document: YamlDocument
    root: Loc

    @property
    def name(self) -> str | None:
        """The id that errors name, if there is one."""
        for key in ("id", "override", "name"):
            if isinstance(name := self.data.get(key), str):
                return name
        return None

    def where(self, loc: Loc = (), *, of_key: bool = False, position: int = 0) -> Where:
        """The place of what stands at ``loc``, or of the nearest thing around it.

        ``position`` is a place inside the text there; it counts only where the text is written as it is read.
        """
        full = (*self.root, *loc)
        while (place := (of_key and self.document.keys.get(full)) or self.document.values.get(full)) is None:
            full, position = full[:-1], 0
        column = place.column + position if place.exact else place.column
        return Where(file=self.file, line=place.line, column=column, rule=self.name)


def read_entries(file: RuleFile) -> tuple[list[Entry], list[GuardstreamError]]:
    """Every entry of a file, which holds one mapping, a list of them, or several YAML documents of either."""
    if undecoded := _UNDECODED.search(file.text):
        before = file.text[: undecoded.start()]
        place = Place(before.count("\n") + 1, undecoded.start() - before.rfind("\n"))
        return [], [_error(file, YamlError("this byte is no UTF-8: save the file as UTF-8", place))]
    try:
        documents = read_yaml(file.text)
    except YamlError as problem:
        return [], [_error(file, problem)]
    entries: list[Entry] = []
    problems = [problem for document in documents for problem in document.problems]
    for document in documents:
        listed = isinstance(document.value, list)
        for index, value in enumerate(document.value if listed else [document.value]):
            root: Loc = (index,) if listed else ()
            if isinstance(value, dict):
                entries.append(Entry(file.path, value, document, root))
            elif value is not None:
                problems.append(YamlError("here has to be a mapping of keys to values", document.values[root]))
    return entries, [_error(file, problem) for problem in problems]


def _error(file: RuleFile, problem: YamlError) -> GuardstreamError:
    place = problem.place
    where = Where(file.path, place.line, place.column) if place else Where(file.path)
    return GuardstreamError(problem.message, where)


def in_order(errors: Iterable[GuardstreamError]) -> list[GuardstreamError]:
    """Errors by file, line and column."""
    return sorted(errors, key=lambda error: (error.where.file or "", error.where.line or 0, error.where.column or 0))


def without_repeats(first: list[GuardstreamError], more: list[GuardstreamError]) -> list[GuardstreamError]:
    """All errors but those of ``more`` at a place of which ``first`` says already that it is wrong."""
    told = {error.where for error in first}
    return [*first, *(error for error in more if error.where not in told)]
