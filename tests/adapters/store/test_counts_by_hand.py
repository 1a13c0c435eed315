"""The store's sums beside a fold of the same messages in plain Python."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.topics import Topics
from streams.adapters.store.store import Store
from streams.adapters.topic_reader import Message
from streams.core.board.spans import Span
from streams.core.board.untold import NOT_KEPT, OVERFLOW
from streams.core.parsing.times import to_rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator

TOPIC = Topics().window_counts
MINUTE = 60_000
FIRST = 28_000_000
DEFINITIONS = {"one": ("a", "b"), "two": ("a", "b", "c"), "three": ("b", "c", "a"), "none": ()}
VALUES: tuple[Any, ...] = ("x", "y", "(overflow)", 'a,"start":"b', "\x00\u2028", None, 5, "5")


@dataclass(frozen=True)
class Told:
    """A message to be: where it goes, and what it says."""

    partition: int
    key: bytes
    value: bytes | None


@st.composite
def keys_of_panes(draw: st.DrawFn) -> dict[str, Any]:
    definition = draw(st.sampled_from(["two", "two", "two", *DEFINITIONS]))
    keys = DEFINITIONS[definition]
    if keys and draw(st.integers(0, 5)) == 0:
        group = {keys[0]: f"(overflow {draw(st.integers(0, 2)):03d})"} | dict.fromkeys(keys[1:])
    else:
        group = {key: draw(st.sampled_from(VALUES)) for key in keys}
    start = to_rfc3339((FIRST + draw(st.integers(0, 5))) * MINUTE)
    key: dict[str, Any] = {"measure": "m", "definition": definition, "group": group, "start": start}
    day = draw(st.sampled_from([None, "2023-03-30", "2023-03-31"]))
    return key if day is None else key | {"arrived": day}


@st.composite
def tellings(draw: st.DrawFn) -> list[Told]:
    """Few panes, of which much is told; some of them in time and late, too."""
    pool = draw(st.lists(keys_of_panes(), min_size=2, max_size=5))
    pool += [{name: said for name, said in key.items() if name != "arrived"} for key in pool if "arrived" in key]
    which = st.tuples(st.sampled_from(pool), st.sampled_from(KINDS), st.integers(0, 9), st.integers(-1, 6))
    return [told(*one) for one in draw(st.lists(which, min_size=20, max_size=60))]


KINDS = ["pane", "pane", "pane", "pane", "held", "null", "broken", "strange", "huge"]


def told(key: dict[str, Any], kind: str, count: int, version: int) -> Told:
    written = orjson.dumps(key)
    numbers = {"count": count, "late": 0, "version": version}
    value = {
        "pane": orjson.dumps(key | numbers),
        "held": orjson.dumps(key | {"value": 2.5} | numbers),
        "null": None,
        "broken": [b"", b"[]", b"{", written][count % 4],
        "strange": orjson.dumps(numbers | key),
        "huge": orjson.dumps(key | {"count": 1 << 63, "version": 9}),
    }[kind]
    # A key has one partition.
    return Told(len(written) % 2, written, value)


@dataclass
class ByHand:
    """Keeps every key's newest version, and adds up whatever is asked for each time."""

    rows: dict[bytes, dict[str, Any]] = field(default_factory=dict)

    def take(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.rows.pop(key, None)
            return
        try:
            row = orjson.loads(value)
            fits = isinstance(row, dict) and "count" in row and row["count"] < 1 << 62
        except orjson.JSONDecodeError:
            return
        if fits and (key not in self.rows or row["version"] >= self.rows[key]["version"]):
            self.rows[key] = row

    def found(self, span: Span, where: dict[str, tuple[Any, ...]]) -> Iterator[tuple[int, dict[str, Any], int]]:
        for key, row in self.rows.items():
            place = orjson.loads(key)
            minute = next(at for at in range(FIRST - 1, FIRST + 9) if to_rfc3339(at * MINUTE) == place["start"])
            group = {name: "5" if value == 5 else value for name, value in place["group"].items()}
            first = next(iter(group.values()), None)
            if first is not None and first.startswith("(overflow 0"):
                group = dict.fromkeys(group, OVERFLOW)
            # Values that stand for themselves alone are compared by what they are.
            said = {name: group.get(name, NOT_KEPT) for name in "abcd"}
            met = all(any(said[name] == one for one in values) for name, values in where.items())
            if met and span.start_ms <= minute * MINUTE < span.end_ms:
                yield minute, said, row["count"]

    def totals(self, span: Span, where: dict[str, tuple[Any, ...]], by: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
        sums: Counter[tuple[Any, ...]] = Counter()
        for _, said, count in self.found(span, where):
            sums[tuple(said[name] for name in by)] += count
        return +sums

    def trend(
        self, span: Span, where: dict[str, tuple[Any, ...]], by: tuple[str, ...], step: int
    ) -> dict[tuple[Any, ...], list[int]]:
        starts = list(span.points(step))
        lines: dict[tuple[Any, ...], list[int]] = {}
        for minute, said, count in self.found(span, where):
            line = lines.setdefault(tuple(said[name] for name in by), [0] * len(starts))
            line[sum(start <= minute * MINUTE for start in starts) - 1] += count
        found = {values: line for values, line in lines.items() if any(line)}
        return found or ({} if by else {(): [0] * len(starts)})


FILTERS = st.dictionaries(
    st.sampled_from("abcd"),
    st.lists(st.sampled_from(["x", "y", "5", "(overflow)", None, OVERFLOW, NOT_KEPT, "never"]), max_size=3).map(tuple),
    max_size=2,
)
BYS = st.lists(st.sampled_from("abcd"), max_size=3, unique=True).map(tuple)
SPANS = st.tuples(st.integers(-1, 5), st.integers(1, 7)).map(
    lambda ends: Span((FIRST + ends[0]) * MINUTE, (FIRST + ends[0] + ends[1]) * MINUTE)
)


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    log_of=tellings(),
    sizes=st.lists(st.integers(1, 25), min_size=1, max_size=6),
    again=st.integers(0, 9),
    questions=st.lists(st.tuples(SPANS, FILTERS, BYS, st.integers(1, 4)), min_size=3, max_size=8),
)
def test_any_sum_is_that_of_the_newest_versions(
    log_of: list[Told],
    sizes: list[int],
    again: int,
    questions: list[tuple[Span, dict[str, tuple[Any, ...]], tuple[str, ...], int]],
) -> None:
    offsets = [itertools.count() for _ in range(2)]
    log = [Message(TOPIC, one.partition, next(offsets[one.partition]), 1, one.key, one.value) for one in log_of]
    by_hand = ByHand()
    for one in log_of:
        by_hand.take(one.key, one.value)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.duckdb"
        store = Store.open(path, Topics(), "100MB")
        left, sizes_again = log, itertools.cycle(sizes)
        while left:
            size = next(sizes_again)
            store.take(left[:size])
            # It ends here, and begins where it says; some of what was read comes once more.
            if size % 3 == 0:
                store.close()
                store = Store.open(path, Topics(), "100MB")
            at = store.offsets()
            store.take(
                [message for message in log[: again * 3] if message.offset < at.get((TOPIC, message.partition), 0)]
            )
            left = [message for message in log if message.offset >= at.get((TOPIC, message.partition), 0)]
        for span, where, by, step in questions:
            assert dict(store.totals("m", span, where, by)) == dict(by_hand.totals(span, where, by))
            assert store.trend("m", span, where, by, step) == by_hand.trend(span, where, by, step)
        whole = Span(0, (FIRST + 99) * MINUTE)
        buckets = sum(count for _, said, count in by_hand.found(whole, {"a": (OVERFLOW,)}))
        assert store.overflowed("m", whole) == buckets
        store.close()
