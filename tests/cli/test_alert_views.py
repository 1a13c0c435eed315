from __future__ import annotations

from typing import Any

import orjson
import pytest

from streams.cli.alert_views import Chosen, full, newest, read_alert, row


def alert(number: str = "a1", status: str = "firing", **changed: Any) -> dict[str, Any]:
    return {
        "alert_id": number,
        "fingerprint": "f" + number,
        "status": status,
        "rule": {"id": "actor-identified", "title": "An actor", "level": "high", "revision": "0a1b"},
        "condition": {"type": "more_than", "threshold": 10, "window": 10},
        "group": {"account": "111122223333", "region": "eu-west-1"},
        "window": {"start": "2026-11-24T07:00:00Z", "end": "2026-11-24T07:10:00Z"},
        "starts_at": "2026-11-24T07:10:00Z",
        "ends_at": None,
        "measured": {"count": 12, "threshold": 10},
        "summary": "12 events, more than 10",
        "evidence": {
            "total": 12,
            "items": [{"topic": "t", "partition": 3, "offset": 42, "index": 0, "event_id": "e-7", "role": "event"}],
            "first": {"detail": {"type": "Recon:EC2/Portscan"}},
        },
        "outcome": "denied",
        "historical": False,
        "links": {"console": "https://console.example", "runbook": "https://runbook.example"},
        "tags": ["release-7"],
        "related": [],
        "labels": {"team": "security"},
        "annotations": {"runbook": "Look at the instance first."},
    } | changed


def test_of_an_alerts_versions_the_last_one_stays() -> None:
    values = [orjson.dumps(alert("a")), orjson.dumps(alert("b")), orjson.dumps(alert("a", "resolved"))]
    assert [(found["alert_id"], found["status"]) for found in newest(values)] == [("a", "resolved"), ("b", "firing")]


@pytest.mark.parametrize("value", [None, b"", b"\xff", b"[]", b"{}", b'{"alert_id": 3}'])
def test_what_is_no_alert_is_passed_over(value: bytes | None) -> None:
    assert read_alert(value) is None
    assert newest([value]) == []


@pytest.mark.parametrize(
    ("chosen", "taken"),
    [
        (Chosen(), True),
        (Chosen(rule="actor-identified", level="high", status="firing"), True),
        (Chosen(rule="another"), False),
        (Chosen(level="low"), False),
        (Chosen(status="resolved"), False),
        (Chosen(since_ms=1795504200000), True),
        (Chosen(since_ms=1795504200001), False),
    ],
)
def test_an_alert_is_chosen_by_rule_level_status_and_start(chosen: Chosen, *, taken: bool) -> None:
    assert chosen.takes(alert()) is taken


def test_a_row_says_when_which_rule_and_for_which_group() -> None:
    assert row(alert()) == (
        "a1", "2026-11-24T07:10:00Z", "high", "firing", "actor-identified",
        "account=111122223333 region=eu-west-1", "12 events, more than 10",
    )  # fmt: skip


def test_a_historical_alert_is_marked() -> None:
    assert row(alert(historical=True))[3] == "firing (historical)"


def test_all_of_an_alert_is_shown() -> None:
    text = "\n".join(f"{name}: {value}" for name, value in full(alert()))
    for part in (
        "actor-identified: An actor (revision 0a1b)",
        "level: high",
        "type=more_than threshold=10 window=10",
        "count=12 threshold=10",
        "12 events, 1 listed",
        "t partition 3 offset 42 index 0  e-7 (event)",
        "Recon:EC2/Portscan",
        "https://runbook.example",
        "team=security",
        "outcome: denied",
        "Look at the instance first.",
        "fa1",
    ):
        assert part in text


def test_an_alert_with_nothing_but_its_id_can_still_be_shown() -> None:
    assert row({"alert_id": "x"})[0] == "x"
    assert next(full({"alert_id": "x"})) == ("alert", "x")
