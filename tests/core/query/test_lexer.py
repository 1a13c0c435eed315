import pytest

from streams.core.query import QueryError, compile_query
from streams.core.query.lexer import DEEPEST_QUERY, LONGEST_QUERY, TYPOGRAPHIC


def matches(query: str, subject: dict[str, object]) -> bool:
    return compile_query(query).matches(subject)


@pytest.mark.parametrize("query", ["a:”b c”", "a:“b c”", "a:„b c“", "a:«b c»", 'a:“b c"', 'a:"b c"', "a:\u00a0”b c”"])
def test_typographic_quotes_are_quotes(query: str) -> None:
    assert matches(query, {"a": "b c"})
    assert not matches(query, {"a": "b d"})


@pytest.mark.parametrize("quote", TYPOGRAPHIC)
def test_inside_straight_quotes_a_typographic_one_is_text(quote: str) -> None:
    assert matches(f'a.keyword:"b {quote}c"', {"a": f"b {quote}c"})


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (r'a.keyword:"say \"hi\" \\ there"', 'say "hi" \\ there'),
        (r"a.keyword:x\:y\ z", "x:y z"),
        (r"a.keyword:\(1\+1\)", "(1+1)"),
        (r"a.keyword:\-5", "-5"),
        (r"a.keyword:b\:", "b:"),
        ("a.keyword:arn:aws:iam::1:root", "arn:aws:iam::1:root"),
        ("a.keyword:Backdoor:EC2/C&CActivity.B!DNS", "Backdoor:EC2/C&CActivity.B!DNS"),
        ("a.keyword:x/y/z", "x/y/z"),
        ("a.keyword:-5", -5),
        ("a:\tb", "b"),
        ("a : b", "b"),
        ("a:2020-06-03T20:22:26Z", "2020-06-03T20:22:26Z"),
        ("a:2001:db8::1", "2001:db8::1"),
        (r"\u0061.keyword:\u0041\u002a", "A*"),
        (r'a.keyword:"\ud83d\ude00 \\u0041"', "😀 \\u0041"),
        (r"a.keyword:C:\\users\x", r"C:\usersx"),
    ],
)
def test_a_value_is_taken_as_written_or_escaped(query: str, value: object) -> None:
    assert matches(query, {"a": value})


@pytest.mark.parametrize("address", ["2001:db8::1", "fd00:1::5", "fe80::1", "::1", "1:2:3:4:5:6:7:8"])
def test_an_address_without_a_field_is_no_field_with_a_value(address: str) -> None:
    assert matches(address, {"b": address})
    assert matches(f"b:({address} OR x)", {"b": address})
    assert matches(f"bad:{address}", {"bad": address})


def test_signs_and_words_of_logic_are_the_same() -> None:
    for query in ("a:1 && !b:2", "a:1 AND NOT b:2", "+a:1 -b:2", "a:1&&!b:2"):
        assert matches(query, {"a": 1})
        assert not matches(query, {"a": 1, "b": 2})
    assert matches("a:1 || b:2", {"b": 2})


@pytest.mark.parametrize(
    ("query", "position", "advice"),
    [
        ('a:"b', 2, "Close it with"),
        ("a:”b", 2, "Close it with"),
        ("a:/b", 2, "Close it with /"),
        ("(a", 0, "Close it"),
        ("a)", 1, "Leave it out"),
        ("a:/[/]/", 5, "slash inside"),
        ("a:[1 TO 2)", 9, "Leave it out"),
        ("a~2", 1, "Fuzzy"),
        ('"a"^2', 3, "no ranks"),
        ("a>5", 1, "field:>value"),
        ('a"b"', 1, "space before a quote"),
        ('"a"b', 3, "space"),
        ('"a":b', 3, "no quotes"),
        ("a:b[", 3, r"field:\[low TO high\]"),
        ("a:/b/c", 5, "path into quotes"),
        ("a\\", 1, "escapes the character"),
    ],
)
def test_an_error_has_its_place_and_what_would_be_right(query: str, position: int, advice: str) -> None:
    with pytest.raises(QueryError, match=advice) as error:
        compile_query(query)
    assert error.value.position == position


def test_length_and_depth_have_limits() -> None:
    compile_query("a" * LONGEST_QUERY)
    compile_query("(" * DEEPEST_QUERY + "a" + ")" * DEEPEST_QUERY)
    with pytest.raises(QueryError, match="longer than 4,096"):
        compile_query("a" * (LONGEST_QUERY + 1))
    with pytest.raises(QueryError, match="nest deeper than 50"):
        compile_query("(" * (DEEPEST_QUERY + 1) + "a" + ")" * (DEEPEST_QUERY + 1))
