"""Findings counted one by one, against counting by hand."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.adapters.store.store import Store
from streams.core.board.choose import ONE_BY_ONE
from streams.core.board.ranking import Ranking, rank
from streams.core.board.spans import MINUTE, Span
from tests.adapters.store.messages import START, TOPICS, Log

SOME: dict[str, list[Any]] = {
    "severity_label": ["High", "Low"],
    "account": ["1", "2"],
    "region": ["us-east-1", None],
    "threat_purpose": ["Backdoor", None],
    "type": ["Backdoor:EC2/Spambot"],
    "resource_type": ["Instance", None],
    "resource_id": ["i-1", "i-2", None],
    "security_group": [[], ["web"], ["web", "db"]],
}
findings = st.fixed_dictionaries(
    {key: st.sampled_from(values) for key, values in SOME.items()}
    | {"minute": st.integers(0, 9), "sample": st.booleans()}
)
VALUES = {**SOME, "security_group": ["web", "db", None], "resource_id": ["i-1", None]}
wheres = st.dictionaries(st.sampled_from(list(SOME)), st.integers(0, 2), max_size=3).map(
    lambda chosen: {key: (VALUES[key][place % len(VALUES[key])],) for key, place in chosen.items()}
)
bys = st.lists(st.sampled_from(list(SOME)), unique=True, max_size=2)


def values_of(found: dict[str, Any], key: str) -> list[Any]:
    if key == "security_group":
        return list(found[key])
    return [found[key]]


def fits(found: dict[str, Any], key: str, value: Any) -> bool:
    values = values_of(found, key)
    return value in values or (value is None and not values)


def by_hand(some: list[dict[str, Any]], where: dict[str, Any], by: list[str]) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for found in some:
        if found["sample"] or not all(fits(found, key, value) for key, (value,) in where.items()):
            continue
        for group in product(*(values_of(found, key) for key in by)):
            named = dict(zip(by, group, strict=True))
            if all(value == named.get(key, value) for key, (value,) in where.items()):
                counts[group] += 1
    return counts


def in_any_order(found: Ranking) -> tuple[Any, ...]:
    """A ranking, whose parts have no order."""
    return [replace(one, parts=tuple(sorted(one.parts, key=str))) for one in found.rows], found.groups, found.total


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(findings, max_size=15), wheres, bys, st.sampled_from([1, 3]))
def test_findings_are_counted_by_any_keys_at_once(
    some: list[dict[str, Any]], where: dict[str, Any], by: list[str], step: int
) -> None:
    log = Log()
    messages = [
        log.finding(found["minute"], finding_id=str(number), security_groups=found["security_group"],
                    **{key: value for key, value in found.items() if key not in {"minute", "security_group"}})
        for number, found in enumerate(some)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "store", TOPICS)
        store.take(messages)
        span = Span(START + 2 * MINUTE, START + 8 * MINUTE)
        inside = [found for found in some if 2 <= found["minute"] < 8]
        assert dict(store.totals(ONE_BY_ONE.name, span, where, by)) == by_hand(inside, where, by)
        if by:
            keys, width = tuple(by), max(1, len(by) - 1)
            ranking = store.ranking(ONE_BY_ONE.name, span, where, keys[:width], 2, (*keys, None)[width])
            assert in_any_order(ranking) == in_any_order(rank(by_hand(inside, where, by).items(), width, 2))
        lines = store.trend(ONE_BY_ONE.name, span, where, by, step)
        for place in range(6 // step):
            part = [found for found in inside if (found["minute"] - 2) // step == place]
            here = {key: counts[place] for key, counts in lines.items() if counts[place]}
            assert here == by_hand(part, where, by)
        store.close()


def test_filters_after_one_of_security_groups_keep_their_values(store: Store) -> None:
    log = Log()
    store.take([log.finding(1, security_groups=["web", "db"], region="us-east-1", type="T")])
    where = {"security_group": ("web",), "region": ("us-east-1",), "type": ("T", "U")}
    span = Span(START, START + 9 * MINUTE)
    assert store.totals(ONE_BY_ONE.name, span, where, ("security_group",)) == [(("web",), 1)]
