from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tag import Kind, LifecycleTag
from streams.core.board.comparing import ORDERS, STEPS, Compared, History, compare_all, in_order, span_of
from streams.core.board.releases import LONGEST_MS, LOOK_BACK_MS, release_of
from streams.core.board.spans import Span
from streams.core.parsing.times import to_rfc3339
from streams.core.tags.releases import Seen, in_short
from tests.core.board.briefs import brief_of

HOUR = 3_600_000
BEGIN = 1_790_000_000_000
NOW = BEGIN + 60 * 24 * HOUR

instants = st.integers(0, 60 * 24).map(lambda hours: BEGIN + hours * HOUR) | st.integers(BEGIN, NOW)
findings = st.lists(
    st.builds(
        Seen,
        instants,
        st.sampled_from(["A:EC2/a", "B:EC2/b", "C:EC2/c"]),
        severity_label=st.sampled_from([None, "Low", "High", "Critical"]),
        account=st.sampled_from([None, "", "1", "2"]),
    ),
    max_size=60,
)
tags = st.lists(
    st.tuples(instants, st.sampled_from(get_args(Kind)), st.sets(st.sampled_from(["shop", "cart"]))),
    min_size=1,
    max_size=8,
)


def tag(number: int, at_ms: int, kind: Kind = "deploy", applications: tuple[str, ...] = ()) -> LifecycleTag:
    return LifecycleTag(
        id=f"t{number}", name="t", kind=kind, applications=applications, started_at=to_rfc3339(at_ms)
    )  # fmt: skip


def history(found: list[Seen], span: Span, alerts: list[int]) -> History:
    return History(brief_of(found, span), sorted(alerts))


@given(findings, tags, st.lists(instants, max_size=10))
def test_what_is_said_side_by_side_is_what_each_page_says(
    found: list[Seen], given_tags: list[tuple[int, Kind, set[str]]], alerts: list[int]
) -> None:
    known = [tag(number, at, kind, tuple(sorted(apps))) for number, (at, kind, apps) in enumerate(given_tags)]
    compared = compare_all(known, known, NOW, history(found, span_of(known), alerts))
    for one in compared:
        alone = release_of(one.tag, known, NOW, lambda periods: in_short(found, periods))
        effect = alone.effect
        assert one.started_ms == alone.started_ms
        assert one.periods == effect.periods
        assert one.findings == effect.all
        assert one.accounts == effect.accounts.total
        for short, whole in ((one.first_new, effect.first_new), (one.first_grave, effect.first_grave)):
            assert short == (whole and (whole.after_ms, whole.finding.type))
        assert one.alerts == sum(effect.periods.release <= at < effect.periods.after for at in alerts)
        assert sum(one.around) == effect.all.before + effect.all.after


def test_the_line_around_a_release_has_it_in_its_middle() -> None:
    at = BEGIN + 30 * 24 * HOUR
    found = [Seen(at - HOUR, "A"), Seen(at, "A"), Seen(at + 23 * HOUR, "A"), Seen(at + LONGEST_MS, "A")]
    [one] = compare_all([tag(1, at)], [], NOW, history(found, Span(0, NOW), []))
    assert len(one.around) == STEPS
    assert {place: count for place, count in enumerate(one.around) if count} == {11: 1, 12: 1, 23: 1}


def test_a_release_of_the_future_is_not_looked_at() -> None:
    [one] = compare_all([tag(1, NOW + HOUR)], [], NOW, history([Seen(NOW, "A")], Span(0, NOW + 1), [NOW]))
    assert (one.around, one.findings.after, one.first_new, one.alerts) == ((), 0, None, 0)


def test_a_type_is_new_again_after_two_weeks() -> None:
    at = BEGIN + 30 * 24 * HOUR
    for before, new in ((LOOK_BACK_MS, False), (LOOK_BACK_MS + 1, True)):
        found = [Seen(at - before, "A"), Seen(at + HOUR, "A")]
        [one] = compare_all([tag(1, at)], [], NOW, history(found, Span(0, NOW), []))
        assert (one.first_new is not None) == new


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["t2", "t1", "t0"]),
        ("new", ["t0", "t2", "t1"]),
        ("high", ["t0", "t2", "t1"]),
        ("before", ["t2", "t1", "t0"]),
        ("after", ["t0", "t2", "t1"]),
        ("more", ["t0", "t2", "t1"]),
        ("accounts", ["t0", "t2", "t1"]),
        ("alerts", ["t0", "t2", "t1"]),
    ],
)
def test_the_worst_come_first(order: str, expected: list[str]) -> None:
    places = [BEGIN + day * 24 * HOUR for day in (20, 25, 30)]
    found = [Seen(places[0] + HOUR, "A", severity_label="High", account=str(number)) for number in range(9)]
    found += [Seen(places[2] + 2 * HOUR, "B", severity_label="Critical", account="1")]
    known = [tag(number, at) for number, at in enumerate(places)]
    compared = compare_all(known, known, NOW, history(found, Span(0, NOW), [places[0] + 1] * 2 + [places[2]]))
    assert [one.tag.id for one in in_order(compared, order)] == expected


def test_an_order_for_each_name() -> None:
    one: list[Compared] = compare_all([tag(1, BEGIN)], [], NOW, history([], Span(0, NOW), []))
    for name in ORDERS:
        assert in_order(one, name) == one
