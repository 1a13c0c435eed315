from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

import orjson
import pytest

from schemas.topics import Topics
from streams.adapters.store import related_reads
from streams.core.parsing.times import to_rfc3339
from streams.core.related.frame import DAY, Frame
from tests.adapters.store.messages import Log

if TYPE_CHECKING:
    from streams.adapters.store.store import Store
    from streams.adapters.topic_reader import Message

AT = 29_700_000
DAYS = 20
FRAME = Frame(AT)
TOPIC = Topics().window_counts
Key = tuple[str, tuple[tuple[str, str | None], ...]]


def pane(  # noqa: PLR0913, PLR0917 - what a pane is
    log: Log, measure: str, group: dict[str, str | None], minute: int, count: int, definition: str = "d"
) -> Message:
    place = {"measure": measure, "definition": definition, "group": group, "start": to_rfc3339(minute * 60_000)}
    numbers = {"count": count, "late": 0, "version": 1}
    return log.message(TOPIC, orjson.dumps(place), orjson.dumps(place | numbers))


def panes(seed: int) -> dict[tuple[Key, int], int]:
    """Counts by series and minute."""
    rng = random.Random(seed)  # noqa: S311 - a test is made again by its seed
    found: dict[tuple[Key, int], int] = {}
    for _ in range(3_000):
        measure = rng.choice(("calls", "who"))
        group = (("name", rng.choice((None, "a", "b", "<b>", "(overflow)"))), ("other", rng.choice((None, "x"))))
        minute = AT + 40 - int(rng.random() * (DAYS * DAY + 40))
        if rng.random() < 0.5:
            # Near the time of day that matters.
            minute = FRAME.start + rng.randrange(-3, 65) - rng.randrange(DAYS) * DAY
        found[(measure, group), minute] = rng.randint(1, 5)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_series_are_those_that_a_plain_sum_makes(store: Store, seed: int) -> None:
    log, counts = Log(), panes(seed)
    store.take([pane(log, measure, dict(group), minute, n) for ((measure, group), minute), n in counts.items()])
    cells: defaultdict[Key, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    total: defaultdict[Key, int] = defaultdict(int)
    first: dict[Key, int] = {}
    for (key, minute), count in counts.items():
        if minute >= FRAME.end:
            continue
        first[key] = min(first.get(key, minute), minute)
        if (place := FRAME.place(minute)) is not None:
            cells[key][place] += count
        total[key] += count if minute < FRAME.start else 0
    seen = store.around(FRAME, {"calls": "cloudtrail"})
    assert {(name.measure, name.group) for name in seen.names} == cells.keys()
    for name, past, today in zip(seen.names, seen.past, seen.today, strict=True):
        key = (name.measure, name.group)
        assert past.cells == {at: n for at, n in cells[key].items() if at >= FRAME.cells}
        assert today == {at: n for at, n in cells[key].items() if at < FRAME.cells}
        assert (past.first, past.total, past.measure) == (first[key], total[key], name.measure)
        assert name.source == ("cloudtrail" if name.measure == "calls" else "")
    assert seen.left_out == 0
    known = {
        measure: (FRAME.start - min(m for (key, m) in counts if key[0] == measure)) // DAY for measure in seen.days
    }
    assert seen.days == known


def test_first_sightings_are_counted_after_the_first_days_with_what_came_within_an_hour(store: Store) -> None:
    log = Log()
    begin = FRAME.start - 20 * DAY
    messages = [pane(log, "calls", {"name": "old"}, begin + day * DAY, 1) for day in range(20)]
    for number, (day, sizes) in enumerate({3: [1], 9: [2, 5], 12: [7]}.items()):
        name: dict[str, str | None] = {"name": f"new-{number}"}
        messages += [pane(log, "calls", name, begin + day * DAY + 30 * place, n) for place, n in enumerate(sizes)]
        messages.append(pane(log, "calls", name, begin + day * DAY + 61, 100))
    store.take(messages)
    found = store.around(FRAME, {}).newcomers["calls"]
    assert found.days == 14
    assert sorted(found.sizes) == [7, 7]


def test_of_a_measure_that_was_changed_only_what_counts_now_is_looked_at(store: Store) -> None:
    log = Log()
    store.take(
        [
            pane(log, "calls", {"name": "a"}, AT - 9 * DAY, 3, "before"),
            pane(log, "calls", {"name": "a"}, AT - DAY, 4, "now"),
            pane(log, "calls", {"name": "a"}, AT, 5, "now"),
        ]
    )
    seen = store.around(FRAME, {})
    assert [sum(past.cells.values()) for past in seen.past] == [4]
    assert seen.days == {"calls": 0}


def test_groups_without_room_are_left_out_and_too_many_are_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related_reads, "MOST_SERIES", 3)
    log = Log()
    groups: list[dict[str, str | None]] = [{"name": f"n{number}"} for number in range(8)]
    messages = [pane(log, "calls", group, AT - DAY, number + 1) for number, group in enumerate(groups)]
    messages += [pane(log, "calls", {"name": "n0"}, AT, 1), pane(log, "calls", {"name": "(overflow 001)"}, AT, 9)]
    store.take(messages)
    seen = store.around(FRAME, {})
    assert [dict(name.group)["name"] for name in seen.names] == ["n0", "n7", "n6"]
    assert seen.left_out == 5


def test_releases_and_alerts_up_to_the_frames_end(store: Store) -> None:
    log = Log()
    begins = [to_rfc3339((AT + minutes) * 60_000) for minutes in (-5, 30, -40 * DAY)]
    tags = [log.tag(f"t{number}", started_at=at) for number, at in enumerate(begins)]
    alerts = [log.alert(number, starts_at=at) for number, at in enumerate(begins, 1)]
    alerts.append(log.alert(9, starts_at=begins[0], historical=True))
    store.take([*tags, *alerts])
    seen = store.around(FRAME, {})
    assert [(one.id, one.name, one.at_ms) for one in seen.releases] == [("t0", "T0", (AT - 5) * 60_000)]
    assert [one.id for one in seen.alerts] == [f"{1:032x}"]
    assert seen.names == []
