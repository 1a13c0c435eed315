from streams.core.query import compile_query, explain, warnings


def test_a_query_is_shown_as_a_tree_with_what_it_reads_and_needs() -> None:
    query = 'eventSource:"s3.amazonaws.com" AND (eventName:Put* OR a:>5) AND NOT Threat_name:x'
    assert explain(compile_query(query)).splitlines() == [
        "all of",
        "  eventSource is 's3.amazonaws.com'",
        "  any of",
        "    eventName matches Put*",
        "    a is a number > 5",
        "none of",
        "  threat_name (written Threat_name) is, or has the words, 'x'",
        "",
        "reads: a, eventName, eventSource, threat_name",
        "needs: eventSource to be s3.amazonaws.com",
    ]


def test_every_kind_of_match_can_be_told() -> None:
    query = "a:1 a.keyword:x a:/x|y/ a:/x.?/ a:[x TO y} a:[2020-01-01 TO *] a:10.0.0.0/8 a:$b a:@l a:* x *:*"
    lines = explain(compile_query(query, {"l": frozenset({"x"})})).splitlines()
    assert lines[1:13] == [
        "  a is, or has the words, '1'",
        "  a.keyword is exactly 'x'",
        "  a is one of x, y",
        "  a matches /x.?/",
        "  a is text ≥ x and < y",
        "  a is a time at or after 2020-01-01",
        "  a is an address in 10.0.0.0/8",
        "  a equals b",
        "  a is in the list l (1 entry)",
        "  a exists",
        "  any value is, or has the words, 'x'",
        "  every event",
    ]


def test_of_a_long_list_only_the_beginning_is_shown() -> None:
    shown = explain(compile_query("a:@l", {"l": frozenset(f"name-{number:02}" for number in range(20))}))
    assert "needs: a to be name-00 or name-01" in shown
    assert "name-07 or one of 12 more" in shown
    assert "name-08" not in shown


def test_and_beside_or_without_brackets_is_warned_of() -> None:
    for query in ("a OR b AND c", "a b AND c", "x:(a AND b OR c)"):
        assert any("mix without brackets" in warning for warning in warnings(compile_query(query)))
    for query in ("a OR b OR c", "a AND b AND c", "a OR (b AND c)", "a AND NOT b"):
        assert warnings(compile_query(query)) == []


def test_or_before_a_negation_is_warned_of() -> None:
    assert any("OR before" in warning for warning in warnings(compile_query("NOT b OR a")))
    assert warnings(compile_query("a b -c")) == []
    assert any("OR before a negation" in warning for warning in warnings(compile_query("a OR NOT b")))


def test_a_query_that_can_match_nothing_is_warned_of() -> None:
    assert any("a list is empty" in warning for warning in warnings(compile_query("a:@l", {"l": frozenset()})))


def test_a_field_read_as_json_is_named_as_it_is_written() -> None:
    assert explain(compile_query("requestParameters.json:*x*")).splitlines() == [
        "requestParameters.json matches *x*",
        "",
        "reads: requestParameters.json",
    ]
