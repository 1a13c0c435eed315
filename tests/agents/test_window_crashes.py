"""Stage 2 with every kind of rule and too many groups, through crashes at any point of what it writes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.window_stage import WindowStage
from agents.windows import Windows
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.transport.consumer import Committed
from tests.agents.fakes import FakeOutbox, MemoryChangelog, Record, batch_of
from tests.core.replay.happenings import DELAY, MINUTE
from tests.core.replay.kinds import CONDITIONS, rules
from tests.core.replay.logs import DELAYS, Entry, Sent
from tests.core.replay.streams import TOPICS, streams, written

if TYPE_CHECKING:
    from agents.window_stage import WindowPartition
    from streams.core.windows.memories import Memory
    from tests.agents.fakes import Sent as Message

RETENTION = 48 * 60 * MINUTE


class Life:
    """One worker that owns the only partition of groups, until it dies."""

    def __init__(self, timeline: Timeline, changelog: MemoryChangelog, most_groups: int) -> None:
        self.outbox, self.changelog = FakeOutbox(), changelog
        outbox = cast("Any", self.outbox)
        self.stage = WindowStage(
            TOPICS, timeline, outbox, changelog, partitions=1, retention=RETENTION, most_groups=most_groups
        )
        self.windows = Windows(self.stage, timeline, TOPICS, outbox, DELAYS)
        self.at = asyncio.run(self.stage.open(0, Committed(None, ""), 0))

    @property
    def owned(self) -> WindowPartition:
        return self.stage.partitions[0]

    def process(self, log: list[Entry], number: int) -> None:
        end = min(self.at + number, len(log))
        if end > self.at:
            records = [Record(offset, log[offset].sent, log[offset].value) for offset in range(self.at, end)]
            self.windows.process(batch_of(records, self.at, topic=TOPICS.partial_counts))
            self.at = end

    def send(self) -> list[Message]:
        """Begin a flush; what it writes first, in order."""
        self.stage.committed(self.stage.begin())
        self.stage.send()
        return self.outbox.take()

    def flush(self) -> list[Message]:
        """A whole flush, all of it acknowledged; everything that was sent."""
        sent = self.send()
        self.stage.checkpoint()
        self.stage.done()
        sent += self.outbox.take()
        self.changelog.append([one for one in sent if one.topic == TOPICS.rows])
        return sent


def alerts_of(sent: list[Message]) -> list[tuple[str, str, str | None]]:
    """All that were sent but for those about late events, which may see more of them after a crash."""
    found = [orjson.loads(one.value or b"") for one in sent if one.topic == TOPICS.alerts]
    return [(one["alert_id"], one["status"], one["ends_at"]) for one in found if one["status"] != "amended"]


def rows_of(life: Life) -> dict[Any, Any]:
    """All rows that no flush may have erased yet, as too old."""
    clocks = [clock for sources in life.owned.state.sources.values() if (clock := sources.clock())]
    oldest = (min(clocks, default=0) - RETENTION) // (60 * MINUTE) + 1
    return {
        (name, group, row.hour, row.arrived): orjson.loads(row.encode())
        for name, groups in life.owned.state.series.measures.items()
        for group, held in groups.items()
        for row in held
        if row.hour >= oldest
    }


def memories_of(life: Life) -> dict[Any, Any]:
    kept = {key: _without_late(memory) for key, memory in life.owned.state.memories}
    return {key: memory for key, memory in kept.items() if memory}


def _without_late(memory: Memory) -> dict[str, Any]:
    named = {key: value for key, value in memory.items() if key != "belated"}
    if "alert" in named:
        named["alert"] = (named["alert"]["alert_id"], named["alert"]["rule"]["level"])
    if "over" in named:
        named["over"] = (named["over"]["alert"]["alert_id"], named["over"]["first"], named["over"]["end"])
    return named


lives = st.lists(
    st.tuples(
        st.lists(st.integers(1, 8), max_size=3),  # Messages between flushes that succeed.
        st.integers(0, 12),  # Messages after the last of them.
        st.integers(0, 60),  # How many records of the flush that fails are written.
        st.booleans(),  # Whether its alerts arrive.
        st.booleans(),  # Whether its checkpoint was sent, too.
    ),
    max_size=4,
)
kinds = st.sampled_from(list(CONDITIONS))


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_crashes_all_alerts_come_and_rows_and_memories_are_those_of_an_undisturbed_run(
    data: st.DataObject,
) -> None:
    made = [written(data.draw(rules(data.draw(kinds))) | {"id": name}) for name in ("a", "b")]
    sources, steps = data.draw(streams())
    timeline = Timeline(make_plan(made, ()), {"findings": DELAY, "cloudtrail": DELAY})
    again = data.draw(st.sets(st.integers(0, 30), max_size=3))
    [log] = Sent(timeline, sources, steps, 1, data.draw(st.lists(st.integers(1, 3), max_size=3)), again).logs
    most_groups = data.draw(st.sampled_from([1, 2, 20_000]))
    changelog, delivered = MemoryChangelog(), []
    for safe, risky, kept, arrive, checkpoint in data.draw(lives):
        life = Life(timeline, changelog, most_groups)
        for number in safe:
            life.process(log, number)
            delivered += alerts_of(life.flush())
        life.process(log, risky)
        sent = life.send()
        if checkpoint:
            life.stage.checkpoint()
        records = [one for one in sent + life.outbox.take() if one.topic == TOPICS.rows]
        # The checkpoint is only sent when everything before it is acknowledged.
        rows = [one for one in sent if one.topic == TOPICS.rows]
        written_so_far = records[: len(rows) + kept // 4] if checkpoint else rows[:kept]
        changelog.append(written_so_far)
        # Alerts are acknowledged before the checkpoint is sent.
        delivered += alerts_of(sent) if arrive or checkpoint else []
    last = Life(timeline, changelog, most_groups)
    last.process(log, len(log))
    delivered += alerts_of(last.flush())
    undisturbed = Life(timeline, MemoryChangelog(), most_groups)
    undisturbed.process(log, len(log))
    wanted = alerts_of(undisturbed.flush())
    assert set(delivered) == set(wanted)
    assert rows_of(last) == rows_of(undisturbed)
    assert memories_of(last) == memories_of(undisturbed)
