"""Judge what a look at broker, topics, workers and rules found: pure, so that each finding has a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from streams.cli.instants import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streams.adapters.broker_state import TopicState

Status = Literal["ok", "warn", "fail"]

#: A source silent for this long is worth a word; GuardDuty alone may be quiet for hours in a small estate.
SILENT_S = 3_600
#: More than this many events to read, and the workers are behind.
LAG = 10_000
SHOWN = 12
"""Rules that are named, of those that never alerted."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found; ``workers`` is None where the group could not be asked for, times are epoch ms."""

    now_ms: int
    inputs: tuple[str, ...]
    partial_counts: str
    dead_letters: str
    topic_problems: tuple[str, ...] = ()
    states: Mapping[str, TopicState] = field(default_factory=dict)
    workers: int = 0
    rule_problem: str | None = None
    rule_warnings: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()
    alerts_by_rule: Mapping[str, int] = field(default_factory=dict)
    unknown_settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the check-up: what was looked at, how it is, and what to do about it (empty where nothing is)."""

    status: Status
    check: str
    found: str
    to_do: str = ""


def judge(facts: Facts) -> list[Line]:
    """Judge everything there is to judge."""
    return [
        *_settings(facts),
        *_topics(facts),
        *_workers(facts),
        *_sources(facts),
        *_dead_letters(facts),
        *_rules(facts),
    ]


def _settings(facts: Facts) -> Iterator[Line]:
    for warning in facts.unknown_settings:
        yield Line("warn", "settings", warning, "correct its name, or unset it")


def _topics(facts: Facts) -> Iterator[Line]:
    for problem in facts.topic_problems:
        yield Line("fail", "topics", problem, "run `guardstream topics create`; `guardstream topics check` looks again")
    if not facts.topic_problems:
        partitions = ", ".join(
            f"{name} has {len(facts.states[name].end)}" for name in facts.inputs if name in facts.states
        )
        yield Line("ok", "topics", f"all are there; partitions: {partitions}")


def _workers(facts: Facts) -> Iterator[Line]:
    if facts.workers:
        yield Line("ok", "workers", f"{facts.workers} in the group")
    else:
        yield Line(
            "fail",
            "workers",
            "no worker runs: nothing is counted and nothing alerts",
            "start one: `guardstream worker`",
        )
    for name in (*facts.inputs, facts.partial_counts):
        if (state := facts.states.get(name)) is None:
            continue
        if state.messages and not state.committed:
            yield Line(
                "warn",
                f"lag of {name}",
                f"{state.messages:,} messages, none read yet",
                "does a worker run, and since when?",
            )
        elif state.lag > LAG:
            to_do = "start another worker, up to one a partition; if it does not fall, look at the worker's log"
            yield Line("warn", f"lag of {name}", f"{state.lag:,} messages still to read", to_do)
        else:
            yield Line("ok", f"lag of {name}", f"{state.lag:,} messages still to read")


def _sources(facts: Facts) -> Iterator[Line]:
    for name in facts.inputs:
        if (state := facts.states.get(name)) is None:
            continue
        check = f"source {name}"
        if state.newest_ms is None:
            yield Line("warn", check, "nothing ever arrived", "is it connected? try `guardstream ingest FILE`")
            continue
        silent_s = max(0.0, (facts.now_ms - state.newest_ms) / 1_000)
        if silent_s > SILENT_S:
            yield Line(
                "warn", check, f"silent for {span(silent_s)}", "look at what delivers it; is collection switched off?"
            )
        else:
            yield Line("ok", check, f"last record {span(silent_s)} ago")


def _dead_letters(facts: Facts) -> Iterator[Line]:
    state = facts.states.get(facts.dead_letters)
    if state and state.messages:
        to_do = "`guardstream dead-letters list` says why; `redrive` produces them again"
        yield Line("warn", "dead letters", f"{state.messages:,} messages could not be read", to_do)
    elif state:
        yield Line("ok", "dead letters", "none")


def _rules(facts: Facts) -> Iterator[Line]:
    if facts.rule_problem:
        yield Line("fail", "rules", facts.rule_problem, "mend these; `guardstream rules check` looks again")
        return
    for warning in facts.rule_warnings:
        yield Line("warn", "rules", warning)
    matched = [rule for rule in facts.rules if facts.alerts_by_rule.get(rule)]
    yield Line("ok", "rules", f"{len(facts.rules)} are loaded, {len(matched)} of them have alerted")
    for told in facts.applied:
        yield Line("ok", "rules", told)
    never = [rule for rule in facts.rules if rule not in matched]
    if never:
        names = ", ".join(never[:SHOWN]) + (f" and {len(never) - SHOWN} more" if len(never) > SHOWN else "")
        to_do = "if one should have, `guardstream rules explain ID` tells what it asks for"
        yield Line("ok", "rules", f"never alerted yet: {names}", to_do)
