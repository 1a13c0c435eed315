"""The topic `rules`, read to its end again and again: a worker judges only while it knows that it has read all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.applied import AppliedRules
from schemas.errors import GuardstreamError, Where
from streams.transport.tail import Tail

if TYPE_CHECKING:
    from collections.abc import Mapping


class RuleTopic:
    """Reads what was applied; its methods block."""

    def __init__(self, options: Mapping[str, Any], topic: str) -> None:
        self._tail = Tail(options, topic, "rules")

    def read_on(self) -> list[AppliedRules]:
        """What was applied since this was asked last, up to where the topic ended when it was asked.

        Raises GuardstreamError or KafkaException where that can't be told, and GuardstreamError for what is no set of
        rules.
        """
        return [self._read(one.value, one.offset) for one in self._tail.read_on() if one.value is not None]

    def close(self) -> None:
        """Leave the broker."""
        self._tail.close()

    def _read(self, value: bytes, offset: int) -> AppliedRules:
        try:
            return AppliedRules.decode(value)
        except GuardstreamError as error:
            raise GuardstreamError(error.message, Where(topic=self._tail.topic, partition=0, offset=offset)) from error
