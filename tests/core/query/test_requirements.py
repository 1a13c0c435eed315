from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.query import compile_query, values_at

SOURCE = ("eventSource",)
NAME = ("eventName",)


def required(query: str) -> dict[tuple[str, ...], set[str]]:
    return {path: set(values) for path, values in compile_query(query).required.items()}


def test_a_whole_identifier_is_required() -> None:
    assert required('eventSource:"guardduty.amazonaws.com"') == {SOURCE: {"guardduty.amazonaws.com"}}


def test_required_clauses_add_up_and_optional_ones_widen() -> None:
    query = 'eventSource:"s3.amazonaws.com" AND (eventName:PutBucketAcl OR eventName:PutBucketPolicy) AND a:b'
    assert required(query) == {SOURCE: {"s3.amazonaws.com"}, NAME: {"putbucketacl", "putbucketpolicy"}}


def test_an_alternation_of_names_is_a_set_of_them() -> None:
    assert required("eventName.keyword:/CreateFilter|DeleteDetector/") == {NAME: {"createfilter", "deletedetector"}}


def test_an_alternative_that_promises_nothing_leaves_nothing_certain() -> None:
    assert required("eventName:PutBucketAcl OR a:b") == {}
    assert required("eventName:PutBucketAcl OR eventSource:s3.amazonaws.com") == {}


def test_a_part_of_a_value_a_negation_or_a_pattern_promises_nothing() -> None:
    assert required("eventSource:guardduty AND NOT eventName:Get AND title:domain AND eventName:Put*") == {}


def test_a_number_promises_nothing_since_data_has_it_as_text_too() -> None:
    assert required("account:123456789012") == {}


VALUES = st.sampled_from(
    ["PutBucketAcl", "putbucketacl", "x PutBucketAcl", "s3.amazonaws.com", "8", 8, True, "true", None]
)
TERMS = st.sampled_from(
    ["eventName:PutBucketAcl", "eventName.keyword:/PutBucketAcl|true/", "eventName:8", "eventName:true", "a:x", "a:*",
     "eventSource:s3", "eventSource:s3.amazonaws.com", "eventName:@names", "eventName.keyword:PutBucketAcl"],
)  # fmt: skip
QUERIES = st.recursive(
    TERMS,
    lambda inner: st.builds(
        lambda left, joint, right: f"({left} {joint} {right})",
        inner,
        st.sampled_from(["AND", "OR", "NOT", "AND NOT", "OR NOT", "+", "-", ""]),
        inner,
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@given(QUERIES, VALUES | st.lists(VALUES), VALUES, VALUES)
def test_whatever_matches_has_what_is_required(query: str, name: object, source: object, other: object) -> None:
    subject = {"eventName": name, "eventSource": source, "a": other}
    compiled = compile_query(query, {"names": frozenset({"PutBucketAcl", "x"})})
    if not compiled.matches(subject):
        return
    for path, texts in compiled.required.items():
        value = values_at(subject, path)
        present = value if isinstance(value, list) else [value]
        assert any(isinstance(text, str) and text.lower() in texts for text in present)
