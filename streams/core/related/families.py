"""What is unusual of each kind: counts, groups never seen before, releases, other alerts.

Each kind may err in a share of cases (``SHARES``) that adds up to one, so that all of them together err no more often
than was asked for (Bonferroni's inequality, with weights). Counts get a small share, since those that matter are far
beyond any bound; releases a large one, since nothing but their time tells for them.
"""

from __future__ import annotations

from collections import Counter
from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING

from streams.core.related.arrivals import near_chance, newcomer_chance
from streams.core.related.frame import CELL, DAY, LEAST_DAYS
from streams.core.related.scan import FEWER_MEAN, most_unusual
from streams.core.related.seen import Kind, Moved
from streams.core.related.usual import PRIOR_EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streams.core.related.scan import Expected
    from streams.core.related.seen import Instant, Own, Seen
    from streams.core.related.tail import Tail
    from streams.core.related.usual import Learned

SHARES: Mapping[Kind, float] = {"count": 0.16, "new": 0.5, "release": 0.31, "alert": 0.03}
MINUTE_MS = 60_000
Z = 1.96
"""Of a two-sided interval of 95 %."""
HOUR_CELLS = 12
PRIOR_RELEASES = 3.0
AROUND = 60
"""Minutes around an instant in which other alerts are looked at."""
TIME_OF_DAY = 180
"""Minutes around it on earlier days in which releases are counted."""
FEW = 0.3
"""Newcomers of a frame: a measure that usually has more of them has little to say by another one. It may hardly err, so
that it does not cost others their certainty; and where there are next to none, little can be wrong."""
LEAST_FIT = 0.01


def counts(seen: Seen, learned: Learned, tails: Mapping[str, Tail]) -> Iterator[Moved]:
    """Series that were counted before, and have a stretch that is unusual at all.

    Each measure may err as often as another, whatever bursts it is used to.
    """
    whole, share = seen.frame.is_whole, SHARES["count"] / max(1, len(tails))
    for name, cells, usual in zip(seen.names, seen.today, learned.usual, strict=True):
        if usual is None or not (cells or usual.mean >= FEWER_MEAN):
            continue
        # What is still being counted is always less than it will be.
        stretch = most_unusual(cells, usual, fewer=whole)
        if stretch is not None and (p := tails[name.measure].chance(stretch.p) / share) <= 1:
            start, end, count, mean = _sharpest(cells, usual, more=stretch.events > stretch.mean)
            low, high = _interval(count, mean, usual)
            yield Moved(
                "count", name, None, seen.frame.start + start * CELL, seen.frame.start + end * CELL, count, mean, p,
                low, high, (start - seen.frame.before) * float(CELL), _excess(cells, usual),
            )  # fmt: skip


def newcomers(seen: Seen) -> Iterator[Moved]:
    """Groups that came for the first time within the frame."""
    frame = seen.frame
    minutes = frame.cells * CELL
    fit = {
        name: LEAST_FIT + few * exp(-few / FEW)
        for name, known in seen.newcomers.items()
        if known.days >= LEAST_DAYS
        for few in (known.expected(minutes),)
    }
    every = sum(fit.values())
    for name, past, cells in zip(seen.names, seen.past, seen.today, strict=True):
        if name.measure not in fit or past.first < frame.start or past.total or not cells:
            continue
        first = min(cells)
        size = sum(count for cell, count in cells.items() if cell < first + HOUR_CELLS)
        p = newcomer_chance(seen.newcomers[name.measure], minutes, size) * every / fit[name.measure] / SHARES["new"]
        if p <= 1:
            start, end = frame.start + first * CELL, frame.start + (max(cells) + 1) * CELL
            excess = {cell: float(count) for cell, count in cells.items()}
            lag = float((first - frame.before) * CELL)
            yield Moved("new", name, None, start, end, sum(cells.values()), 0.0, p, inf, inf, lag, excess)


