"""The tests in rule files as cases that can be run, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.condition import Windowed
from schemas.errors import GuardstreamError
from streams.core.conditions.rehearse import rehearse
from streams.core.replay.rule_tests import run_test, simulate
from streams.core.rules.why import what_was_taken, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from schemas.condition import Condition
    from schemas.errors import Where
    from schemas.rule import Rule, RuleTest
    from streams.core.rules.entries import Entry
    from streams.core.rules.load import RuleSet

MOST_TOLD = 20
"""Alerts that are told of one failure."""


@dataclass(frozen=True, slots=True)
class Case:
    """A test and the rule that it is of; it stands at ``place`` among the tests of ``entry``."""

    rule: Rule
    test: RuleTest
    entry: Entry
    place: int

    @property
    def where(self) -> Where:
        """Where the test stands."""
        return self.entry.where(("tests", self.place))

    @property
    def name(self) -> str:
        """The rule and the test, as people choose tests by."""
        return f"{self.rule.id}: {self.test.name}"

    def files(self) -> Iterator[tuple[str, Where]]:
        """The names of files that the test takes events from, as written, with their places."""
        for place, event in enumerate(self.test.events):
            if event.file is not None:
                yield event.file, self.entry.where(("tests", self.place, "events", place, "file"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case: ``problem`` says what went otherwise than expected, or is None; it took so many seconds."""

    case: Case
    problem: str | None
    seconds: float


def cases_of(rule_set: RuleSet) -> list[Case]:
    """Every test of every rule, disabled ones too, in the order of files and lines.

    Those in a rule's own entry are tests of the rule as that says it, those in an override of the rule as it is now.
    """
    cases: list[Case] = []
    for rule in rule_set.all_rules:
        origin = rule_set.origins[rule.id]
        cases += [Case(origin.defined, test, origin.entry, place) for place, test in enumerate(origin.defined.tests)]
        for change in origin.overrides:
            cases += [Case(rule, test, change.entry, place) for place, test in enumerate(change.tests)]
    return sorted(cases, key=lambda case: (case.where.file or "", case.where.line or 0, case.where.column or 0))


def one_window_errors(entry: Entry, condition: Condition, tests: Iterable[RuleTest]) -> Iterator[GuardstreamError]:
    """Tests of an entry that count one window for a condition that has to hold for longer.

    Tests of a rule's own file stay right where an override gives the rule a `for`, so this is no matter of the rule.
    """
    if not isinstance(condition, Windowed) or not condition.for_:
        return
    for place, test in enumerate(tests):
        if test.counts is not None:
            message = "counts are of one window, and with `for` it has to go on: test it with `events`"
            yield GuardstreamError(message, entry.where(("tests", place, "counts")))


def run_case(case: Case, files: Mapping[str, bytes]) -> str | None:
    """Run a case; the result says what was expected and what came, or is None.

    ``files`` are the contents of the files that the test names, by the name that is written.
    """
    rule, test = case.rule, case.test
    try:
        problem = run_test(rule, test, files)
    except Exception as error:  # noqa: BLE001 - one test that breaks is one failure, and the others run all the same
        return f"the test can't be run: {type(error).__name__}: {error}"
    if problem is None:
        return None
    return "\n".join([problem, *(f"    {line}" for line in _background(rule, test, problem, files))])


def _background(rule: Rule, test: RuleTest, problem: str, files: Mapping[str, bytes]) -> list[str]:
    """What helps to understand a failure: what was measured, which clause did not match, which alerts came."""
    if test.counts is not None:
        return [rehearse(rule.condition, test.counts).words]
    if test.event is not None:
        return why(rule, test)
    took = what_was_taken(rule, test, files)
    if test.alerts is None or "there was no alert" in problem or "there were these alerts" in problem:
        return took
    return [*tell_alerts(simulate(rule.model_copy(update={"lists": rule.lists | test.lists}), test, files)), *took]


def tell_alerts(alerts: list[dict[str, Any]]) -> list[str]:
    """Alerts as lines of text, in the order in which they came."""
    if not alerts:
        return ["there was no alert"]
    lines = [_told(alert) for alert in alerts[:MOST_TOLD]]
    more = [f"  and {len(alerts) - MOST_TOLD} more"] if len(alerts) > MOST_TOLD else []
    return ["there were these alerts:", *lines, *more]


def _told(alert: dict[str, Any]) -> str:
    group = " ".join(f"{name}={value}" for name, value in alert["group"].items())
    ended = f" until {alert['ends_at']}" if alert["ends_at"] else ""
    rule = alert["rule"]
    return f"  {alert['starts_at']}{ended} {alert['status']} ({rule['level']}) {group} {alert['summary']}".rstrip()
