import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.query.text import OneOf, Text, text_of, words


def test_words_part_at_all_but_letters_digits_and_decimal_points() -> None:
    assert words("C&CActivity.B!DNS") == ["c", "cactivity", "b", "dns"]
    assert words("guardduty.amazonaws.com") == ["guardduty", "amazonaws", "com"]
    assert words("8.5 of 10.0.0.1, dns_request") == ["8.5", "of", "10.0.0.1", "dns_request"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("phishingdomainrequest", "PhishingDomainRequest"),
        ("C&CActivity", "C&CActivity.B"),
        ("c&cactivity.b", "C&CActivity.B"),
        ("python", "aws-cli/1.16 Python/3.6 Boto3/1.9"),
        ("domain", "An EC2 instance queried a phishing domain name."),
        ("your-bucket-names", "your-bucket-names"),
        ("guardduty.amazonaws.com", "guardduty.amazonaws.com"),
        ("unusual   API", "Unusual api-call"),
        ("1.9", "Boto3/1.9"),
        ("x", "5.x"),
        ("x", "x.5"),
        ("5", "5.x"),
        ("*", "*"),
        ("", ""),
        ("straße", "STRASSE straße"),
        ("8", 8),
        ("8.0", 8),
        ("6.9", 6.9),
        ("true", True),
        ("FALSE", False),
    ],
)
def test_a_term_matches_a_whole_value_or_whole_words_regardless_of_case(text: str, value: str | float) -> None:
    assert Text(text).test()(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("phishing", "PhishingDomainRequest"),
        ("10", "10.0.0.1"),
        ("10.0.0.1", "110.0.0.1"),
        ("10.0.0.1", "10.0.0.12"),
        ("8", "8.5"),
        ("5", "8.5"),
        ("8 5", "8.5"),
        ("8", 8.5),
        ("-5", "5"),
        ("b a", "a b"),
        ("a c", "a b c"),
        ("*", "a*b"),
        ("", " "),
        ("1", True),
        ("true", 1),
        ("a", ""),
    ],
)
def test_a_term_matches_no_part_of_a_word(text: str, value: str | float) -> None:
    assert not Text(text).test()(value)


def test_a_whole_term_matches_no_longer_value() -> None:
    assert Text("Delete", whole=True).test()("DELETE")
    assert not Text("Delete", whole=True).test()("Delete it")


def test_an_exact_term_respects_case() -> None:
    assert Text("Delete", exact=True).test()("Delete")
    assert not Text("Delete", exact=True).test()("delete")


def test_only_a_whole_text_that_is_no_number_or_boolean_is_promised() -> None:
    assert Text("Delete", whole=True).wholes == frozenset({"delete"})
    assert [Text("Delete").wholes, Text("8", whole=True).wholes, Text("true", exact=True).wholes] == [None] * 3


def test_a_set_is_compared_regardless_of_case_unless_exact() -> None:
    assert OneOf(frozenset({"A", "b"})).test()("B")
    assert not OneOf(frozenset({"A", "b"}), exact=True).test()("B")
    assert not OneOf(frozenset()).test()("")


def test_an_integer_too_long_to_print_is_compared_all_the_same() -> None:
    huge = 10**5_000
    assert text_of(huge) == ""
    assert not Text("5").test()(huge)


@given(st.text("ab5., _-", min_size=1, max_size=4), st.text("aB5., _-", max_size=12))
def test_a_term_is_found_where_its_words_are_among_the_values_words(text: str, value: str) -> None:
    sought, present = words(text), words(value)
    among = any(present[at : at + len(sought)] == sought for at in range(len(present))) and bool(sought)
    if text[0] != "-":
        assert Text(text).test()(value) is (among or text.lower() == value.lower())


@given(st.text(min_size=1), st.text())
def test_words_put_between_other_words_are_found(text: str, around: str) -> None:
    assert Text(text).test()(text)
    if words(text) and text[0] not in "+-":
        assert Text(text).test()(f"{around} {text} {around}")