def releases(seen: Seen, own: Own) -> Iterator[Moved]:
    """Releases that began before the instant, nearer than chance would have the nearest one."""
    before = [one for one in seen.releases if _lag(own, one) <= 0]
    if not before or seen.instant_days < LEAST_DAYS:
        return
    earlier = [lag for one in before if (lag := -_lag(own, one)) > DAY / 2]
    days = seen.frame.alike(int(seen.instant_days))
    at_this_time = sum(any(abs(lag - day * DAY) < TIME_OF_DAY for day in days) for lag in earlier)
    whole = (len(earlier) + 1.0) / (seen.instant_days * DAY)
    # Most happen in working hours: this time of day counts by itself, as far as it has enough of them.
    rate = (at_this_time + PRIOR_RELEASES) / (len(days) * 2 * TIME_OF_DAY + PRIOR_RELEASES / whole)
    for one in before:
        lag = _lag(own, one)
        yield _near("release", one, lag, near_chance(rate, -lag) / SHARES["release"])


def alerts(seen: Seen, own: Own) -> Iterator[Moved]:
    """Alerts that began near the instant, nearer than chance would have one of their rule."""
    if seen.instant_days < LEAST_DAYS:
        return
    others = [one for one in seen.alerts if one.id != own.alert_id]
    often = Counter(one.of for one in others if abs(_lag(own, one)) > DAY / 2)
    rules = len({one.of for one in others}) + 1
    for one in others:
        lag = _lag(own, one)
        if abs(lag) <= AROUND:
            # Before or after it: twice the time.
            p = near_chance((often[one.of] + 1.0) / (seen.instant_days * DAY), 2 * abs(lag))
            yield _near("alert", one, lag, p * rules / SHARES["alert"])


def _near(kind: Kind, one: Instant, lag: float, p: float) -> Moved:
    minute = one.at_ms // MINUTE_MS
    return Moved(kind, None, one, minute, minute, 1, 0.0, p, lag=lag)


def _lag(own: Own, one: Instant) -> float:
    return (one.at_ms - own.at_ms) / MINUTE_MS


def _excess(cells: Mapping[int, int], usual: Expected) -> dict[int, float]:
    mean, shares, _ = usual
    return {cell: cells.get(cell, 0) - mean * (shares[cell + 1] - shares[cell]) for cell in range(len(shares) - 1)}


def _sharpest(cells: Mapping[int, int], usual: Expected, *, more: bool) -> tuple[int, int, int, float]:
    """Where the change most likely begins and ends: start, end, count and mean of the stretch with the largest gain.

    The gain is that of Poisson's likelihood, count ln(count / mean) - (count - mean) (Kulldorff, 1997).
    """
    mean, shares, _ = usual
    sums: list[int] = [0]
    for cell in range(len(shares) - 1):
        sums.append(sums[-1] + cells.get(cell, 0))
    best, found = -1.0, (0, len(shares) - 1, sums[-1], mean)
    for start in range(len(shares) - 1):
        for end in range(start + 1, len(shares)):
            count, of = sums[end] - sums[start], max(mean * (shares[end] - shares[start]), 1e-9)
            if (count > of) is not more:
                continue
            gain = (count * log(count / of) if count else 0.0) - (count - of)
            if gain > best:
                best, found = gain, (start, end, count, of)
    return found


def _interval(count: int, mean: float, usual: Expected) -> tuple[float, float]:
    """The interval of the ratio of a count to its mean, by its logarithm's standard error."""
    spread = sqrt(1.0 / max(count, 0.5) + usual.dispersions[HOUR_INDEX] + 1.0 / (usual.mean + PRIOR_EVENTS))
    ratio = max(count, 0.5) / mean
    factor = exp(min(50.0, Z * spread))
    return ratio / factor, ratio * factor


HOUR_INDEX = 2


def expected_total(usual: Sequence[Expected | None]) -> int:
    """How many series are judged by what is usual for them."""
    return sum(one is not None for one in usual)
