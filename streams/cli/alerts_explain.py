"""`guardstream alerts explain`: judge an alert again, step by step, by the events that it refers to."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from pydantic import ValidationError

from schemas.alert import Alert as Published
from schemas.alert import Status
from schemas.condition import NewValue
from schemas.errors import GuardstreamError
from schemas.event import Event
from streams.adapters.account_file import read_accounts
from streams.adapters.evidence import Found, Standing, read_evidence
from streams.adapters.rule_sets import source_delays
from streams.adapters.source_records import SourceRecords
from streams.adapters.topic_reader import read_topic
from streams.cli.alert_views import read_alert
from streams.cli.console import Format, FormatOption, print_json
from streams.cli.explain_views import as_object, print_explained
from streams.cli.judging import read_timeline
from streams.cli.replay import progress_bar
from streams.core.alerts.explain import EventVerdict, explain_event
from streams.core.alerts.uphold import Conclusion, Outcome, group_of, uphold_event, uphold_window, why_not
from streams.core.conditions.since_release import release_of
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import parse_time
from streams.core.parsing.unwrap import unwrap
from streams.core.replay.recount import SLACK, Recount, Recounted, delay_of, span_of
from streams.core.rules.known import KnownRule, find_rule
from streams.core.windows.clock import MINUTE
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.rule import Rule
    from streams.cli.alert_views import Alert
    from streams.core.enrich.accounts import AccountInfo

SHOWN = 3
"""Events that are shown unless all are asked for; all are judged."""


@dataclass(frozen=True, slots=True)
class Version:
    """One message of an alert; ``sent`` in epoch ms."""

    alert: Alert
    sent: int


@dataclass(frozen=True, slots=True)
class Explained:
    """An alert judged again: by which rule, each event with its verdict, the window's counts, and what came of it.

    ``first`` is the oldest version of the alert that is known.
    """

    first: Alert
    alert: Alert
    known: KnownRule
    events: tuple[tuple[Found, EventVerdict | None], ...]
    window: Recounted | None
    conclusion: Conclusion


def explain(
    alert_id: Annotated[str, typer.Argument(help="The alert's id, or the beginning of it.", metavar="ID")],
    *,
    every: Annotated[bool, typer.Option("--all", help="Show every event and minute.")] = False,
    output: FormatOption = Format.TEXT,
) -> None:
    """Judge an alert again by its events, read where they stand, and show each step.

    Exit 0 where the verdict holds, 1 where it comes out differently or can't be told.
    """
    settings = load_settings()
    versions = _read_versions(settings, alert_id)
    explained = _explain(settings, versions)
    if output is Format.JSON:
        print_json(as_object(explained))
    else:
        print_explained(explained, None if every else SHOWN)
    if explained.conclusion.outcome is not Outcome.SAME:
        raise typer.Exit(1)


def _read_versions(settings: Settings, begins: str) -> list[Version]:
    """All messages of the one alert, in earnest or of a rule that is only tried, whose id begins so."""
    topics = settings.topics()
    found: dict[str, list[Version]] = {}
    for topic in (topics.alerts, topics.dry_run_alerts):
        for message in read_topic(settings, topic):
            alert = read_alert(message.value)
            if alert is not None and alert["alert_id"].startswith(begins):
                found.setdefault(alert["alert_id"], []).append(Version(alert, message.timestamp_ms))
    exact = {begins: found[begins]} if begins in found else found
    if len(exact) != 1:
        text = f"{len(exact)} alerts begin with {begins!r}" if exact else f"no alert has the id {begins!r}"
        message_text = f"{text}; `guardstream alerts list` shows their ids"
        raise GuardstreamError(message_text)
    return exact.popitem()[1]


def _explain(settings: Settings, versions: Sequence[Version]) -> Explained:
    alert = versions[-1].alert
    _check(alert)
    timeline = read_timeline(settings, None, live=True)
    known = find_rule(timeline, alert["rule"]["id"], alert["rule"]["revision"], int(time.time() * 1000))
    accounts = read_accounts(settings.accounts)
    events = _events(settings, alert, known.judged_by, accounts)
    rule = known.judged_by
    if rule is None:
        words = "the rule is not in use any more, and its revision of then is not known"
        return Explained(versions[0].alert, alert, known, events, None, Conclusion(Outcome.UNTOLD, words))
    if alert["window"] is None:
        first = next((judged for _, judged in events), None)
        return Explained(versions[0].alert, alert, known, events, None, uphold_event(alert, rule, first))
    window = _recount(settings, versions, rule, accounts)
    if window and any(found.standing in {Standing.REPLACED, Standing.EXPIRED} for found, _ in events):
        window = replace(window, complete=False)
    told = [version.alert for version in versions]
    conclusion = uphold_window(told, rule, window, exact=known.then is not None)
    if conclusion.outcome is Outcome.SAME and (wrong := _refuted(rule, alert, events)):
        conclusion = Conclusion(Outcome.DIFFERENT, wrong)
    return Explained(versions[0].alert, alert, known, events, window, conclusion)


def _check(alert: Alert) -> None:
    try:
        Published.model_validate(alert)
    except ValidationError as error:
        wrong = error.errors()[0]
        message = f"this version can't read the alert {alert['alert_id']}: {'.'.join(map(str, wrong['loc']))}"
        raise GuardstreamError(f"{message}: {wrong['msg']}") from error


def _refuted(rule: Rule, alert: Alert, events: Sequence[tuple[Found, EventVerdict | None]]) -> str | None:
    """Why an event that the alert says was counted is none that the rule counts."""
    for found, judged in events:
        if judged is not None and (why := why_not(judged, group_of(rule, alert))):
            return f"the rule does not count the event {found.reference['event_id']}: {why}"
    return None


def _events(
    settings: Settings, alert: Alert, rule: Rule | None, accounts: Mapping[str, AccountInfo]
) -> tuple[tuple[Found, EventVerdict | None], ...]:
    evidence = alert["evidence"]
    judged = [_judged(found, rule, accounts) for found in read_evidence(settings, evidence["items"])]
    if judged and judged[0][0].event is None and evidence.get("first"):
        before = judged[0][0]
        [event, *_] = unwrap(orjson.dumps(evidence["first"]))
        if isinstance(event, Event):
            embedded = replace(before, standing=Standing.EMBEDDED, event=event)
            judged[0] = _judged(embedded, rule, accounts)
    return tuple(judged)


def _judged(found: Found, rule: Rule | None, accounts: Mapping[str, AccountInfo]) -> tuple[Found, EventVerdict | None]:
    """The event's verdict; an event with another id is not the one that was judged."""
    if rule is None or found.event is None:
        return found, None
    judged = explain_event(rule, found.event, accounts)
    if isinstance(judged, Problem):
        return replace(found, standing=Standing.REPLACED, event=None, why=f"unreadable: {judged.detail}"), None
    if not judged.event_id.startswith(found.reference["event_id"]):
        why = f"the topic is not the one it was: the event {judged.event_id} stands there"
        return replace(found, standing=Standing.REPLACED, event=None, why=why), None
    return found, judged


