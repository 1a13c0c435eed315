"""How an agent processes one batch: only what comes next in its partition, and stopping for good on a bug."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.transport.producer import SendFailed

if TYPE_CHECKING:
    import faust

    from agents.rule_watch import RuleWatch
    from agents.source import SourceStage
    from agents.windows import Windows
    from streams.adapters.metrics import Metrics
    from streams.core.source.effects import Effects
    from streams.transport.batch import Batch
    from streams.transport.flusher import Flusher


@dataclass(frozen=True, slots=True)
class Worker:
    """What agents share."""

    app: faust.App
    flusher: Flusher
    metrics: Metrics
    rules: RuleWatch


async def run_source(batch: Batch, stage: SourceStage, worker: Worker) -> None:
    """Process a batch of a source topic."""
    try:
        await worker.rules.sure()
        await worker.flusher.may_process.wait()
        rest = worker.flusher.consumer.accept(batch)
        while rest is not None:
            part, rest = stage.cut(rest)
            effects = stage.process(part)
            if effects is None:
                return
            worker.flusher.consumer.processed(part)
            _measure(stage.topic, effects, worker.metrics)
            # The end of a flush that a predecessor had begun: it has to be made again before anything is added.
            if rest is not None and not await worker.flusher.flush():
                return
    except SendFailed as error:
        worker.flusher.fail(error)
    except Exception as error:  # noqa: BLE001 - a bug in whatever the batch meets; the worker stops for it
        await _stop(worker, batch, error)


async def run_windows(batch: Batch, windows: Windows, worker: Worker) -> None:
    """Process a batch of partial counts."""
    try:
        await worker.rules.sure()
        await worker.flusher.may_process.wait()
        accepted = worker.flusher.consumer.accept(batch)
        if accepted is not None:
            windows.process(accepted)
            worker.flusher.consumer.processed(accepted)
    except SendFailed as error:
        worker.flusher.fail(error)
    except Exception as error:  # noqa: BLE001 - a bug in whatever the batch meets; the worker stops for it
        await _stop(worker, batch, error)


async def _stop(worker: Worker, batch: Batch, error: Exception) -> None:
    # Faust would restart the agent after the batch, and so lose it.
    worker.app.log.critical(
        "Stopping: %s[%s] offsets %s to %s: %r",
        batch.topic,
        batch.partition,
        batch.start,
        batch.end,
        error,
        exc_info=error,
    )
    worker.flusher.consumer.next_processed.clear()
    await worker.app.crash(error)


def _measure(topic: str, effects: Effects, metrics: Metrics) -> None:
    for kind, count in effects.kinds.items():
        metrics.events.labels(topic, kind).inc(count)
    for rule, count in effects.rules.items():
        metrics.alerts.labels(rule).inc(count)
    if effects.late:
        metrics.late.labels(topic).inc(effects.late)
    if effects.dead_letters:
        metrics.dead_letters.labels(topic).inc(len(effects.dead_letters))
