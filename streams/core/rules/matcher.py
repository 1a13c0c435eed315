"""A compiled query, ready to be asked about an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.query import WHOLE, compile_query, values_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.measure import Lists
    from streams.core.query import Path

Subject = "Mapping[str, Any]"


class Matcher:
    """A query bound to the paths that it reads."""

    __slots__ = ("_judge", "paths", "required")

    def __init__(self, text: str, lists: Lists) -> None:
        query = compile_query(text, {name: frozenset(values) for name, values in lists.items()})
        self.paths: tuple[Path, ...] = tuple(sorted(query.paths))
        self.required = query.required
        self._judge = query.bind({path: slot for slot, path in enumerate(self.paths)})

    def matches(self, subject: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
        """Whether the event matches; terms without a field search ``document``, which has no parsed fields."""
        return self._judge([values_at(document if path == WHOLE else subject, path) for path in self.paths])

    def possible(self, subject: Mapping[str, Any], fixed: frozenset[Path]) -> bool:
        """Whether an event with these values of the ``fixed`` paths can match, whatever its other values are."""
        return all(
            _lowered(values_at(subject, path)) & allowed for path, allowed in self.required.items() if path in fixed
        )

    def only_reads(self, fixed: frozenset[Path]) -> bool:
        """Whether the ``fixed`` paths decide."""
        return all(path in fixed for path in self.paths)


class BothMatch:
    """Two queries of which both have to match."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: Matcher, second: Matcher) -> None:
        self._first = first
        self._second = second

    def matches(self, subject: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
        """Whether both match the event."""
        return self._first.matches(subject, document) and self._second.matches(subject, document)

    def possible(self, subject: Mapping[str, Any], fixed: frozenset[Path]) -> bool:
        """Whether both can match an event with these values of the ``fixed`` paths."""
        return self._first.possible(subject, fixed) and self._second.possible(subject, fixed)

    def only_reads(self, fixed: frozenset[Path]) -> bool:
        """Whether the ``fixed`` paths decide both."""
        return self._first.only_reads(fixed) and self._second.only_reads(fixed)


def _lowered(value: Any) -> set[str]:
    values = value if isinstance(value, list) else [value]
    return {text.lower() for text in values if isinstance(text, str)}
