"""What the peers' runner hands over, as guardstream's settings and topics."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.topics import Topics
from streams.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).resolve().parent

FLUSHES_A_COMMIT = 2
"""An offset is committed one flush after the counts that include it, so this keeps it within the runner's interval."""


@dataclass(frozen=True, slots=True)
class JobTopics(Topics):
    """All topics have names made of the group's, but the input and the alerts, which the runner has made."""

    alerts_topic: str = ""

    @property
    def alerts(self) -> str:
        """The runner's topic."""
        return self.alerts_topic


class JobSettings(Settings):
    """Settings, and the runner's own topic for alerts."""

    alerts_topic: str

    def topics(self) -> Topics:
        """Return the names of all topics."""
        return JobTopics(self.findings_topic, self.cloudtrail_topic, self.topic_prefix, self.alerts_topic)


@dataclass(frozen=True, slots=True)
class Contract:
    """One run: the settings, and where the counts go at its end."""

    settings: JobSettings
    results: Path | None = field(default=None)


def read_contract(environ: Mapping[str, str]) -> Contract:
    """Read the runner's environment; KeyError where something is missing."""
    group = environ["GROUP"]
    settings = JobSettings(
        bootstrap_servers=environ["KAFKA"],
        app_id=group,
        topic_prefix=f"{group}.",
        findings_topic=environ["TOPIC"],
        cloudtrail_topic=f"{group}.cloudtrail-events",
        alerts_topic=environ["ALERTS"],
        partitions=int(environ["PARTITIONS"]),
        rules=(_HERE / "rules",),
        measures=(_HERE / "measures",),
        # Each account's events are in order, so a minute is over as soon as every partition has reached the next.
        findings_delay=60,
        flush_interval=int(environ["COMMIT_MS"]) / 1000 / FLUSHES_A_COMMIT,
        data=Path(environ["STATE_DIR"]),
        web_port=0,
    )
    results = environ.get("RESULTS")
    return Contract(settings, Path(results) if results else None)
