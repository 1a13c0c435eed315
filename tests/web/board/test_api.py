"""The API over a real store: alerts, events and the dashboard's own state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.errors import GuardstreamError
from streams.core.board.stored import Kept
from streams.web.board import event_search
from streams.web.board.board import Freshness
from tests.web.board.boards import TOKEN
from tests.web.board.filled import TAG, filled
from tests.web.board.world import HOSTILE, NOW, World, get

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIGNED = {"authorization": f"Bearer {TOKEN}"}


def all_pages(world: World, path: str, kind: str, /, **params: Any) -> list[Any]:
    found: list[Any] = []
    cursor: dict[str, str] = {}
    for _ in range(1_000):
        page = get(world, path, **params, **cursor)
        found += page[kind]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}
    pytest.fail("the list has no end")


def between(start: str, end: str) -> dict[str, Any]:
    return {"from": start, "to": end}


def many_alerts(world: World, count: int = 23) -> None:
    with world.at_once():
        for number in range(1, count + 1):
            level = ("low", "high", "critical", "foreign")[number % 4]
            # Several start at one instant, and share a title.
            world.alert(
                number,
                starts_at=f"2026-11-24T0{number % 3 + 3}:00:00Z",
                rule={"id": f"r{number % 2}", "title": f"T{number % 2}", "level": level},
                status=("firing", "resolved")[number % 2],
            )


@pytest.mark.parametrize("sort", ["newest", "oldest", "level", "rule"])
def test_pages_of_alerts_are_the_whole_list_in_every_order(world: World, sort: str) -> None:
    many_alerts(world)
    whole = get(world, "alerts", sort=sort, limit=1_000)
    assert (len(whole["alerts"]), whole["total"], whole["next_cursor"]) == (23, 23, None)
    assert all_pages(world, "alerts", "alerts", sort=sort, limit=4) == whole["alerts"]
    keys: dict[str, Callable[[Any], Any]] = {
        "newest": lambda one: one["started_at"],
        "oldest": lambda one: one["started_at"],
        "level": lambda one: ["foreign", "low", "high", "critical"].index(one["level"]),
        "rule": lambda one: one["title"],
    }
    values = [keys[sort](one) for one in whole["alerts"]]
    assert values == sorted(values, reverse=sort in {"newest", "level"})


def test_a_list_goes_on_where_it_was_although_the_clock_and_alerts_go_on(world: World) -> None:
    many_alerts(world)
    first = get(world, "alerts", limit=10)
    world.alert(99, starts_at="2026-11-24T09:59:00Z")
    world.board.clock = lambda: NOW + 3_600_000
    second = get(world, "alerts", limit=1_000, cursor=first["next_cursor"])
    assert (second["start"], second["end"]) == (first["start"], first["end"])
    assert len({one["alert_id"] for one in first["alerts"] + second["alerts"]}) == 23


def test_alerts_are_narrowed_as_the_page_is_and_counts_tell_of_other_choices(world: World) -> None:
    many_alerts(world)
    found = get(world, "alerts", status="firing", level=["low", "critical"])
    assert {(one["status"], one["level"]) for one in found["alerts"]} == {("firing", "low"), ("firing", "critical")}
    assert found["total"] == len(found["alerts"])
    assert found["counts"]["status"] == {"firing": 11, "resolved": 12}
    assert get(world, "alerts", rule="r1")["total"] == 12
    assert get(world, "alerts", account="111122223333")["total"] == 23
    assert get(world, "alerts", account="9")["total"] == 0
    assert get(world, "alerts", range="1h")["total"] == 0
    assert get(world, "alerts", **between("2026-11-24T03:00:00Z", "2026-11-24T03:01:00Z"))["total"] == 7


def test_alerts_over_time_add_up(world: World) -> None:
    many_alerts(world)
    told = get(world, "alerts/over-time", status="firing")
    lines = {line["name"]: sum(line["counts"]) for line in told["lines"]}
    assert told["total"] == lines["All"] == sum(count for name, count in lines.items() if name != "All")
    assert lines["All"] == sum(
        one["level"] != "foreign" for one in get(world, "alerts", status="firing", limit=1_000)["alerts"]
    )


def test_an_alert_is_told_whole(tmp_path: Path) -> None:
    world = filled(tmp_path / "store")
    name = world.alert(7)
    world.alert(7, status="resolved", ends_at="2026-11-24T09:50:00Z", summary=HOSTILE)
    told = get(world, f"alerts/{name}")
    assert told["document"]["summary"] == told["alert"]["summary"] == HOSTILE
    assert [step["status"] for step in told["steps"]] == ["firing", "resolved"]
    assert told["alert"]["ended_at"] == "2026-11-24T09:50:00.000Z"
    assert {one["key"]: one["values"] for one in told["affected"]}["resource_id"] == [{"value": "i-1", "count": 1}]
    assert [(tag["id"], tag["minutes_before"]) for tag in told["tags"]] == [(TAG, 60.0)]
    assert name not in {one["alert_id"] for one in told["near"]}
    assert f"{2:032x}" in {one["alert_id"] for one in told["near"]}
    assert get(world, f"alerts/{'0' * 32}", 404)["detail"] == "there is no such alert"
    get(world, "alerts/nonsense", 422)
    world.store.close()


def test_an_alert_is_handled_and_what_is_wrong_with_a_note_is_told(world: World) -> None:
    name = world.alert(1)
    path = f"/api/v1/alerts/{name}/notes"
    done = world.client.post(path, json={"action": "acknowledge", "by": "Ann", "text": HOSTILE}, headers=SIGNED)
    assert (done.status_code, done.json()["alert_id"], done.json()["text"]) == (201, name, HOSTILE)
    told = get(world, f"alerts/{name}")
    assert told["alert"]["state"] == "acknowledged"
    assert [(note["by"], note["action"]) for note in told["notes"]] == [("Ann", "acknowledge")]
    assert get(world, "alerts", state="acknowledged")["total"] == 1
    wrong: Any
    for wrong in (
        {"action": "delete", "by": "Ann"}, {"action": "note", "by": " "}, {"action": "note", "by": "\x1c"},
        {"action": "note"}, {"action": "note", "by": "Ann", "txt": "x"}, [],
    ):  # fmt: skip
        answer = world.client.post(path, json=wrong, headers=SIGNED)
        assert answer.status_code == 422, answer.text
        assert all(one.keys() == {"loc", "msg", "type"} for one in answer.json()["detail"])
    gone = world.client.post(f"/api/v1/alerts/{'0' * 32}/notes", json={"action": "note", "by": "A"}, headers=SIGNED)
    assert gone.status_code == 404
    assert len(get(world, f"alerts/{name}")["notes"]) == 1


def test_half_a_character_in_a_body_is_refused_and_no_error_of_ours(world: World) -> None:
    path = f"/api/v1/alerts/{world.alert(1)}/notes"
    headers = {**SIGNED, "content-type": "application/json"}
    for body in (
        b'{"action":"note","by":"\\ud800"}',
        b'{"action":"note","by":"Ann","\\udfff":"x"}',
        b'{"by":',
        b"\xff",
    ):
        answer = world.client.post(path, content=body, headers=headers)
        assert answer.status_code in {400, 422}
        assert answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/v1/alerts/{}/notes", "/alerts/{}/notes", "/login", "/api/v1/tags"])
def test_a_large_body_is_refused_whether_it_says_its_size_or_not(world: World, path: str) -> None:
    form = not path.startswith("/api/")
    headers = {**SIGNED, "content-type": "application/x-www-form-urlencoded" if form else "application/json"}
    for body in (b"x" * 70_000, (b"x" * 1_000 for _ in range(70))):
        answer = world.client.post(path.format(world.alert(1)), content=body, headers=headers)
        assert answer.status_code == 413
        assert answer.json()["detail"]
    if path != "/login":
        assert world.client.post(path.format(world.alert(1)), content=b"x" * 70_000).status_code == 401


def test_a_note_that_the_broker_did_not_take_is_503_and_tells_nothing_of_the_broker(world: World) -> None:
    def away(_: object) -> None:
        message = "no Kafka broker answers at secret-host:9092"
        raise GuardstreamError(message)

    name = world.alert(1)
    world.board.writes = type(world.board.writes)(away, away, away)
    done = {"action": "close", "by": "Ann"}
    for answer in (
        world.client.post(f"/api/v1/alerts/{name}/notes", headers=SIGNED, json=done),
        world.client.post(f"/alerts/{name}/notes", headers=SIGNED, data=done),
    ):
        assert answer.status_code == 503
        assert "secret-host" not in answer.text


def test_events_are_searched_page_by_page_and_it_is_told_how_far(world: World) -> None:
    with world.at_once():
        for number in range(60):
            world.record(f"2026-11-24T09:{number:02d}:00Z", event_id=f"r{number}")
            world.finding(f"2026-11-24T09:{number:02d}:00Z", f"f{number}")
    query: dict[str, Any] = {"query": "event_name:DeleteTrail", "range": "1h"}
    whole = get(world, "events", **query, limit=1_000)
    assert (whole["complete"], whole["searched_back_to"], whole["matched"]) == (True, None, 60)
    # Findings have no event name: the store leaves them out.
    assert whole["looked_at"] == 60
    assert [one["event_id"] for one in whole["events"][:2]] == ["r59", "r58"]
    assert all_pages(world, "events", "events", **query, limit=7) == whole["events"]
    first = get(world, "events", **query, limit=7)
    assert (first["complete"], first["matched"]) == (False, 7)
    assert first["searched_back_to"] == first["events"][-1]["time"]
    counted = get(world, "events", **query, limit=7, count=True)
    assert (counted["complete"], counted["matched"], len(counted["events"])) == (True, 60, 7)
    assert counted["next_cursor"] == first["next_cursor"]
    assert get(world, "events", limit=1, documents=False)["events"][0]["document"] is None
    by_filter = get(world, "events", principal="arn:aws:iam::111122223333:user/eve", limit=1_000)
    assert by_filter["matched"] == 60
    assert get(world, "events", address=["203.0.113.7", "198.51.100.4"], limit=1_000)["matched"] == 120


def test_a_search_that_is_given_up_says_where_and_goes_on_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.at_once():
        for number in range(350):
            world.record(f"2026-11-24T09:{number // 6:02d}:{number % 6:02d}Z", event_id=f"r{number}")
    monkeypatch.setattr(event_search, "LONGEST_S", -1.0)
    first = get(world, "events", query="event_id:r1", range="1h")
    assert (first["complete"], first["looked_at"], first["events"]) == (False, 100, [])
    assert first["searched_back_to"] == "2026-11-24T09:41:04.000Z"
    assert [one["event_id"] for one in all_pages(world, "events", "events", query="event_id:r1", range="1h")] == ["r1"]


def test_a_query_that_cannot_be_read_is_told_with_its_place(world: World) -> None:
    detail = get(world, "events", 400, query="a AND (")["detail"]
    assert "never closed" in detail
    assert "^" in detail


def test_a_slip_in_a_parameter_does_not_ask_for_everything(world: World) -> None:
    for path in ("alerts", "alerts/over-time", "events", "releases", "panels", "panels/accounts", "status"):
        assert "'acount'" in get(world, path, 400, acount="1")["detail"]
    for wrong in ("x", "WzEsMl0", "bnVsbA", "é", "[1,2]", "A" * 999):
        assert get(world, "alerts", 400, cursor=wrong)["detail"].startswith("cursor:")
        assert get(world, "events", 400, cursor=wrong)["detail"].startswith("cursor:")
    many_alerts(world)
    newest = get(world, "alerts", limit=2)["next_cursor"]
    get(world, "alerts", 400, cursor=newest, sort="rule")
    get(world, "alerts", 400, to="2026-11-24T03:00:00Z")
    get(world, "alerts", 400, **between("9999-12-31T23:00:00Z", "9999-12-31T23:59:59Z"))
    get(world, "alerts", 422, limit=0)


def test_status_tells_how_fresh_it_is_and_how_long_things_are_kept(world: World) -> None:
    world.board.freshness = lambda: Freshness(NOW, "these topics do not exist: x", behind=3, unread={"t": 3})
    world.board.kept = Kept(35, 35, 90)
    world.put(world.board.store.topics[1], b"", b"no alert")
    told = get(world, "status")
    assert told["counted_until"] == told["now"] == "2026-11-24T10:00:00.000Z"
    assert told["problem"] == "these topics do not exist: x"
    assert told["lag"] == {"total": 3, "topics": {"t": 3}}
    assert told["kept_days"] == {"counts": 35, "events": 35, "alerts": 90}
    assert [(one["topic"], one["unreadable"]) for one in told["topics"]] == [(world.board.store.topics[1], 1)]


def test_the_index_is_a_page_for_people_and_json_for_programs(world: World) -> None:
    told = world.client.get("/api").json()
    assert {"method": "GET", "path": "/api/v1/alerts", "summary": "List alerts"} in told["operations"]
    assert world.client.get(told["openapi"]).json()["openapi"].startswith("3.")
    page = world.client.get("/api", headers={"accept": "text/html"})
    assert 'href="/api/openapi.json"' in page.text
    assert 'href="/api"' in world.client.get("/alerts").text
