"""Find a rule by its revision among all sets of rules that are known, to judge again by what was judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.rule import Rule
    from streams.core.rules.plan import Plan
    from streams.core.rules.timeline import Timeline


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A rule of an alert: as it was ``then``, None where that is not known any more, and as it is ``today``."""

    then: Rule | None
    today: Rule | None

    @property
    def judged_by(self) -> Rule | None:
        """The rule to judge by again: the alert's own, or else the one of today."""
        return self.then or self.today


def find_rule(timeline: Timeline, rule_id: str, revision: str, now: int) -> KnownRule:
    """The rule of this ``revision``, and that of the instant ``now`` (epoch ms); disabled ones are not there."""
    today = next((rule for rule in _rules(timeline.at(now).plan) if rule.id == rule_id), None)
    versions = (rule for one in reversed(timeline.revisions) for rule in _rules(one.plan) if rule.id == rule_id)
    return KnownRule(next((rule for rule in versions if rule.revision == revision), None), today)


def _rules(plan: Plan) -> Iterator[Rule]:
    yield from (compiled.rule for compiled in plan.immediate)
    yield from (windowed.rule for windowed in plan.windowed)
