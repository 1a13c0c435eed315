"""From counts of flushes to rows: nothing is lost or counted twice, however the flushes were cut and repeated."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.windows.clock import DAY, MINUTE
from streams.core.windows.partials import Counts, Partial
from streams.core.windows.state import MOST_MINUTES_AT_ONCE, WindowState
from tests.core.windows.flows import DELAY, START, counted, cuts, expected, flushes, fold, logs, sources

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = 60 * MINUTE
FIRST = START // MINUTE


def partial(  # noqa: PLR0913 - what a message covers, by name
    start: int, end: int, clock: int, counts: dict[str, Any] | None = None, *, number: int = 0, of: int = 1
) -> Partial:
    return Partial("in", number, of, start, end, clock, clock, counts or {})


def one(minute: int, count: int = 1) -> dict[str, Any]:
    return {"m": {(): Counts(on_time=[(minute, count)])}}


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Any], list[dict[int, Partial]], int]:
    """Sources' records, and their flushes in some order across sources, some of them sent again later."""
    records = draw(sources)
    targets = draw(st.integers(1, 4))
    waiting = [flushes(one, draw(cuts), number, len(records), targets) for number, one in enumerate(records)]
    order: list[dict[int, Partial]] = []
    sent: list[list[dict[int, Partial]]] = [[] for _ in records]
    while any(waiting):
        number = draw(st.sampled_from([place for place, rest in enumerate(waiting) if rest]))
        flush = waiting[number].pop(0)
        order.append(flush)
        sent[number].append(flush)
        if draw(st.booleans()):
            # A crash: the last flushes come again, to some of the partitions.
            first = draw(st.integers(0, len(sent[number]) - 1))
            some = [draw(st.sets(st.sampled_from(sorted(again)))) for again in sent[number][first:]]
            order += [
                {target: flush[target] for target in those}
                for flush, those in zip(sent[number][first:], some, strict=True)
            ]
    return records, order, targets


@settings(deadline=None)
@given(deliveries())
def test_sums_of_rows_equal_a_plain_count_of_the_events_however_flushes_were_cut_and_repeated(made: Any) -> None:
    records, order, targets = made
    assert counted(map(fold, logs(order, targets))) == expected(records)


@settings(deadline=None)
@given(sources, cuts, cuts, st.integers(1, 3), st.integers(1, 4))
def test_other_cuts_and_other_numbers_of_partitions_give_the_same_counts_on_time_and_late(
    records: list[Any], some: list[int], others: list[int], few: int, more: int
) -> None:
    def counts(places: list[int], targets: int) -> Any:
        order = chain.from_iterable(
            flushes(one, places, number, len(records), targets) for number, one in enumerate(records)
        )
        return counted(map(fold, logs(order, targets)))

    assert counts(some, few) == counts(others, more)


@settings(deadline=None)
@given(deliveries())
def test_a_window_that_is_due_never_changes_any_more(made: Any) -> None:
    _, order, targets = made
    for log in logs(order, targets):
        final = fold(log)
        state = WindowState()
        for offset, message in enumerate(log):
            state.take(message, offset)
            for end in state.due("in", "event_time", DELAY):
                for name, groups in final.series.measures.items():
                    for group in groups:
                        assert state.series.on_time(name, group, end - 5, end) == final.series.on_time(
                            name, group, end - 5, end
                        )


def ends(log: Sequence[Partial]) -> list[int]:
    state = WindowState()
    found: list[int] = []
    for offset, message in enumerate(log):
        state.take(message, offset)
        found += state.due("in", "event_time", DELAY)
    return found


@settings(deadline=None)
@given(deliveries())
def test_every_minute_is_judged_once_and_in_order_from_the_first_that_all_sources_were_counted(made: Any) -> None:
    _, order, targets = made
    for log in logs(order, targets):
        found = ends(log)
        assert found == list(range(found[0], found[-1] + 1)) if found else True


def test_windows_of_a_topic_are_not_judged_while_one_of_its_partitions_was_never_heard() -> None:
    state = WindowState()
    state.take(partial(0, 5, START, of=2), 0)
    state.take(partial(5, 9, START + HOUR, of=2), 1)
    assert not state.due("in", "arrival", 0)
    state.take(partial(0, 5, START + HOUR, of=2, number=1), 2)
    assert not state.due("in", "arrival", 0)
    state.take(partial(5, 5, START + HOUR + 2 * MINUTE, number=1, of=2), 3)
    assert not state.due("in", "arrival", 0)
    state.take(partial(9, 9, START + HOUR + 3 * MINUTE, of=2), 4)
    assert list(state.due("in", "arrival", 0)) == [FIRST + 62]


def test_each_topic_and_each_basis_is_judged_by_its_own_clock() -> None:
    state = WindowState()
    state.take(partial(0, 5, START), 0)
    state.take(Partial("other", 0, 1, 0, 1, START, START + HOUR), 1)
    state.take(partial(5, 6, START + 5 * MINUTE), 2)
    assert list(state.due("in", "arrival", 0)) == list(range(FIRST + 2, FIRST + 6))
    assert list(state.due("in", "event_time", DELAY)) == [FIRST + 2]
    assert not state.due("in", "event_time", DELAY)
    assert not state.due("unknown", "event_time", DELAY)


def test_a_jump_of_the_clock_over_years_judges_no_more_than_the_newest_two_weeks() -> None:
    state = WindowState()
    state.take(partial(0, 5, START), 0)
    state.take(partial(5, 6, START + 4000 * DAY), 1)
    due = state.due("in", "arrival", 0)
    assert due[-1] - due[0] == MOST_MINUTES_AT_ONCE
    assert due[-1] == FIRST + 4000 * 24 * 60


