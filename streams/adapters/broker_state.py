"""What the broker knows: which topics there are, where they end, and how far a consumer group has read them."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    KafkaError,
    NotCoordinatorError,
)

from streams.adapters.kafka_security import kafka_python_options
from streams.adapters.topic_reader import BOOTSTRAP_MS, unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streams.settings import Settings


#: How long a new broker may take to make the topic of consumer groups, in seconds.
COORDINATOR_S = 15.0


@dataclass(frozen=True, slots=True)
class TopicState:
    """One topic's partitions: where each begins and ends, what the group has committed, the newest record's time.

    ``committed`` holds only what the group has committed; ``newest_ms`` is in epoch ms, None for an empty topic.
    """

    begin: dict[int, int]
    end: dict[int, int]
    committed: dict[int, int]
    newest_ms: int | None

    @property
    def messages(self) -> int:
        """How many offsets the topic spans; in a compacted topic some of their messages are gone."""
        return sum(self.end.values()) - sum(self.begin.values())

    @property
    def lag(self) -> int:
        """How many offsets the group has still to read; where it has committed nothing, everything."""
        return sum(max(0, end - self.committed.get(at, self.begin[at])) for at, end in self.end.items())


def topic_states(settings: Settings, names: Iterable[str]) -> dict[str, TopicState]:
    """Look at the topics that exist among ``names``; raises GuardstreamError where no broker answers."""
    try:
        with closing(KafkaAdminClient(**kafka_python_options(settings), bootstrap_timeout_ms=BOOTSTRAP_MS)) as admin:
            wanted = set(names) & set(admin.list_topics())
            partitions = [
                TopicPartition(topic["name"], partition["partition_index"])
                for topic in (admin.describe_topics(sorted(wanted)) if wanted else [])
                for partition in topic["partitions"]
            ]
            committed = _committed(admin, settings.app_id)
            begin, end, newest = (
                admin.list_partition_offsets(dict.fromkeys(partitions, spec)) if partitions else {}
                for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST, OffsetSpec.MAX_TIMESTAMP)
            )
    except KafkaError as error:
        raise unreachable(settings, error) from error
    return {
        name: TopicState(
            {at.partition: begin[at].offset for at in partitions if at.topic == name},
            {at.partition: end[at].offset for at in partitions if at.topic == name},
            {at.partition: offset for at, offset in committed.items() if at.topic == name},
            max(
                (newest[at].timestamp for at in partitions if at.topic == name and newest[at].timestamp >= 0),
                default=None,
            ),
        )
        for name in wanted
    }


def _committed(admin: KafkaAdminClient, group: str) -> dict[TopicPartition, int]:
    offsets = _of_group(lambda: admin.list_group_offsets(group)).get(group, {})
    return {at: found.offset for at, found in offsets.items() if found.offset >= 0}


def group_members(settings: Settings) -> int:
    """Count the workers that are members of the consumer group now; raises GuardstreamError where no broker answers."""
    try:
        with closing(KafkaAdminClient(**kafka_python_options(settings), bootstrap_timeout_ms=BOOTSTRAP_MS)) as admin:
            group = _of_group(lambda: admin.describe_groups([settings.app_id])).get(settings.app_id) or {}
    except KafkaError as error:
        raise unreachable(settings, error) from error
    return len(group.get("members") or ())


def _of_group(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Ask the group's coordinator; a broker that never had a group makes its topic for them first."""
    deadline = time.monotonic() + COORDINATOR_S
    while True:
        try:
            return ask()
        except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
