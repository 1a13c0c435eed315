from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from schemas.errors import GuardstreamError
from streams.adapters.store.store import Store
from streams.core.board.spans import Span
from streams.core.board.stored import Kept
from streams.core.board.untold import OVERFLOW
from tests.adapters.store.messages import DAY, MINUTE, START, TOPICS, Log

if TYPE_CHECKING:
    from pathlib import Path

SPAN = Span(START, START + 60 * MINUTE)
USED_BY_BOB = {"detail": {"resource": {"accessKeyDetails": {"userName": "bob"}}}}
DENIED = {"outcome": "denied", "error_code": "AccessDenied"}


def test_events_are_found_by_all_that_they_have_to_do_with(store: Store) -> None:
    log = Log()
    news = store.take(
        [
            log.finding(
                1, type="T", severity=8, severity_label="High", security_groups=["web", "db"], resource_id="i-1"
            ),
            log.finding(
                2,
                type="U",
                remote_addresses=["1.2.3.4"],
                finding=USED_BY_BOB,
            ),
            log.record(
                3,
                event_name="GetObject",
                principal="arn:bob",
                source_address="1.2.3.4",
                resource_arns=["i-1", "i-2"],
                outcome="denied",
                error_code="AccessDenied",
            ),
            log.record(99, event_name="Later"),
            log.message(TOPICS.enriched_findings, b"k", b"{}"),
            log.message(TOPICS.enriched_findings, b"k", b'{"finding":{},"event_time":"never"}'),
        ]
    )
    assert news == {"events"}

    def names(**where: Any) -> list[str | None]:
        return [event.name for event in store.events(SPAN, where)]

    assert names() == ["GetObject", "U", "T"]
    assert names(address=("1.2.3.4",)) == ["GetObject", "U"]
    assert names(resource_id=("i-1",)) == ["GetObject", "T"]
    assert names(security_group=("db", "never")) == ["T"]
    assert names(security_group=(None,)) == ["GetObject", "U"]
    assert names(principal=("bob", "arn:bob")) == ["GetObject", "U"]
    assert names(severity_label=(None, "High"), kind=("finding",)) == ["U", "T"]
    assert names(account=()) == []
    assert names(error_code=("AccessDenied",), outcome=("denied",)) == ["GetObject"]
    counts = store.event_counts(SPAN, 2)
    assert {kind: sum(some) for kind, some in counts.items()} == {"finding": 2, "record": 1}
    assert list(map(sum, zip(*counts.values(), strict=True))) == [1, 2, *[0] * 28]
    found = store.events(SPAN)[2]
    assert (found.severity, found.security_groups, found.resources) == (8.0, ("web", "db"), ("i-1",))
    assert found.document["type"] == "T"
    assert store.event(found.topic, found.partition, found.offset) == found
    assert store.event(found.topic, found.partition, 999) is None
    with pytest.raises(KeyError):
        names(nonsense=("x",))


