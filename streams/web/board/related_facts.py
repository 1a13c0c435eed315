"""What moved with an alert, found for the page, the API and the command line; remembered, since it takes a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streams.core.parsing.times import parse_time
from streams.core.related.find import Found, Known, judge, study
from streams.core.related.frame import Frame, frame_of
from streams.core.related.seen import Own, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streams.web.board.board import Board

MINUTE_MS = 60_000
MOST_STUDIED, MOST_ANSWERS = 2, 256
SETTLED_MS = 30 * MINUTE_MS
"""So long after a frame's end counts are taken to come no more."""
OFTEN_MS, SELDOM_MS = 5 * MINUTE_MS, 60 * MINUTE_MS
"""How long an answer holds before and after that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An instant (epoch ms), the window before it in minutes, and what is known of what was counted."""

    at_ms: int
    window: int = 0
    measure: str | None = None
    group: tuple[tuple[str, str | None], ...] = ()
    source: str = ""
    events: int = 0
    alert_id: str | None = None


class RelatedDesk:
    """Finds what moved; one question at a time, so that pages of others are served meanwhile."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._lock = threading.Lock()
        self._studied: OrderedDict[tuple[Frame, int], tuple[Seen, Known]] = OrderedDict()
        self._answers: OrderedDict[tuple[Asked, Frame, int], Found] = OrderedDict()

    def find(self, asked: Asked) -> Found:
        """What moved with it, as far as is known now."""
        now = self._board.clock()
        frame = frame_of(asked.at_ms, min(now, self._board.freshness().newest_ms or now), asked.window)
        settled = now > frame.end * MINUTE_MS + SETTLED_MS
        age = now // (SELDOM_MS if settled else OFTEN_MS)
        with self._lock:
            found = self._answers.get((asked, frame, age))
            if found is None:
                found = self._find(asked, frame, age)
                _keep(self._answers, (asked, frame, age), found, MOST_ANSWERS)
        return found

    def _find(self, asked: Asked, frame: Frame, age: int) -> Found:
        studied = self._studied.get((frame, age))
        if studied is None:
            seen = self._board.store.around(frame, self._board.sources)
            studied = (seen, study(seen))
            _keep(self._studied, (frame, age), studied, MOST_STUDIED)
        seen, known = studied
        cells = {(asked.at_ms // MINUTE_MS - frame.start) // 5: asked.events} if asked.events else None
        return judge(seen, Own(asked.at_ms, asked.measure, asked.source, asked.group, cells, asked.alert_id), known)


def asked_of(alert: Mapping[str, Any], sources: Mapping[str, str]) -> Asked | None:
    """What is asked for an alert of the topic (by its topics what each is a source of); None where it has no start."""
    at_ms = parse_time(alert.get("starts_at"))
    if at_ms is None:
        return None
    window = alert.get("window") if isinstance(alert.get("window"), dict) else None
    rule = alert.get("rule") if isinstance(alert.get("rule"), dict) else {}
    group = alert.get("group") if isinstance(alert.get("group"), dict) else {}
    minutes = 0
    if window:
        start, end = parse_time(window.get("start")), parse_time(window.get("end"))
        minutes = max(0, (end - start) // MINUTE_MS) if start is not None and end is not None else 0
    return Asked(
        at_ms,
        minutes,
        str(rule["id"]) if rule and "id" in rule else None,
        tuple((str(key), None if value is None else str(value)) for key, value in (group or {}).items()),
        _source(alert, sources),
        0 if window else 1,
        str(alert.get("alert_id")),
    )


def _source(alert: Mapping[str, Any], sources: Mapping[str, str]) -> str:
    """By the topic of the first event that it refers to; empty where it refers to none."""
    evidence = alert.get("evidence")
    items: Sequence[Any] = (evidence.get("items") if isinstance(evidence, dict) else None) or ()
    topic = items[0].get("topic") if items and isinstance(items[0], dict) else None
    return sources.get(str(topic), "")


def _keep(cache: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    cache[key] = value
    while len(cache) > most:
        cache.popitem(last=False)
