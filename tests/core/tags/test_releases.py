from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.core.tags.releases import GRAVE, Periods, ReleaseEffect, Seen, difference, effect_of, in_short, periods_of

HOUR = 3_600_000
AT = 1_000 * HOUR
PERIODS = periods_of(AT, AT + 100 * HOUR, 6 * HOUR, 48 * HOUR)


def analyse(findings: list[Seen], periods: Periods) -> ReleaseEffect:
    return effect_of(in_short(findings, periods), periods)


def seen(hours: float, type_: str = "A", **more: Any) -> Seen:
    return Seen(AT + int(hours * HOUR), type_, **more)


finding = st.builds(
    Seen,
    st.integers(AT - 60 * HOUR, AT + 12 * HOUR),
    st.sampled_from("ABCDE"),
    st.sampled_from([None, "worm", "miner", "rat"]),
    st.sampled_from([None, "Low", "Medium", "High", "Critical"]),
    st.sampled_from([None, "1", "2", "3"]),
    st.sampled_from([None, "i-1", "i-2"]),
    st.sampled_from([(), ("web",), ("web", "db"), ("web", "web")]),
)


def test_what_came_first_after_the_release_and_how_soon() -> None:
    effect = analyse(
        [
            seen(3, "B", severity_label="Low"),
            seen(2, "A", severity_label="High"),
            seen(-40, "A"),
            seen(4, "B", severity_label="Critical"),
            seen(1, "A", severity_label="Medium"),
        ],
        PERIODS,
    )
    assert effect.first_new
    assert (effect.first_new.finding.type, effect.first_new.after_ms) == ("B", 3 * HOUR)
    assert effect.first_grave
    assert (effect.first_grave.finding.type, effect.first_grave.after_ms) == ("A", 2 * HOUR)
    assert effect.new_types == ("B",)


def test_a_type_seen_before_the_look_back_is_new_again() -> None:
    assert analyse([seen(-49), seen(1)], PERIODS).new_types == ("A",)
    assert analyse([seen(-47), seen(1)], PERIODS).new_types == ()


def test_who_is_affected_and_which_threats_are_new() -> None:
    effect = analyse(
        [
            seen(-1, threat_name="worm", account="9", resource_id="i-9", security_groups=("old",)),
            seen(1, threat_name="worm", account="1", resource_id="i-1", security_groups=("web", "db", "web")),
            seen(2, threat_name="miner", account="2", resource_id="i-1", security_groups=("web",)),
            seen(3, threat_name="miner", account="2"),
        ],
        PERIODS,
    )
    assert effect.new_threats == ("miner",)
    assert effect.accounts.most == (("2", 2), ("1", 1))
    assert effect.resources.most == (("i-1", 2),)
    assert effect.security_groups.most == (("web", 2), ("db", 1))


def test_periods_are_equal_and_end_with_the_next_release_or_now() -> None:
    assert Periods(AT - 48 * HOUR, AT - 6 * HOUR, AT, AT + 6 * HOUR) == PERIODS
    short = periods_of(AT, AT + HOUR, 6 * HOUR, 0)
    assert (short.before, short.after, short.known_from) == (AT - HOUR, AT + HOUR, AT - HOUR)
    assert periods_of(AT, AT - HOUR, HOUR, HOUR).length_ms == 0


def test_a_difference_is_told_only_where_it_is_more_than_chance() -> None:
    assert difference(5, 9).change == "no telling"
    assert difference(5, 25).change == "more"
    assert difference(25, 5).change == "fewer"
    assert difference(0, 0).ratio is None
    # Six against none is the least that chance does not make in one of twenty cases.
    assert (difference(0, 5).change, difference(0, 6).change) == ("no telling", "more")


@given(st.lists(finding, max_size=60), st.randoms())
def test_the_order_of_findings_does_not_matter(findings: list[Seen], chance: Any) -> None:
    shuffled = [*findings]
    chance.shuffle(shuffled)
    assert analyse(shuffled, PERIODS) == analyse(findings, PERIODS)


@given(st.lists(finding, max_size=60))
def test_the_numbers_are_those_of_a_plain_count(findings: list[Seen]) -> None:
    effect = analyse(findings, PERIODS)
    later = [one for one in findings if AT <= one.time_ms < AT + 6 * HOUR]
    known = {one.type for one in findings if AT - 48 * HOUR <= one.time_ms < AT}
    assert effect.all.after == len(later)
    assert effect.all.before == sum(AT - 6 * HOUR <= one.time_ms < AT for one in findings)
    assert set(effect.new_types) == {one.type for one in later} - known
    new = [one.time_ms for one in later if one.type not in known]
    assert (effect.first_new.finding.time_ms if effect.first_new else None) == min(new, default=None)
    grave = [one.time_ms - AT for one in later if one.severity_label in GRAVE]
    assert (effect.first_grave.after_ms if effect.first_grave else None) == min(grave, default=None)
    assert effect.grave.after == len(grave)
    assert effect.accounts.total == len({one.account for one in later if one.account})
    assert sum(count for _, count in effect.resources.most) == sum(one.resource_id is not None for one in later)
