"""Made-up rules on made-up events: what we import matches what pySigma's SQLite backend matches.

Left out, since the two differ there by what they are: networks (the backend compares the texts of addresses), booleans
and 0 or 1 (the backend takes them for each other), wildcards in keywords (its text joins all values), references
between a number and its text, letters outside ASCII (SQLite folds the case of ASCII alone).
"""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adapters.sigma.matching import imported, imported_as, matched, parsed, sigma_rule
from tests.adapters.sigma.sqlite_oracle import Oracle

WORDS = (
    "a",
    "A",
    "ab",
    "aB.c",
    "a b",
    "x/y",
    "a:b",
    "{",
    "}",
    '{"b":"a"}',
    "true",
    "FALSE",
    "5",
    "22",
    "-a",
    "AND",
    "$b",
)
ODD = (
    "",
    "*",
    "?",
    "%",
    "_",
    '"',
    "'",
    "\\",
    "[a]",
    "(a)",
    "a|b",
    "^",
    "~",
    "@a",
    "a\nb",
    "\ta",
    "a*b",
    "a?b",
    "\\*",
    "&&",
)
TEXTS = st.sampled_from(WORDS + ODD)
PATTERNS = st.lists(st.sampled_from(("a", "B", "*", "?", ".", '"', "\\", "{", "}", ":", " ")), min_size=1, max_size=4)
STRINGS = TEXTS | PATTERNS.map("".join)
REGEXES = st.sampled_from(
    ("a", "^a", "b$", "^a.*", "a|B", "[a-b]+", "a.b", r"\{", "x/y", r"x\/y", "(a)(b)", '"b":', r"^\S+$", "5")
)
NUMBERS = st.sampled_from((5, 22, 7.5, -3))
FIELDS = st.sampled_from((
    "eventName", "eventSource", "errorCode", "userIdentity.arn", "requestParameters", "requestParameters.a",
    "requestParameters.list", "requestParameters.list.b", "responseElements",
))  # fmt: skip

SCALARS = TEXTS | NUMBERS | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=5,
)
PARAMETERS = st.fixed_dictionaries({}, optional={"a": VALUES, "list": VALUES})
EVENTS = st.fixed_dictionaries(
    {"eventName": TEXTS},
    optional={
        "eventSource": st.sampled_from(("s3.amazonaws.com", "S3.amazonaws.com", "s3", "")),
        "errorCode": TEXTS | st.none(),
        "userIdentity": st.fixed_dictionaries({"arn": TEXTS}),
        "requestParameters": PARAMETERS | st.none(),
        "responseElements": VALUES,
    },
)


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values | st.lists(values, min_size=1, max_size=3)


SEARCHES = st.one_of(
    st.tuples(
        st.sampled_from(("", "|contains", "|startswith", "|endswith", "|cased", "|contains|cased")), some(STRINGS)
    ),
    st.tuples(st.sampled_from(("|contains|all", "|startswith|all")), st.lists(STRINGS, min_size=2, max_size=2)),
    st.tuples(st.sampled_from(("|re", "|re|i", "|re|m", "|re|s", "|re|i|m")), some(REGEXES)),
    st.tuples(st.sampled_from(("|gt", "|gte", "|lt", "|lte")), NUMBERS),
    st.tuples(st.just(""), some(STRINGS | NUMBERS | st.booleans() | st.none())),
    st.tuples(st.just("|exists"), st.booleans()),
    st.tuples(st.just("|neq"), STRINGS | NUMBERS),
    st.tuples(st.sampled_from(("|windash|contains", "|base64|contains", "|base64offset|contains")), st.just("-a b")),
)
ITEMS = st.tuples(FIELDS, SEARCHES).map(lambda item: {item[0] + item[1][0]: item[1][1]})
MAPS = st.lists(ITEMS, min_size=1, max_size=2).map(lambda items: {key: item[key] for item in items for key in item})
KEYWORDS = st.lists(st.sampled_from(("a", "aB", "x/y", "5", "tru", "$b", '"')), min_size=1, max_size=2)
SELECTIONS = MAPS | st.lists(MAPS, min_size=1, max_size=2) | KEYWORDS
CONDITIONS = st.sampled_from((
    "sel1", "not sel1", "sel1 and not sel2", "1 of sel*", "all of sel*", "all of them", "1 of them",
    "sel1 or (sel2 and not sel3)", "not (sel1 or sel2)", "sel1 and not 1 of sel*",
    "not (sel1 and not (sel2 or not sel3))",
))  # fmt: skip
DETECTIONS = st.fixed_dictionaries(
    {
        "sel1": SELECTIONS,
        "sel2": SELECTIONS,
        "sel3": SELECTIONS,
        "condition": CONDITIONS | st.lists(CONDITIONS, min_size=2, max_size=2),
    }
)


def has_alternatives(detection: dict[str, Any], conditions: list[str]) -> bool:
    """Whether a part of a rule may match nothing, and the rule something."""
    lists = any(isinstance(detection[name], list) for name in ("sel1", "sel2", "sel3"))
    return lists or any(word in one for one in conditions for word in (" or ", "not (", "1 of"))


@settings(max_examples=300, deadline=None)
@given(DETECTIONS, st.lists(EVENTS, min_size=1, max_size=8))
def test_an_imported_rule_matches_what_the_backend_matches(
    detection: dict[str, Any], events: list[dict[str, Any]]
) -> None:
    rule = sigma_rule(detection)
    conditions = detection["condition"] if isinstance(detection["condition"], list) else [detection["condition"]]
    if any("can match nothing" in refusal.reason for refusal in imported_as(rule).refusals):
        # A rule of which a condition contradicts itself is refused, since nobody would ever hear of that condition. So
        # is one of which an alternative does; of the other alternatives the backend then tells.
        wants = [Oracle(events).matches(parsed(sigma_rule({**detection, "condition": one}))) for one in conditions]
        assert not all(wants) or has_alternatives(detection, conditions)
        return
    wanted = Oracle(events).matches(parsed(rule))
    assert matched(imported(rule), events) == wanted, imported(rule).query


TEXTUAL = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("b"), inner, max_size=1)
)


@settings(max_examples=100, deadline=None)
@given(
    FIELDS,
    FIELDS,
    st.lists(
        st.fixed_dictionaries(
            {"eventName": TEXTS, "requestParameters": st.fixed_dictionaries({"a": TEXTUAL, "list": TEXTUAL})}
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_fields_are_equal_where_the_backend_says_so(one: str, other: str, events: list[dict[str, Any]]) -> None:
    rule = sigma_rule({"sel": {f"{one}|fieldref": other}})
    assert matched(imported(rule), events) == Oracle(events).matches(parsed(rule)), imported(rule).query
