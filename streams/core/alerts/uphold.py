"""Whether an alert's verdict comes out the same when it is made again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson

from schemas.alert import Status
from schemas.condition import Immediate, Usual
from schemas.duration import print_minutes
from streams.core.alerts.episode import level_of
from streams.core.conditions.since_release import in_time, release_of
from streams.core.parsing.times import parse_time
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.rule import Rule
    from streams.core.alerts.explain import EventVerdict, Group
    from streams.core.conditions.verdict import Verdict
    from streams.core.replay.recount import Recounted

    Alert = Mapping[str, Any]


class Outcome(StrEnum):
    """What came of judging again."""

    SAME = "same"
    DIFFERENT = "different"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The outcome, and in a sentence why."""

    outcome: Outcome
    words: str


def uphold_event(alert: Alert, rule: Rule, judged: EventVerdict | None) -> Conclusion:
    """Whether an immediate rule's alert is called for by its event; None: the event is nowhere any more."""
    if judged is None:
        return Conclusion(Outcome.UNTOLD, "its event is neither in the topic nor in the alert")
    if why := why_not(judged, group_of(rule, alert)) or _untimely(rule, alert, judged.at_ms):
        return Conclusion(Outcome.DIFFERENT, f"the rule does not fire on this event: {why}")
    level, said = judged.level.level if judged.level else rule.level, alert["rule"]["level"]
    if level != said:
        return Conclusion(Outcome.DIFFERENT, f"the rule fires on this event, but with level {level} and not {said}")
    condition = rule.condition
    again = isinstance(condition, Immediate) and condition.repeat != "every"
    more = "; whether its group had alerted before was not judged again" if again else ""
    return Conclusion(Outcome.SAME, f"the rule fires on this event, with level {level}{more}")


def why_not(judged: EventVerdict, group: Group | None) -> str | None:
    """Why a rule leaves an event alone, or counts it for others than ``group``; None where it takes it."""
    if judged.hidden is not None:
        return judged.hidden
    if not judged.query.holds:
        return "the query does not match"
    covering = next((one for one in judged.exceptions if one.covers), None)
    if covering is not None:
        return f"an exception holds ({covering.reason})"
    if not judged.awake:
        return "the event lies outside the active hours"
    if group is not None and group not in judged.groups:
        return "it belongs to another group"
    return None


def _untimely(rule: Rule, alert: Alert, at_ms: int) -> str | None:
    """Why an event lies outside of the time since a release that a rule is limited to, by the alert's own release."""
    wanted, release = rule.condition.since_release, release_of(alert)
    if wanted is None or in_time(wanted, release, at_ms):
        return None
    if release is None:
        return "it asks for a release, and the alert names none"
    return f"the event lies outside of the {print_minutes(wanted.within)} since {release.name} began"


def uphold_window(versions: Sequence[Alert], rule: Rule, again: Recounted | None, *, exact: bool) -> Conclusion:
    """Whether a windowed rule's alert is called for by its first window.

    ``versions`` are those of the alert that are known, the oldest first. ``exact``: it is judged by the revision that
    raised it, so the numbers have to be the same, too.
    """
    first = versions[0]
    belated = first["status"] == Status.AMENDED
    if again is not None and isinstance(rule.condition, Usual):
        return _usual(first, again)
    verdict = None if again is None else again.with_late if belated else again.verdict
    if again is None or verdict is None:
        return Conclusion(Outcome.UNTOLD, "the topics have no more what this verdict depends on")
    if verdict.inconclusive:
        return Conclusion(Outcome.UNTOLD, verdict.words)
    if first["status"] == Status.INCONCLUSIVE:
        return Conclusion(Outcome.UNTOLD, f"nobody could tell when it was judged; counted again: {verdict.words}")
    differs = f"the rule does not fire on this window: {verdict.words}"
    if verdict.holds:
        differs = _differs(first, rule, verdict) if exact else ""
    if differs:
        missing = "" if again.complete else "; not all that it depends on is in the topics any more"
        return Conclusion(Outcome.UNTOLD if missing else Outcome.DIFFERENT, differs + missing)
    return _with_late(verdict, again.with_late, versions[-1], belated=belated)


def _usual(alert: Alert, again: Recounted) -> Conclusion:
    """Of an alert by what was learned only the counts are made again: the weeks before are not read once more."""
    measured, begin = alert["measured"], parse_time(alert["window"]["start"]) or 0
    count = sum(pane.on_time for pane in again.panes if pane.minute * MINUTE >= begin)
    limit = f"the limit was {measured.get('bound')}, learned from {measured.get('history')} that are not read again"
    if measured.get("windows") != 1:
        return Conclusion(
            Outcome.UNTOLD, f"{count} counted again in the last of {measured.get('windows')} windows; {limit}"
        )
    outcome = Outcome.SAME if count == measured.get("count") else Outcome.DIFFERENT
    if outcome is Outcome.DIFFERENT and not again.complete:
        outcome = Outcome.UNTOLD
    return Conclusion(outcome, f"{count} counted again, the alert says {measured.get('count')}; {limit}")


def _with_late(verdict: Verdict, late: Verdict | None, newest: Alert, *, belated: bool) -> Conclusion:
    """The same as before; unless events that came late take it back, and the alert does not say so."""
    if late is not None and not late.holds and not late.inconclusive:
        outcome = Outcome.SAME if newest["status"] == Status.AMENDED else Outcome.DIFFERENT
        return Conclusion(outcome, f"{verdict.words}; amended by late events: {late.words}")
    if late is not None and late.words != verdict.words:
        return Conclusion(Outcome.SAME, f"{verdict.words}; with late events {late.words}")
    more = ", with events that came late" if belated else ""
    return Conclusion(Outcome.SAME, f"{verdict.words}{more}")


def _differs(alert: Alert, rule: Rule, verdict: Verdict) -> str:
    """Where the first version of an alert says otherwise; later versions have the numbers of later windows."""
    if alert["status"] not in {Status.FIRING, Status.AMENDED}:
        return ""
    measured = orjson.loads(orjson.dumps(dict(verdict.measured)))
    if measured != alert["measured"]:
        differing = [f"{key} is {measured[key]}" for key in measured if measured[key] != alert["measured"].get(key)]
        return f"the rule fires on this window, but {', '.join(differing)}: {verdict.words}"
    level, said = level_of(rule, verdict), alert["rule"]["level"]
    return "" if level == said else f"the rule fires on this window, but with level {level} and not {said}"


def group_of(rule: Rule, alert: Alert) -> Group | None:
    """The alert's group in the order of the rule's keys; None where the rule counts by others now."""
    named = alert["group"]
    if {key.name for key in rule.group_by} != named.keys():
        return None
    return tuple(named[key.name] for key in rule.group_by)
