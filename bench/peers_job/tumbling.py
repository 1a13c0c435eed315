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
    from agents.window_stage import WindowPartition
    from streams.core.conditions.windowed import WindowedRule

EVERYTHING = ()
"""The only group of a rule without group-by."""


def judge_half_hour(windowed: WindowedRule, owned: WindowPartition, end: int, known_from: int) -> Judgement:  # noqa: ARG001 - called as the others are
    """Judge the half hour that minute ``end - 1`` lies in, as far as it has come, and alert once in it."""
    condition, state = windowed.rule.condition, owned.state
    judgement = Judgement()
    if not isinstance(condition, Ratio) or not owned.share.holds(EVERYTHING):
        return judgement
    begin = (end - 1) // condition.window * condition.window
    backdoor, every = (
        state.series.on_time(measure, EVERYTHING, begin, end)
        for measure in (windowed.measure, windowed.of or windowed.measure)
    )
    verdict = judge_ratio(condition, backdoor, every)
    judgement.ratios.append((windowed, EVERYTHING, end, dict(verdict.measured)))
    # The last alert is kept as a firing episode is, so that a restart knows which half hours have had theirs.
    key = (windowed.rule.id, EVERYTHING)
    start = to_rfc3339(begin * MINUTE)
    last = state.episodes.get(key)
    if verdict.holds and (last is None or last["half_hour"] != start):
        alert = fire(windowed, EVERYTHING, end, verdict, ())
        state.episodes[key] = {"alert": "backdoor_ratio", "half_hour": start, **alert}
        state.changes.episodes.add(key)
        judgement.alerts.append(state.episodes[key])
    return judgement
