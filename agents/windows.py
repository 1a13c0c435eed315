"""The agent of stage 2: merge counts, judge the windows that have come to their end, alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from agents.run import run_windows
from streams.core.conditions.step import learns, step
from streams.core.windows.clock import MINUTE
from streams.core.windows.partials import Partial

if TYPE_CHECKING:
    from collections.abc import Callable

    import faust

    from agents.run import Worker
    from agents.window_stage import WindowPartition, WindowStage
    from schemas.topics import Topics
    from streams.core.conditions.step import Judgement
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.rules.plan import Plan
    from streams.transport.batch import Batch
    from streams.transport.producer import Outbox

Judge = "Callable[[WindowedRule, WindowPartition, int, int], Judgement]"
BASES = ("event_time", "arrival")


class Windows:
    """Processes batches of partial counts."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that the agent is put together from, once, in wiring
        self,
        stage: WindowStage,
        plan: Plan,
        topics: Topics,
        outbox: Outbox,
        delays: dict[str, int],
        judge_unusual: Callable[[WindowedRule, WindowPartition, int, int], Judgement],
    ) -> None:
        self.stage = stage
        self.alerts_by_rule: dict[str, int] = {}
        self._topics = topics
        self._outbox = outbox
        self._delays = delays
        self._judge_unusual = judge_unusual
        sources = {topics.findings: "findings", topics.cloudtrail: "cloudtrail"}
        self._rules: dict[tuple[str, str], list[WindowedRule]] = {
            (topic, basis): plan.windowed_of(source, basis)  # type: ignore[arg-type]
            for topic, source in sources.items()
            for basis in BASES
        }

    def process(self, batch: Batch) -> None:
        """Take in consecutive messages of one partition of groups."""
        owned = self.stage.partitions.get(batch.partition)
        if owned is None or owned.state.fence + 1 > batch.end:
            return
        for record in batch.records:
            partial = Partial.decode(record.value)
            owned.state.take(partial, record.offset)
            self._judge(owned, partial.topic)
        owned.state.fence = batch.end - 1

    def _judge(self, owned: WindowPartition, topic: str) -> None:
        for basis in BASES:
            rules = self._rules.get((topic, basis), ())
            delay = 0 if basis == "arrival" else self._delays[topic]
            ends = owned.state.due(topic, basis, delay)
            if not rules:
                continue
            known_from = owned.state.sources[topic].known_from() if ends else 0
            for end in ends:
                for windowed in rules:
                    judge = self._judge_unusual if learns(windowed) else judge_counts
                    self._act(owned, windowed, end, judge(windowed, owned, end, known_from))

    def _act(self, owned: WindowPartition, windowed: WindowedRule, end: int, judgement: Judgement) -> None:
        rule = windowed.rule
        for alert in judgement.alerts:
            self._outbox.send(self._topics.alerts, alert["alert_id"].encode(), orjson.dumps(alert))
            self.alerts_by_rule[rule.id] = self.alerts_by_rule.get(rule.id, 0) + 1
        keys = [key.name for key in rule.group_by]
        for _, group, _, measured in judgement.ratios:
            span = (end - rule.condition.window, end)  # type: ignore[union-attr]
            self.stage.note_ratio(owned, rule.id, group, keys, (windowed.measure, span, measured))


def judge_counts(windowed: WindowedRule, owned: WindowPartition, end: int, known_from: int) -> Judgement:
    """Judge a rule that needs no more than counts."""
    return step(windowed, owned.state, owned.share, end, known_from)


def watermark_ms(owned: WindowPartition, topic: str, delay: int) -> int | None:
    """The slowest source partition's watermark, epoch ms; None while one has not been heard of."""
    sources: Any = owned.state.sources.get(topic)
    clock = sources.clock() if sources else None
    return None if clock is None else (clock - delay) // MINUTE * MINUTE


def windows_agent(app: faust.App, windows: Windows, worker: Worker) -> None:
    """Attach the agent to the app."""
    topic = app.topic(windows.stage.topic, value_serializer="raw", key_serializer="raw", value_type=bytes)

    @app.agent(topic, name="windows")
    async def merge(batches: faust.StreamT[Batch]) -> None:
        async for batch in batches:
            await run_windows(batch, windows, worker)