def _recount(
    settings: Settings, versions: Sequence[Version], rule: Rule, accounts: Mapping[str, AccountInfo]
) -> Recounted | None:
    """The counts of the alert's first window; None where today's rule has no such window."""
    alert = versions[0].alert
    group, ends = group_of(rule, alert), parse_time(alert["window"]["end"])
    if group is None or ends is None or not hasattr(rule.condition, "window"):
        return None
    if isinstance(rule.condition, NewValue):
        group = (*group, alert["measured"].get("value"))
    topics = settings.topics()
    topic = next(topic for topic, source in topics.sources().items() if source == rule.source)
    delay = source_delays(settings)[topic]
    since, until = span_of(rule, ends // MINUTE, delay_of(rule, delay))
    amended = [version.sent for version in versions if version.alert["status"] == Status.AMENDED]
    until = max([until, *(sent + SLACK * MINUTE for sent in amended)])
    with closing(SourceRecords(settings, topic, (since, until))) as records, progress_bar() as bar:
        recount = Recount(rule, topics, delay, accounts=accounts, of=records.of, known_from=records.known_from)
        task = bar.add_task("", total=records.total, what="counting again")
        for batch in records.batches():
            recount.take(batch)
            bar.update(task, advance=len(batch.records))
    return recount.result(group, ends // MINUTE, release_of(alert))
