"""Stage 2, one message at a time: take in what was counted, judge what has come to its end, say which alerts change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.condition import Immediate
from streams.core.conditions.amend import affected, amend, closed, late_minutes
from streams.core.conditions.repeat import MOST_GROUPS, forget_quiet, repeat
from streams.core.conditions.since_release import limited
from streams.core.conditions.step import retire, step
from streams.core.conditions.stuck import PATIENCE, doubt_silence, stuck_minutes
from streams.core.windows.clock import MINUTE
from streams.core.windows.memories import memory_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.measure import Source
    from streams.core.conditions.step import Judgement, Share
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.rules.timeline import Revision, Timeline
    from streams.core.tags.near import TagTimes
    from streams.core.windows.partials import Group, Partial
    from streams.core.windows.state import WindowState

    Step = Callable[[WindowedRule, WindowState, Share, int, int], Judgement]

BASES = ("event_time", "arrival")


@dataclass(slots=True)
class Outcome:
    """What one message brought: alerts that change, and ratios as (rule, group, window end, measured)."""

    alerts: list[dict[str, Any]] = field(default_factory=list)
    ratios: list[tuple[WindowedRule, Group, int, dict[str, Any]]] = field(default_factory=list)


class Judge:
    """Judges by the rules of a timeline; everything else that it depends on is in the state that it is given.

    ``sources`` says which source a topic has, ``delays`` (ms, by topic) how long its events may take to arrive. Only
    rules that are limited to the time since a release depend on ``tags``, too.
    """

    def __init__(
        self,
        timeline: Timeline,
        sources: Mapping[str, Source],
        delays: Mapping[str, int],
        step: Step = step,
        *,
        tags: TagTimes | None = None,
    ) -> None:
        self.timeline = timeline
        self._tags = tags
        self._sources = sources
        self._delays = delays
        self._step = step
        self._windowed: dict[tuple[str, str, str], list[WindowedRule]] = {}

    def take(self, state: WindowState, share: Share, partial: Partial, offset: int) -> Outcome:
        """Take in the message at ``offset``."""
        outcome = Outcome()
        new = state.take(partial, offset)
        if partial.topic not in self._sources:
            return outcome
        if new:
            self._repeat(state, partial, outcome)
        before = state.judged.get(f"{partial.topic}/event_time")
        for basis in BASES:
            self._judge(state, share, partial.topic, basis, outcome)
        self._amend(state, partial, before, outcome, new=new)
        self._doubt(state, share, partial.topic, outcome)
        return outcome

    def _rules(self, revision: Revision, topic: str, basis: str) -> list[WindowedRule]:
        key = (revision.name, topic, basis)
        rules = self._windowed.get(key)
        if rules is None:
            rules = self._windowed[key] = revision.windowed_of(self._sources[topic], basis)
        return rules

    def _judge(self, state: WindowState, share: Share, topic: str, basis: str, outcome: Outcome) -> None:
        ends = state.due(topic, basis, 0 if basis == "arrival" else self._delays[topic])
        if not ends:
            return
        known_from = state.sources[topic].known_from()
        revision = self.timeline.at((ends[0] - 1) * MINUTE)
        rules = self._rules(revision, topic, basis)
        several = len(self.timeline.revisions) > 1
        idle = not rules and not revision.plan.repeating
        if idle and not several and state.checked.get((topic, basis)) == revision.name:
            return
        for end in ends:
            if several:
                revision = self.timeline.at((end - 1) * MINUTE)
                rules = self._rules(revision, topic, basis)
            if state.checked.get((topic, basis)) != revision.name:
                self._retire(state, topic, basis, revision, end, outcome)
                state.checked[topic, basis] = revision.name
            if end % 60 == 0 and basis == "event_time":
                self._forget_quiet(state, topic, revision, end)
            for windowed in rules:
                judgement = self._step(limited(windowed, self._tags, end), state, share, end, known_from)
                outcome.alerts += judgement.alerts
                outcome.ratios += judgement.ratios

    def _retire(  # noqa: PLR0913, PLR0917 - what is retired, where and when
        self, state: WindowState, topic: str, basis: str, revision: Revision, end: int, outcome: Outcome
    ) -> None:
        """Resolve alerts of rules that are no longer there.

        A rule that an earlier revision has is retired by the windows of its own source and time basis, since others may
        be judged long before or after; one that no revision has by whichever come first.
        """
        here = {rule.name for rule in revision.plan.remembering}
        for name in state.memories.rules():
            if name in here:
                continue
            known = [
                rule
                for earlier in self.timeline.revisions
                for rule in earlier.plan.remembering
                if rule.name == name and earlier.since < revision.since
            ]
            if not known or (known[-1].source == self._sources[topic] and known[-1].basis == basis):
                outcome.alerts += retire(state, name, end)

    def _repeat(self, state: WindowState, partial: Partial, outcome: Outcome) -> None:
        """Let those events of a group alert that are not mere repetitions."""
        for rule_id, group, at_ms, level, alert in partial.candidates:
            known = self._repetition(rule_id, at_ms)
            if known is None:
                outcome.alerts.append(alert)
                continue
            name, condition = known
            before = state.memories.get(name, group)
            memory, tells = repeat(condition, before, at_ms, level)
            if before is not None or len(state.memories.of(name)) < MOST_GROUPS:
                state.memories.set(name, group, memory)
            if tells:
                outcome.alerts.append(alert)

    def _forget_quiet(self, state: WindowState, topic: str, revision: Revision, end: int) -> None:
        for rule in revision.plan.repeating.values():
            if rule.source == self._sources[topic] and isinstance(rule.condition, Immediate):
                forget_quiet(rule.condition, state, memory_of(rule), end)

    def _repetition(self, rule_id: str, at_ms: int) -> tuple[str, Immediate] | None:
        """A rule's memory and how it treats repetitions: by the revision of that time, or any that has it."""
        for revision in (self.timeline.at(at_ms), *reversed(self.timeline.revisions)):
            rule = revision.plan.repeating.get(rule_id)
            if rule is not None and isinstance(rule.condition, Immediate):
                return memory_of(rule), rule.condition
        return None

    def _amend(self, state: WindowState, partial: Partial, before: int | None, outcome: Outcome, *, new: bool) -> None:
        """Look again at windows that had closed and have late counts, and at those with such that closed just now."""
        judged = state.judged.get(f"{partial.topic}/event_time")
        fresh = late_minutes(partial) if new else {}
        if judged is None or not (fresh or (state.late and judged != before)):
            return
        known_from = state.sources[partial.topic].known_from()
        windows: dict[str, int] = {}
        rules = self._rules(self.timeline.at((judged - 1) * MINUTE), partial.topic, "event_time")
        for windowed in rules:
            for measure in windowed.measures:
                windows[measure] = max(windowed.window, windows.get(measure, 0))
        state.note_late({key: minutes for key, minutes in fresh.items() if key[0] in windows})
        for windowed in rules:
            known = max(known_from, windowed.since)
            for measure in windowed.measures:
                late = state.late.get(measure, {})
                for group in late if judged != before else [group for name, group in fresh if name == measure]:
                    ends = closed(
                        late[group], fresh.get((measure, group), ()), windowed.window, before or judged, judged
                    )
                    for one in affected(windowed, state, measure, group) if ends else ():
                        outcome.alerts += amend(windowed, state, one, ends, known, self._tags)
        state.forget_late(windows, judged)

    def _doubt(self, state: WindowState, share: Share, topic: str, outcome: Outcome) -> None:
        """Say that nobody can tell what was silent, where one partition has fallen far behind the others."""
        behind = stuck_minutes(state.sources[topic])
        if behind <= PATIENCE:
            return
        for basis in BASES:
            judged = state.judged.get(f"{topic}/{basis}", state.sources[topic].known_from())
            for windowed in self._rules(self.timeline.at(judged * MINUTE), topic, basis):
                now = limited(windowed, self._tags, judged + 1)
                outcome.alerts += doubt_silence(now, state, share, judged + 1, behind)
