"""`guardstream doctor`: look at everything, say how it is and what to do."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from schemas.errors import GuardstreamError
from streams.adapters.applied_rules import read_applied
from streams.adapters.broker_state import group_members, topic_states
from streams.adapters.rule_files import read_folder
from streams.adapters.topic_admin import check_topics
from streams.adapters.topic_reader import read_topic
from streams.cli.alert_views import newest
from streams.cli.checkup import Facts, Line, judge
from streams.cli.console import Format, FormatOption, print_json
from streams.cli.instants import clock
from streams.cli.tables import print_table
from streams.core.rules.applied import rules_in_force
from streams.core.rules.load import load_rules
from streams.settings import load_settings, unknown_variables

if TYPE_CHECKING:
    from schemas.applied import AppliedRules
    from streams.settings import Settings

MOST_APPLIED = 2
"""Sets of rules that are told of: the one that holds, and one that may be about to."""
_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(output: FormatOption = Format.TEXT) -> None:
    """Check broker, topics, workers, lag, sources, dead letters and rules; exit 1 if something fails."""
    lines = _look()
    if output is Format.JSON:
        for line in lines:
            print_json(asdict(line))
    else:
        print_table((), map(_cells, lines))
    if any(line.status == "fail" for line in lines):
        raise typer.Exit(1)


def _cells(line: Line) -> tuple[str | Text, ...]:
    found = Text(line.found)
    if line.to_do:
        found.append(f"\n→ {line.to_do}", style="dim")
    return Text(line.status, style=_STYLES[line.status]), line.check, found


def _told(applied: AppliedRules, now_ms: int) -> str:
    holds = "hold" if applied.effective_from <= now_ms else "will hold"
    changed = f", with {len(applied.changes)} changes made by commands" if applied.changes else ""
    return f"{len(applied.rules)} that were applied {holds} from {clock(applied.effective_from)} on{changed}"


def _look() -> list[Line]:
    try:
        settings = load_settings()
    except GuardstreamError as error:
        return [Line("fail", "settings", str(error), "correct these environment variables")]
    try:
        facts = gather(settings, int(time.time() * 1_000))
    except GuardstreamError as error:
        return [Line("fail", "broker", str(error))]
    return [Line("ok", "broker", f"answers at {settings.bootstrap_servers}"), *judge(facts)]


def gather(settings: Settings, now_ms: int) -> Facts:
    """Ask the broker and the rule files; raises GuardstreamError where no broker answers."""
    topics = settings.topics()
    states = topic_states(settings, [*topics.inputs(), *topics.outputs()])
    alerts = newest(message.value for message in read_topic(settings, topics.alerts)) if topics.alerts in states else []
    applied: list[AppliedRules] = []
    try:
        rule_set = load_rules([read_folder(folder) for folder in settings.rules])
        rules, warnings, problem = tuple(rule.id for rule in rule_set.rules), tuple(rule_set.warnings), None
        applied = read_applied(settings) if states.get(topics.rules) and states[topics.rules].messages else []
        holding = [one for one in applied if one.effective_from <= now_ms]
        if holding:
            rules = tuple(rule.id for rule in rules_in_force(holding[-1]))
    except GuardstreamError as error:
        rules, warnings, problem = (), (), str(error)
    return Facts(
        now_ms=now_ms,
        inputs=topics.inputs(),
        partial_counts=topics.partial_counts,
        dead_letters=topics.dead_letters,
        topic_problems=tuple(check_topics(settings)),
        states=states,
        workers=group_members(settings),
        rule_problem=problem,
        rule_warnings=warnings,
        rules=rules,
        applied=tuple(_told(one, now_ms) for one in applied[-MOST_APPLIED:]),
        alerts_by_rule=Counter(str((alert.get("rule") or {}).get("id")) for alert in alerts),
        unknown_settings=tuple(unknown_variables()),
    )
