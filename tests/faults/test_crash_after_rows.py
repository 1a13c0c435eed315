"""A worker that dies when its rows are safe and nothing else is: what it had not sent is sent by its successor."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import orjson

from agents.window_stage import WindowStage
from agents.windows import Windows
from schemas.topics import Topics
from streams.adapters.rule_sets import load_rule_set
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.windows.partials import Counts, Partial
from streams.settings import Settings
from streams.transport.batch import Batch
from streams.transport.consumer import Committed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.windows.partials import Group

TOPICS = Topics()
MINUTE = 60_000
FIRST = 30_000_000
"""The first minute of the log, since the epoch."""

RULE_SET = load_rule_set(Settings())
PLAN = make_plan(RULE_SET.rules, RULE_SET.measures)
TIMELINE = Timeline(PLAN, {"findings": 600_000, "cloudtrail": 900_000})
ARRIVED = next(counted.id for counted in PLAN.counted.values() if counted.name == "no-guardduty-logs")
HOUR_MS = 3_600_000

Sent = tuple[str, bytes, bytes | None]


class Broker:
    """Takes messages, and gives the rows back, as Kafka does."""

    def __init__(self, rows: Iterable[Sent] = ()) -> None:
        self.sent: list[Sent] = []
        self._rows = [(key, value) for topic, key, value in rows if topic == TOPICS.rows]

    def send(self, topic: str, key: bytes, value: bytes | None, partition: int = -1) -> None:
        del partition
        self.sent.append((topic, key, value))

    def read(self, topic: str, partition: int) -> list[tuple[bytes, bytes | None]]:
        del topic, partition
        return self._rows

    def on(self, topic: str) -> list[Any]:
        return [orjson.loads(value) for to, _, value in self.sent if to == topic and value is not None]


class StageTwo:
    """Stage 2 alone, for one partition, driven step by step."""

    def __init__(self, broker: Broker) -> None:
        outbox: Any = broker
        self.stage = WindowStage(TOPICS, TIMELINE, outbox, broker, partitions=1, retention=48 * HOUR_MS)
        delays = {TOPICS.findings: 600_000, TOPICS.cloudtrail: 900_000}
        self.windows = Windows(self.stage, TIMELINE, TOPICS, outbox, delays)
        self.start = asyncio.run(self.stage.open(0, Committed(None, ""), 0))

    def process(self, log: list[Any]) -> None:
        """Take in what comes next, and send its rows and panes."""
        rest = [message for message in log if message.offset >= self.start]
        self.start = log[-1].offset + 1
        self.windows.process(Batch(TOPICS.partial_counts, 0, rest[0].offset, self.start, rest))
        self.stage.begin()
        self.stage.send()

    def finish(self) -> None:
        """Everything is acknowledged."""
        self.stage.checkpoint()
        self.stage.done()


def _message(offset: int, source: tuple[int, int], minute: int, found: int = 0) -> Any:
    counts: dict[str, dict[Group, Counts]] = {ARRIVED: {(): Counts([(FIRST + minute, found)])}} if found else {}
    at = (FIRST + minute) * MINUTE
    return SimpleNamespace(
        offset=offset, timestamp=at, value=Partial(TOPICS.findings, 0, 1, *source, at, at, counts).encode()
    )


SILENCE = [_message(0, (0, 1), 0, found=1), _message(1, (1, 1), 30)]
LOG = [*SILENCE, _message(2, (1, 2), 31, found=1), _message(3, (2, 2), 33)]
"""One finding, half an hour of silence (which fires), another finding (which resolves)."""


def _alerts(broker: Broker) -> list[tuple[str, str]]:
    return [(alert["status"], alert["alert_id"]) for alert in broker.on(TOPICS.alerts)]


def _panes(broker: Broker) -> set[tuple[str, str, int]]:
    return {(pane["measure"], pane["start"], pane["count"]) for pane in broker.on(TOPICS.window_counts)}


def _undisturbed(log: list[Any]) -> Broker:
    broker = Broker()
    StageTwo(broker).process(log)
    return broker


def test_panes_that_were_not_written_are_written_by_the_successor() -> None:
    before = _undisturbed(LOG)
    after = Broker(before.sent)
    StageTwo(after).process(LOG)
    assert _panes(after) == _panes(before) != set()


def test_a_windowed_alert_that_was_not_written_is_written_by_the_successor_with_the_same_id() -> None:
    before = _undisturbed(SILENCE)
    after = Broker(before.sent)
    StageTwo(after).process(SILENCE)
    assert _alerts(after) == _alerts(before) != []


def test_an_alert_that_was_being_resolved_is_resolved_by_the_successor_and_fires_not_anew() -> None:
    before = Broker()
    stage = StageTwo(before)
    stage.process(SILENCE)
    stage.finish()
    told = len(_alerts(before))
    stage.process(LOG)
    after = Broker(before.sent)
    StageTwo(after).process(LOG)
    assert _alerts(after) == _alerts(before)[told:] != []
