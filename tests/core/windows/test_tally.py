from __future__ import annotations

from typing import Any

from streams.core.windows.partials import Counts, Partial
from streams.core.windows.partitioning import partition_of
from streams.core.windows.tally import EVIDENCE_A_FLUSH, MOST_GROUP_TEXT, Bundle, Spread, Tally
from tests.core.windows.flows import RETENTION, START

HEADER = Partial("in", 2, 5, 10, 20, START, START + 9)
FIRST = START // 60_000


def spread(tally: Tally, partitions: int = 1) -> dict[tuple[str, Any], Counts]:
    made = tally.partials(HEADER, partitions, RETENTION)
    for target, partial in made.items():
        assert all(partition_of(group, partitions) == target for held in partial.counts.values() for group in held)
        head = (partial.topic, partial.partition, partial.of, partial.start, partial.end, partial.opened, partial.clock)
        assert head == ("in", 2, 5, 10, 20, START, START + 9)
    return {
        (name, group): counts
        for partial in made.values()
        for name, held in partial.counts.items()
        for group, counts in held.items()
    }


def test_a_bundle_is_spread_over_its_measures_with_varying_values_in_their_places() -> None:
    tally = Tally()
    bundle = Bundle(("a", "b"), [Spread("m", (None, "High", None), (0, 2)), Spread("n", (None, None), (1, 0))])
    tally.on_time[bundle, "1", None, FIRST] = 4
    found = spread(tally, 4)
    assert found == {
        ("m", ("1", "High", None)): Counts(on_time=[(FIRST, 4)]),
        ("n", (None, "1")): Counts(on_time=[(FIRST, 4)]),
    }


def test_two_bundles_of_one_group_meet_in_one_entry() -> None:
    tally = Tally()
    fixed, varying = Bundle((), [Spread("m", ("1",), ())]), Bundle(("a",), [Spread("m", (None,), (0,))])
    tally.on_time[fixed, FIRST] = 2
    tally.on_time[varying, "1", FIRST] = 3
    assert spread(tally) == {("m", ("1",)): Counts(on_time=[(FIRST, 5)])}


def test_late_counts_say_the_day_of_their_arrival_where_their_row_may_be_gone() -> None:
    tally = Tally()
    bundle = Bundle((), [Spread("m", (), ())])
    tally.late[bundle, FIRST - 60] = 1
    tally.late[bundle, FIRST - 60 * 60] = 2
    late = [(FIRST - 60, 1, 0), (FIRST - 60 * 60, 2, START // 86_400_000)]
    assert spread(tally) == {("m", ()): Counts(late=late)}


def test_references_are_kept_up_to_a_few_and_go_where_their_group_goes() -> None:
    tally = Tally()
    tally.on_time[Bundle((), [Spread("m", ("1",), ())]), FIRST] = 9
    for offset in range(EVIDENCE_A_FLUSH + 3):
        assert tally.has_enough("m", ("1",)) == (offset >= EVIDENCE_A_FLUSH)
        tally.refer("m", ("1",), (FIRST, offset, 0, "e"))
    [counts] = spread(tally, 7).values()
    assert [reference[1] for reference in counts.evidence] == list(range(EVIDENCE_A_FLUSH))


def test_a_tally_is_empty_until_something_was_counted() -> None:
    tally = Tally()
    assert not tally
    assert tally.partials(HEADER, 4, RETENTION) == {}
    tally.late[Bundle((), []), 1] += 1
    assert tally


def test_values_of_groups_that_are_too_long_are_shortened_and_stay_apart_with_their_references() -> None:
    tally = Tally()
    bundle = Bundle(("a", "b"), [Spread("m", (None, None), (0, 1))])
    long, other = "x" * 5_000, "x" * 4_999 + "y"
    tally.on_time[bundle, long, None, FIRST] = 2
    tally.on_time[bundle, other, "b", FIRST] = 3
    tally.refer("m", (long, None), (FIRST, 1, 0, "e"))
    found = spread(tally, 3)
    assert sorted(counts.on_time for counts in found.values()) == [[(FIRST, 2)], [(FIRST, 3)]]
    assert all(len(group[0]) == MOST_GROUP_TEXT and group[0].startswith("xxx") for _, group in found)
    assert [counts.evidence for counts in found.values() if counts.evidence] == [[(FIRST, 1, 0, "e")]]
