import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.sigma.quoting import Pattern, Wild, name, pattern_regex, slashed, term
from streams.core.query import compile_query

TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
WILDCARDS = st.tuples(TEXT, st.just(Wild.MANY), TEXT) | st.tuples(st.just(Wild.MANY), TEXT, st.just(Wild.ONE))


@given(TEXT)
def test_any_text_as_a_regex_matches_itself_alone(text: str) -> None:
    query = compile_query(f"f:{slashed(pattern_regex((text,)))}")
    assert query.matches({"f": text})
    assert not query.matches({"f": f"{text}x"})


@given(WILDCARDS)
def test_any_pattern_as_a_term_matches_what_it_stands_for_also_in_brackets(pattern: Pattern) -> None:
    written = term(pattern)
    value = "".join("x" if isinstance(part, Wild) else part for part in pattern)
    if written is None:
        assert not value.isprintable()
        return
    for query in (f"f:{written}", f"f:({written} OR /no/)", f"NOT x:y AND f:{written}"):
        assert compile_query(query).matches({"f": value})
    assert compile_query(written).matches({"any": [value]})


# A Sigma field's dots part its keys, so that no key has one.
@given(st.lists(TEXT.filter(lambda key: "." not in key), min_size=1, max_size=3))
def test_any_keys_as_a_name_are_those_keys(keys: list[str]) -> None:
    [path] = compile_query(f"{name(['x', *keys, 'x'])}:/y/").paths
    assert path == ("x", *keys, "x")


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (("/a", Wild.MANY), "\\/a*"),
        (("-1", Wild.ONE), "\\-1?"),
        ((Wild.MANY, "$x-y/z", Wild.MANY), "*$x-y/z*"),
        (("AND",), "\\AND"),
        ((Wild.MANY, "a\nb"), None),
    ],
)
def test_only_what_needs_it_is_escaped(pattern: Pattern, written: str | None) -> None:
    assert term(pattern) == written


@pytest.mark.parametrize(
    ("regex", "written"),
    [("a/b", "/a\\/b/"), ("a\\/b", "/a\\/b/"), ("a\\\\/", "/a\\\\\\//"), ("\t\\\n", "/\\x{9}\\x{a}/")],
)
def test_slashes_are_escaped_once_and_what_is_not_seen_is_numbered(regex: str, written: str) -> None:
    assert slashed(regex) == written
