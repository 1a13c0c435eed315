import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.query import QueryError, compile_query
from streams.core.query.patterns import Wildcard, wildcard


def matches(query: str, value: object) -> bool:
    return compile_query(query).matches({"f": value})


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("f:vec*", "Vector"), ("f:*TOR", "vector"), ("f:v*c*r", "vector"), ("f:*ecto*", "vector"), ("f:v?c*", "vector"),
        ("f:a*b", "ab"), ("f:a*b", "a\nb"), ("f:?", "\n"), (r"f:a\**", "a*b"), ("f:8*", 8.5), ("f:t*", True),
        ("f:/vec.*/", "VECTOR"), ("f:/a|b/", "B"), ("f:/a.b/", "a\nb"), ("f:/[0-9]+/", 12), (r"f:/a\/b/", "a/b"),
        ("f:/.*é?.*/", "\ud800"), ("f:/(get|put)bucket.*/", "PutBucketAcl"), ("f.keyword:/Vec.*/", "Vector"),
        ("f:*", ""), ("f:arn:aws:iam::*:user/b*", "arn:aws:iam::1:user/Bob"),
    ],
)  # fmt: skip
def test_a_pattern_matches_the_whole_value(query: str, value: object) -> None:
    assert matches(query, value)


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("f:vec*", "a vector"), ("f:*tor", "torvec"), ("f:v*c*r", "torvec"), ("f:aa*aa", "aaa"), ("f:v?r", "vector"),
        (r"f:a\*", "ab"), ('f:"a*"', "ab"), ("f:/vec/", "vector"), ("f:/a|b/", "ab"), ("f.keyword:/vec.*/", "Vector"),
        ("f.keyword:vec*", "Vector"), ("f:?", ""), ("f:*", None), ("f:a*b*c", "acb"),
    ],
)  # fmt: skip
def test_a_pattern_matches_no_part_of_a_value(query: str, value: object) -> None:
    assert not matches(query, value)


def test_an_unpaired_bracket_in_a_regex_is_shown_at_its_place() -> None:
    with pytest.raises(QueryError) as error:
        compile_query("eventName:/Create|(Delete/ OR b:c")
    assert error.value.position == "eventName:/Create|(Delete/".index("(")


@pytest.mark.parametrize("regex", ["/(?=a)/", "/a{2000}/", r"/\1/", "/[b-a]/", "/*/", "/((a{100}){100}){100}/"])
def test_a_regex_that_could_stall_or_means_nothing_is_refused(regex: str) -> None:
    with pytest.raises(QueryError, match="the regex can't be read"):
        compile_query(f"f:{regex}")


def test_a_large_class_of_letters_may_be_repeated() -> None:
    assert matches(r"f:/\pL{2,20}x/", "жжx")


@pytest.mark.parametrize("regex", ["[a" * 1_000, "(" * 2_000, "a{1001001001001001001}", "a{1000}" * 500, "x{2}" * 900])
def test_a_regex_is_refused_or_read_soon(regex: str) -> None:
    times = []
    for _ in range(3):
        began = time.thread_time()
        with suppress(QueryError):
            compile_query(f"f:/{regex}/")
        times.append(time.thread_time() - began)
    assert min(times) < 0.05


def test_patterns_that_stall_backtracking_engines_are_answered_at_once() -> None:
    value = "a" * 20_000
    assert not matches("f:/(a+)+b/", value)
    assert not matches("f:" + "*a" * 50 + "*b", value)


@given(st.lists(st.sampled_from(["a", "b", "ab", None]), min_size=1, max_size=8), st.text("ab", max_size=12))
def test_the_quick_way_and_the_regex_agree(pieces: list[str | None], value: str) -> None:
    letters = [letter for piece in pieces for letter in (piece or [None])]
    quick = wildcard("", [*letters, None], exact=True)
    shown = "".join(".*" if letter is None else letter for letter in letters)
    assert isinstance(quick, Wildcard)
    assert quick.test()(value) is compile_query(f"f.keyword:/{shown}.*/").matches({"f": value})
