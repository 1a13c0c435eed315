"""What a worker does regularly, beside its agents: flush, watch idle partitions, look for applied rules and tags."""

from __future__ import annotations

import asyncio
import gc
import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.rule_watch import EVERY
from agents.tag_watch import EVERY as TAGS_EVERY
from agents.windows import watermark_ms
from schemas.errors import GuardstreamError
from streams.adapters.memory import give_back_memory
from streams.adapters.topic_admin import check_exactness
from streams.core.rules.announce import announce_all
from streams.transport.start_check import topics_are_right
from streams.web.health import HealthServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    import faust

    from agents.run import Worker
    from agents.tag_watch import TagWatch
    from agents.windows import Windows
    from streams.adapters.metrics import Metrics
    from streams.core.rules.load import RuleSet
    from streams.settings import Settings
    from streams.transport.flusher import Flusher

LONGEST_STALL = 60.0
"""Seconds without a completed flush after which a worker calls itself unhealthy."""
IDLE_EVERY = 1.0
GIVE_BACK_EVERY = 5
LOAD_FACTOR = 4.0
"""How many times as long as a flush takes the next one waits, up to ``LONGEST_INTERVAL`` seconds."""
LONGEST_INTERVAL = 2.0
RULES, TAGS = "the applied rules", "the lifecycle tags by which rules are limited"


@dataclass
class Clockwork:
    """The tasks of one worker."""

    app: faust.App
    settings: Settings
    worker: Worker
    windows: Windows
    delays: Mapping[str, int]
    rule_set: RuleSet
    tags: TagWatch
    last_flush: float = field(default_factory=time.monotonic)
    checked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the topics are known to be right."""
    unread: dict[str, str] = field(default_factory=dict)
    """What could not be looked for when it was tried last, and why."""

    def __post_init__(self) -> None:
        self.server = HealthServer(self.settings.web_host, self.settings.web_port, self.worker.metrics, self.problem)

    def attach(self) -> None:
        """Let the app start all of it."""
        for task in (self.flush_regularly, self.watch_idle_partitions, self.watch_rules, self.watch_tags):
            self.app.task(task)
        self.app.on_before_shutdown.connect(self.stop_serving)

    def problem(self) -> str | None:
        """Why the worker is unhealthy, if it is."""
        stalled = time.monotonic() - self.last_flush
        if stalled > LONGEST_STALL:
            return f"no flush was completed for {stalled:.0f} s"
        # A worker that starts has only not looked yet.
        if self.unread and not self.worker.rules.check():
            told = "; ".join(f"{what} can't be read: {why}" for what, why in self.unread.items())
            return f"nothing is judged, since {told}"
        return None

    async def stop_serving(self, *_: object, **__: object) -> None:
        """End the health server."""
        await self.server.stop()

    async def flush_regularly(self) -> None:
        """Check the topics, then flush again and again."""
        app, flusher, settings = self.app, self.worker.flusher, self.settings
        _tune_garbage_collection()
        if not await topics_are_right(app, lambda: check_exactness(settings)):
            return
        self.checked.set()
        if settings.web_port:
            await self.server.start()
        while not app.should_stop:
            # A flush of a busy worker costs as much for a second's events as for half a second's: so flush less often.
            await app.sleep(max(settings.flush_interval, min(flusher.last_seconds * LOAD_FACTOR, LONGEST_INTERVAL)))
            try:
                await self._flush()
            except Exception as error:
                app.log.critical("Stopping: the flush failed: %r", error, exc_info=error)
                await app.crash(error)

    async def _flush(self) -> None:
        flusher, metrics = self.worker.flusher, self.worker.metrics
        if await flusher.recover():
            metrics.restarts.inc()
        if await flusher.flush():
            self.last_flush = time.monotonic()
            metrics.flush.observe(flusher.last_seconds)

    async def watch_idle_partitions(self) -> None:
        """Let time go on where nothing comes, and tell metrics."""
        app, flusher = self.app, self.worker.flusher
        for turn in itertools.count():
            if app.should_stop:
                return
            await app.sleep(IDLE_EVERY)
            if turn % GIVE_BACK_EVERY == 0:
                give_back_memory()
            try:
                await flusher.advance_idle(self.settings.idle_after)
                flusher.consumer.mend_stalls()
            except Exception as error:  # noqa: BLE001 - the broker may be away; silence is then not judged
                app.log.warning("Could not ask for the ends of idle partitions: %r", error)
            _observe(self.worker.metrics, self.windows, flusher, self.delays)

    async def watch_rules(self) -> None:
        """Look for applied rules."""
        app, rules = self.app, self.worker.rules
        await self.checked.wait()
        # Before the first event is judged, so that no alert lacks its tags since a worker has just started.
        await self._look_for_tags()
        while not app.should_stop:
            try:
                folders = None if rules.has_read else self.rule_set
                applied = await rules.look()
                self.unread.pop(RULES, None)
                for told in announce_all(applied, folders):
                    app.log.info("%s", told)
            except GuardstreamError as error:
                app.log.critical("Stopping: %s", error)
                await app.crash(error)
                return
            except Exception as error:  # noqa: BLE001 - the broker may be away; nothing is judged until it is back
                self.unread[RULES] = repr(error)
                app.log.warning("Could not look for applied rules: %r", error)
            await app.sleep(EVERY if rules.check() else 1.0)

    async def watch_tags(self) -> None:
        """Look for lifecycle tags."""
        await self.checked.wait()
        while not self.app.should_stop:
            await self.app.sleep(TAGS_EVERY)
            await self._look_for_tags()

    async def _look_for_tags(self) -> None:
        try:
            await self.tags.look()
            self.unread.pop(TAGS, None)
        except Exception as error:  # noqa: BLE001 - alerts without tags are better than none
            waits = not self.tags.has_read and self.worker.rules.timeline.asks_for_releases
            if waits:
                self.unread[TAGS] = repr(error)
            then = "; nothing is judged before, since rules are limited to the time since a release" if waits else ""
            self.app.log.warning("Could not look for lifecycle tags%s: %r", then, error)


def _tune_garbage_collection() -> None:
    """What was loaded at start is not looked through again, and batches of short-lived objects are not in the way.

    Without it, collecting takes a twentieth of a busy worker's time; nothing here makes cycles event by event.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _observe(metrics: Metrics, windows: Windows, flusher: Flusher, delays: Mapping[str, int]) -> None:
    for rule, count in windows.alerts_by_rule.items():
        metrics.alerts.labels(rule).inc(count)
    windows.alerts_by_rule.clear()
    for topic, delay in delays.items():
        marks = [
            mark
            for owned in windows.stage.partitions.values()
            if (mark := watermark_ms(owned, topic, delay)) is not None
        ]
        if marks:
            metrics.watermark.labels(topic).set(min(marks) / 1000)
    for tp, processed in dict(flusher.consumer.next_processed).items():
        end = flusher.consumer.highwater(tp)
        if end is not None:
            metrics.lag.labels(tp.topic, str(tp.partition)).set(max(end - processed, 0))
    metrics.too_large.set(flusher.outbox.too_large)
    metrics.overflowed.set(sum(owned.state.series.overflowed for owned in windows.stage.partitions.values()))
    metrics.rows.set(sum(owned.state.series.size for owned in windows.stage.partitions.values()))
