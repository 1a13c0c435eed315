"""What a change of rules would have done: the topics are judged by the rules as they are, and as they would be."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from streams.adapters.rule_sets import source_delays
from streams.cli.console import Format, out, print_json
from streams.cli.instants import clock, parse_instant
from streams.cli.judging import run_topics, tell_notes
from streams.cli.replay import SHORT, progress_bar
from streams.core.parsing.times import to_rfc3339
from streams.core.plural import counted
from streams.core.replay.compare import Differences
from streams.core.replay.effect import Change, by_rule, changes, counted_in, excepted
from streams.core.replay.recount import looks_back
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.windows.clock import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.rule import Rule
    from streams.cli.judging import Run
    from streams.core.rules.plan import Plan
    from streams.settings import Settings

WEEK = "7d"
EXAMPLES = 3

Preview = Annotated[
    bool, typer.Option("--preview", help="Say what it would have done to the alerts since, and change nothing.")
]
Since = Annotated[
    str, typer.Option(help="A preview tells of alerts that began since: 7d, 12h, or 2026-11-24T07:00:00Z.")
]


@dataclass(frozen=True, slots=True)
class Effect:
    """What would have become of alerts that began ``since`` (epoch ms), by rule; ``reach`` as in ``Run``.

    ``excepted`` has for each rule its new exceptions: their query, and how many events they would have kept from it.
    """

    since: int
    reach: int | None
    changes: Sequence[Change]
    differences: dict[str, Differences] = field(default_factory=dict)
    excepted: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


def show_effect(
    settings: Settings, before: Iterable[Rule], after: Iterable[Rule], since: str, output: Format = Format.TEXT
) -> None:
    """Judge and print it; nothing live is touched. ``since`` is an instant as people write it."""
    now = int(time.time() * 1000)
    effect = _judge(settings, changes(before, after), parse_instant(since, now), now)
    if output is Format.JSON:
        for change in effect.changes:
            print_json(_as_object(effect, change.rule.id))
        return
    _print(effect)


def _judge(settings: Settings, changed: Sequence[Change], since: int, now: int) -> Effect:
    if not changed:
        return Effect(since, None, ())
    plans = [
        make_plan([rule for rule in rules if rule is not None], ())
        for rules in ([one.before for one in changed], [one.after for one in changed])
    ]
    for change in changed:
        for place, _ in change.exceptions:
            if (counted := excepted(plans[1], change.rule, place)) is not None:
                plans[1].retention[counted.id] = now - since + DAY
    runs = [_run(settings, plan, changed, since) for plan in plans]
    tell_notes([run.judged for run in runs], since)
    alerts = [run.judged.within(to_rfc3339(since), None) for run in runs]
    counts = {change.rule.id: _excepted(plans[1], change, runs[1], since, now) for change in changed}
    return Effect(since, runs[0].reach, changed, by_rule(*alerts), counts)


def _run(settings: Settings, plan: Plan, changed: Sequence[Change], since: int) -> Run:
    """Only what has changed is judged, and only over the topics that it looks at."""
    delays, by_topic = source_delays(settings), settings.topics().sources()
    timeline = Timeline(plan, {source: delays[topic] for topic, source in by_topic.items()})
    sources = {change.rule.source for change in changed}
    rules = [rule for change in changed for rule in (change.before, change.after) if rule is not None]
    back = (max(map(looks_back, rules)) + 5) * MINUTE
    topics = [topic for topic, source in by_topic.items() if source in sources]
    with progress_bar() as bar:
        return run_topics(settings, timeline, (since, None), bar, topics, back)


def _excepted(plan: Plan, change: Change, run: Run, since: int, now: int) -> list[tuple[str, int]]:
    found = []
    for place, entry in change.exceptions:
        counted = excepted(plan, change.rule, place)
        if counted is not None:
            states = run.simulation.states
            found.append((entry.query, counted_in(states, counted.id, since // MINUTE, now // MINUTE + 1)))
    return found


def _print(effect: Effect) -> None:
    if not effect.changes:
        out().print("No rule would alert differently.")
        return
    same = 0
    for change in effect.changes:
        rule_id = change.rule.id
        differs = effect.differences.get(rule_id, Differences([], [], [], 0))
        if not (differs.removed or differs.added or differs.changed or effect.excepted.get(rule_id)):
            same += 1
            continue
        out().print(
            Text.assemble(
                (rule_id, "bold"),
                f": {counted(len(differs.removed), 'alert')} removed, {len(differs.added):,} added, "
                f"{len(differs.changed):,} changed, {differs.same:,} the same",
            )
        )
        for query, number in effect.excepted.get(rule_id, ()):
            out().print(Text(f"  {counted(number, 'event')} would have been excepted by {query}"), soft_wrap=True)
        for sign, style, alerts in _examples(differs):
            for text in alerts[:EXAMPLES]:
                out().print(Text(f"  {sign} {text}", style=style), soft_wrap=True)
            if len(alerts) > EXAMPLES:
                out().print(f"    and {len(alerts) - EXAMPLES:,} more like it")
    if same:
        told = "1 rule that changes" if same == 1 else f"{same:,} rules that change"
        out().print(f"{told} would have raised the same alerts, or none.")
    out().print(_reach(effect))
    out().print("Nothing was applied.")


def _examples(differs: Differences) -> list[tuple[str, str, list[str]]]:
    changed = [
        f"{_told(after)}  (was {_state(before)}, from {before['starts_at'][:19]}Z)" for before, after in differs.changed
    ]
    return [
        ("-", "red", [_told(alert) for alert in differs.removed]),
        ("+", "green", [_told(alert) for alert in differs.added]),
        ("~", "yellow", changed),
    ]


def _told(alert: dict[str, Any]) -> str:
    return f"{alert['starts_at'][:19]}Z {_state(alert)} {alert['summary']}  {alert['alert_id'][:SHORT]}"


def _state(alert: dict[str, Any]) -> str:
    tried = ", only tried" if "dry_run" in alert["labels"] else ""
    return f"{alert['rule']['level']} {alert['status']}{tried}"


def _reach(effect: Effect) -> str:
    if effect.reach is None:
        return "The topics have nothing yet that a worker has counted."
    if effect.reach > effect.since:
        return f"Judged since {clock(effect.reach)}: the topics reach back no further."
    return f"Judged since {clock(effect.since)}; the topics reach back to {clock(effect.reach)}."


def _as_object(effect: Effect, rule_id: str) -> dict[str, Any]:
    """The effect on one rule, for programs."""
    differs = effect.differences.get(rule_id, Differences([], [], [], 0))
    return {
        "rule": rule_id,
        "since": to_rfc3339(effect.since),
        "reach": None if effect.reach is None else to_rfc3339(effect.reach),
        "excepted": [{"query": query, "events": number} for query, number in effect.excepted.get(rule_id, ())],
        **asdict(differs),
    }
