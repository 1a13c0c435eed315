"""Events as stage 1 counts them, cut into flushes, and the messages that come of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from streams.core.windows.clock import MINUTE, RecordClock, first_open_minute
from streams.core.windows.partials import Partial
from streams.core.windows.state import WindowState
from streams.core.windows.tally import Bundle, Spread, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

START = 1_700_000_040_000
"""A whole minute."""
DELAY = 3 * MINUTE
RETENTION = 48 * 60 * MINUTE

ALL = Bundle((), [Spread("all", (), ())])
BY_ONE = Bundle(("account",), [Spread("by-account", (None,), (0,))])
BY_BOTH = Bundle(("a", "b"), [Spread("pairs", (None, "fixed", None), (0, 2)), Spread("turned", (None, None), (1, 0))])


class Happening(NamedTuple):
    """One record: when it came and when it happened, minutes after ``START``, and for whom."""

    came: int
    minute: int
    account: str | None


happenings = st.lists(
    st.builds(Happening, st.integers(0, 40), st.integers(-5, 45), st.sampled_from(["1", "2", "3", None])), max_size=25
)
sources = st.lists(happenings, min_size=1, max_size=3)
cuts = st.lists(st.integers(0, 25), max_size=4)


def bundle_key(bundle: Bundle, account: str | None, minute: int) -> tuple[Any, ...]:
    return (bundle, *[account, "x"][: len(bundle.fields)], minute)


def flushes(
    records: Sequence[Happening], places: Iterable[int], number: int, of: int, targets: int
) -> list[dict[int, Partial]]:
    """What one source partition sends, a dict a flush: for each partition of groups its message."""
    sent: list[dict[int, Partial]] = []
    clock = RecordClock()
    edges = sorted({0, len(records), *(place for place in places if place < len(records))})
    for start, end in pairwise(edges):
        tally = Tally()
        opened = max(clock.now, START + records[start].came * MINUTE)
        for happened in records[start:end]:
            clock.advance(START + happened.came * MINUTE)
            note(tally, happened, clock.now)
        header = Partial("in", number, of, start, end, opened, clock.now)
        made = tally.partials(header, targets, RETENTION)
        sent.append({target: made.get(target, header) for target in range(targets)})
    return sent


def note(tally: Tally, happened: Happening, clock: int) -> None:
    minute = START // MINUTE + happened.minute
    late = minute < first_open_minute(clock, DELAY)
    for bundle in (ALL, BY_ONE, BY_BOTH):
        (tally.late if late else tally.on_time)[bundle_key(bundle, happened.account, minute)] += 1


def expected(all_records: Iterable[Sequence[Happening]]) -> tuple[Counter[Any], Counter[Any]]:
    """On-time and all counts by (measure, group, minute), from the definition of late alone."""
    on_time: Counter[Any] = Counter()
    total: Counter[Any] = Counter()
    for records in all_records:
        latest = 0
        for came, minute, account in records:
            latest = max(latest, came)
            names = [
                ("all", ()),
                ("by-account", (account,)),
                ("pairs", (account, "fixed", "x")),
                ("turned", ("x", account)),
            ]
            for name, group in names:
                key = (name, group, START // MINUTE + minute)
                total[key] += 1
                on_time[key] += minute >= latest - DELAY // MINUTE
    return +on_time, total


def counted(states: Iterable[WindowState]) -> tuple[Counter[Any], Counter[Any]]:
    """The same from rows."""
    on_time: Counter[Any] = Counter()
    total: Counter[Any] = Counter()
    for state in states:
        for name, groups in state.series.measures.items():
            for group, rows in groups.items():
                for row in rows:
                    for minute in range(60):
                        key = (name, group, row.hour * 60 + minute)
                        on_time[key] += row.counts[minute]
                        total[key] += row.total(minute)
    return +on_time, +total


def logs(order: Iterable[Mapping[int, Partial]], targets: int) -> list[list[Partial]]:
    """One log a partition of groups, from flushes in the order in which they were sent."""
    made: dict[int, list[Partial]] = defaultdict(list)
    for flush in order:
        for target, partial in flush.items():
            made[target].append(Partial.decode(partial.encode()))
    return [made[target] for target in range(targets)]


def fold(log: Sequence[Partial], state: WindowState | None = None, first: int = 0) -> WindowState:
    state = state or WindowState()
    for offset, partial in enumerate(log[first:], first):
        state.take(partial, offset)
    return state
