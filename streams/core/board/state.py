"""What a page shows, as its address says it: a range of time and filters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from schemas.errors import GuardstreamError
from streams.core.board.spans import LONGEST, MINUTE, RANGES, Span, span_until
from streams.core.parsing.times import parse_time, to_rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAMES = {
    "severity_label": "severity",
    "account": "account",
    "region": "region",
    "threat_purpose": "purpose",
    "type": "type",
    "resource_type": "resource type",
    "resource_id": "resource",
    "security_group": "security group",
}
KEYS = tuple(NAMES)
"""What pages are narrowed by, in the order in which they say so."""
NO_VALUE = "(none)"
"""What a value that is absent is called."""
DEFAULT_RANGE = "24h"
LONGEST_VALUE = 1_100
LATEST_MS = 253_370_764_800_000
"""The end of the year 9998: what is drawn around a range has to have a date, too."""

Filters = dict[str, tuple[str | None, ...]]


def name_of(key: str) -> str:
    """What people call a key; those of a user's own measures are called by their words."""
    return NAMES.get(key) or key.replace("_", " ")


@dataclass(frozen=True, slots=True)
class State:
    """A range that ends now (``range``), or one that is fixed (``fixed``); and the values that keys may have."""

    range: str = DEFAULT_RANGE
    fixed: Span | None = None
    filters: Filters = field(default_factory=dict)

    def span(self, now_ms: int) -> Span:
        """The range of time."""
        return self.fixed or span_until(now_ms, RANGES[self.range])

    def narrowed(self, values: Mapping[str, str | None]) -> State:
        """With these values, and no others, of these keys."""
        return self.narrowed_to({key: (value,) for key, value in values.items()})

    def narrowed_to(self, where: Filters) -> State:
        """The same with any number of values for each key."""
        return replace(self, filters={**self.filters, **where})

    def widened(self, key: str) -> State:
        """Without a filter."""
        return replace(self, filters={one: values for one, values in self.filters.items() if one != key})

    def cleared(self) -> State:
        """Without filters."""
        return replace(self, filters={})

    def toggled(self, values: Mapping[str, str | None]) -> State:
        """Narrowed; or, where it was by just these values, widened again."""
        return self.toggled_to({key: (value,) for key, value in values.items()})

    def toggled_to(self, where: Filters) -> State:
        """The same with any number of values for each key."""
        if self.is_at(where):
            state = self
            for key in where:
                state = state.widened(key)
            return state
        return self.narrowed_to(where)

    def is_chosen(self, values: Mapping[str, str | None]) -> bool:
        """Whether the page is narrowed by just these values."""
        return self.is_at({key: (value,) for key, value in values.items()})

    def is_at(self, where: Filters) -> bool:
        """The same with any number of values for each key, in any order."""
        return bool(where) and all(set(self.filters.get(key, ())) == set(values) for key, values in where.items())

    def over(self, name: str) -> State:
        """Over a range that ends now."""
        return replace(self, range=name, fixed=None)

    def pairs(self) -> list[tuple[str, str]]:
        """As an address has it, in one order, without what goes without saying."""
        found = []
        if self.fixed is not None:
            found = [("from", to_rfc3339(self.fixed.start_ms)), ("to", to_rfc3339(self.fixed.end_ms))]
        elif self.range != DEFAULT_RANGE:
            found = [("range", self.range)]
        keys = [*(key for key in KEYS if key in self.filters), *sorted(self.filters.keys() - set(KEYS))]
        return found + [(key, value or "") for key in keys for value in self.filters[key]]

    def href(self, path: str = "", extra: Iterable[tuple[str, str]] = ()) -> str:
        """A link to a page in this state."""
        pairs = [*self.pairs(), *extra]
        return f"{path}?{urlencode(pairs)}" if pairs else path or "?"


def read_state(pairs: Iterable[tuple[str, str]], keys: Iterable[str] = KEYS) -> State:
    """What an address says of these keys; what it has beside is left alone. Raises GuardstreamError that says where."""
    given: dict[str, list[str]] = {}
    for key, value in pairs:
        if len(value) > LONGEST_VALUE:
            message = f"{key}: the value is longer than {LONGEST_VALUE:,} characters"
            raise GuardstreamError(message)
        given.setdefault(key, []).append(value)
    filters: Filters = {key: tuple(dict.fromkeys(one or None for one in given[key])) for key in keys if key in given}
    name = given.get("range", [DEFAULT_RANGE])[-1]
    if name not in RANGES:
        message = f"range: {name!r} is none of {', '.join(RANGES)}"
        raise GuardstreamError(message)
    return State(name, _fixed(given), filters)


def _fixed(given: Mapping[str, list[str]]) -> Span | None:
    if "from" not in given and "to" not in given:
        return None
    if "from" not in given or "to" not in given:
        message = "from and to belong together"
        raise GuardstreamError(message)
    start, end = (_instant(key, given[key][-1]) for key in ("from", "to"))
    span = Span(start // MINUTE * MINUTE, -(-end // MINUTE) * MINUTE)
    if min(start, end) < 0 or max(start, end) > LATEST_MS:
        message = "from and to have to lie in the years 1970 to 9998"
        raise GuardstreamError(message)
    if not 0 < span.minutes <= LONGEST:
        message = f"to: it has to be after from, by at most {LONGEST // 1_440} days"
        raise GuardstreamError(message)
    return span


def _instant(key: str, text: str) -> int:
    found = parse_time(text)
    if found is None:
        message = f"{key}: {text[:80]!r} is no time; write it as 2026-11-24T07:00:00Z"
        raise GuardstreamError(message)
    return found
