"""Alerts and notes beside a fold of the same messages in plain Python."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.adapters.store.alert_reads import Sort, place_of
from streams.adapters.store.store import Store
from streams.core.board.spans import Span
from streams.core.parsing.times import to_rfc3339
from tests.adapters.store.messages import MINUTE, START, TOPICS, Log

if TYPE_CHECKING:
    from streams.core.board.stored import AlertRow

STATE_AFTER = {"acknowledge": "acknowledged", "close": "closed", "reopen": "open"}
SAID = st.one_of(
    st.tuples(
        st.just("alert"),
        st.integers(0, 2),
        st.sampled_from(["firing", "resolved", "amended"]),
        st.sampled_from(["low", "high", "critical"]),
        st.integers(0, 9),
        st.sampled_from(["111", "222", None]),
    ),
    st.tuples(
        st.just("note"), st.integers(0, 5), st.integers(0, 2), st.sampled_from([*STATE_AFTER, "note"]), st.booleans()
    ),
    st.tuples(st.just("broken"), st.sampled_from([TOPICS.alerts, TOPICS.alert_notes]), st.sampled_from([b"{}", None])),
)
VALUES = st.lists(
    st.sampled_from(["firing", "resolved", "open", "closed", "acknowledged", "high", "111", None]), max_size=3
)
FILTERS = st.dictionaries(st.sampled_from(["status", "state", "level", "who"]), VALUES.map(tuple), max_size=2)


def started(document: dict[str, Any]) -> int:
    return next(at for at in range(START, START + 10 * MINUTE, MINUTE) if to_rfc3339(at) == document["starts_at"])


def paged(store: Store, span: Span | None, where: dict[str, Any], sort: Sort) -> list[AlertRow]:
    listed: list[AlertRow] = []
    while page := store.alerts(span, where, sort, 1, place_of(listed[-1], sort) if listed else None):
        listed += page
    return listed


class ByHand:
    def __init__(self) -> None:
        self.newest: dict[str, dict[str, Any]] = {}
        self.steps: dict[str, list[bytes]] = {}
        self.notes: dict[str, dict[str, Any]] = {}

    def take(self, topic: str, value: bytes | None) -> None:
        document = orjson.loads(value or b"{}")
        if not document:
            return
        name = document["alert_id"]
        if topic == TOPICS.alert_notes:
            self.notes.setdefault(document["note_id"], document)
            return
        self.newest[name] = document
        steps = self.steps.setdefault(name, [])
        if value not in steps:
            steps.append(value or b"")

    def state(self, name: str) -> str:
        actions = [n["action"] for n in self.notes.values() if n["alert_id"] == name and n["action"] != "note"]
        return STATE_AFTER[actions[-1]] if actions else "open"

    def found(self, span: Span | None, where: dict[str, tuple[str | None, ...]]) -> list[str]:
        names = []
        for name, document in self.newest.items():
            said = {
                "status": document["status"],
                "state": self.state(name),
                "level": document["rule"]["level"],
                "who": document["group"].get("who"),
            }
            inside = span is None or span.start_ms <= started(document) < span.end_ms
            if inside and all(said[key] in values for key, values in where.items()):
                names.append(name)
        return sorted(names, key=lambda one: (-started(self.newest[one]), one))


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    said=st.lists(SAID, min_size=10, max_size=40),
    size=st.integers(1, 12),
    questions=st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 9)), FILTERS), max_size=6),
)
def test_alerts_are_their_newest_messages_in_the_state_of_their_newest_action(
    said: list[tuple[Any, ...]], size: int, questions: list[tuple[int | None, dict[str, tuple[str | None, ...]]]]
) -> None:
    log, messages, by_hand = Log(), [], ByHand()
    for kind, first, *rest in said:
        if kind == "alert":
            status, level, minute, who = rest
            made = log.alert(first, minute, status=status, level=level, group={"who": who})
        elif kind == "note":
            made = log.note(first, rest[0], rest[1], text="x" if rest[2] else "")
        else:
            made = log.message(first, b"k", rest[0])
        messages.append(made)
        by_hand.take(made.topic, made.value)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.duckdb"
        store = Store.open(path, TOPICS, "100MB")
        for begin in range(0, len(messages), size):
            # Each batch comes with what was taken before, too.
            store.take(messages[max(0, begin - size) : begin + size])
            if size % 4 == 0:
                store.close()
                store = Store.open(path, TOPICS, "100MB")
        for start, where in questions:
            span = None if start is None else Span(START + start * MINUTE, START + (start + 3) * MINUTE)
            found = by_hand.found(span, where)
            rows = store.alerts(span, where)
            assert [row.alert_id for row in rows] == found
            for sort in get_args(Sort):
                assert paged(store, span, where, sort) == store.alerts(span, where, sort)
            levels = Counter(by_hand.newest[name]["rule"]["level"] for name in found)
            assert store.alert_counts(span, where, "level") == levels
            if span is not None:
                assert {level: sum(line) for level, line in store.alerts_per(2, span, where).items()} == levels
        for name, document in by_hand.newest.items():
            whole = store.alert(name)
            assert whole is not None
            assert whole.document == document
            assert whole.row.state == by_hand.state(name)
            assert [step.status for step in whole.steps] == [orjson.loads(one)["status"] for one in by_hand.steps[name]]
            noted = [note for note in by_hand.notes.values() if note["alert_id"] == name]
            assert [(note.note_id, note.action) for note in whole.notes] == [(n["note_id"], n["action"]) for n in noted]
        broken = sum(kind == "broken" for kind, *_ in said)
        assert sum(topic.skipped for topic in store.fresh().topics) == broken
        store.close()
