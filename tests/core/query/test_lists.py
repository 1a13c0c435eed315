import pytest

from streams.core.query import QueryError, compile_query

LISTS = {
    "buckets": frozenset({"Trail-Logs", "gd"}),
    "office": frozenset({"10.0.0.0/8", "vpn"}),
    "none": frozenset[str](),
}


def matches(query: str, value: object) -> bool:
    return compile_query(query, LISTS).matches({"f": value})


def test_a_value_in_the_list_matches_whole_and_regardless_of_case() -> None:
    assert matches("f:@buckets", "trail-logs")
    assert matches("f:(x OR @buckets)", ["a", "GD"])
    assert not matches("f:@buckets", "trail-logs-2")
    assert not matches("f.keyword:@buckets", "trail-logs")


def test_an_entry_that_is_a_network_matches_its_addresses() -> None:
    assert matches("f:@office", "10.1.1.1")
    assert matches("f:@office", "VPN")
    assert not matches("f:@office", "11.1.1.1")


def test_an_empty_list_matches_nothing_and_says_so() -> None:
    query = compile_query("eventSource:s3.amazonaws.com AND f:@none", LISTS)
    assert not query.matches({"eventSource": "s3.amazonaws.com", "f": ""})
    assert query.required["f",] == frozenset()


def test_a_list_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(QueryError, match="buckets, none, office") as error:
        compile_query("f:@bucket", LISTS)
    assert error.value.position == 2


@pytest.mark.parametrize("entries", [[f"{number}" for number in range(10_001)], ["x" * 4_097]])
def test_a_list_has_limits(entries: list[str]) -> None:
    compile_query("f:@long", {"long": frozenset(entry[:4_096] for entry in entries[:10_000])})
    with pytest.raises(QueryError, match=r"longer than 4,096|more than 10,000"):
        compile_query("f:@long", {"long": frozenset(entries)})


def test_an_escaped_sign_is_text() -> None:
    assert matches(r"f:\@buckets", "@buckets")
