"""The list of releases, side by side: which of them, in which order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from streams.core.board.comparing import ORDERS, Compared, History, compare_all, in_order, span_of
from streams.core.board.releases import began
from streams.web.board.alert_pages import Choice, Option

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemas.tag import LifecycleTag
    from streams.core.board.spans import Span
    from streams.core.board.state import State
    from streams.web.board.board import Board

HERE = "/releases"
MOST_COMPARED = 500
MOST_OFFERED = 20
"""Values of a choice that are offered, the most frequent ones."""
CHOICES = ("application", "environment", "kind")
USUAL = ("sort", "newest")
COLUMNS = (
    ("newest", "When", ""), (None, "What", ""), (None, "Around it", ""), ("new", "First new kind of finding", ""),
    ("high", "First High", ""), ("before", "Before", "num"), ("after", "After", "num"), ("more", "Difference", ""),
    ("accounts", "Accounts", "num"), ("alerts", "Alerts", "num"),
)  # fmt: skip
"""By what a column is sorted, its name and its class."""


@dataclass(frozen=True, slots=True)
class ListAsked:
    """What is asked of the list: ``where`` holds a value for some of ``CHOICES``."""

    state: State
    span: Span
    where: Mapping[str, str] = field(default_factory=dict)
    sort: str = USUAL[1]

    def kept(self, **changes: str | None) -> list[tuple[str, str]]:
        """What is asked beside the state, as an address has it, with something else chosen."""
        chosen: dict[str, str | None] = {**self.where, "sort": self.sort, **changes}
        pairs = [(key, one) for key in (*CHOICES, "sort") if (one := chosen.get(key))]
        return [pair for pair in pairs if pair != USUAL]

    def href(self, **changes: str | None) -> str:
        """The list with something else chosen."""
        return self.state.href(HERE, self.kept(**changes))


@dataclass(frozen=True, slots=True)
class ReleaseTable:
    """Releases side by side; ``inside`` are in the range and chosen, ``known`` at all."""

    rows: Sequence[Compared]
    inside: int
    known: int
    choices: Sequence[Choice] = ()


def asked_of(given: Mapping[str, str], state: State, span: Span) -> ListAsked:
    """What an address asks for, beside the state."""
    sort = given.get("sort", "")
    where = {name: value for name in CHOICES if (value := given.get(name))}
    return ListAsked(state, span, where, sort if sort in ORDERS else USUAL[1])


def compare_releases(board: Board, asked: ListAsked) -> ReleaseTable:
    """The releases that began in the range and are chosen, of too many the newest."""
    known, now = board.store.tags(), board.clock()
    begun = [tag for tag in known if asked.span.start_ms <= began(tag) < asked.span.end_ms]
    inside = [tag for tag in begun if _fits(tag, asked.where)]
    chosen = inside[-MOST_COMPARED:]
    rows: list[Compared] = []
    if chosen:
        span = span_of(chosen)
        history = History(board.store.findings_in_brief(span), board.store.alert_starts(span))
        rows = in_order(compare_all(chosen, known, now, history), asked.sort)
    return ReleaseTable(rows, len(inside), len(known), _choices(asked, begun))


def _values(tag: LifecycleTag, name: str) -> tuple[str, ...]:
    if name == "application":
        return tag.applications
    value = tag.kind if name == "kind" else tag.environment
    return (value,) if value else ()


def _fits(tag: LifecycleTag, where: Mapping[str, str], but: str | None = None) -> bool:
    return all(value in _values(tag, name) for name, value in where.items() if name != but)


def _choices(asked: ListAsked, begun: Iterable[LifecycleTag]) -> list[Choice]:
    """What the list can be narrowed to, with how many there are of each with all that is chosen beside it."""
    begun, made = list(begun), []
    for name in CHOICES:
        counts = Counter(value for tag in begun if _fits(tag, asked.where, name) for value in _values(tag, name))
        chosen = asked.where.get(name)
        offered = [value for value, _ in counts.most_common(MOST_OFFERED)]
        offered += [chosen] if chosen and chosen not in offered else []
        if offered:
            everything = Option("all", asked.href(**{name: None}), chosen is None, None)
            some = [
                Option(value, asked.href(**{name: value}), value == chosen, counts[value]) for value in sorted(offered)
            ]
            made.append(Choice(name, (everything, *some)))
    return made
