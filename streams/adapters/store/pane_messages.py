"""Messages of `window-counts`, read quickly: a page's worth of them arrives at once when a store is filled."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from streams.adapters.topic_reader import Message

MINUTE_MS = 60_000
DAY_MS = 86_400_000
LARGEST = 1 << 62
_MOST_ENDS = 50_000
_START = b',"start":"'
_END = re.compile(rb'([0-9T:.Z-]{20,30})"(?:,"arrived":"([0-9]{4}-[0-9]{2}-[0-9]{2})")?\}')
_NUMBERS = re.compile(
    rb',(?:"value":(null|-?[0-9][0-9.eE+-]*),)?"count":([0-9]{1,18}),"late":([0-9]{1,18}),"version":(-?[0-9]{1,18})\}'
)
_TOO_LARGE = "numbers out of range"


@dataclass(slots=True)
class PaneNews:
    """What a batch says of one pane: whether it was removed on the way, and its newest version since, if any."""

    head: bytes
    """The key without its end: measure, definition and group."""
    minute: int
    arrived: int
    """Day of arrival since 1970; 0 for counts in time."""
    removed: bool = False
    numbers: tuple[int, int, float | None, int] | None = None
    """Count, late ones among them, value, version."""


@dataclass(slots=True)
class RatioNews:
    """What a batch says of one ratio, as ``PaneNews``."""

    removed: bool = False
    row: tuple[Any, ...] | None = None
    """Measure, group as JSON, minutes of start and end, numerator, denominator, value, version."""


@dataclass(slots=True)
class CountNews:
    """What a batch says, by the messages' keys: the newest version of each, which is the last of the highest."""

    panes: dict[bytes, PaneNews] = field(default_factory=dict)
    ratios: dict[bytes, RatioNews] = field(default_factory=dict)
    _ends: dict[bytes, tuple[int, int]] = field(default_factory=dict)

    def clear(self) -> None:
        """Begin a new batch; what keys end with is remembered, since many panes share it."""
        self.panes.clear()
        self.ratios.clear()
        if len(self._ends) > _MOST_ENDS:
            self._ends.clear()

    def add(self, message: Message) -> None:
        """Take in one message; raises ValueError for one that is no count."""
        key, value = message.key, message.value
        if key is None:
            message_of = "no key"
            raise ValueError(message_of)
        if value is None:
            self._remove(key)
            return
        head, minute, arrived = self._place(key)
        found = _NUMBERS.fullmatch(value, len(key) - 1) if value.startswith(key[:-1]) else None
        if found is not None:
            held, count, late, version = found.groups()
            numbers = (int(count), int(late), None if held in {None, b"null"} else float(held), int(version))
        else:
            document = _document(value)
            if "numerator" in document:
                self._add_ratio(key, document)
                return
            numbers = _numbers(document)
        news = self.panes.get(key)
        if news is None:
            news = self.panes[key] = PaneNews(head, minute, arrived)
        if news.numbers is None or numbers[3] >= news.numbers[3]:
            news.numbers = numbers

    def _remove(self, key: bytes) -> None:
        # A key alone does not tell a pane from a ratio.
        self.panes[key] = PaneNews(*self._place(key), removed=True)
        self.ratios[key] = RatioNews(removed=True)

    def _add_ratio(self, key: bytes, document: dict[str, Any]) -> None:
        head, start, _ = self._place(key)
        measure, _, group = head_of(head)
        numbers = [_whole(document.get(name)) for name in ("numerator", "denominator", "version")]
        value = document.get("value")
        held = float(value) if isinstance(value, int | float) else None
        ends = (start, _minute(document.get("end")))
        row = (measure, orjson.dumps(group).decode(), *ends, *numbers[:2], held, numbers[2])
        news = self.ratios.setdefault(key, RatioNews())
        if news.row is None or numbers[2] >= news.row[-1]:
            news.row = row

    def _place(self, key: bytes) -> tuple[bytes, int, int]:
        # Within a JSON text a quote is escaped, so this can only be where a key begins, and the end that it is the
        # outermost object's.
        cut = key.rfind(_START)
        end = key[cut + len(_START) :]
        place = self._ends.get(end) if cut >= 0 else None
        if place is None:
            found = _END.fullmatch(end) if cut >= 0 else None
            if found is None:
                return _place_slowly(key)
            start, day = found.groups()
            place = self._ends[end] = (_minute(start.decode()), _day(day and day.decode()))
        return key[:cut], *place


def _place_slowly(key: bytes) -> tuple[bytes, int, int]:
    """For keys that are written in another order than ours."""
    document = _document(key)
    head = {name: document.get(name) for name in ("measure", "definition", "group")}
    return orjson.dumps(head)[:-1], _minute(document.get("start")), _day(document.get("arrived"))


def head_of(head: bytes) -> tuple[str, str, dict[str, str | None]]:
    """Measure, definition and group, the group's values as text; raises ValueError where it is none."""
    document = _document(head + b"}")
    measure, definition, group = document.get("measure"), document.get("definition"), document.get("group")
    if not isinstance(measure, str) or not isinstance(group, dict | None):
        message = "no measure and group"
        raise ValueError(message)  # noqa: TRY004 - the message is wrong, not a type of ours
    return measure, str(definition or ""), {name: as_text(value) for name, value in (group or {}).items()}


def as_text(value: object) -> str | None:
    """A group's value, as pages are narrowed by it."""
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


def _document(text: bytes) -> dict[str, Any]:
    document = orjson.loads(text)
    if not isinstance(document, dict):
        message = "no object"
        raise ValueError(message)  # noqa: TRY004 - the same
    return document


def _numbers(document: dict[str, Any]) -> tuple[int, int, float | None, int]:
    value = document.get("value")
    held = float(value) if isinstance(value, int | float) else None
    late, version = (_whole(document.get(name, 0)) for name in ("late", "version"))
    return _whole(document.get("count")), late, held, version


def _whole(value: object) -> int:
    if type(value) is not int or not -LARGEST < value < LARGEST:
        raise ValueError(_TOO_LARGE)
    return value


def _minute(text: object) -> int:
    at = parse_time(text)
    if at is None:
        message = "no start"
        raise ValueError(message)
    return at // MINUTE_MS


def _day(text: object) -> int:
    at = 0 if text is None else parse_time(f"{text}T00:00:00Z")
    if at is None:
        message = "arrived on no day"
        raise ValueError(message)
    return at // DAY_MS
