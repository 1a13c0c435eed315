"""What a benchmark asks the broker, as any client can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]  # The stubs leave it out.

from streams.adapters.topic_admin import plan_topics

if TYPE_CHECKING:
    from streams.settings import Settings


_LATEST = OffsetSpec.latest()  # type: ignore[no-untyped-call]


class Broker:
    """A broker seen from outside; ``pid`` is its process where it is ours."""

    def __init__(self, servers: str, pid: int | None) -> None:
        self.pid = pid
        self._admin = AdminClient({"bootstrap.servers": servers})

    def end(self, topic: str, partitions: int) -> int:
        """Return how many messages were ever written to a topic."""
        asked = {TopicPartition(topic, number): _LATEST for number in range(partitions)}
        return sum(found.result().offset for found in self._admin.list_offsets(asked).values())

    def committed(self, group: str) -> dict[str, int]:
        """Return the sum of a group's committed offsets by topic."""
        asked = [ConsumerGroupTopicPartitions(group)]
        try:
            found = self._admin.list_consumer_group_offsets(asked)[group].result(timeout=5)
        except (KafkaException, TimeoutError):
            return {}
        sums: dict[str, int] = {}
        for place in found.topic_partitions:
            if place.offset > 0:
                sums[place.topic] = sums.get(place.topic, 0) + place.offset
        return sums

    def members(self, group: str) -> int:
        """Return how many members of a group that is at rest have partitions."""
        try:
            found = self._admin.describe_consumer_groups([group])[group].result(timeout=5)
        except (KafkaException, TimeoutError):
            return 0
        if found.state.name != "STABLE":
            return 0
        return sum(bool(member.assignment and member.assignment.topic_partitions) for member in found.members)

    def forget(self, settings: Settings) -> None:
        """Delete the topics that a benchmark made, and its group."""
        for answer in self._admin.delete_topics([topic.name for topic in plan_topics(settings)]).values():
            answer.result()
        self._admin.delete_consumer_groups([settings.app_id])
