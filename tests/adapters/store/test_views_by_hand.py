"""Every panel, in any state, over a real store of what workers wrote, against findings counted by hand."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from streams.adapters.rule_files import read_folder, shipped_folder
from streams.adapters.store.store import Store
from streams.core.board.choose import ONE_BY_ONE, choose, countables
from streams.core.board.panels import load_panels
from streams.core.board.spans import Span, span_until, step_of
from streams.core.board.state import KEYS, NO_VALUE, State
from streams.core.board.views import ALL, view
from streams.core.windows.clock import MINUTE
from streams.core.windows.rows import MOST_GROUPS
from tests.adapters.store.worlds import (
    HOSTILE,
    LENGTH,
    MEASURES,
    START,
    TOPICS,
    Fact,
    Log,
    Worker,
    counted,
    facts,
    findings_of,
    panes_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.panel import Panel
    from streams.core.board.state import Filters
    from streams.core.board.views import View

COUNTABLES = countables(MEASURES)
PANELS = [one for one in load_panels([read_folder(shipped_folder("panels"))]) if one.measure is None]
EXAMPLES = int(os.environ.get("GUARDSTREAM_VIEW_EXAMPLES", "30"))
"""A long form is had by more of them; they are then others each time."""
TRIED = settings(
    deadline=None,
    derandomize=EXAMPLES < 100,
    # A store for each example takes its time, and making a failing one small takes hundreds of them.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WORDS: dict[str, list[str | None]] = {
    "severity_label": ["High", "Medium", "Low", "Critical", "never"],
    "account": ["1", "2", None, *HOSTILE],
    "region": ["us-east-1", None, HOSTILE[0]],
    "threat_purpose": ["Backdoor", "Recon", None],
    "type": ["Backdoor:EC2/Spambot", HOSTILE[6], HOSTILE[5], "never"],
    "resource_type": ["Instance", None, HOSTILE[3]],
    "resource_id": ["i-1", None, HOSTILE[4]],
    "security_group": ["web", "db", None, HOSTILE[0], HOSTILE[2]],
}
assert set(WORDS) == set(KEYS)


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=3))
    return {
        key: tuple(draw(st.lists(st.sampled_from(WORDS[key]), min_size=1, max_size=3, unique=True))) for key in keys
    }


spans = st.one_of(
    st.tuples(st.integers(-50, LENGTH), st.integers(1, 2 * LENGTH)).map(
        lambda ends: Span(START + ends[0] * MINUTE, START + (ends[0] + ends[1]) * MINUTE)
    ),
    st.sampled_from([60, 360, 1_440, 10_080]).map(lambda minutes: span_until(START + LENGTH * MINUTE, minutes)),
)
states = st.tuples(filters(), spans).map(lambda both: State(fixed=both[1], filters=both[0]))


@st.composite
def deliveries(draw: st.DrawFn, most_groups: int = MOST_GROUPS) -> tuple[Log, list[int]]:
    """What a worker wrote, some of it twice as after a crash; and the sizes of the batches in which it is read."""
    some: list[Fact] = sorted(draw(st.lists(facts(), min_size=1, max_size=25)), key=lambda fact: fact.came)
    for number, fact in enumerate(some):
        # The same bytes twice are one event to the store: a worker that died wrote them again.
        fact.document["detail"]["id"] = f"f{number}"
    worker, log, place = Worker(most_groups), Log(), 0
    while place < len(some):
        size = draw(st.integers(1, 10))
        told = worker.flush(some[place : place + size])
        log.write(told)
        if draw(st.integers(0, 3)) == 0:
            log.write(told[draw(st.integers(0, len(told))) :])
        place += size
    return log, draw(st.lists(st.integers(1, 200), min_size=1, max_size=4))


def filled(path: Path, log: Log, sizes: Sequence[int]) -> Store:
    """A store that has read everything; it was closed and opened on the way, and read some once more."""
    store, place, turn = Store.open(path, TOPICS, "100MB"), 0, 0
    while place < len(log.messages):
        size = sizes[turn % len(sizes)]
        store.take(log.messages[place : place + size])
        if size % 3 == 0 and turn < 3:
            store.close()
            store = Store.open(path, TOPICS, "100MB")
            store.take(log.messages[: place + size])
        place, turn = place + size, turn + 1
    return store


def fits(view_: View, sums: Counter[tuple[int, Any]], before: Counter[tuple[int, Any]]) -> None:
    """Whether a view says what was counted by hand, by step and values."""
    panel, steps = view_.panel, len(view_.span.points(view_.step))
    totals: Counter[Any] = Counter()
    lines: dict[Any, list[int]] = {}
    for (step, values), count in sums.items():
        totals[values] += count
        lines.setdefault(values, [0] * steps)[step] += count
    assert view_.total == sum(totals.values())
    assert (view_.reason is None) == (bool(totals) or panel.chart == "number")
    order = sorted(totals, key=lambda values: (-totals[values], [NO_VALUE if one is None else one for one in values]))
    if panel.chart == "number":
        assert view_.lines[0].counts == tuple(lines.get((), [0] * steps))
        assert view_.before == sum(before.values())
    elif panel.chart == "trend":
        # One line alone is not told once more as that of all.
        together = view_.lines[: len(lines) != 1]
        shown = sorted((line.name, line.counts) for line in view_.lines[len(together) :])
        names = {values: " · ".join(NO_VALUE if one is None else one for one in values) for values in lines}
        assert shown == sorted((names[values], tuple(counts)) for values, counts in lines.items())
        assert [line.name for line in together] == [ALL] * len(together)
        assert len(lines) < 2 or together[0].counts == tuple(map(sum, zip(*lines.values(), strict=True)))
    else:
        assert [row.count for row in view_.rows] == [totals[values] for values in order[: panel.top]]
        assert all(row.count == totals[row.values] for row in view_.rows)
        assert view_.others == len(order[panel.top :])
        assert view_.other_count == sum(totals[values] for values in order[panel.top :])
        assert all(sum(count for _, count in row.parts) in {0, row.count} for row in view_.rows)


@settings(TRIED, max_examples=EXAMPLES)
@given(deliveries(), st.lists(states, min_size=1, max_size=4))
def test_every_panel_in_any_state_shows_the_findings_counted_by_hand(
    world: tuple[Log, list[int]], some: list[State]
) -> None:
    log, sizes = world
    found = findings_of(log)
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "store", log, sizes)
        for state in some:
            span = state.span(0)
            for panel in PANELS:
                shown = view(panel, state, span, COUNTABLES, store)
                assert shown.left_out == (), "findings are counted one by one where no measure has all keys"
                where = both(panel, state)
                step = step_of(span.minutes) * MINUTE
                before = counted(found, span.before, where, (), step)
                fits(shown, counted(found, span, where, shown.by, step), before)
                by = tuple(drilled(panel, state))
                assert shown.by == by
        store.close()


def both(panel: Panel, state: State) -> Filters:
    """What the panel itself and the page are narrowed to: both hold."""
    where: Filters = {key: tuple(values) for key, values in panel.where.items()}
    for key, values in state.filters.items():
        where[key] = tuple(one for one in values if one in where.get(key, values))
    return where


def drilled(panel: Panel, state: State) -> list[str]:
    """What a panel counts by."""
    chosen = panel.drill and panel.by and len(state.filters.get(panel.by[0], ())) == 1
    return [str(panel.drill), *panel.by[1:]] if chosen else list(panel.by)


@settings(TRIED, max_examples=EXAMPLES // 2)
@given(deliveries(most_groups=2), st.lists(states, min_size=1, max_size=3))
def test_groups_without_room_are_shown_as_such_and_left_out_by_filters(
    world: tuple[Log, list[int]], some: list[State]
) -> None:
    log, sizes = world
    found = findings_of(log)
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "store", log, sizes)
        for state in [*some, *(replace(one, filters={}) for one in some)]:
            span = state.span(0)
            for panel in PANELS:
                shown = view(panel, state, span, COUNTABLES, store)
                question = choose(panel, shown.by, state.filters, COUNTABLES)
                assert question is not None
                where, step = both(panel, state), step_of(span.minutes) * MINUTE
                if question.measure is ONE_BY_ONE:
                    before = counted(found, span.before, where, (), step)
                    fits(shown, counted(found, span, where, shown.by, step), before)
                else:
                    panes = list(panes_of(log, question.measure.name))
                    fits(shown, summed(panes, span, where, shown.by, step), summed(panes, span.before, where, (), step))
        store.close()


def summed(
    panes: Sequence[tuple[int, Any, int]], span: Span, where: Filters, by: Sequence[str], step: int
) -> Counter[tuple[int, Any]]:
    """Panes of a span by its steps and the values of some keys."""
    sums: Counter[tuple[int, Any]] = Counter()
    for at, group, count in panes:
        if span.start_ms <= at < span.end_ms and all(
            any(group[key] == one for one in values) for key, values in where.items()
        ):
            sums[(at - span.start_ms) // step, tuple(group[key] for key in by)] += count
    return +sums
