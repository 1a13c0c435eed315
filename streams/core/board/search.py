"""Searching enriched events by a query, within a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from streams.core.board.spans import MINUTE, Span
from streams.core.board.state import State
from streams.core.query import compile_query
from streams.core.rules.matcher import Matcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from streams.core.board.stored import EventRow
    from streams.core.query import Path


_DAY_MS = 24 * 60 * MINUTE


@dataclass(slots=True)
class Searched:
    """What a search found: the newest hits, when each hit was, and how far back it came."""

    hits: list[EventRow] = field(default_factory=list)
    times: list[tuple[int, str]] = field(default_factory=list)
    """Time (epoch ms) and kind of every hit."""
    looked_at: int = 0
    back_to_ms: int | None = None
    """Where it was given up, since there were too many; None where all was searched."""
    goes_on_after: tuple[int, int] | None = None
    """The place after which there may be more hits than are listed; None where there are none."""
    counts: Mapping[str, list[int]] | None = None
    """How many of each kind there are in each step of the range, where the store has counted them."""

    @property
    def total(self) -> int:
        """How many hits there are, as far as was searched."""
        return len(self.times) if self.counts is None else sum(map(sum, self.counts.values()))


class Search:
    """A query over enriched events; an empty one takes all. Raises QueryError."""

    def __init__(self, query: str) -> None:
        self._matcher = Matcher(compile_query(query, {})) if query.strip() else None
        self.required: Mapping[Path, frozenset[str]] = self._matcher.required if self._matcher else {}
        """Values, lower-cased, one of which an event has to have at each path to be taken."""

    def takes(self, row: EventRow) -> bool:
        """Whether the event is one of those that are searched for."""
        return self._matcher is None or self._matcher.matches(*subject_of(row))

    def through(
        self, rows: Iterable[EventRow], most: int, give_up: Callable[[], bool], *, count: bool = True
    ) -> Searched:
        """Look through events, newest first; ``give_up`` is asked every hundred of them.

        Without ``count`` it ends when it has found one more than ``most``.
        """
        found = Searched()
        for row in rows:
            if self.takes(row):
                if len(found.hits) < most:
                    found.hits.append(row)
                else:
                    found.goes_on_after = found.hits[-1].place
                    if not count:
                        found.back_to_ms = found.hits[-1].at_ms
                        break
                found.times.append((row.at_ms, row.kind))
            found.looked_at += 1
            if found.looked_at % 100 == 0 and give_up():
                found.back_to_ms = row.at_ms
                found.goes_on_after = found.goes_on_after or row.place
                break
        return found


def event_href(event_id: str, at_ms: int) -> str:
    """Where an event of about that time is found: findings and records have their ids under other names."""
    at = at_ms // MINUTE * MINUTE
    phrase = quoted(event_id)
    return State(fixed=Span(at - _DAY_MS, at + _DAY_MS)).href(
        "/events", [("query", f"finding_id:{phrase} OR event_id:{phrase}")]
    )


def quoted(value: str) -> str:
    """A value as a phrase of a query."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def subject_of(row: EventRow) -> tuple[dict[str, Any], dict[str, Any]]:
    """What queries see of an enriched event, and the event as it came."""
    # It stands under the name of its kind, beside its parsed fields.
    original = row.document.get(row.kind)
    original = original if isinstance(original, dict) else {}
    return {**original, **{key: value for key, value in row.document.items() if key != row.kind}}, original
