from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agents.window_stage import WindowPartition
from bench.peers_job.tumbling import EVERYTHING, judge_half_hour
from streams.adapters.rule_files import read_folder
from streams.core.conditions.step import Share
from streams.core.rules.load import load_rules
from streams.core.rules.plan import make_plan
from streams.core.windows.partials import Counts
from streams.core.windows.partitioning import partition_of
from streams.core.windows.state import WindowState

if TYPE_CHECKING:
    from streams.core.conditions.windowed import WindowedRule

RULES = Path(__file__).parents[2] / "bench" / "peers_job" / "rules"
PARTITIONS = 8


def the_rule() -> WindowedRule:
    (windowed,) = make_plan(load_rules([read_folder(RULES)]).rules, ()).windowed
    return windowed


def partition(windowed: WindowedRule, counts: dict[int, tuple[int, int]]) -> WindowPartition:
    number = partition_of(EVERYTHING, PARTITIONS)
    state = WindowState()
    for offset, (minute, (backdoor, every)) in enumerate(counts.items()):
        for measure, count in ((windowed.measure, backdoor), (str(windowed.of), every)):
            state.series.merge(measure, EVERYTHING, Counts([(minute, count)]), ("findings", 0), offset)
    return WindowPartition(number, Share(number, PARTITIONS), b"epoch000", state, -1, {})


def fired(windowed: WindowedRule, owned: WindowPartition, ends: range) -> list[int]:
    return [end for end in ends for _ in judge_half_hour(windowed, owned.state, owned.share, end, 0).alerts]


def test_a_half_hour_alerts_once_and_so_does_the_next() -> None:
    windowed = the_rule()
    owned = partition(windowed, {0: (5, 20), 10: (5, 20), 30: (5, 20)})
    assert fired(windowed, owned, range(1, 60)) == [1, 31]


def test_what_was_counted_in_the_half_hour_before_says_nothing() -> None:
    windowed = the_rule()
    owned = partition(windowed, {29: (9, 20), 30: (0, 20)})
    assert fired(windowed, owned, range(30, 60)) == [30]


def test_nineteen_findings_are_too_few() -> None:
    windowed = the_rule()
    assert fired(windowed, partition(windowed, {0: (19, 19)}), range(1, 31)) == []


def test_another_partition_of_groups_leaves_it_alone() -> None:
    windowed = the_rule()
    owned = partition(windowed, {0: (20, 20)})
    owned.share = Share((owned.number + 1) % PARTITIONS, PARTITIONS)
    assert fired(windowed, owned, range(1, 31)) == []
