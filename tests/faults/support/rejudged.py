"""Alerts of windowed rules, judged anew: one undisturbed owner in memory, from the log that the workers shared."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import orjson

from agents.window_stage import WindowStage
from agents.windows import Windows
from streams.adapters.rule_sets import load_rule_set, make_timeline, source_delays
from streams.transport.consumer import Committed
from tests.agents.fakes import FakeOutbox, MemoryChangelog, Record, batch_of
from tests.faults.support.topics import read_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.settings import Settings


WINDOWED_RULES = Path(__file__).parents[1] / "rules"
DELAY = 5.0
"""Seconds; with the usual ten minutes no window would end before the run does."""


def with_windowed_rules(settings: Settings) -> Settings:
    """Add rules that fire and are resolved while the test runs."""
    return settings.model_copy(update={"rules": (*settings.rules, WINDOWED_RULES), "findings_delay": DELAY})


def windowed_alerts(settings: Settings) -> Iterator[dict[str, Any]]:
    """Give every alert that `partial-counts` calls for, in the order of its partitions."""
    timeline = make_timeline(settings, load_rule_set(settings))
    topics, outbox = settings.topics(), FakeOutbox()
    delays = source_delays(settings)
    for number in range(settings.partitions):
        stage = WindowStage(
            topics,
            timeline,
            cast("Any", outbox),
            MemoryChangelog(),
            partitions=settings.partitions,
            retention=int(settings.rows_retention * 1000),
            most_groups=settings.most_groups,
        )
        windows = Windows(stage, timeline, topics, cast("Any", outbox), delays)
        asyncio.run(stage.open(number, Committed(None, ""), 0))
        for message in read_all(settings, topics.partial_counts, number):
            record = Record(message.offset(), message.timestamp()[1], message.value())
            windows.process(batch_of([record], record.offset, topic=topics.partial_counts, partition=number))
            yield from (orjson.loads(sent.value or b"") for sent in outbox.take() if sent.topic == topics.alerts)
