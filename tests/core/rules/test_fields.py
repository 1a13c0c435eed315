"""The fields that rules may name."""

from __future__ import annotations

from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.query.names import PARSED, is_known
from streams.core.rules.fields import unknown_field

OPTIONAL = {"account_name", "account_owner", "account_environment"}


def test_the_parsed_fields_are_those_that_parsing_gives_and_those_of_the_account_lookup() -> None:
    finding = parse_finding({"time": "2026-01-01T00:00:00Z", "detail": {"type": "Recon:EC2/Portscan", "severity": 2}})
    record = parse_cloudtrail({"eventTime": "2026-01-01T00:00:00Z"})
    assert isinstance(finding, dict)
    assert isinstance(record, dict)
    assert PARSED["findings"] == finding.keys() | OPTIONAL
    assert PARSED["cloudtrail"] == record.keys() | OPTIONAL


def test_a_field_is_known_by_its_first_segment_and_parsed_fields_have_no_inside() -> None:
    assert is_known("findings", ("detail", "service", "whatever"))
    assert is_known("findings", ("severity_label",))
    assert not is_known("findings", ("severity_label", "low"))
    assert not is_known("findings", ("eventName",))
    assert is_known("cloudtrail", ("eventName",))


def test_what_is_told_of_an_unknown_field_offers_names_like_it() -> None:
    assert "eventName" in unknown_field("cloudtrail", ("eventname",))
    assert unknown_field("findings", ("xyz", "a")) == "xyz.a is no field of findings"
