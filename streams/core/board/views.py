"""What a panel shows, as numbers and links; pages, pictures and the API are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from streams.core.board.choose import choose
from streams.core.board.spans import step_of
from streams.core.board.state import NO_VALUE, State, name_of
from streams.core.board.usual import band, learned_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.panel import Panel
    from streams.core.board.choose import Countable, Question
    from streams.core.board.ranking import Ranked, Ranking, Values
    from streams.core.board.spans import Span
    from streams.core.board.state import Filters
    from streams.core.board.usual import Band

SEVERITIES = ("Critical", "High", "Medium", "Low", "Informational")
SPLIT = "severity_label"
"""Bars are split by it where their measure has it."""
ALL = "All"
"""The line of everything that a trend has lines of."""
NOTHING = "nothing was counted in this range"


class Reads(Protocol):
    """What a store answers."""

    def totals(self, measure: str, span: Span, where: Filters, by: Sequence[str]) -> list[tuple[Values, int]]:
        """Counts by the values of some keys."""
        ...

    def trend(
        self, measure: str, span: Span, where: Filters, by: Sequence[str], step_minutes: int
    ) -> Mapping[Values, Sequence[int]]:
        """Counts by the values of some keys, one for each step of the range."""
        ...

    def ranking(  # noqa: PLR0913, PLR0917 - each is a part of the question
        self, measure: str, span: Span, where: Filters, by: Sequence[str], most: int, parts: str | None
    ) -> Ranking:
        """The values of some keys that count most, each taken apart by one more key."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One value, or some of several keys, with its count; and the page narrowed by it."""

    values: Values
    labels: tuple[str, ...]
    count: int
    parts: tuple[tuple[str, int], ...]
    """Its count by severity, where the measure has it."""
    state: State
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A count for each step; and the page narrowed by what the line stands for, where it can be."""

    name: str
    counts: tuple[int, ...]
    state: State | None = None
    chosen: bool = False

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class View:
    """A panel's contents. ``reason`` says why it is empty, where it is."""

    panel: Panel
    span: Span
    step: int
    total: int = 0
    before: int = 0
    """As many were counted in the period before; for a number."""
    rows: tuple[Row, ...] = ()
    others: int = 0
    """How many values are not shown, and ``other_count`` what they count."""
    other_count: int = 0
    lines: tuple[Line, ...] = ()
    by: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Names of filters that the panel's measure can't be narrowed by."""
    reason: str | None = None
    state: State = field(default_factory=State)
    narrowed: State | None = None
    """Of a number: the page narrowed by what the number counts, or widened again if it is ``chosen``."""
    chosen: bool = False
    usual: Band = ()
    """Of a trend: what is usual of everything that it counts, for each step; empty where nothing can be said."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One panel's question, and whom to ask."""

    panel: Panel
    state: State
    span: Span
    by: tuple[str, ...]
    question: Question
    reads: Reads
    known_from: int | None = None

    def view(self, total: int, **parts: Any) -> View:
        return View(
            self.panel,
            self.span,
            step_of(self.span.minutes),
            total,
            by=self.by,
            left_out=tuple(name_of(key) for key in self.question.left_out),
            state=self.state,
            **parts,
        )

    def before(self) -> int:
        earlier = self.reads.totals(self.question.measure.name, self.span.before, self.question.where, ())
        return sum(count for _, count in earlier)

    def trend(self, by: tuple[str, ...]) -> Mapping[Values, Sequence[int]]:
        step = step_of(self.span.minutes)
        return self.reads.trend(self.question.measure.name, self.span, self.question.where, by, step)

    def usual(self) -> Band:
        step = step_of(self.span.minutes)
        learned = learned_from(self.span, step, self.known_from)
        if learned is None:
            return ()
        found = self.reads.trend(self.question.measure.name, learned, self.question.where, (), step)
        return band(found.get((), ()), learned, self.span, step)


def view(  # noqa: PLR0913 - each is a part of the question
    panel: Panel, state: State, span: Span, measures: Sequence[Countable], reads: Reads, *,
    known_from: int | None = None,
) -> View:  # fmt: skip
    """What a panel shows in this state.

    A trend shows what is usual, too, where ``known_from`` (epoch ms) says since when everything was counted.
    """
    by = _keys(panel, state)
    question = choose(panel, by, state.filters, measures)
    if question is None:
        reason = _missing(panel, by, measures)
        return View(panel, span, step_of(span.minutes), by=by, reason=reason, state=state)
    made = {"number": _number, "trend": _trend}.get(panel.chart, _counted)
    return made(_Asked(panel, state, span, by, question, reads, known_from))


