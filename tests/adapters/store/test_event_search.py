"""A search of events with what the store leaves out, against a plain look at every event."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.adapters.store.store import Store
from streams.core.board.search import Search
from streams.core.board.spans import MINUTE, Span
from tests.adapters.store.messages import START, TOPICS, Log

SPAN = Span(START, START + 9 * MINUTE)
# Values that differ only in their case, that look like numbers, and that make small letters in their own way.
TEXTS = ("High", "HIGH", "low", "4", "04", "İ", "ß", "a b", "x*y")
FINDING = ("account", "region", "severity_label", "type", "threat_purpose", "resource_type")
RECORD = ("account", "region", "error_code", "outcome", "principal")
texts = st.sampled_from([*TEXTS, None])
# Of the original event nobody has looked at the type.
originals = st.sampled_from([*TEXTS, None, 4, True, ["High", "low"], [], {"High": "low"}])


def events_of(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"minute": st.integers(-1, 9), **dict.fromkeys(names, texts)})


records = st.fixed_dictionaries({"eventName": originals, "eventSource": originals})


def parsed(value: Any) -> str | None:
    """As workers parse it."""
    return value if isinstance(value, str) else None


NAMES = ("event_name", "eventName", "event_source", "eventSource", "severity_label.keyword", "nothing")
FIELDS = tuple(dict.fromkeys((*FINDING, *RECORD, *NAMES)))
TEXT_WORDS = ("high", "HIGH", "High", "low", "4", "04", "İ", "ß", "ss", '"a b"', "a", "x\\*y")
words = st.sampled_from([*TEXT_WORDS, "*", "h*", "?ow", ">3", "[1 TO 5]"])
terms = st.builds("{}:{}".format, st.sampled_from(FIELDS), words) | words.filter(lambda word: word[0] not in ">[")
queries = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT {}".format, inner),
    ),
    max_leaves=4,
)


@settings(deadline=None, derandomize=True, max_examples=25)
@example([], [({"minute": 1}, {"eventName": ["High"], "eventSource": 4})], ["eventName:high", "eventSource:4"])
@given(
    st.lists(events_of(FINDING), max_size=8),
    st.lists(st.tuples(events_of(RECORD), records), max_size=8),
    st.lists(queries, min_size=5, max_size=20),
)
def test_what_the_store_leaves_out_of_a_search_would_not_have_matched(
    found: list[dict[str, Any]], recorded: list[tuple[dict[str, Any], dict[str, Any]]], asked: list[str]
) -> None:
    log = Log()
    messages = [log.finding(**parts) for parts in found]
    for parts, record in recorded:
        names: dict[str, Any] = {
            "event_name": parsed(record["eventName"]),
            "event_source": parsed(record["eventSource"]),
        }
        messages.append(log.record(record=record, **parts, **names))
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "store", TOPICS)
        store.take(messages)
        everything = store.events(SPAN)
        for query in asked:
            search = Search(query)
            fetched = store.events(SPAN, required=search.required)
            wanted = [row for row in everything if search.takes(row)]
            assert [row for row in fetched if search.takes(row)] == wanted, query
        store.close()
