"""Doubts about how a rule is cared for: tests, runbook, tags, exceptions whose day has come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.tags import TACTICS, TECHNIQUE_TAG
from streams.core.replay.rule_tests import is_tested
from streams.core.rules.doubt import Doubt
from streams.core.rules.likeness import near

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from schemas.rule import Rule

_TACTIC = re.compile(r"attack\.([a-z]+(?:[-_][a-z]+)*)", re.ASCII)


def care_doubts(rule: Rule, today: dt.date) -> Iterator[Doubt]:
    """Doubts about a rule's tests, texts, tags and exceptions, on the day ``today`` (UTC)."""
    yield from _tests(rule)
    if not rule.runbook.strip():
        message = "has no runbook: write what to do for whoever is woken at 3 a.m."
        yield Doubt("no-runbook", ("id",), message)
    if not rule.description.strip():
        yield Doubt("no-description", ("id",), "has no description: say what it finds, and why that matters", "note")
    yield from _tags(rule)
    for place, entry in enumerate(rule.exceptions):
        if entry.until is not None and entry.until <= today:
            owner = f"; ask {entry.owner}" if entry.owner else ""
            message = f"this exception ended on {entry.until}: take it out, or give it another day{owner}"
            yield Doubt("expired-exception", ("exceptions", place, "until"), message)


def _tests(rule: Rule) -> Iterator[Doubt]:
    fires, silent = is_tested(rule)
    if not fires:
        yield Doubt("no-firing-test", ("id",), "has no test in which it fires: nobody knows whether it can")
    if not silent:
        message = "has no test in which it stays silent: add a near miss, an event that is almost one"
        yield Doubt("no-near-miss", ("id",), message)


def _tags(rule: Rule) -> Iterator[Doubt]:
    attack = [tag for tag in rule.tags if tag.startswith("attack.")]
    if not attack:
        yield Doubt("no-attack-tag", ("id",), "has no tag of ATT&CK, such as attack.t1562.008", "note")
    for place, tag in enumerate(rule.tags):
        tactic = _TACTIC.fullmatch(tag)
        if tactic is not None and tactic[1] not in TACTICS:
            spelt = tactic[1].replace("_", "-")
            hint = near(spelt, TACTICS) if spelt not in TACTICS else f"; write attack.{spelt}"
            yield Doubt("unknown-tactic", ("tags", place), f"{tactic[1]} is no tactic of ATT&CK{hint}")
    if any(TECHNIQUE_TAG.fullmatch(tag) for tag in attack) and rule.attack_version is None:
        message = "does not say of which version of ATT&CK its tags are: add attack-version, as v17"
        yield Doubt("no-attack-version", ("tags",), message, "note")
