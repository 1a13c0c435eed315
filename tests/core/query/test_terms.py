from hypothesis import given
from hypothesis import strategies as st

from streams.core.query.terms import Terms
from streams.core.query.text import Text

TEXTS = st.lists(
    st.text("aB5., _-", min_size=1, max_size=5) | st.sampled_from(["true", "8", "8.0", "-5", "a b", "A-b", "*", ""]),
    min_size=1,
    max_size=6,
)
VALUES = st.text("aB5., _-", max_size=12) | st.sampled_from([True, False, 8, 8.0, -5, 5, float("nan"), 10**5_000])


@given(TEXTS, VALUES)
def test_several_terms_at_once_match_what_one_of_them_matches(texts: list[str], value: str | float) -> None:
    terms = [Text(text) for text in texts]
    assert Terms(tuple(terms)).test()(value) == any(term.test()(value) for term in terms)


@given(TEXTS, VALUES)
def test_whole_terms_stay_whole(texts: list[str], value: str | float) -> None:
    terms = [Text(text, whole=True) for text in texts]
    assert Terms(tuple(terms)).test()(value) == any(term.test()(value) for term in terms)
