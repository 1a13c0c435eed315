import pytest

from streams.core.query import compile_query
from streams.core.query.doubts import doubts


def doubt(query: str) -> list[str]:
    lists = {"labels": frozenset({"hgih"}), "none": frozenset[str]()}
    return list(doubts(query, compile_query(query, lists).node))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("severity:[9 TO 1]", "lower bound stands first"),
        ("a:{5 TO 5]", "lower bound stands first"),
        ("a:[z TO b]", "lower bound stands first"),
        ("a:[2026-03-02 TO 2026-03-01]", "lower bound stands first"),
        ("a:{2026-03-02 TO 2026-03-02}", "lower bound stands first"),
        ("severity:abc", "'abc' is none"),
        ("severity:high", "write severity_label:High"),
        ("severity:>high", "'high' is none"),
        ("detail.resource.instanceDetails.severity:/low|high/", "'high, low' is none"),
        ("severity:>10", "from 0 to 10"),
        ("severity:11", "'11' is none"),
        ("severity:(>8 AND <=5)", "no severity is a number > 8 and also is a number ≤ 5"),
        ("severity_label:hgh", "did you mean High?"),
        ("severity_label:(low OR hgh)", "did you mean High?"),
        ("severity_label:@labels", "one of Low, Medium, High, Critical"),
        ("outcome:succes", "did you mean success?"),
        ("outcome:fail*", "one of success, denied, error"),
        ("resource_role:actr", "did you mean ACTOR?"),
        ("detail.resource.instanceDetails.service.resourceRole:victim", "one of ACTOR, TARGET"),
        ("resource_role.keyword:actor", "did you mean ACTOR?"),
        ("mfa:yes", "one of true, false"),
        ("a:1 AND NOT a:1", "asks for what it leaves out"),
        ("a:1 AND b:2 AND (c:3 AND NOT a:1)", "asks for what it leaves out"),
        ("a:1 OR NOT a:1", "asks for what it leaves out"),
        ("event_time:2026-03-02", "write event_time:[2026-03-02 TO 2026-03-02]"),
        ("a:[5 TO x]", "different kinds"),
        ("a:[10.0.0.0 TO 10.0.0.255]", "write a network"),
        ("a:'b c'", "double quotes"),
        ("a:\N{LEFT SINGLE QUOTATION MARK}b c\N{RIGHT SINGLE QUOTATION MARK}", "double quotes"),
        ("event\u200bName:x", "U+200B, at its place 6"),
        ("a:[2026-13-01 TO *]", "no such date as 2026-13-01"),
        ("a:[2026-13-01 TO 2026-02-30]", "no such date as 2026-13-01 and 2026-02-30"),
        ("a:[2026-02-28 TO 2026-02-30]", "no such date as 2026-02-30"),
        ("event_time:2026-02-30", "no such date as 2026-02-30"),
        ("event_time:>2026-3-1", "write times as 2026-03-02"),
    ],
)  # fmt: skip
def test_what_no_event_can_pass_or_nobody_means_is_told(query: str, told: str) -> None:
    assert any(told in sentence for sentence in doubt(query)), doubt(query)


@pytest.mark.parametrize(
    "query",
    [
        "severity:[1 TO 9]", "severity:8", "severity:8.5", 'severity:"8"', "severity:*", "severity:8*", "severity:>=9",
        "severity:[10 TO 10]", "severity:/8|9/", "severity.numeric:(>6.9 AND <=8.9)", "severity:(<4 OR >7)",
        "ports:(>8 AND <5)", "severity_label:high", "severity_label:(High OR critical)", "severity_label:/hi.*/",
        "severity_label:@none", "outcome:(denied OR error)", "NOT outcome:success", "resource_role:actor",
        "detail.resource.instanceDetails.service.resourceRole:actor", "mfa:false", "sample:true", "a:1 AND NOT a:2",
        "a:1 OR a:1", "a:[a TO b]", "a:[2026-03-02 TO 2026-03-02]", "event_time:>2026-03-02",
        'event_time:"2026-03-02T11:00:00.000Z"', "a:[1 TO 1]", "a:it's", "a:\"'b' c\"", "a:[* TO 5]", "a:b", "*:*",
        "a:(b AND NOT c)", "error_code:*", "NOT (a:1 OR b:2)", 'a:["1" TO "6"]', r"a:\'b",
    ],
)  # fmt: skip
def test_nothing_is_told_of_what_can_be_meant(query: str) -> None:
    assert doubt(query) == []
