"""Sets of rules in the topic `rules`, as commands read and write them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from schemas.applied import AppliedRules
from schemas.errors import GuardstreamError, Where
from streams.adapters.ingest import Account, Sender
from streams.adapters.topic_reader import read_topic
from streams.core.rules.applied import in_order

if TYPE_CHECKING:
    from streams.settings import Settings

MOST_PACKED = 900_000
"""Bytes of a packed set: what a broker with default limits takes in one message."""


def read_applied(settings: Settings) -> list[AppliedRules]:
    """The sets that hold one after the other, as far back as there are any; raises GuardstreamError."""
    found = []
    for message in read_topic(settings, settings.topics().rules):
        if message.value is None:
            continue
        try:
            found.append(AppliedRules.decode(message.value))
        except GuardstreamError as error:
            where = Where(topic=message.topic, partition=message.partition, offset=message.offset)
            raise GuardstreamError(error.message, where) from error
    return in_order(found)


def publish(settings: Settings, applied: AppliedRules) -> None:
    """Write a set, and wait until the broker has it; raises GuardstreamError where it has not."""
    value = applied.encode()
    if len(value) > MOST_PACKED:
        message = f"these rules have {len(value)} bytes packed, more than the {MOST_PACKED} that fit into a message"
        raise GuardstreamError(message)
    account = Account()
    with closing(Sender(settings, account)) as sender:
        sender.send(settings.topics().rules, applied.name.encode(), value)
    if account.acknowledged != 1:
        why = "; ".join(account.failed) or "no acknowledgement"
        message = f"the rules were not applied: {why}"
        raise GuardstreamError(message)