def test_a_list_of_events_goes_on_where_it_ended_even_within_a_millisecond(store: Store) -> None:
    log = Log()
    store.take([log.finding(number // 4, title=str(number)) for number in range(10)])
    seen, before = [], None
    while page := store.events(SPAN, limit=3, before=before):
        seen += [event.document["title"] for event in page]
        before = page[-1].place
    assert seen == [str(number) for number in reversed(range(10))]


def test_tags_are_their_newest_messages_and_null_removes_them(store: Store) -> None:
    log = Log()
    at = "2023-11-14T22:{:02d}:00Z".format
    store.take(
        [
            log.tag("a", started_at=at(20)),
            log.tag("b", started_at=at(10), finished_at=at(30)),
            log.tag("gone", started_at=at(20)),
            log.tag("early", started_at=at(1)),
            log.tag("broken", started_at="never"),
        ]
    )
    assert store.take([log.tag("a", started_at=at(15)), log.message(TOPICS.lifecycle_tags, b"gone", None)]) == {"tags"}
    assert [tag.id for tag in store.tags(SPAN)] == ["b", "a"]
    found = store.tag("a")
    assert found is not None
    assert found.started_at == at(15)
    assert store.tag("gone") is None


def test_ratios_are_their_newest_versions(store: Store) -> None:
    log = Log()
    store.take([log.ratio(0, 1, 2, a="x"), log.ratio(0, 3, 1, a="x"), log.ratio(5, 2, a="y"), log.ratio(50, 2, a="z")])
    store.take([log.ratio(0, 2, 3, a="x"), log.ratio(5, 4, 0, a="y")])
    found = store.ratios("share", Span(START, START + 20 * MINUTE))
    assert [(one.group, one.numerator, one.value, one.end - one.start) for one in found] == [
        ({"a": "x"}, 2, 0.5, 5),
        ({"a": "y"}, 2, 0.5, 5),
    ]
    gone = log.ratio(0, 0, a="x")
    store.take([log.message(TOPICS.window_counts, gone.key, None)])
    assert len(store.ratios("share", SPAN)) == 2
    assert store.measures() == {}


def test_what_overflowed_is_no_value_and_no_event_can_pass_for_it(store: Store) -> None:
    log = Log()
    store.take(
        [
            log.pane(0, 1, account="(overflow 007)", region=None),
            log.pane(0, 2, account="(overflow)", region=None),
            log.pane(0, 4, account="(overflow 007)", region="r"),
        ]
    )
    found = store.totals("m", SPAN, {}, ("account",))
    assert sorted((str(value), value is OVERFLOW, count) for (value,), count in found) == [
        ("(overflow 007)", False, 4),
        ("(overflow)", False, 2),
        ("(overflow)", True, 1),
    ]
    assert store.totals("m", SPAN, {"region": (None,)}, ()) == [((), 2)]
    assert store.totals("m", SPAN, {"account": ("(overflow)",)}, ()) == [((), 2)]
    assert store.totals("m", SPAN, {"account": (OVERFLOW,)}, ()) == [((), 1)]
    assert store.overflowed("m", SPAN) == 1


def test_what_is_old_is_forgotten_and_what_comes_after_is_counted_right(store: Store) -> None:
    log = Log()
    store.take(
        [
            log.pane(0, 1, account="old"),
            log.pane(2 * 1_440, 2, account="new"),
            log.finding(0),
            log.alert(1),
            log.note(1, 1, "close"),
            log.ratio(0, 1, a="x"),
        ]
    )
    whole = Span(START, START + 9 * DAY)
    assert store.totals("m", whole, {}, ("account",)) != []
    store.forget(START + 2 * DAY, Kept(panes=1, events=1, alerts=1))
    assert store.totals("m", whole, {}, ("account",)) == [(("new",), 2)]
    assert store.events(whole) == []
    assert store.alerts(None) == []
    assert store.ratios("share", whole) == []
    store.take([log.pane(2 * 1_440, 5, account="old"), log.pane(2 * 1_440, 7, account="third")])
    assert dict(store.totals("m", whole, {}, ("account",))) == {("new",): 2, ("old",): 5, ("third",): 7}
    store.forget(START + 99 * DAY)
    assert store.measures() == {}
    store.take([log.pane(0, 3, account="old")])
    assert store.totals("m", whole, {"account": ("old",)}, ("account",)) == [(("old",), 3)]


def test_a_batch_that_cannot_be_written_was_not_taken(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    store.take([log.pane(0, 1, account="a")])
    batch = [log.pane(1, 2, account="b"), log.pane(0, 9, 2, account="a")]
    with monkeypatch.context() as patch:

        def fail(*_: object) -> None:
            message = "no space left"
            raise duckdb.IOException(message)

        patch.setattr(store, "_write_offsets", fail)
        with pytest.raises(duckdb.Error):
            store.take(batch)
    assert store.totals("m", SPAN, {}, ("account",)) == [(("a",), 1)]
    assert store.offsets() == {(TOPICS.window_counts, 0): 1}
    store.take(batch)
    assert dict(store.totals("m", SPAN, {}, ("account",))) == {("a",): 9, ("b",): 2}


def test_questions_are_answered_while_messages_are_taken_and_each_of_one_moment(store: Store) -> None:
    log, stop = Log(), threading.Event()
    seen: set[frozenset[tuple[int, ...]]] = set()

    def ask() -> None:
        while not stop.is_set():
            seen.add(frozenset(tuple(line) for line in store.trend("m", SPAN, {}, ("account",), 10).values()))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for version in range(1, 60):
        # All panes of all accounts move on together.
        panes = [
            log.pane(minute, version, version, account=f"{one}") for one in range(9) for minute in range(0, 60, 10)
        ]
        store.take(panes)
        if version % 20 == 0:
            store.forget(START)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(seen) > 2
    assert all(len(lines) <= 1 and all(len(set(line)) == 1 for line in lines) for lines in seen)


def test_a_file_has_one_owner(store: Store, path: Path) -> None:
    store.take([Log().pane(0, 1, account="a")])
    program = (
        "import sys; from pathlib import Path; from schemas.topics import Topics;"
        "from streams.adapters.store.store import Store; Store.open(Path(sys.argv[1]), Topics())"
    )
    run = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "has another dashboard got it?" in run.stderr


def test_a_file_of_another_version_or_of_something_else_is_refused(path: Path) -> None:
    path.write_text("this is no database, and long enough to be looked at " * 99)
    with pytest.raises(GuardstreamError, match="can't be opened"):
        Store.open(path, TOPICS)
    path.unlink()
    Store.open(path, TOPICS).close()
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET version = 0")
    with pytest.raises(GuardstreamError, match="another version"):
        Store.open(path, TOPICS)


def test_it_says_how_far_it_has_read(store: Store) -> None:
    log = Log()
    store.take([log.pane(0, 1, account="a"), log.pane(900_000, 1, account="far ahead"), log.finding(0)])
    fresh = store.fresh(START + DAY)
    assert fresh.newest_minute == START // MINUTE
    assert list(fresh.minutes.values()) == [(START // MINUTE, START // MINUTE)]
    assert {topic.topic: topic.newest_ms for topic in fresh.topics} == {
        TOPICS.window_counts: START + MINUTE,
        TOPICS.enriched_findings: START,
    }
