from __future__ import annotations

import json
from typing import Any

import pytest

from schemas.event import Kind
from streams.core.enrich.accounts import AccountInfo
from streams.core.intake.search import Hit, Note, Searcher
from streams.core.query import QueryError

FINDING = {
    "source": "aws.guardduty",
    "detail-type": "GuardDuty Finding",
    "account": "111122223333",
    "time": "2026-03-02T11:00:00Z",
    "detail": {
        "type": "Backdoor:EC2/C&CActivity.B!DNS",
        "severity": 8,
        "accountId": "111122223333",
        "service": {"resourceRole": "ACTOR"},
    },
}
RECORD = {
    "eventVersion": "1.09",
    "eventSource": "guardduty.amazonaws.com",
    "eventName": "DeleteDetector",
    "eventTime": "2026-03-02T11:00:00Z",
    "recipientAccountId": "111122223333",
}


def search(query: str, *values: Any, kinds: frozenset[Kind] | None = None) -> list[Kind | str]:
    text = b"\n".join(value if isinstance(value, bytes) else json.dumps(value).encode() for value in values)
    accounts = {"111122223333": AccountInfo("prod", "team-a", "production")}
    found = Searcher(query, {}, accounts, kinds).search(text)
    return [one.kind if isinstance(one, Hit) else f"{one.line}: {one.why}" for one in found]


def test_findings_and_records_are_searched_with_their_parsed_fields() -> None:
    assert search("threat_purpose:backdoor AND account_owner:team-a", FINDING, RECORD) == [Kind.FINDING]
    assert search("outcome:success", FINDING, RECORD) == [Kind.CLOUDTRAIL]
    old_name = "detail.resource.instanceDetails.service.resourceRole:actor"
    assert search(old_name, FINDING) == [Kind.FINDING]


def test_a_term_without_a_field_searches_no_parsed_field() -> None:
    assert search("high", FINDING) == []
    assert search("actor", FINDING) == [Kind.FINDING]


@pytest.mark.parametrize(
    "wrapped",
    [
        {"Records": [RECORD]},
        {"detail-type": "AWS API Call via CloudTrail", "source": "aws.guardduty", "detail": RECORD},
        {"Type": "Notification", "Message": json.dumps(RECORD)},
        [RECORD],
    ],
)
def test_what_carriers_wrap_is_found(wrapped: Any) -> None:
    [hit] = Searcher("eventName:DeleteDetector", {}, {}).search(json.dumps(wrapped).encode())
    assert isinstance(hit, Hit)
    assert hit.document == RECORD


def test_other_objects_are_searched_as_they_are() -> None:
    assert search("a.b:1", {"a": {"b": [2, 1]}}, {"a": 1}) == [Kind.OTHER]
    assert search("detail.eventName:x", {"detail": {"eventName": "x"}}) == [Kind.OTHER]
    assert search("Records.a:1", {"Records": [{"a": 1}]}) == [Kind.OTHER]
    assert search("data:abc", {"data": "abc"}) == [Kind.OTHER]
    assert search("a:1", [{"a": 1}, {"a": 2}, {"a": 1}]) == [Kind.OTHER] * 2
    assert search("outcome:failed", {"outcome": "login failed"}) == [Kind.OTHER]


def test_an_older_name_finds_todays_place_in_other_objects_where_its_own_is_empty() -> None:
    query = "detail.resource.instanceDetails.severity.numeric:>7"
    assert search(query, {"detail": {"severity": 8}}) == [Kind.OTHER]
    assert search(query, {"detail": {"severity": 8, "resource": {"instanceDetails": {"severity": 2}}}}) == []


def test_only_the_wanted_kinds_are_searched() -> None:
    events = (FINDING, RECORD, {"a": 1})
    assert search("*", *events) == [Kind.FINDING, Kind.CLOUDTRAIL, Kind.OTHER]
    assert search("*", *events, kinds=frozenset({Kind.CLOUDTRAIL})) == [Kind.CLOUDTRAIL]


def test_what_cant_be_read_is_told_with_its_line_and_the_rest_is_searched() -> None:
    [first, second, third, hit] = search("a:1", {"b": 1}, b"7", b"{broken", b"[" * 200 + b"]" * 200, {"a": 1})
    assert [str(note)[:2] for note in (first, second, third)] == ["2:", "3:", "4:"]
    assert hit is Kind.OTHER


def test_an_event_without_a_time_is_searched_without_it() -> None:
    timeless = {**FINDING, "time": None}
    note, hit = Searcher("threat_purpose:backdoor AND NOT event_time:*", {}, {}).search(json.dumps(timeless).encode())
    assert isinstance(note, Note)
    assert note.searched
    assert isinstance(hit, Hit)


def test_a_wrong_query_is_told_before_anything_is_read() -> None:
    with pytest.raises(QueryError):
        Searcher("a:(", {}, {})
