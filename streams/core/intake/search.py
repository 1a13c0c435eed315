"""Find what a query matches in a text of JSON values of any kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from schemas.event import Event, Kind, Reason
from streams.core.intake.batch import batches
from streams.core.intake.cut import cut
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.limits import Limits
from streams.core.parsing.nesting import nests_deeper
from streams.core.parsing.problem import Problem
from streams.core.parsing.unwrap import unwrap
from streams.core.query import compile_query
from streams.core.source.findings import account_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streams.core.enrich.accounts import AccountInfo

_LIMITS = Limits()
# A batch of records larger than this is read in parts, since the limits above are those of one message.
_BATCH_BYTES = _LIMITS.size // 4
_PARSERS = {Kind.FINDING: (parse_finding, "time"), Kind.CLOUDTRAIL: (parse_cloudtrail, "eventTime")}
_ANY_TIME = "1970-01-01T00:00:00Z"
# What unwrapping finds in any object; only other kinds show that the object was a wrapper.
_UNTOLD = {Kind.OTHER, Kind.TEST}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Hit:
    """An event that matches: what it is, and the event in normal form, without parsed fields."""

    kind: Kind
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be told of a part of the text, which begins at ``line`` (1-based).

    ``searched`` says that it was searched all the same: a finding or record of which not all fields can be parsed.
    """

    line: int
    why: str
    searched: bool


class Searcher:
    """One query, asked of many texts.

    Findings and CloudTrail records are searched as the stream sees them, with parsed fields and by today's names.
    Other objects are searched as they are.
    """

    def __init__(
        self,
        query: str,
        lists: Mapping[str, frozenset[str]],
        accounts: Mapping[str, AccountInfo],
        kinds: frozenset[Kind] | None = None,
    ) -> None:
        """Raises QueryError; ``kinds`` restricts what is searched, None: all events."""
        self._query = compile_query(query, lists)
        self._plain_query = compile_query(query, lists, as_written=True)
        self._accounts = accounts
        self._kinds = kinds

    def search(self, data: bytes, first_line: int = 1) -> Iterator[Hit | Note]:
        """Every event of a text that matches, and what can't be read of it, in order.

        Args:
            data: JSON lines, a document, or several one after another; not compressed.
            first_line: the number of its first line.
        """
        at, line = 0, first_line
        for piece in cut(data):
            start = data.index(piece, at)
            line += data.count(b"\n", at, start)
            at = start
            for part in batches(piece, _BATCH_BYTES):
                yield from self._search_value(part, line)

    def _search_value(self, value: bytes, line: int) -> Iterator[Hit | Note]:
        events = unwrap(value)
        if any(isinstance(event, Event) and event.kind not in _UNTOLD for event in events):
            for event in events:
                if isinstance(event, Event):
                    yield from self._search_event(event, line)
                else:
                    yield Note(line, event.detail, searched=False)
            return
        try:
            decoded = orjson.loads(value.removeprefix(_BYTE_ORDER_MARK))
        except orjson.JSONDecodeError as error:
            why = next((event.detail for event in events if not isinstance(event, Event)), str(error))
            yield Note(line, why, searched=False)
            return
        for element in decoded if isinstance(decoded, list) else [decoded]:
            yield from self._search_object(element, line)

    def _search_object(self, value: Any, line: int) -> Iterator[Hit | Note]:
        if not isinstance(value, dict):
            yield Note(line, "a JSON value where an object was expected", searched=False)
        elif nests_deeper(value, _LIMITS.nesting):
            yield Note(line, f"JSON nested more than {_LIMITS.nesting} deep", searched=False)
        elif self._wanted(Kind.OTHER) and self._plain_query.matches(value):
            yield Hit(Kind.OTHER, value)

    def _search_event(self, event: Event, line: int) -> Iterator[Hit | Note]:
        if not self._wanted(event.kind):
            return
        document = event.document
        if event.kind not in _PARSERS:
            if self._plain_query.matches(document):
                yield Hit(event.kind, document)
            return
        parsed, problem = _parsed(event)
        if problem:
            yield Note(line, problem, searched=True)
        if self._accounts and "account" in parsed:
            parsed.update(account_fields(self._accounts, parsed["account"]))
        if self._query.matches({**document, **parsed}, document):
            yield Hit(event.kind, document)

    def _wanted(self, kind: Kind) -> bool:
        return self._kinds is None or kind in self._kinds


def _parsed(event: Event) -> tuple[dict[str, Any], str | None]:
    """The parsed fields, as many as there can be, and what is wrong with the others."""
    parse, time = _PARSERS[event.kind]
    parsed = parse(event.document)
    if not isinstance(parsed, Problem):
        return parsed, None
    if parsed.reason is Reason.NO_TIME:
        # The stream can't count an event without a time. Whoever searches a file can do without.
        timeless = parse({**event.document, time: _ANY_TIME})
        if not isinstance(timeless, Problem):
            return {**timeless, "event_time": None}, f"{parsed.detail}; searched without it"
    return {}, f"{parsed.detail}; searched without parsed fields"