def test_a_checkpoint_is_not_changed_by_what_is_judged_after_it() -> None:
    # It is written only once everything before it is acknowledged, and messages come meanwhile.
    state = WindowState()
    state.take(partial(0, 5, START), 0)
    state.take(partial(5, 6, START + 5 * MINUTE), 1)
    list(state.due("in", "arrival", 0))
    taken = state.checkpoint()
    before = str(taken)
    state.take(partial(6, 7, START + 9 * MINUTE), 2)
    list(state.due("in", "arrival", 0))
    assert str(taken) == before


@settings(deadline=None)
@given(deliveries(), st.integers(0, 20))
def test_a_checkpoint_restored_goes_on_as_if_nothing_had_happened(made: Any, place: int) -> None:
    _, order, targets = made
    for log in logs(order, targets):
        whole = fold(log)
        part = fold(log[:place])
        list(part.due("in", "arrival", 0))
        restored = WindowState()
        restored.restore_checkpoint(part.checkpoint())
        assert (restored.fence, restored.judged, restored.sources) == (part.fence, part.judged, part.sources)
        restored.series = part.series
        assert fold(log, restored, place).checkpoint() == {**whole.checkpoint(), "judged": part.judged}


def test_changes_name_exactly_the_rows_and_panes_of_new_messages() -> None:
    state = WindowState()
    counts = {"m": {("a",): Counts(on_time=[(FIRST, 2), (FIRST + 60, 1)], late=[(FIRST, 1, 7)])}}
    state.take(partial(0, 5, START, counts), 0)
    state.take(partial(0, 5, START, counts), 1)
    hour = FIRST // 60
    changed = {key: list(row.take_changed()) for key, row in state.changed_rows.items()}
    minute = FIRST % 60
    assert changed == {
        ("m", ("a",), hour, 0): [minute],
        ("m", ("a",), hour + 1, 0): [minute],
        ("m", ("a",), hour, 7): [minute],
    }
    assert {row.fence for row in state.changed_rows.values()} == {0}
    assert state.fence == 1


def expired(
    state: WindowState, retention: dict[str, int], default: int, keep_after: int = 99
) -> set[tuple[str, int, int]]:
    return {(name, row.hour, row.arrived) for name, _, row in state.expired(retention, default, keep_after)}


def test_a_row_is_over_only_when_no_event_can_be_added_to_it_any_more() -> None:
    # A count that comes later than this gets a row of its day of arrival instead.
    state = WindowState()
    state.take(partial(0, 1, START, one(FIRST)), 0)
    hour_end = (FIRST // 60 + 1) * HOUR
    for step in range(20):
        clock = hour_end + 2 * HOUR + step * HOUR // 4
        state.take(partial(1 + step, 2 + step, clock), 1 + step)
        if expired(state, {}, 2 * HOUR):
            assert clock > hour_end + 2 * HOUR
    assert expired(state, {}, 2 * HOUR)


def test_rows_that_a_checkpoint_does_not_hold_yet_and_those_of_longer_memory_stay() -> None:
    state = WindowState()
    state.take(partial(0, 1, START, {**one(FIRST), "long": {(): Counts(on_time=[(FIRST, 1)])}}), 0)
    state.take(partial(1, 2, START + 9 * HOUR), 1)
    assert expired(state, {"long": 20 * HOUR}, 2 * HOUR) == {("m", FIRST // 60, 0)}
    assert expired(state, {"long": 20 * HOUR}, 2 * HOUR, keep_after=-1) == set()


def test_a_rule_of_shorter_memory_than_the_default_does_not_shorten_a_rows_life() -> None:
    # Stage 1 knows the default alone: until then late counts are added to this very row.
    state = WindowState()
    state.take(partial(0, 1, START, one(FIRST)), 0)
    state.take(partial(1, 2, START + 9 * HOUR), 1)
    assert expired(state, {"m": HOUR}, 24 * HOUR) == set()


def test_nothing_is_over_while_the_slowest_partition_lags_or_is_unknown() -> None:
    state = WindowState()
    state.take(partial(0, 1, START, one(FIRST), of=2), 0)
    state.take(partial(1, 2, START + 90 * HOUR, of=2), 1)
    assert expired(state, {}, HOUR) == set()
    state.take(partial(0, 1, START + HOUR, number=1, of=2), 2)
    assert expired(state, {}, HOUR) == set()
    state.take(partial(1, 2, START + 90 * HOUR, number=1, of=2), 3)
    assert expired(state, {}, HOUR) == {("m", FIRST // 60, 0)}


def test_rows_of_a_day_of_arrival_outlive_that_day() -> None:
    state = WindowState()
    day = START // DAY
    late = {"m": {(): Counts(late=[(FIRST - 90_000, 1, day)])}}
    state.take(partial(0, 1, START, late), 0)
    state.take(partial(1, 2, (day + 1) * DAY + HOUR), 1)
    assert expired(state, {}, HOUR) == set()
    state.take(partial(2, 3, (day + 1) * DAY + 4 * HOUR), 2)
    assert [arrived for _, _, arrived in expired(state, {}, HOUR)] == [day]


def test_a_future_event_is_counted_in_its_pane_and_moves_no_window() -> None:
    state = WindowState()
    state.take(partial(0, 1, START), 0)
    far = 4_070_908_800_000 // MINUTE
    state.take(partial(1, 2, START + 5 * MINUTE, one(far)), 1)
    assert list(state.due("in", "event_time", DELAY)) == [FIRST + 2]
    assert counted([state])[0] == Counter({("m", (), far): 1})