def _missing(panel: Panel, by: Sequence[str], measures: Sequence[Countable]) -> str:
    """Why no measure answers a panel, and what to do."""
    keys = list(dict.fromkeys([*by, *panel.where]))
    named = next((one for one in measures if one.name == panel.measure), None)
    if named is not None:
        lacking = " and ".join(key for key in keys if key not in named.keys)
        return f"the measure {named.name} does not count by {lacking}, but by {', '.join(named.keys) or 'nothing'}"
    if panel.measure:
        return f"there is no measure {panel.measure}: GUARDSTREAM_MEASURES names the folders of measures"
    known = {key for one in measures if one.whole for key in one.keys}
    lacking = " and ".join([key for key in keys if key not in known] or keys) or "nothing"
    return (
        f"no measure counts all findings by {lacking}: add one with group-by: [{', '.join(keys)}] to a folder of "
        "GUARDSTREAM_MEASURES, and name it in the panel"
    )


def _keys(panel: Panel, state: State) -> tuple[str, ...]:
    """What a panel counts by: its ``drill`` once its first key is chosen."""
    if panel.drill and panel.by and len(state.filters.get(panel.by[0], ())) == 1:
        return (panel.drill, *panel.by[1:])
    return panel.by


def _number(asked: _Asked) -> View:
    counts = tuple(asked.trend(()).get((), ()))
    where: Filters = dict(asked.panel.where)
    return asked.view(
        sum(counts),
        before=asked.before(),
        lines=(Line(asked.panel.title, counts),),
        narrowed=asked.state.toggled_to(where) if where else None,
        chosen=asked.state.is_at(where),
    )


def _trend(asked: _Asked) -> View:
    panel = asked.panel
    lines = [_line(asked, values, counts) for values, counts in asked.trend(asked.by).items()]
    if asked.by == (SPLIT,):
        lines.sort(key=lambda line: _rank(line.name))
    else:
        lines.sort(key=lambda line: (-line.total, line.name))
    rest = lines[panel.top :]
    total = sum(line.total for line in lines)
    return asked.view(
        total,
        lines=(*all_of(lines), *lines[: panel.top]),
        others=len(rest),
        other_count=sum(line.total for line in rest),
        reason=None if total else NOTHING,
        usual=asked.usual(),
    )


def _line(asked: _Asked, values: Values, counts: Sequence[int]) -> Line:
    if not values:
        return Line(asked.panel.title, tuple(counts))
    chosen = dict(zip(asked.by, values, strict=True))
    state = asked.state
    return Line(" · ".join(map(_label, values)), tuple(counts), state.toggled(chosen), state.is_chosen(chosen))


def all_of(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The line of everything that these count; none where it would be the only one of them once more."""
    if len(lines) == 1:
        return ()
    return (Line(ALL, tuple(map(sum, zip(*(line.counts for line in lines), strict=True)))),)


def _counted(asked: _Asked) -> View:
    by, state = asked.by, asked.state
    split = SPLIT in asked.question.measure.keys and SPLIT not in by
    found = asked.reads.ranking(
        asked.question.measure.name, asked.span, asked.question.where, by, asked.panel.top, SPLIT if split else None
    )
    return asked.view(
        found.total,
        rows=tuple(_row(one, by, state) for one in found.rows),
        others=found.groups - len(found.rows),
        other_count=found.total - sum(one.count for one in found.rows),
        reason=None if found.total else NOTHING,
    )


def _row(one: Ranked, by: tuple[str, ...], state: State) -> Row:
    chosen = dict(zip(by, one.values, strict=True))
    parts = [(_label(value), count) for value, count in one.parts]
    return Row(
        one.values,
        tuple(map(_label, one.values)),
        one.count,
        tuple(sorted(parts, key=lambda part: _rank(part[0]))),
        state.toggled(chosen),
        state.is_chosen(chosen),
    )


def _label(value: str | None) -> str:
    return NO_VALUE if value is None else value


def _rank(name: str) -> tuple[int, str]:
    return (SEVERITIES.index(name) if name in SEVERITIES else len(SEVERITIES), name)
