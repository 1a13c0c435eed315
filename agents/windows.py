"""The agent of stage 2: merge counts, judge the windows that have come to their end, alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.run import run_windows
from streams.core.alerts.tagged import tagged_json
from streams.core.conditions.judge import Judge
from streams.core.conditions.step import step
from streams.core.windows.clock import MINUTE
from streams.core.windows.partials import Partial

if TYPE_CHECKING:
    import faust

    from agents.run import Worker
    from agents.window_stage import WindowPartition, WindowStage
    from schemas.topics import Topics
    from streams.core.conditions.judge import Outcome
    from streams.core.rules.timeline import Timeline
    from streams.core.tags.near import TagTimes
    from streams.transport.batch import Batch
    from streams.transport.producer import Outbox


class Windows:
    """Processes batches of partial counts."""

    def __init__(  # noqa: PLR0913 - what it judges by, and where that goes
        self,
        stage: WindowStage,
        timeline: Timeline,
        topics: Topics,
        outbox: Outbox,
        delays: dict[str, int],
        *,
        tags: TagTimes | None = None,
    ) -> None:
        self._tags = tags
        self.stage = stage
        self.alerts_by_rule: dict[str, int] = {}
        self._topics = topics
        self._outbox = outbox
        self._judge = Judge(timeline, topics.sources(), delays, step, tags=tags)

    def process(self, batch: Batch) -> None:
        """Take in consecutive messages of one partition of groups."""
        owned = self.stage.partitions.get(batch.partition)
        if owned is None or owned.state.fence + 1 > batch.end:
            return
        for record in batch.records:
            partial = Partial.decode(record.value, record.timestamp)
            outcome = self._judge.take(owned.state, owned.share, partial, record.offset)
            if outcome.alerts or outcome.ratios:
                self._act(owned, outcome)
        owned.state.fence = batch.end - 1

    def _act(self, owned: WindowPartition, outcome: Outcome) -> None:
        for alert in outcome.alerts:
            rule_id = alert["rule"]["id"]
            dry = alert["labels"].get("dry_run") == "true"
            topic = self._topics.dry_run_alerts if dry else self._topics.alerts
            self._outbox.send(topic, alert["alert_id"].encode(), tagged_json(alert, self._tags))
            self.alerts_by_rule[rule_id] = self.alerts_by_rule.get(rule_id, 0) + 1
        for windowed, group, end, measured in outcome.ratios:
            keys = [key.name for key in windowed.rule.group_by]
            span = (end - windowed.window, end)
            self.stage.note_ratio(owned, windowed.rule.id, group, keys, (windowed.measure, span, measured))


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
