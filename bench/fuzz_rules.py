"""Any text as a file of rules: ``python -m bench.fuzz_rules --minutes 10``.

Whatever the text, it is loaded, or refused with errors of which each has a file and, unless the whole file is meant, a
line of it; within two seconds. What loads can be planned, linted, described, listed, explained, written and read again;
its tests run, and a simulation with it takes events; an override in a file changes the same as one that is applied.
"""

from __future__ import annotations

import datetime as dt
import random
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from bench import fuzz_rule_texts
from bench.load import Mix
from bench.mutations import records
from schemas.applied import AppliedRules, Change
from schemas.errors import Errors, GuardstreamError
from schemas.rule import Rule
from schemas.topics import Topics
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.replay.rule_tests import DELAYS
from streams.core.replay.simulation import Record, RecordBatch, Simulation
from streams.core.rules.applied import changed_rules
from streams.core.rules.cases import cases_of, run_case
from streams.core.rules.check import check_rules
from streams.core.rules.explain import explain_rule
from streams.core.rules.handbook import handbook
from streams.core.rules.lint_all import find_doubts
from streams.core.rules.load import RuleFile, RuleSet, load_rules
from streams.core.rules.overview import Wanted, list_rules
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_S = 2.0
STUCK_S = 60
"""After which a text is given up, so that one without an end doesn't end the run."""
MOST_TEST_EVENTS = 2_000
LONGEST_TEST_S = 3 * 86_400
TODAY = dt.date(2026, 6, 1)
START = 1_772_442_000_000
STEPS = (0, 1, 2, 3, 5, 8, 60, 90, 1_441, 4_000)
"""Minutes after the start at which a simulation gets an event; so that windows, days and what is forgotten pass."""
EVENTS = 40
FILE = "fuzz.yml"
BREAKS = "\n\r\x85\u2028\u2029"
SHOWN = 1_500


@dataclass
class Findings:
    """What went wrong, and how much was tried."""

    texts: int = 0
    loaded: int = 0
    rules: int = 0
    refusals: int = 0
    tests: int = 0
    failed: int = 0
    slowest: dict[str, float] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)

    def tell(self, what: str, text: str) -> None:
        """Print a failure, the first few of each kind."""
        self.wrong[what] += 1
        if self.wrong[what] <= 2:
            print(f"== {what}\n{text[:SHOWN]!r} ({len(text)} characters)", flush=True)

    def took(self, what: str, began: float, text: str) -> None:
        """Note how long something took, in processor time."""
        seconds = time.thread_time() - began
        self.slowest[what] = max(self.slowest.get(what, 0), seconds)
        if seconds > LONGEST_S:
            self.tell(f"{what} takes {seconds:.1f} s", text)


def try_text(text: str, shipped: Sequence[RuleFile], events: Sequence[bytes], findings: Findings) -> None:
    """Try one text, and note what is wrong."""
    findings.texts += 1
    folders = [shipped, [RuleFile(FILE, text)]] if "override" in text else [[RuleFile(FILE, text)]]
    began = time.thread_time()
    try:
        rule_set = load_rules(folders)
    except GuardstreamError as error:
        findings.took("refusing", began, text)
        see_errors(error, text, findings)
        return
    findings.took("loading", began, text)
    findings.loaded += 1
    own = {rule.id for rule in rule_set.all_rules if rule_set.origins[rule.id].entry.file == FILE}
    own |= {name for name, origin in rule_set.origins.items() if origin.overrides}
    rules = [rule for rule in rule_set.all_rules if rule.id in own]
    findings.rules += len(rules)
    for what, step in (("telling", tell_all), ("writing", write_and_read), ("judging", simulate)):
        began = time.thread_time()
        step(rule_set, rules, events)
        findings.took(what, began, text)
    run_tests(rule_set, own, text, findings)


def see_errors(error: GuardstreamError, text: str, findings: Findings) -> None:
    """See that each error says where it is, and that the place is there."""
    errors = error.errors if isinstance(error, Errors) else [error]
    findings.refusals += len(errors)
    lines = 1 + sum(map(text.count, BREAKS))
    for one in errors:
        where, told = one.where, one.message
        whole = where.line is None and told.startswith(("the file has", "this is no YAML text"))
        if where.file != FILE or not told or not (whole or 1 <= (where.line or 0) <= lines):
            findings.tell(f"an error without a place: {one}"[:200], text)
        if any(word in told for word in ("pydantic", "Traceback", "Value error", "Input should", "Assertion")):
            findings.tell(f"an error that is not for people: {told}"[:200], text)


