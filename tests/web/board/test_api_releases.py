"""The API of releases over a real store."""

from __future__ import annotations

from tests.web.board.world import World, get


def test_the_missions_story_is_told_as_numbers(world: World) -> None:
    with world.at_once():
        for hour in range(20):
            world.finding(f"2026-11-23T{hour:02d}:10:00Z", f"old{hour}", type="Recon:EC2/Portscan",
                          threat_name="Portscan", severity_label="Low", account="999900001111")  # fmt: skip
        for number in range(40):
            account = ("111122223333", "444455556666")[number % 2]
            world.finding(f"2026-11-24T07:{28 + number // 2:02d}:00Z", f"new{number}", account=account)
    world.count()
    world.tag("shop-7", "2026-11-24T04:30:00Z", applications=("shop",), version="7", environment="production")
    world.alert(1, starts_at="2026-11-24T07:30:00Z")
    told = get(world, "releases/shop-7")
    release = told["release"]
    assert release["first_new"]["minutes_after"] == 178.0
    assert release["first_grave"]["type"] == "Trojan:EC2/PhishingDomainRequest!DNS"
    assert release["new_threats"] == ["PhishingDomainRequest"]
    assert release["accounts"] == {
        "total": 2,
        "most": [{"value": "111122223333", "count": 20}, {"value": "444455556666", "count": 20}],
    }
    assert release["security_groups"]["most"] == [{"value": "web", "count": 40}]
    assert (release["findings"]["before"], release["findings"]["after"]) == (0, 40)
    assert release["findings"]["change"] == "more"
    assert release["findings"]["low"] > 1
    assert release["findings"]["high"] is None
    assert release["periods"]["release"] == "2026-11-24T04:30:00.000Z"
    assert release["periods"]["minutes"] == 330.0
    assert ([one["title"] for one in told["alerts"]], told["alerts_total"]) == (["Phishing"], 1)
    assert "more than chance would bring" in told["sentences"][0]
    assert told["over_time"]["total"] == 40
    listed = get(world, "releases", range="24h")
    assert (listed["total"], [one["tag"]["id"] for one in listed["releases"]]) == (1, ["shop-7"])
    row = listed["releases"][0]
    assert (row["findings"], row["periods"], row["tag"]) == (release["findings"], release["periods"], release["tag"])
    assert row["first_new"] == {"minutes_after": 178.0, "type": "Trojan:EC2/PhishingDomainRequest!DNS"}
    assert (row["accounts"], row["alerts"], sum(row["around"])) == (2, 1, 40)
    world.tag("shop-8", "2026-11-24T08:30:00Z", applications=("shop",))
    assert get(world, "releases/shop-7")["release"]["ends_with"]["id"] == "shop-8"
    assert [one["tag"]["id"] for one in get(world, "releases", limit=1)["releases"]] == ["shop-8"]
    assert [one["tag"]["id"] for one in get(world, "releases", sort="new")["releases"]] == ["shop-7", "shop-8"]
    assert get(world, "releases", application="cart")["total"] == 0
    get(world, "releases", 422, sort="x")
    get(world, "releases/none", 404)


def test_a_release_at_the_edge_of_time_is_told(world: World) -> None:
    world.tag("first", "0001-01-01T00:00:00Z")
    world.tag("last", "9999-12-31T23:59:59Z")
    assert get(world, "releases/first")["release"]["periods"]["before"] == "0001-01-01T00:00:00.000Z"
    assert get(world, "releases/last")["release"]["periods"]["minutes"] == 0
    for name in ("first", "last"):
        assert world.client.get(f"/releases/{name}").status_code == 200
