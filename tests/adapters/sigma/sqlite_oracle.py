# ruff: noqa: S608 - SQL is what this is about, and all of it comes from our own tests.
"""What pySigma's SQLite backend makes of a rule, on events whose arrays match if any of their elements does.

The backend expects a column a field. Here each comparison of a field becomes ``EXISTS`` over a table with a row for
each element that the field's path reaches; everything else is the backend's: what is compared how, and AND, OR, NOT.
Text is compared regardless of case (as in the tables that the backend is made for), booleans are the texts true and
false, objects are JSON as SQLite prints it, an absent field is one row with NULL. Comparisons by size look at numbers.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from sigma.backends.sqlite.sqlite import sqliteBackend
from sigma.conditions import ConditionFieldEqualsValueExpression
from sigma.conversion.state import ConversionState
from sigma.rule import SigmaRule
from sigma.types import SigmaCIDRExpression, SigmaCompareExpression, SigmaExpansion, SigmaFieldReference, SigmaType

_SCHEMA = """
CREATE TABLE events (id INTEGER PRIMARY KEY, fulltext TEXT);
CREATE TABLE leaves (event INTEGER, path TEXT, value TEXT COLLATE NOCASE, number NUMERIC);
CREATE INDEX by_event ON leaves (event, path);
"""


class Backend(sqliteBackend):
    """The backend, asking the table of leaves."""

    def __init__(self) -> None:
        super().__init__(table="events", fulltext_field="fulltext")  # type: ignore[no-untyped-call]
        self.asked: set[str] = set()

    def convert_condition_field_eq_val(self, cond: Any, state: ConversionState) -> Any:
        if isinstance(cond.value, SigmaExpansion | SigmaCIDRExpression):
            return super().convert_condition_field_eq_val(cond, state)
        if isinstance(cond.value, SigmaFieldReference):
            self.asked |= {cond.field, cond.value.field}
            return (
                "EXISTS (SELECT 1 FROM leaves JOIN leaves AS other ON other.event = leaves.event "
                f"WHERE leaves.event = events.id AND leaves.path = '{cond.field}' "
                f"AND other.path = '{cond.value.field}' AND leaves.value = other.value)"
            )
        self.asked.add(cond.field)
        comparison = super().convert_condition_field_eq_val(_on_column(cond.value), state)
        return f"EXISTS (SELECT 1 FROM leaves WHERE event = events.id AND path = '{cond.field}' AND ({comparison}))"


def _on_column(value: SigmaType) -> ConditionFieldEqualsValueExpression:
    return ConditionFieldEqualsValueExpression(
        "number" if isinstance(value, SigmaCompareExpression) else "value", value
    )


class Oracle:
    """Some events in SQLite, to be asked which of them a rule matches."""

    def __init__(self, events: Iterable[dict[str, Any]]) -> None:
        self._events = list(events)
        self._stored: set[str] = set()
        self._connection = sqlite3.connect(":memory:")
        self._connection.create_function("REGEXP", 2, _regexp, deterministic=True)
        self._connection.executescript(_SCHEMA)
        self._connection.executemany(
            "INSERT INTO events VALUES (?, ?)", ((at, _fulltext(event)) for at, event in enumerate(self._events))
        )

    def matches(self, rule: SigmaRule) -> set[int]:
        """The places of the events that the rule matches."""
        backend = Backend()
        queries = backend.convert_rule(rule)  # type: ignore[no-untyped-call]
        for field in backend.asked - self._stored:
            self._store(field)
        return {row[0] for query in queries for row in self._connection.execute(query)}

    def _store(self, field: str) -> None:
        self._stored.add(field)
        for at, event in enumerate(self._events):
            values = [value for value in _reached(event, field.split(".")) if value is not None]
            for value in values or [None]:
                row = (at, field, _text(value), _number(value))
                stored = "json(?)" if isinstance(value, dict) else "?"
                self._connection.execute(f"INSERT INTO leaves VALUES (?, ?, {stored}, ?)", row)


def _reached(value: Any, keys: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for element in value:
            yield from _reached(element, keys)
    elif not keys:
        yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from _reached(value[keys[0]], keys[1:])


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    return float(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else None


def _fulltext(event: Any) -> str:
    if isinstance(event, dict):
        event = list(event.values())
    if isinstance(event, list):
        return "\n".join(_fulltext(value) for value in event)
    return _text(event) or ""


def _regexp(pattern: str, value: str | None) -> bool:
    return value is not None and re.search(pattern, value) is not None
