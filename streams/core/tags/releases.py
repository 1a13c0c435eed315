"""What findings say of a release: how soon something new came, and whether there are more of them than before."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from streams.core.tags.chance import ratio_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GRAVE = frozenset({"High", "Critical"})
MOST_LISTED = 100
"""Accounts, resources and security groups that are listed; of more there is the number."""

Change = Literal["more", "fewer", "no telling"]


class Seen(NamedTuple):
    """One finding, as much of it as matters here; ``time_ms`` is in epoch milliseconds."""

    time_ms: int
    type: str
    threat_name: str | None = None
    severity_label: str | None = None
    account: str | None = None
    resource_id: str | None = None
    security_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Periods:
    """The instants of an analysis, epoch ms: ``[before, release)`` and ``[release, after)`` are equally long.

    What was seen from ``known_from`` to the release is not new.
    """

    known_from: int
    before: int
    release: int
    after: int

    @property
    def length_ms(self) -> int:
        """How long each of the two periods is."""
        return self.after - self.release


@dataclass(frozen=True, slots=True)
class First:
    """The first finding of a sort after the release, and how long after."""

    finding: Seen
    after_ms: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Counts of equal periods before and after, and the ratio of their rates with its interval.

    ``ratio`` is None where there was nothing before; the interval's end is infinite where it has no upper bound.
    ``change`` is what can be said with this confidence: "no telling" where the interval has 1 in it.
    """

    before: int
    after: int
    ratio: float | None
    low: float
    high: float
    confidence: float
    change: Change


@dataclass(frozen=True, slots=True)
class Affected:
    """How many there are in the time after the release, and those with the most findings; ties in their order."""

    total: int
    most: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ReleaseEffect:
    """All that is said of a release."""

    periods: Periods
    first_new: First | None
    first_grave: First | None
    all: Difference
    grave: Difference
    new_types: tuple[str, ...]
    new_threats: tuple[str, ...]
    accounts: Affected
    resources: Affected
    security_groups: Affected


def periods_of(release_ms: int, until_ms: int, longest_ms: int, look_back_ms: int) -> Periods:
    """The periods of a release: ``longest_ms`` after it, but not beyond ``until_ms``, which is now or the next release.

    As long before; new is what was not seen in ``look_back_ms`` before it, which is at least as long.
    """
    length = max(0, min(longest_ms, until_ms - release_ms))
    return Periods(release_ms - max(look_back_ms, length), release_ms - length, release_ms, release_ms + length)


class Sort(NamedTuple):
    """Findings alike in type, threat and severity: how many of each period, and the first after the release.

    ``earlier`` are those before the period that is compared, which make a type one that was known.
    """

    type: str
    threat_name: str | None
    severity_label: str | None
    earlier: int
    before: int
    after: int
    first: Seen | None = None


@dataclass(frozen=True, slots=True)
class InShort:
    """Findings of a release's periods, added up as far as an analysis takes them."""

    sorts: Sequence[Sort]
    accounts: Affected
    resources: Affected
    security_groups: Affected


def in_short(findings: Iterable[Seen], periods: Periods) -> InShort:
    """Add findings up; they may come in any order, and those outside of the periods are left alone."""
    counts: defaultdict[tuple[str, str | None, str | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    firsts: dict[tuple[str, str | None, str | None], Seen] = {}
    later: list[Seen] = []
    for one in findings:
        key = one.type, one.threat_name, one.severity_label
        if periods.known_from <= one.time_ms < periods.release:
            counts[key][one.time_ms >= periods.before] += 1
        elif periods.release <= one.time_ms < periods.after:
            counts[key][2] += 1
            later.append(one)
            firsts[key] = min(one, firsts.get(key, one), key=_order)
    return InShort(
        [Sort(*key, some[0], some[1], some[2], firsts.get(key)) for key, some in counts.items()],
        _affected(one.account for one in later),
        _affected(one.resource_id for one in later),
        _affected(group for one in later for group in dict.fromkeys(one.security_groups)),
    )


def effect_of(found: InShort, periods: Periods, confidence: float = 0.95) -> ReleaseEffect:
    """What the findings say."""
    sorts = found.sorts
    known_types = {one.type for one in sorts if one.earlier or one.before}
    known_threats = {one.threat_name for one in sorts if one.earlier or one.before}
    firsts = sorted((one.first for one in sorts if one.first), key=_order)
    new = [one for one in firsts if one.type not in known_types]
    grave = [one for one in sorts if one.severity_label in GRAVE]
    return ReleaseEffect(
        periods,
        first_new=_first(new, periods),
        first_grave=_first([one for one in firsts if one.severity_label in GRAVE], periods),
        all=difference(sum(one.before for one in sorts), sum(one.after for one in sorts), confidence),
        grave=difference(sum(one.before for one in grave), sum(one.after for one in grave), confidence),
        new_types=tuple(dict.fromkeys(one.type for one in new)),
        new_threats=tuple(
            dict.fromkeys(one.threat_name for one in firsts if one.threat_name and one.threat_name not in known_threats)
        ),
        accounts=found.accounts,
        resources=found.resources,
        security_groups=found.security_groups,
    )


def _order(one: Seen) -> tuple[int, str, str, str, tuple[str, ...]]:
    return one.time_ms, one.type, one.resource_id or "", one.account or "", one.security_groups


def difference(before: int, after: int, confidence: float = 0.95) -> Difference:
    """Two counts of equal periods, compared."""
    low, high = ratio_interval(before, after, confidence=confidence)
    change: Change = "more" if low > 1 else "fewer" if high < 1 else "no telling"
    return Difference(before, after, after / before if before else None, low, high, confidence, change)


def _first(found: Sequence[Seen], periods: Periods) -> First | None:
    return First(found[0], found[0].time_ms - periods.release) if found else None


def _affected(values: Iterable[str | None]) -> Affected:
    counts = Counter(value for value in values if value)
    most = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_LISTED]
    return Affected(len(counts), tuple(most))
