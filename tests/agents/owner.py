"""A worker's stage 2 without Kafka, driven step by step, and the messages that stage 1 would send it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import orjson

from agents.window_stage import WindowStage
from agents.windows import Windows
from schemas.topics import Topics
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.windows.clock import MINUTE
from streams.core.windows.partials import Counts, Partial
from streams.transport.consumer import Committed
from tests.agents.fakes import FakeOutbox, MemoryChangelog, Record, batch_of
from tests.core.source.worlds import measure, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.window_stage import WindowPartition
    from tests.agents.fakes import Sent

TOPICS = Topics(findings="in", prefix="g.")
DELAY = 2 * MINUTE
RETENTION = 48 * 60 * MINUTE
FIRST = 28_000_020
MORE = {"type": "more_than", "threshold": 2, "window": "3m"}
PLAN = make_plan(
    [
        rule("many", "*", condition=MORE, **{"group-by": ["account"]}),
        rule("share", "*", condition={"type": "ratio", "of": "type:x", "threshold": 0.5, "window": "3m"}),
        rule("silent", "*", condition={"type": "less_than", "threshold": 1, "window": "3m"}),
    ],
    [measure("by-account", **{"group-by": ["account"]})],
)
TIMELINE = Timeline(PLAN, {"findings": DELAY, "cloudtrail": DELAY})
IDS = {counted.name: counted.id for counted in PLAN.counted.values()}
NOTHING = Committed(None, "")


class Owner:
    """One worker that owns partition 0 of 1."""

    def __init__(self, changelog: MemoryChangelog) -> None:
        self.outbox, self.changelog = FakeOutbox(), changelog
        outbox = cast("Any", self.outbox)
        self.stage = WindowStage(TOPICS, TIMELINE, outbox, changelog, partitions=1, retention=RETENTION)
        self.windows = Windows(self.stage, TIMELINE, TOPICS, outbox, {"in": DELAY, TOPICS.cloudtrail: DELAY})

    def open(self, committed: Committed = NOTHING, earliest: int = 0) -> int:
        return asyncio.run(self.stage.open(0, committed, earliest))

    @property
    def owned(self) -> WindowPartition:
        return self.stage.partitions[0]

    def process(self, log: Sequence[bytes], start: int, end: int) -> None:
        if end > start:
            taken = [Record(offset, 0, log[offset]) for offset in range(start, end)]
            self.windows.process(batch_of(taken, start, topic=TOPICS.partial_counts))

    def send(self) -> None:
        self.stage.committed(self.stage.begin())
        self.stage.send()

    def flush(self) -> None:
        """A whole cycle, all of it acknowledged."""
        self.send()
        self.stage.checkpoint()
        self.stage.done()
        self.changelog.append(self.outbox.to(TOPICS.rows))


def message(place: int, minute: int, counts: dict[str, int], late: int = 0) -> bytes:
    """What is counted for each account in minute ``FIRST + minute``, sent when the watermark has left it."""
    clock = (FIRST + minute + 1) * MINUTE + DELAY
    held: dict[str, Any] = {IDS["by-account"]: {}, IDS["silent"]: {}}
    for account, count in counts.items():
        held[IDS["by-account"]][(account,)] = Counts([(FIRST + minute, count)], [(FIRST, late, 0)] if late else [])
    if total := sum(counts.values()):
        held[IDS["silent"]][()] = Counts([(clock // MINUTE, total)])
        held[IDS["share"]] = {(): Counts([(FIRST + minute, total)], [], [(FIRST + minute, place, 0, f"e{place}")])}
        held[IDS["share-of"]] = {(): Counts([(FIRST + minute, 3)])}
    return Partial("in", 0, 1, place, place + 1, clock - MINUTE if place else clock, clock, held).encode()


def alerts(sent: Sequence[Sent]) -> list[dict[str, Any]]:
    return [orjson.loads(one.value or b"") for one in sent if one.topic == TOPICS.alerts]


def undisturbed(log: Sequence[bytes]) -> Owner:
    owner = Owner(MemoryChangelog())
    owner.open()
    owner.process(log, 0, len(log))
    return owner


def story(alert: dict[str, Any]) -> tuple[str, str, str | None]:
    return alert["alert_id"], alert["status"], alert["ends_at"]
