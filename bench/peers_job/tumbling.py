"""The job's half hours begin at fixed times, and each alerts once; guardstream's own windows end with every minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.condition import Ratio
from streams.core.alerts.episode import fire
from streams.core.conditions.ratio import judge_ratio
from streams.core.conditions.step import Judgement
from streams.core.parsing.times import to_rfc3339
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from streams.core.conditions.step import Share
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.state import WindowState

EVERYTHING = ()
"""The only group of a rule without group-by."""


def judge_half_hour(windowed: WindowedRule, state: WindowState, share: Share, end: int, known_from: int) -> Judgement:  # noqa: ARG001 - called as the others are
    """Judge the half hour that minute ``end - 1`` lies in, as far as it has come, and alert once in it."""
    condition = windowed.rule.condition
    judgement = Judgement()
    if not isinstance(condition, Ratio) or not share.holds(EVERYTHING):
        return judgement
    begin = (end - 1) // condition.window * condition.window
    backdoor, every = (
        state.series.on_time(measure, EVERYTHING, begin, end)
        for measure in (windowed.measure, windowed.of or windowed.measure)
    )
    verdict = judge_ratio(condition, backdoor, every)
    judgement.ratios.append((windowed, EVERYTHING, end, dict(verdict.measured)))
    # The last alert is kept as a firing episode is, so that a restart knows which half hours have had theirs.
    start = to_rfc3339(begin * MINUTE)
    last = state.memories.get(windowed.rule.id, EVERYTHING)
    if verdict.holds and (last is None or last["half_hour"] != start):
        alert = fire(windowed, EVERYTHING, end, verdict, ())
        told = {"alert": "backdoor_ratio", "half_hour": start, **alert}
        state.memories.set(windowed.rule.id, EVERYTHING, told)
        judgement.alerts.append(told)
    return judgement
