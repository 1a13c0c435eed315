import pytest

from streams.core.query import QueryError
from streams.core.query.fields import Reading, resolve
from streams.core.query.values import JSON_TEXT

ROLE = ("detail", "service", "resourceRole")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("threat_resorce_affected", ("threat_resource_affected",)),
        ("Threat_name", ("threat_name",)),
        ("detail.resource.instanceDetails.service.resourceRole", ROLE),
        ("detail.resource.instanceDetails.service.resourrceRole", ROLE),
        ("detail.service.resourceRole", ROLE),
        ("detail.resource.instanceDetails.severity.numeric", ("detail", "severity")),
        ("detail.resource.instanceDetails.updatedAt", ("detail", "updatedAt")),
        (
            "detail.resource.instanceDetails.networkInterfaces[0].securityGroups[0].groupName",
            ("detail", "resource", "instanceDetails", "networkInterfaces", "securityGroups", "groupName"),
        ),
        ("detail.eventName", ("eventName",)),
        ("detail.userIdentity.sessionContext.mfa", ("userIdentity", "sessionContext", "mfa")),
        ("detail.resource.instanceDetails", ("detail", "resource", "instanceDetails")),
        ("detail-type", ("detail-type",)),
        (r"requestParameters.x\.y", ("requestParameters", "x.y")),
        (r"a\[0\]", ("a[0]",)),
        ("keyword", ("keyword",)),
    ],
)  # fmt: skip
def test_a_name_that_older_rules_use_finds_todays_place(name: str, path: tuple[str, ...]) -> None:
    assert resolve(name).path == path


def test_a_suffix_says_how_values_are_compared() -> None:
    assert [resolve(name).reading for name in ("a", "a.keyword", "a.numeric", "a[0].keyword")] == [
        Reading.TEXT,
        Reading.EXACT,
        Reading.NUMBER,
        Reading.EXACT,
    ]


@pytest.mark.parametrize("name", ["", ".", "a.", ".a", "a..b", "a[1].b", "a[*]", "a.*", "a?b"])
def test_what_is_no_field_is_refused(name: str) -> None:
    with pytest.raises(QueryError):
        resolve(name)


def test_another_index_than_zero_is_told_what_to_write() -> None:
    with pytest.raises(QueryError, match=r"write securityGroups\[0\]"):
        resolve("securityGroups[1].groupName")


def test_json_reads_objects_as_text_and_goes_with_the_other_suffixes() -> None:
    assert resolve("a.json").path == ("a", JSON_TEXT)
    assert resolve("a.json.keyword").reading == Reading.EXACT
    assert resolve("detail.requestParameters.json").path == ("requestParameters", JSON_TEXT)
    assert resolve("json").path == ("json",)
    assert resolve("a.json.json").path == ("a", "json", JSON_TEXT)
