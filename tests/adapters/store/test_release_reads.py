"""What the store adds up for releases, against the same added up one by one."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.adapters.store.store import Store
from streams.core.board.releases import LOOK_BACK_MS
from streams.core.board.spans import Span
from streams.core.tags.releases import InShort, Seen, in_short, periods_of
from tests.adapters.store.messages import MINUTE, START, TOPICS, Log
from tests.core.board.briefs import brief_of

if TYPE_CHECKING:
    from streams.core.board.comparing import Brief

DAY = 1_440
minutes = st.integers(0, 40 * DAY) | st.sampled_from([0, 1, 14 * DAY, 14 * DAY + 1, 15 * DAY, 16 * DAY])
seen = st.builds(
    Seen,
    minutes.map(lambda minute: START + minute * MINUTE),
    st.sampled_from(["A:EC2/a", 'B:EC2/"b"', "", "Ärger\u2028"]),
    st.sampled_from([None, "worm", "rat"]),
    st.sampled_from([None, "Low", "High", "Critical"]),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from([None, "i-1", "i-2"]),
    st.sampled_from([(), ("web",), ("web", "db"), ("web", "web")]),
)
releases = st.tuples(minutes, st.integers(0, 3 * DAY)).map(
    lambda both: periods_of(START + both[0] * MINUTE, START + sum(both) * MINUTE, DAY * MINUTE, LOOK_BACK_MS)
)


def filled(folder: str, findings: list[tuple[Seen, bool]]) -> Store:
    store, log = Store.open(Path(folder) / "store", TOPICS), Log()
    store.take([
        log.finding(
            (one.time_ms - START) // MINUTE, finding_id=str(number), type=one.type, threat_name=one.threat_name,
            severity_label=one.severity_label, account=one.account, resource_id=one.resource_id,
            security_groups=one.security_groups, sample=sample,
        )
        for number, (one, sample) in enumerate(findings)
    ])  # fmt: skip
    return store


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(seen, st.booleans()), max_size=20), st.lists(releases, min_size=1, max_size=4))
def test_a_releases_findings_are_added_up(findings: list[tuple[Seen, bool]], some: list[Any]) -> None:
    counted = [one for one, sample in findings if not sample]
    with tempfile.TemporaryDirectory() as folder:
        store = filled(folder, findings)
        for periods in some:
            assert in_order(store.in_short(periods)) == in_order(in_short(counted, periods))
        span = Span(START + DAY * MINUTE, START + 30 * DAY * MINUTE)
        assert with_times(store.findings_in_brief(span)) == with_times(brief_of(counted, span))
        store.close()


def in_order(found: InShort) -> InShort:
    """With its sorts, which have no order, in one."""
    return replace(found, sorts=sorted(found.sorts, key=str))


def with_times(found: Brief) -> tuple[Brief, list[int], list[list[int]]]:
    """With the times of nobody's findings, and of each account's, in the place of numbers that mean nothing."""
    times: defaultdict[int, list[int]] = defaultdict(list)
    for at, account in zip(found.times, found.accounts, strict=True):
        times[account].append(at)
    rest = replace(found, times=list(found.times), accounts=[], grave_times=list(found.grave_times))
    return rest, times.pop(0, []), sorted(times.values())