def tell_all(rule_set: RuleSet, rules: Sequence[Rule], _: Sequence[bytes]) -> None:
    """All that commands print of rules."""
    check_rules(rule_set)
    find_doubts(rule_set, TODAY, {source: delay // 60_000 for source, delay in DELAYS.items()})
    list_rules(rule_set, Wanted(), TODAY)
    handbook(rules)
    for rule in rules:
        explain_rule(rule, rule_set.origins[rule.id], TODAY)


def write_and_read(rule_set: RuleSet, rules: Sequence[Rule], _: Sequence[bytes]) -> None:
    """A rule is the same after it was written and read, alone and in a set that is applied, with changes or without."""
    for rule in rules:
        again = Rule.model_validate(rule.model_dump(by_alias=True, mode="json"))
        if again != rule or again.revision != rule.revision:
            message = f"it is another rule when it is written and read: {rule.id}"
            raise ValueError(message)
    origins = [rule_set.origins[rule.id] for rule in rules]
    changes = tuple(
        Change(override=change.override.model_copy(update={"tests": ()}), reason="r", at="2026-06-01T00:00:00Z")
        for origin in origins
        for change in origin.overrides
    )
    defined = tuple(map(_bare, (origin.defined for origin in origins)))
    applied = AppliedRules(effective_from=0, rules=defined, measures=(), changes=changes)
    read = AppliedRules.decode(applied.encode())
    if read != applied or read.name != applied.name:
        message = "it is another set when it is applied and read"
        raise ValueError(message)
    if changed_rules(read.rules, read.changes) != tuple(map(_bare, rules)):
        message = "an override changes another thing when it is applied"
        raise ValueError(message)


def _bare(rule: Rule) -> Rule:
    """Return a rule as it is applied: without its tests."""
    return rule.model_copy(update={"tests": ()})


def simulate(_: RuleSet, rules: Sequence[Rule], events: Sequence[bytes]) -> None:
    """Judge some events by the rules, and then silence; alerts have to be JSON of some summary."""
    topics = Topics()
    delays = {topic: DELAYS[source] for topic, source in topics.sources().items()}
    simulation = Simulation(Timeline(make_plan(rules, ()), DELAYS), topics, delays)
    alerts: list[bytes] = []
    for topic in topics.inputs():
        alerts += simulation.advance(topic, 0, START)
    for offset, minutes in enumerate(STEPS):
        at = START + minutes * 60_000
        for topic in topics.inputs():
            values = [events[(offset * 7 + place) % len(events)] for place in range(EVENTS // len(STEPS))]
            batch = [Record(offset * len(values) + place, at, None, value) for place, value in enumerate(values)]
            alerts += simulation.take(RecordBatch(topic, 0, batch))
            alerts += simulation.advance(topic, 0, at + 60_000)
    for alert in alerts:
        if not orjson.loads(alert)["summary"]:
            message = "an alert without a summary"
            raise ValueError(message)


def run_tests(rule_set: RuleSet, own: set[str], text: str, findings: Findings) -> None:
    """Run the tests in the text; that they fail is no wonder, but they have to run."""
    for case in cases_of(rule_set):
        events = sum(event.times for event in case.test.events)
        if case.rule.id not in own or events > MOST_TEST_EVENTS or (case.test.until or 0) > LONGEST_TEST_S:
            continue
        findings.tests += 1
        began = time.thread_time()
        problem = run_case(case, {})
        findings.took("testing", began, text)
        findings.failed += problem is not None
        if problem is not None and problem.startswith("the test can't be run"):
            findings.tell(problem[:200], text)


def dated_events() -> list[bytes]:
    """Return events with times near the start, so that they count as on time."""
    found = records(Mix(findings=50, alerting_share=0.3))[:400]
    return [_dated(value) for value in found]


def _dated(value: bytes) -> bytes:
    try:
        event: Any = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    if isinstance(event, dict):
        for key in ("eventTime", "time"):
            if key in event:
                event[key] = "2026-03-02T09:00:30Z"
    return orjson.dumps(event)


def try_guarded(text: str, shipped: Sequence[RuleFile], events: Sequence[bytes], findings: Findings) -> None:
    """Try one text; whatever it raises is told, and so is what has no end."""
    signal.alarm(STUCK_S)
    try:
        try_text(text, shipped, events, findings)
    except Exception as error:  # noqa: BLE001 - any error is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        findings.tell(f"{type(error).__name__} at {place.name}:{place.lineno}: {str(error)[:150]}", text)
    finally:
        signal.alarm(0)


def _stuck(*_: object) -> None:
    message = f"it takes more than {STUCK_S} s"
    raise TimeoutError(message)


def report(findings: Findings) -> None:
    """Print how much was tried, and what is wrong."""
    print(f"{findings.texts:,} texts, {findings.loaded:,} of them loaded with {findings.rules:,} rules;")
    print(f"{findings.refusals:,} errors told; {findings.tests:,} tests run, {findings.failed:,} of them failed")
    print("slowest: " + ", ".join(f"{what} {seconds * 1e3:.0f} ms" for what, seconds in findings.slowest.items()))
    print(f"wrong: {findings.wrong.total():,}")
    for what, number in findings.wrong.most_common(40):
        print(f"  {number:,} times {what}")


def main(
    minutes: Annotated[float, typer.Option(help="How long.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed makes the same texts.")] = 1,
) -> None:
    """Try texts until the time is over; exit 1 if anything went wrong."""
    signal.signal(signal.SIGALRM, _stuck)
    shipped = read_folder(shipped_folder())
    events = dated_events()
    findings = Findings()
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        # A generator a text, so that one can be made again without those before it.
        rng = random.Random(f"{seed}-{findings.texts}")  # noqa: S311 - texts, not secrets
        try_guarded(fuzz_rule_texts.text(rng), shipped, events, findings)
    report(findings)
    if findings.wrong:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
