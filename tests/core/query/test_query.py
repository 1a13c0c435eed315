import pytest

from streams.core.query import WHOLE, QueryError, compile_query

FINDING = {
    "source": "aws.guardduty",
    "threat_purpose": "Backdoor",
    "threat_name": "PhishingDomainRequest",
    "detail": {"severity": 8.0, "service": {"resourceRole": "ACTOR"}},
}
RECORD = {"eventSource": "guardduty.amazonaws.com", "eventName": "DeleteDetector"}
HIGH = "source:”aws.guardduty” AND detail.resource.instanceDetails.severity.numeric:(>6.9 AND <=8.9)"
ALTERED = (
    "eventSource:”guardduty.amazonaws.com” AND eventName.keyword:/CreateFilter|DeleteDetector|UpdateThreatIntelSet/"
)
BUCKETS = (
    "eventSource:”s3.amazonaws.com” AND (eventName:PutBucketAcl OR eventName:PutBucketPolicy) "
    "AND requestParameters.bucketName:your-bucket-names"
)


@pytest.mark.parametrize(
    "query",
    [
        "source:”aws.guardduty”",
        "threat_name:phishingdomainrequest ",
        "Threat_name:phishingdomainrequest",
        "detail.resource.instanceDetails.service.resourceRole:actor",
        "threat_purpose:backdoor",
        HIGH,
    ],
)
def test_the_published_queries_on_findings_match_verbatim(query: str) -> None:
    assert compile_query(query).matches(FINDING)
    assert not compile_query(query).matches(RECORD)


def test_the_published_queries_on_records_match_verbatim() -> None:
    assert compile_query(ALTERED).matches(RECORD)
    assert not compile_query(ALTERED).matches({**RECORD, "eventName": "GetDetector"})
    put = {"eventSource": "s3.amazonaws.com", "eventName": "PutBucketAcl"}
    assert compile_query(BUCKETS).matches({**put, "requestParameters": {"bucketName": "your-bucket-names"}})
    assert not compile_query(BUCKETS).matches({**put, "requestParameters": {"bucketName": "other"}})


def test_the_published_regex_with_an_unpaired_bracket_is_refused_with_its_place() -> None:
    query = (
        "eventSource:”guardduty.amazonaws.com” AND eventName.keyword:/CreateFilter|DeleteDetector|DelteIPSeet|"
        "DeleteMember|DeletePublishingDestination|DisableOrganizationAdminAccount|StopMonitoringMembers|UpdateDetector|"
        "UpdateIPSet|UpdatePublishingDestination|UpdateThreatIntelSet)/"
    )
    with pytest.raises(QueryError) as error:
        compile_query(query)
    assert error.value.position == query.index(")")


def test_the_bounds_of_high_severity_are_as_written() -> None:
    for severity, high in ((6.9, False), (6.95, True), (8.9, True), (8.95, False), ("8", True), (None, False)):
        assert compile_query(HIGH).matches({**FINDING, "detail": {"severity": severity}}) is high


def test_a_query_says_which_paths_it_reads() -> None:
    assert compile_query(HIGH).paths == {("source",), ("detail", "severity")}
    assert compile_query("a[0].b.keyword:$c x").paths == {("a", "b"), ("c",), WHOLE}
    assert compile_query("*").paths == frozenset()


def test_a_term_without_a_field_searches_every_value_but_no_key() -> None:
    assert compile_query("actor").matches(FINDING)
    assert not compile_query("resourceRole").matches(FINDING)


def test_a_bound_query_reads_the_slots_that_it_was_given() -> None:
    judge = compile_query("a:1 AND b:2").bind({("b",): 0, ("x",): 1, ("a",): 2})
    assert judge((2, "anything", 1))
    assert not judge((1, "anything", 2))


def test_identifier_fields_take_what_looks_whole_as_whole() -> None:
    assert compile_query("eventSource:guardduty").matches(RECORD)
    assert compile_query("eventSource:guardduty.amazonaws.com").matches(RECORD)
    assert not compile_query("eventSource:guardduty.amazonaws.com").matches(
        {"eventSource": "x.guardduty.amazonaws.com"}
    )
    assert not compile_query("eventName:Delete").matches({"eventName": "Delete Detector"})
    assert compile_query("other:Delete").matches({"other": "Delete Detector"})


NESTED = {"requestParameters": {"VersioningConfiguration": {"Status": "Suspended"}, "bucketName": "a"}}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("requestParameters:*suspended*", False),
        ("requestParameters.json:*suspended*", True),
        ('requestParameters.json:*\\"status\\"\\:\\"suspended\\"*', True),
        ("requestParameters.json.keyword:*suspended*", False),
        ("requestParameters.json.keyword:/.*Suspended.*/", True),
        ("requestParameters.bucketName.json:a", True),
        ("_exists_:requestParameters", False),
        ("_exists_:requestParameters.json", True),
        ("requestParameters.json:$requestParameters.json", True),
    ],
)
def test_objects_are_searched_as_text_where_the_field_says_json(query: str, *, expected: bool) -> None:
    assert compile_query(query).matches(NESTED) is expected
