"""A query: its text, what it reads, what it requires, and whether an event matches."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from streams.core.query.closures import Predicate, binder, paths
from streams.core.query.cost import check_cost
from streams.core.query.fields import canonical
from streams.core.query.merge import merged
from streams.core.query.reader import read
from streams.core.query.requirements import required
from streams.core.query.values import WHOLE, Path, Value, values_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.core.query.tree import Node


class Query:
    """A compiled query; make one with ``compile_query``.

    Attributes:
        text: as written.
        node: what it means, for ``explain``.
        paths: the field paths it reads, aliases resolved; ``WHOLE`` if a term has no field.
        required: the query can match only if, for each path here, some value of it, lower-cased, is in the set. An
            empty set: it can match nothing. Empty mapping: nothing is certain.
    """

    def __init__(self, text: str, node: Node, *, as_written: bool = False, checked: bool = False) -> None:
        affordable = merged(node)
        # What is made of queries that were affordable each is not refused for being several.
        if not checked:
            check_cost(text, affordable)
        self.text = text
        self.node = node
        self.paths: frozenset[Path] = paths(node)
        self.required: Mapping[Path, frozenset[str]] = MappingProxyType(required(node))
        self._binder = binder(affordable)
        self._elsewhere = {path: canonical(path) for path in self.paths} if as_written else {}
        self._slots = {path: slot for slot, path in enumerate(sorted(self.paths))}
        self._predicate = self._binder(self._slots)

    def bind(self, slots: Mapping[Path, int]) -> Predicate:
        """The query as a predicate on a row of slot values.

        Args:
            slots: which place of the row has which path; all of ``paths`` must be there.

        Returns:
            A function from a row to True or False; it never raises, whatever the values.
        """
        return self._binder(slots)

    def matches(self, subject: Mapping[str, Any], document: Mapping[str, Any] | None = None) -> bool:
        """Does this event match?

        Args:
            subject: the event as a dict, parsed fields among its keys.
            document: the original event, which a term without a field searches; None: it is the subject.
        """
        whole = subject if document is None else document
        return self._predicate([self._value(whole if path == WHOLE else subject, path) for path in self._slots])

    def _value(self, subject: Mapping[str, Any], path: Path) -> Value:
        value = values_at(subject, path)
        if value is None and path in self._elsewhere:
            return values_at(subject, self._elsewhere[path])
        return value

    def __repr__(self) -> str:
        return f"Query({self.text!r})"


def compile_query(text: str, lists: Mapping[str, frozenset[str]] | None = None, *, as_written: bool = False) -> Query:
    """Read a query once, so that it can be judged often.

    Args:
        text: the query.
        lists: named lists for ``field:@name``.
        as_written: for objects that are neither findings nor CloudTrail records, and only for ``matches``: a field is
            where its name says, or else where the name means it to be today, and any term may be a part of a value.

    Raises:
        QueryError: with the place of what can't be read or would take too long, and what would be right.
    """
    return Query(text, read(text, lists or {}, as_written=as_written), as_written=as_written)
