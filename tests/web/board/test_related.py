"""What moved with an alert: its page, the API, and any instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from streams.core.parsing.times import to_rfc3339
from tests.web.board.boards import TOKEN
from tests.web.board.world import HOSTILE, MINUTE, NOW, TOPICS, World, get

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STARTS = NOW // MINUTE - 30
DAY = 1_440


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store")
    with made.at_once():
        for day in range(12):
            for number in range(40):
                count(made, {"event_name": f"Call{number}"}, STARTS - day * DAY - (number * 7) % 50, 1)
        count(made, {"event_name": HOSTILE}, STARTS - 3 * DAY, 1)
        for minute in range(12):
            count(made, {"event_name": HOSTILE}, STARTS - 12 + minute, 20)
        made.alert(1, starts_at=to_rfc3339(STARTS * MINUTE))
    yield made
    made.store.close()


def count(world: World, group: dict[str, str | None], minute: int, number: int) -> None:
    pane = {"measure": "cloudtrail-calls", "definition": "d", "group": group, "start": to_rfc3339(minute * MINUTE)}
    numbers = {"count": number, "late": 0, "version": 1}
    world.put(TOPICS.window_counts, orjson.dumps(pane), orjson.dumps(pane | numbers))


def test_the_alert_its_page_and_its_instant_tell_the_same(world: World) -> None:
    number = f"{1:032x}"
    found = get(world, f"alerts/{number}/related")
    [entry] = found["related"]
    assert entry["role"] == "moved"
    assert entry["group"] == {"event_name": HOSTILE}
    assert entry["lag_minutes"] == pytest.approx(-10, abs=5)
    assert found["summary"].startswith("1 thing moved with it, of ")
    whole = get(world, f"alerts/{number}")
    assert (whole["related"], whole["related_summary"]) == (found["related"], found["summary"])
    # An alert is none beside itself, but it is one beside its instant.
    [other, same] = sorted(
        get(world, "related", at=to_rfc3339(STARTS * MINUTE))["related"], key=lambda one: one["kind"]
    )
    assert other["id"] == number
    assert same["group"] == entry["group"]
    page = world.client.get(f"/alerts/{number}").text
    assert "What moved with it" in page
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_where_nothing_moved_the_page_says_so(world: World) -> None:
    world.alert(2, starts_at=to_rfc3339((STARTS - 2 * DAY + 300) * MINUTE))
    assert "Nothing stands out among" in world.client.get(f"/alerts/{2:032x}").text


def test_an_empty_store_and_alerts_of_any_time_are_no_error(tmp_path: Path) -> None:
    world = World(tmp_path / "empty")
    for number, at in enumerate(("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-24T09:30:00Z"), 1):
        world.alert(number, starts_at=at, window={"start": "x", "end": None}, group={}, evidence={"items": ["x"]})
        assert get(world, f"alerts/{number:032x}/related")["related"] == []
    world.store.close()


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("at=yesterday", 400, "at: 'yesterday' is no time"),
        ("at=2026-11-24T09:30:00Z&mesure=x", 400, "there is no such parameter"),
        ("at=2026-11-24T09:30:00Z&group=x", 422, "group"),
        ("", 422, "at"),
    ],
)
def test_what_can_not_be_meant_is_refused(world: World, query: str, status: int, said: str) -> None:
    answer = world.client.get(f"/api/v1/related?{query}", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == status
    assert said in answer.text


def test_an_alert_that_is_not_there(world: World) -> None:
    assert world.client.get(f"/api/v1/alerts/{7:032x}/related").status_code == 404


def test_counts_that_come_later_are_seen_by_later_questions(world: World) -> None:
    at = to_rfc3339((NOW // MINUTE - 10) * MINUTE)
    before = get(world, "related", at=at)
    with world.at_once():
        for minute in range(9):
            count(world, {"event_name": "Call3"}, NOW // MINUTE - 12 + minute, 30)
    assert get(world, "related", at=at) == before  # It was found a moment ago.
    world.board.clock = lambda: NOW + 6 * MINUTE
    after = get(world, "related", at=at)
    assert {"event_name": "Call3"} in [one["group"] for one in after["related"]]
