"""Counts in the store against a fold of the same messages in plain Python."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.topics import Topics
from streams.adapters.store import Store
from streams.adapters.topic_reader import Message
from streams.cli.count_views import newest_counts
from streams.core.board.spans import Span
from streams.core.parsing.times import parse_time, to_rfc3339

if TYPE_CHECKING:
    from streams.core.board.views import Values

TOPICS = Topics()
MINUTE = 60_000
START = 1_790_000_040_000
DEFINITIONS = {"d1": ("account", "severity_label"), "d2": ("account", "severity_label", "region"), "d3": ()}
VALUES: dict[str, list[str | None]] = {
    "account": ["1", "2", None],
    "severity_label": ["High", "Low"],
    "region": ["us-east-1", None, "(overflow 007)"],
}


def message(draw: st.DrawFn, offset: int) -> Message:
    definition = draw(st.sampled_from(list(DEFINITIONS)))
    group = {key: draw(st.sampled_from(VALUES[key][:3])) for key in DEFINITIONS[definition]}
    key: dict[str, Any] = {
        "measure": draw(st.sampled_from(["m", "n"])),
        "definition": definition,
        "group": group,
        "start": to_rfc3339(START + draw(st.integers(0, 4)) * MINUTE),
    }
    if draw(st.integers(0, 5)) == 0:
        key["arrived"] = draw(st.sampled_from(["2026-09-21", "2026-09-22"]))
    value: bytes | None = orjson.dumps(
        {**key, "count": draw(st.integers(0, 9)), "late": 0, "version": draw(st.integers(0, 5))}
    )
    kind = draw(st.integers(0, 15))
    value = None if kind == 0 else b"no json" if kind == 1 else value
    return Message(TOPICS.window_counts, 0, offset, START, orjson.dumps(key), value)


@st.composite
def logs(draw: st.DrawFn) -> list[Message]:
    return [message(draw, offset) for offset in range(draw(st.integers(0, 40)))]


wheres = st.dictionaries(
    st.sampled_from(list(VALUES)), st.lists(st.sampled_from(["1", "High", "us-east-1", None]), min_size=1, max_size=2)
)
bys = st.lists(st.sampled_from(list(VALUES)), unique=True, max_size=2)
spans = st.tuples(st.integers(-1, 4), st.integers(1, 6)).map(
    lambda pair: Span(START + pair[0] * MINUTE, START + (pair[0] + pair[1]) * MINUTE)
)


def folded(log: list[Message], measure: str, span: Span, where: dict[str, Any], by: list[str]) -> Counter[Values]:
    found: Counter[Values] = Counter()
    for row in newest_counts((one.key, one.value) for one in log):
        start, group = parse_time(row["start"]) or 0, row["group"]
        if row["measure"] != measure or not span.start_ms <= start < span.end_ms:
            continue
        if set(by) | set(where) <= set(DEFINITIONS[row["definition"]]):
            crowded = any(str(value).startswith("(overflow") for value in group.values())
            named = dict.fromkeys(group, "(too many groups)") if crowded else group
            if all(named[key] in values for key, values in where.items()):
                found[tuple(named[key] for key in by)] += row["count"]
    return +found


@settings(deadline=None, derandomize=True, max_examples=60)
@given(logs(), st.lists(st.integers(1, 9)), wheres, bys, spans, st.sampled_from([1, 2]))
def test_counts_are_those_of_a_fold_of_the_topic(  # noqa: PLR0913, PLR0917 - all that is asked
    log: list[Message], cuts: list[int], where: dict[str, Any], by: list[str], span: Span, step: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        at = 0
        for size in [*cuts, len(log)]:
            store = Store(path, TOPICS)
            at = store.offsets().get((TOPICS.window_counts, 0), 0)
            # After a crash some of what was read comes again.
            store.take(log[max(0, at - 2) : at + size])
            store.close()
        store = Store(path, TOPICS)
        with store.reading() as reading:
            for measure in ("m", "n"):
                wanted = folded(log, measure, span, where, by)
                filters = {key: tuple(values) for key, values in where.items()}
                assert dict(reading.totals(measure, span, filters, by)) == wanted
                lines = reading.trend(measure, span, filters, by, step)
                assert {key: sum(counts) for key, counts in lines.items() if sum(counts)} == wanted
                for place, begin in enumerate(span.points(step)):
                    part = Span(begin, min(begin + step * MINUTE, span.end_ms))
                    here = {key: counts[place] for key, counts in lines.items() if counts[place]}
                    assert here == folded(log, measure, part, where, by)
        store.close()
