import json
from typing import Any

import pytest

from tests.adapters.sigma.matching import ID, imported, imported_as, matched, refusal, sigma_rule

SELECTION: dict[str, Any] = {"sel": {"eventName": "X"}}


def test_what_the_rule_says_of_itself_keeps_its_place_and_the_rest_is_annotated() -> None:
    rule = imported(
        sigma_rule(
            SELECTION,
            description="Says  what\nit finds.\n",
            author="A. Uthor",
            license="DRL-1.1",
            date="2026/01/02",
            references=["https://example.org"],
            tags=["attack.persistence", "attack.t1078"],
            falsepositives=["Admins"],
            fields=["userIdentity.arn"],
        )
    )
    assert (rule.id, rule.title, rule.level, rule.status, rule.source) == (ID, "A rule", "low", "test", "cloudtrail")
    assert rule.description == "Says  what\nit finds."
    assert rule.references == ("https://example.org",)
    assert rule.tags == ("attack.persistence", "attack.t1078")
    assert rule.falsepositives == ("Admins",)
    assert rule.condition.type == "immediate"
    assert not rule.group_by
    assert rule.annotations == {
        "sigma_author": "A. Uthor",
        "sigma_license": "DRL-1.1",
        "sigma_file": "a_rule.yml",
        "sigma_date": "2026-01-02",
        "sigma_fields": "userIdentity.arn",
    }


@pytest.mark.parametrize(
    ("status", "ours", "enabled"),
    [("stable", "stable", True), ("experimental", "experimental", True), ("deprecated", "experimental", False),
     ("unsupported", "experimental", False), (None, "experimental", True), ("informational", "experimental", True)],
)  # fmt: skip
def test_a_retired_rule_is_written_but_switched_off(status: str | None, ours: str, *, enabled: bool) -> None:
    rule = imported(sigma_rule(SELECTION, status=status))
    assert (rule.status, rule.enabled) == (ours, enabled)
    assert rule.annotations.get("sigma_status") == (None if status in {ours, None} else status)


@pytest.mark.parametrize(
    ("given", "ours"),
    [("F1A9C4D7-0000-4000-8000-000000000000", "f1a9c4d7-0000-4000-8000-000000000000"), ("cap-recon-01", "cap-recon-01"),
     ("no slug!", "a-rule"), (None, "a-rule")],
)  # fmt: skip
def test_the_id_is_kept_where_it_can_be_one_of_ours(given: str | None, ours: str) -> None:
    assert imported(sigma_rule(SELECTION, id=given)).id == ours


@pytest.mark.parametrize(("level", "said"), [(None, "none"), ("severe", "severe")])
def test_a_rule_without_a_level_that_we_know_is_medium(level: str | None, said: str) -> None:
    rule = imported(sigma_rule(SELECTION, level=level))
    assert (rule.level, rule.annotations["sigma_level"]) == ("medium", said)


@pytest.mark.parametrize(
    "parts",
    [{"tags": "attack"}, {"tags": ["nodot"]}, {"date": "soon"}, {"falsepositives": "None"}, {"references": "x"},
     {"related": "x"}, {"author": ["a"]}, {"description": 5}, {"fields": "a"}, {"license": 1}],
)  # fmt: skip
def test_mistakes_in_what_is_only_for_people_refuse_nothing(parts: dict[str, Any]) -> None:
    assert imported(sigma_rule(SELECTION, **parts)).query == "eventName:X"


@pytest.mark.parametrize(
    "source", [{"service": "cloudtrail"}, {"product": "AWS", "service": "CloudTrail", "category": "cloud"}]
)
def test_cloudtrail_is_known_by_its_service(source: dict[str, str]) -> None:
    assert imported(sigma_rule(SELECTION, logsource=source)).source == "cloudtrail"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ({"product": "windows", "service": "security"}, "its log source is product windows, service security"),
        ({"product": "aws"}, "its log source is product aws; guardstream reads"),
        ({"product": "gcp", "service": "cloudtrail"}, "product gcp"),
        ({"product": "aws", "service": "guardduty"}, "no agreed names"),
        ({}, "can't read it"),
        (None, "can't read it"),
    ],
)
def test_another_log_source_is_refused(source: Any, reason: str) -> None:
    assert reason in refusal(sigma_rule(SELECTION, logsource=source))


@pytest.mark.parametrize(
    ("detection", "parts", "reason"),
    [
        (
            {"condition": "sel | count() by userIdentity.arn > 5"},
            {},
            "its condition `sel | count() by userIdentity.arn > 5` asks",
        ),
        ({"condition": "sel | near sel2"}, {}, "asks for several events"),
        ({"timeframe": "5m"}, {}, "its timeframe asks for several events"),
        ({}, {"timeframe": "5m"}, "its timeframe asks for several events"),
        ({"condition": "nothing"}, {}, "Detection 'nothing' not defined"),
        ({"condition": "1 of nothing*"}, {}, "doesn't match any detection"),
        ({"condition": "sel and"}, {}, "can't read it"),
        ({"condition": 5}, {}, "its condition 5 is no text"),
        ({"condition": f"sel and {'(' * 60}sel{')' * 60}"}, {}, ""),
        ({}, {"taxonomy": "ecs"}, "its taxonomy is ecs"),
        ({"sel": {}}, {}, "can't read it"),
        ({"sel": {"status": "success"}}, {}, "status is no field of a CloudTrail record"),
        (
            {"sel": {"userAgent|contains": [f"agent {number}" for number in range(900)]}},
            {},
            "longer than 4,096 characters",
        ),
    ],
)
def test_what_one_query_on_one_event_cannot_say_is_refused(
    detection: dict[str, Any], parts: dict[str, Any], reason: str
) -> None:
    rule = sigma_rule({**SELECTION, "sel2": {"eventName": "Y"}, **detection}, **parts)
    found = imported_as(rule)
    assert bool(found.refusals) == bool(reason)
    assert all(
        reason in one.reason and one.title == "A rule" and one.file == "folder/a_rule.yml" for one in found.refusals
    )


def test_each_of_several_conditions_is_enough() -> None:
    rule = imported(sigma_rule({**SELECTION, "sel2": {"eventName": "Y"}, "condition": ["sel", "sel2"]}))
    assert matched(rule, [{"eventName": "X"}, {"eventName": "Y"}, {"eventName": "Z"}]) == {0, 1}


def test_a_long_list_of_values_becomes_a_list_and_matches_alike() -> None:
    names = [f"Delete{number}" for number in range(500)]
    rule = imported(sigma_rule({"sel": {"eventName": names}}))
    assert rule.query == "eventName:@eventName"
    assert matched(rule, [{"eventName": "delete499"}, {"eventName": "delete"}]) == {0}


def test_the_same_rule_always_gives_the_same_text() -> None:
    rule = json.loads(json.dumps(sigma_rule(SELECTION, description="x")))
    assert imported_as(rule) == imported_as(rule)
