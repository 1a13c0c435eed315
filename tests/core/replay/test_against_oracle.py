"""The engine against an evaluator that keeps everything and works each window out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.replay.kinds import CONDITIONS, rules
from tests.core.replay.oracle import LEARNED, Oracle
from tests.core.replay.streams import run, streams, told_of, written

if TYPE_CHECKING:
    from tests.core.replay.happenings import Step, Told

ABOUT_LATE_EVENTS = "amended"
cut_sizes = st.lists(st.integers(1, 5), max_size=4)


def in_order(told: list[Told], kind: str) -> list[Told]:
    """Alerts by group, each group's in the order in which they came; values that are new at once have no order."""
    if kind == "new_value":
        told = sorted(told, key=lambda one: (one.starts, str(one.measured["value"])))
    return sorted(told, key=lambda one: str(one.group))


@pytest.mark.parametrize("kind", CONDITIONS)
@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_engine_tells_what_the_oracle_does(kind: str, data: st.DataObject) -> None:
    rule = data.draw(rules(kind))
    sources, steps = data.draw(streams())
    # What is accepted of a group depends on how many its partition has.
    partitions = 1 if kind in LEARNED else data.draw(st.sampled_from([1, 1, 3]))
    cuts = data.draw(cut_sizes)
    alerts = run(written(rule), sources, steps, partitions=partitions, cuts=cuts)
    assert_told(rule, sources, steps, alerts)


def assert_told(rule: dict[str, Any], sources: int, steps: list[Step], alerts: list[dict[str, Any]]) -> None:
    kind = rule["condition"]["type"]
    found = in_order([told_of(alert, kind) for alert in alerts if alert["status"] != ABOUT_LATE_EVENTS], kind)
    wanted = in_order(Oracle(rule, steps, sources).tell(), kind)
    assert [one[:5] for one in found] == [one[:5] for one in wanted]
    for ours, theirs in zip(found, wanted, strict=True):
        assert {key: ours.measured.get(key) for key in theirs.measured} == theirs.measured


@pytest.mark.parametrize("kind", CONDITIONS)
@settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_neither_batches_nor_partitions_of_groups_make_a_difference(kind: str, data: st.DataObject) -> None:
    rule = data.draw(rules(kind))
    sources, steps = data.draw(streams())
    one = run(written(rule), sources, steps)
    partitions = 1 if kind in LEARNED else data.draw(st.integers(1, 4))
    other = run(written(rule), sources, steps, partitions=partitions, cuts=data.draw(cut_sizes))
    assert by_group(one) == by_group(other)


def by_group(alerts: list[dict[str, Any]]) -> list[Any]:
    """What alerts say but for the references, of which each flush keeps a few, and what came late."""
    told = [
        (alert["fingerprint"], {key: value for key, value in alert.items() if key != "evidence"})
        for alert in alerts
        if alert["status"] != ABOUT_LATE_EVENTS
    ]
    return sorted(told, key=lambda one: one[0])
