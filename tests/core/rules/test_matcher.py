from __future__ import annotations

from streams.core.rules.matcher import matcher_of

FIXED = frozenset({("type",), ("eventSource",), ("eventName",)})


def test_a_field_is_looked_up_in_the_subject_and_a_free_word_in_the_document_alone() -> None:
    document = {"title": "beacon", "source": "x"}
    subject = {**document, "threat_purpose": "Backdoor"}
    assert matcher_of("threat_purpose:backdoor AND beacon", {}).matches(subject, document)
    assert not matcher_of("backdoor", {}).matches(subject, document)


def test_lists_are_known_by_their_names() -> None:
    matcher = matcher_of("account:@mine", {"mine": ("1", "2")})
    assert matcher.matches({"account": "2"}, {})
    assert not matcher.matches({"account": "3"}, {})


def test_fields_that_are_fixed_decide_only_where_the_query_reads_no_others() -> None:
    assert matcher_of("type:x AND NOT eventName:y", {}).only_reads(FIXED)
    assert not matcher_of("type:x AND region:y", {}).only_reads(FIXED)
    assert not matcher_of("type:x AND word", {}).only_reads(FIXED)
    assert matcher_of("*", {}).only_reads(FIXED)


def test_an_event_whose_fixed_fields_lack_what_is_required_can_not_match() -> None:
    matcher = matcher_of('eventSource:"s3.amazonaws.com" AND eventName:(PutBucketAcl OR DeleteBucket) AND region:x', {})
    assert matcher.possible({"eventSource": "S3.amazonaws.com", "eventName": "deletebucket"}, FIXED)
    assert not matcher.possible({"eventSource": "s3.amazonaws.com", "eventName": "GetObject"}, FIXED)
    assert not matcher.possible({"eventSource": "s3.amazonaws.com"}, FIXED)
    assert matcher.possible({"eventSource": ["a", "s3.amazonaws.com"], "eventName": "DeleteBucket"}, FIXED)


def test_a_requirement_of_a_field_that_varies_rules_nothing_out() -> None:
    assert matcher_of('region:"eu-west-1"', {}).possible({"region": "us-east-1"}, FIXED)
