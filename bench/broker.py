"""What a benchmark asks the broker, as any client can."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError

from streams.adapters.kafka_security import kafka_python_options
from streams.adapters.topic_admin import plan_topics

if TYPE_CHECKING:
    from streams.settings import Settings


class Broker:
    """A broker seen from outside; ``pid`` is its process where it is ours."""

    def __init__(self, settings: Settings, pid: int | None) -> None:
        self.pid = pid
        self._admin = KafkaAdminClient(**kafka_python_options(settings))

    def end(self, topic: str, partitions: int) -> int:
        """Return how many messages were ever written to a topic."""
        asked = {TopicPartition(topic, number): OffsetSpec.LATEST for number in range(partitions)}
        return sum(found.offset for found in self._admin.list_partition_offsets(asked).values())

    def committed(self, group: str) -> dict[str, int]:
        """Return the sum of a group's committed offsets by topic; nothing while its coordinator does not answer."""
        try:
            found = self._admin.list_group_offsets(group).get(group, {})
        except KafkaError:
            return {}
        sums: dict[str, int] = {}
        for place, committed in found.items():
            if committed.offset > 0:
                sums[place.topic] = sums.get(place.topic, 0) + committed.offset
        return sums

    def members(self, group: str) -> int:
        """Return how many members of a group that is at rest have partitions."""
        try:
            found: dict[str, Any] = self._admin.describe_groups([group]).get(group) or {}
        except KafkaError:
            return 0
        if found.get("group_state") != "Stable":
            return 0
        return sum(bool(member.get("member_assignment")) for member in found.get("members", ()))

    def forget(self, settings: Settings) -> None:
        """Delete the topics that a benchmark made, and its group."""
        # What is not there any more, or can't be asked for now, must not hide why a benchmark ended.
        with suppress(KafkaError):
            self._admin.delete_topics([topic.name for topic in plan_topics(settings)])
            self._admin.delete_groups([settings.app_id])

    def close(self) -> None:
        """Disconnect."""
        self._admin.close()
