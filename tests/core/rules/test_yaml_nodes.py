"""Reading YAML with places, and what can't be read."""

from __future__ import annotations

import contextlib
import re
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.rules.yaml_nodes import Place, YamlError, plain_value, read_yaml

# PyYAML writes YAML 1.1, in which 0E0 needs no quotes; by the core schema of 1.2, which is read here, it is a number.
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(max_size=20).filter(lambda s: not NUMBER.fullmatch(s))
)
KEYS = st.text(max_size=8).filter(lambda key: key != "<<" and not NUMBER.fullmatch(key))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


@given(VALUES)
def test_what_pyyaml_writes_is_read_as_it_was(value: Any) -> None:
    [document] = read_yaml(yaml.safe_dump(value, allow_unicode=False))
    assert document.value == value
    assert not document.problems


@given(st.text(max_size=200) | st.text(alphabet="&*a:-[]{}!|>'\"#?,\n <%@\t", max_size=60))
def test_no_text_makes_reading_fail_otherwise_than_with_a_yaml_error(text: str) -> None:
    with contextlib.suppress(YamlError):
        assert isinstance(read_yaml(text), list)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("012345678901", "012345678901"),
        ("111122223333", 111122223333),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("no", "no"),
        ("on", "on"),
        ("TRUE", True),
        ("2027-01-01", "2027-01-01"),
        ("0.1", 0.1),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("~", None),
        ("", None),
        ("9" * 5000, "9" * 5000),
        ("=", "="),
    ],
)
def test_plain_scalars_follow_yaml_1_2_and_ids_with_leading_zeros_stay_text(text: str, value: object) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


def test_places_are_those_of_keys_and_values_and_know_where_text_is_exact() -> None:
    [document] = read_yaml("a: 'x y'\nb:\n  - c: >-\n      folded\n")
    assert document.keys["a",] == Place(1, 1)
    assert document.values["a",] == Place(1, 5, exact=True)
    assert document.keys["b", 0, "c"] == Place(3, 5)
    assert document.values["b", 0, "c"] == Place(3, 8)


def test_equal_keys_and_tags_are_all_reported_and_the_rest_is_read() -> None:
    [document] = read_yaml("a: 1\na: 2\nb: !!python/object:os.system x\nb: 3\n")
    assert document.value == {"a": 1, "b": "x"}
    assert [(problem.place.line, problem.place.column) for problem in document.problems if problem.place] == [
        (2, 1),
        (3, 4),
        (4, 1),
    ]


def test_merge_keys_give_what_the_mapping_does_not_say_itself() -> None:
    [document] = read_yaml("base: &base {a: 1, b: 2}\nmore: {b: 3, <<: *base}\n")
    assert document.value["more"] == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: *b", "no anchor"),
        ("a: &a [*a]", "no anchor"),
        ("? [a]\n: b", "plain text"),
        ("[" * 100, "deeper"),
        ("- " * 5000, "deeper"),
        ("a: [1, 2", "never closed"),
        ("a\x00b", "no YAML"),
        ("a: \ud800", "no YAML"),
        ("x" * 1_000_001, "split it"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, says: str) -> None:
    with pytest.raises(YamlError, match=says):
        read_yaml(text)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: 1\nb: {c: d", 2, 4),
        ("a: [x\n\n\n", 1, 4),
        ('a: "x', 1, 4),
        ("a: [", 1, 4),
        ("a: [\n", 1, 4),
        ("a: b: c", 1, 5),
    ],
)
def test_what_is_never_ended_is_told_where_it_begins_and_never_behind_the_last_line(
    text: str, line: int, column: int
) -> None:
    with pytest.raises(YamlError) as refused:
        read_yaml(text)
    assert refused.value.place == Place(line, column)


def test_anchors_that_stand_for_gigabytes_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    started = time.perf_counter()
    with pytest.raises(YamlError, match="anchors written out"):
        read_yaml("\n".join(lines))
    assert time.perf_counter() - started < 1


@settings(max_examples=20)
@given(st.sampled_from(["{", "[", "- ", "? ", "&a ", "a: ", "'", '"', "|\n", "!", "%", "#", "\t", ": ", "{a: "]))
def test_a_file_of_one_sign_repeated_is_judged_quickly(sign: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(YamlError):
        read_yaml((sign * 100_000)[:100_000])
    assert time.perf_counter() - started < 5
