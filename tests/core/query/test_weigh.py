import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.query.weigh import weight


@pytest.mark.parametrize(
    "regex",
    ["CreateFilter|DeleteDetector", "(get|put)bucket.*", ".*(CreateFilter|StopMonitoring).*",
     "arn:aws:iam::[0-9]{12}:.*", "(a+)+b", "(x+x+)+y", r"\Qa.b\E{3}", "", "(((a)))", "[]a]+",
     "(?i)abc", "(?P<name>a|b)", r"\x{41}+", "a{,5}b"],
)  # fmt: skip
def test_a_regex_that_is_at_few_places_at_once_weighs_little(regex: str) -> None:
    assert weight(regex) <= 4


@pytest.mark.parametrize(
    ("regex", "places"),
    [
        (".*a.{60}b", 61),
        ("(a{0,30}){0,30}x", 900),
        (".*a{900}x", 900),
        ("(.*a){20}x", 40),
        (".*(a|b|ab|ba){50}", 301),
        (".*[0-9a-f]{8}-[0-9a-f]{4}.*", 14),
    ],
)
def test_a_regex_that_may_be_at_many_places_at_once_weighs_as_many(regex: str, places: int) -> None:
    assert weight(regex) == places


def test_what_is_entered_once_is_at_one_place() -> None:
    assert weight("[0-9]{8}-[0-9]{4}") == 1
    assert weight("x*[0-9]{8}") == 9


@pytest.mark.parametrize(
    "regex",
    ["a{1001001001001001001}", "(a{9999}){9999}", "a{1000}" * 580, "(" * 1_000 + "a{1000}" + ")" * 1_000,
     "(" * 1_000 + "a{1000}" + "b)" * 1_000, "((a|b)" * 600],
)  # fmt: skip
def test_no_regex_takes_long_to_weigh(regex: str) -> None:
    times = []
    for _ in range(3):
        began = time.thread_time()
        weight(regex)
        times.append(time.thread_time() - began)
    assert min(times) < 0.03


@given(st.text(r"ab.*+?|()[]{}0,9\^$:", max_size=40))
def test_no_text_makes_weighing_raise(regex: str) -> None:
    assert weight(regex) >= 0
