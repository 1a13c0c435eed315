"""A store that keeps findings as they are, and counts them each time it is asked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from streams.core.board.ranking import rank

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from schemas.tag import LifecycleTag
    from streams.core.board.ranking import Ranking, Values
    from streams.core.board.spans import Span
    from streams.core.board.state import Filters

Finding = dict[str, str | None]


class Findings:
    """Findings by the minute (epoch ms), with the values of their keys."""

    def __init__(self, findings: Sequence[tuple[int, Finding]]) -> None:
        self.findings = findings
        self.asked: list[str] = []

    def totals(self, measure: str, span: Span, where: Filters, by: Sequence[str]) -> list[tuple[Values, int]]:
        self.asked.append(measure)
        return list(Counter(tuple(one[key] for key in by) for _, one in self._in(span, where)).items())

    def trend(
        self, measure: str, span: Span, where: Filters, by: Sequence[str], step_minutes: int
    ) -> Mapping[Values, Sequence[int]]:
        self.asked.append(measure)
        found: dict[Values, list[int]] = {} if by else {(): [0] * len(span.points(step_minutes))}
        for at, one in self._in(span, where):
            counts = found.setdefault(tuple(one[key] for key in by), [0] * len(span.points(step_minutes)))
            counts[(at - span.start_ms) // (step_minutes * 60_000)] += 1
        return found

    def ranking(  # noqa: PLR0913, PLR0917 - the store's own
        self, measure: str, span: Span, where: Filters, by: Sequence[str], most: int, parts: str | None
    ) -> Ranking:
        return rank(self.totals(measure, span, where, (*by, parts) if parts else by), len(by), most)

    def tags(self, _: Span | None = None) -> list[LifecycleTag]:
        return []

    def _in(self, span: Span, where: Filters) -> Iterator[tuple[int, Finding]]:
        for at, one in self.findings:
            if span.start_ms <= at < span.end_ms and all(one[key] in values for key, values in where.items()):
                yield at, one
