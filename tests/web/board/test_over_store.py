"""Pages over a real store: alerts, events, releases."""

from __future__ import annotations

import re
from html import unescape

from tests.web.board.boards import TOKEN
from tests.web.board.world import HOSTILE, MINUTE, NOW, World


def test_alerts_are_listed_and_narrowed_by_what_they_are(world: World) -> None:
    world.alert(1)
    world.alert(
        2, status="resolved", ends_at="2026-11-24T09:40:00.000Z", rule={"id": "b", "title": "B", "level": "low"}
    )
    world.alert(3, starts_at="2026-11-20T00:00:00Z", ends_at="2026-11-20T01:00:00Z", status="resolved")
    page = world.page("/alerts")
    assert "2 alerts" in page
    assert "firing <b>1</b>" in page
    assert "B</a>" not in world.page("/alerts?status=firing")
    assert "1 alert<" in world.page("/alerts?level=low")
    assert "2 alerts" in world.page("/alerts?account=111122223333")
    assert "0 alerts" in world.page("/alerts?account=9")
    low_first = world.page("/alerts?sort=level")
    assert low_first.index("Phishing</a>") < low_first.index(">B</a>")


def test_the_newest_message_of_an_alert_counts_and_what_became_of_it_is_told(world: World) -> None:
    name = world.alert(1)
    world.alert(1, status="resolved", ends_at="2026-11-24T09:50:00.000Z", summary="over")
    page = world.page(f"/alerts/{name}")
    assert "over" in page
    _, _, became = page.partition("What became of it")
    assert became.index(">firing<") < became.index(">resolved<")
    assert "1 alert<" in world.page("/alerts")


def test_an_alert_shows_what_was_measured_with_evidence_tags_and_what_is_near(world: World) -> None:
    world.finding("2026-11-24T09:29:00Z")
    world.tag("checkout-2", "2026-11-24T08:30:00Z", applications=("checkout",))
    world.tag("too-early", "2026-11-23T08:30:00Z")
    world.alert(2, starts_at="2026-11-24T09:20:00Z", rule={"id": "n", "title": "Near", "level": "low", "revision": "1"})
    page = world.page(f"/alerts/{world.alert(1)}")
    for said in ("7 in 10m, more than 5", "<dd>7</dd>", "<dd>5</dd>", "Ask the owner.", "checkout-2", "1 h before",
                 ">Near</a>", "t 0:3", "f1", "i-1 <b>1</b>"):  # fmt: skip
        assert said in page, said
    assert "too-early" not in page
    assert "There is no such alert" in world.page(f"/alerts/{'0' * 32}", 404)


def test_an_alert_of_a_release_leads_to_it_and_its_runbook_is_read_step_by_step(world: World) -> None:
    release = {"id": "shop-7", "name": "shop 7", "started_at": "2026-11-24T08:30:00.000Z"}
    condition = {"type": "more_than", "threshold": 5, "since-release": {"within": "6h", "application": ["shop"]}}
    runbook = "1. Ask `aws sts <x>`,\n   then wait.\n2. Write it down."
    name = world.alert(1, release=release, condition=condition, annotations={"runbook": runbook})
    page = world.client.get(f"/alerts/{name}").text
    assert 'Counted since <a href="/releases/shop-7">shop 7</a> began.' in page
    assert "within 6h, application shop" in page
    assert "<p>1. Ask <code>aws sts &lt;x&gt;</code>, then wait.</p><p>2. Write it down.</p>" in page


def test_people_acknowledge_and_close_an_alert_with_a_note(world: World) -> None:
    name = world.alert(1)
    form = {"action": "acknowledge", "by": "Ann", "text": HOSTILE}
    assert world.client.post(f"/alerts/{name}/notes", data=form).status_code == 401
    signed = {"authorization": f"Bearer {TOKEN}"}
    assert world.client.post(f"/alerts/{name}/notes", data=form, headers=signed).status_code == 303
    assert "<script>alert" not in world.client.get(f"/alerts/{name}").text
    page = world.page(f"/alerts/{name}")
    assert "Ann</b> acknowledged it" in page
    assert "acknowledged <b>1</b>" in world.page("/alerts")
    world.client.post(f"/alerts/{name}/notes", data={"action": "close", "by": "Bo"}, headers=signed)
    world.client.post(f"/alerts/{name}/notes", data={"action": "note", "by": "Bo", "text": "done"}, headers=signed)
    assert "1 alert<" in world.page("/alerts?state=closed")
    assert (
        world.client.post(f"/alerts/{name}/notes", data={"action": "x", "by": "B"}, headers=signed).status_code == 422
    )
    gone = world.client.post(f"/alerts/{'0' * 32}/notes", data=form, headers=signed)
    assert gone.status_code == 404


