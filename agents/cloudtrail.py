"""The agent that reads the CloudTrail topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.run import run_source

if TYPE_CHECKING:
    import faust

    from agents.run import Worker
    from agents.source import SourceStage
    from streams.transport.batch import Batch


def cloudtrail_agent(app: faust.App, stage: SourceStage, worker: Worker) -> None:
    """Attach the agent to the app."""

    @app.agent(
        app.topic(stage.topic, value_serializer="raw", key_serializer="raw", value_type=bytes), name="cloudtrail"
    )
    async def cloudtrail(batches: faust.StreamT[Batch]) -> None:
        async for batch in batches:
            await run_source(batch, stage, worker)
