"""guardstream's own worker, its alerts worded as the job's contract wants them.

What differs from a worker as shipped: its rules and measures, the half hours, two more fields in each alert, and that
enriched findings, which the job does not ask for, are made but not sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

import agents.windows
from agents.source import SourceStage
from agents.window_stage import WindowStage
from bench.peers_job.results import tables
from bench.peers_job.tumbling import judge_half_hour
from streams.adapters.rule_sets import load_rule_set
from streams.core.alerts.immediate import AlertWriter
from streams.wiring import create_app

if TYPE_CHECKING:
    from bench.peers_job.contract import Contract
    from streams.core.alerts.occurrence import Occurrence
    from streams.core.source.effects import Effects
    from streams.core.tags.near import Release
    from streams.wiring import App


class JobAlertWriter(AlertWriter):
    """Writes guardstream's alert, and before its fields the job's two."""

    def write(self, event: Occurrence, release: Release | None = None) -> list[tuple[bytes, bytes]]:
        """Return the key and value of each alert."""
        head = b'{"alert":"finding","id":%b,' % orjson.dumps(event.event_id())
        return [(key, head + value[1:]) for key, value in super().write(event, release)]


def make_app(contract: Contract) -> App:
    """Put the job's worker together."""
    agents.windows.step = judge_half_hour
    app = create_app(contract.settings)
    for stage in app.ledger.stages.values():
        if isinstance(stage, SourceStage):
            _adapt(stage)

    @app.on_before_shutdown.connect
    async def write_results(*_: object, **__: object) -> None:
        if contract.results:
            contract.results.write_bytes(_results(app, contract))

    return app


def _adapt(stage: SourceStage) -> None:
    context = stage.context
    readers = context.readers_at(0)
    readers.writers = {rule: JobAlertWriter(writer.compiled) for rule, writer in readers.writers.items()}
    emit = stage._emit  # noqa: SLF001 - guardstream has no setting for it.

    def emit_what_is_asked_for(effects: Effects) -> None:
        effects.enriched_findings.clear()
        emit(effects)

    stage._emit = emit_what_is_asked_for  # type: ignore[method-assign]  # noqa: SLF001


def _results(app: App, contract: Contract) -> bytes:
    ids = {measure.name: measure.id for measure in load_rule_set(contract.settings).measures}
    stage = app.ledger.stages[contract.settings.topics().partial_counts]
    if not isinstance(stage, WindowStage):
        raise TypeError(type(stage))
    return orjson.dumps(tables((owned.state.series for owned in stage.partitions.values()), ids))