def test_events_are_searched_by_a_query_and_by_what_they_are_about(world: World) -> None:
    world.finding("2026-11-24T09:29:00Z")
    world.record("2026-11-24T09:31:00Z")
    world.record("2026-11-24T09:31:00Z")
    page = world.page("/events")
    assert "2 events" in page
    assert "1 event<" in world.page("/events?query=event_name:DeleteTrail")
    assert "1 event<" in world.page("/events?query=detail.severity:>7")
    assert "1 event<" in world.page("/events?severity_label=High")
    [link] = re.findall(r'href="(/events\?query=principal[^"]*)"', world.client.get("/events").text)
    pivot = world.page(unescape(link))
    assert "1 event<" in pivot
    assert "user/eve" in pivot
    wrong = world.page("/events?query=a%20AND%20(")
    assert 'role="alert"' in wrong
    assert "^" in wrong


def test_a_hostile_event_is_shown_as_text(world: World) -> None:
    world.finding("2026-11-24T09:29:00Z", type=HOSTILE, resource_id=HOSTILE, finding={"x": HOSTILE})
    world.alert(1, group={"account": HOSTILE}, summary=HOSTILE, links={"console": "javascript:alert(1)"})
    world.tag("t", "2026-11-24T08:30:00Z", actor=HOSTILE, applications=(HOSTILE,))
    for path in ("/events", "/alerts", f"/alerts/{1:032x}", "/releases", "/releases/t", "/"):
        text = world.client.get(path).text
        assert "<script>alert" not in text, path
        assert "javascript:" not in text, path


def test_the_missions_story_three_hours_from_the_release_to_the_first_threat_in_two_accounts(world: World) -> None:
    """A release at 4:30, a spike at about 7:30, and two accounts with phishing DNS findings."""
    for hour in range(20):
        world.finding(f"2026-11-23T{hour:02d}:10:00Z", f"old{hour}", type="Recon:EC2/Portscan", threat_name="Portscan",
                      severity_label="Low", account="999900001111")  # fmt: skip
    world.tag("shop-7", "2026-11-24T04:30:00Z", applications=("shop",), version="7", environment="production")
    for number in range(40):
        account = ("111122223333", "444455556666")[number % 2]
        world.finding(f"2026-11-24T07:{28 + number // 2:02d}:00Z", f"new{number}", account=account)
    page = world.page("/releases/shop-7")
    assert "2 h 58 min" in page
    assert "Trojan:EC2/PhishingDomainRequest!DNS" in page
    assert "Accounts: 2" in page
    assert "111122223333" in page
    assert "444455556666" in page
    assert "more than chance would bring" in page
    listed = world.page("/releases?range=24h")
    assert "shop-7" in listed
    assert "2 h 58 min" in listed
    assert "There is no such release" in world.page("/releases/none", 404)


def test_a_tag_that_is_posted_is_on_the_page(world: World) -> None:
    signed = {"authorization": f"Bearer {TOKEN}"}
    body = {"name": "api 1.2", "application": ["api"], "subsystem": [], "timestamp": NOW - 30 * MINUTE}
    assert world.client.post("/api/v1/external/tags", json=body).status_code == 401
    assert world.client.post("/api/v1/external/tags", json=body, headers=signed).status_code < 300
    assert "api 1.2" in world.page("/releases")
    assert world.client.post("/api/v1/tags", json={"name": "x"}).status_code == 401


def test_alerts_and_events_over_time_are_pictures_too_as_the_lists_are_narrowed(world: World) -> None:
    world.alert(1)
    world.record("2026-11-24T09:31:00Z")
    for page, path, said in (
        ("/alerts?level=high", "/alerts/picture.svg?level=high", "level: high"),
        ("/events?query=DeleteTrail", "/events/picture.svg?query=DeleteTrail", "DeleteTrail"),
    ):
        assert f'href="{path}"' in world.page(page)
        for address in (path, f"{path}&dark=true"):
            picture = world.client.get(address)
            assert picture.headers["content-type"] == "image/svg+xml"
            assert said in picture.text.partition("</desc>")[0]
    assert world.client.get("/events/picture.svg?query=%28").status_code == 400
