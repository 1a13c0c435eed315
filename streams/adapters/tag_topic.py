"""Lifecycle tags in their topic, as commands and the dashboard read and write them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pydantic import ValidationError

from schemas.errors import GuardstreamError
from schemas.tag import LifecycleTag
from streams.adapters.ingest import Account, Sender
from streams.adapters.topic_reader import read_topic

if TYPE_CHECKING:
    from streams.settings import Settings


def publish_tag(settings: Settings, tag: LifecycleTag) -> None:
    """Write a tag, and wait until the broker has it; raises GuardstreamError where it has not."""
    _send(settings, tag.id, tag.encode(), "written")


def remove_tag(settings: Settings, tag_id: str) -> None:
    """Remove a tag, and wait until the broker knows; raises GuardstreamError where it does not."""
    _send(settings, tag_id, None, "removed")


def read_tags(settings: Settings) -> list[LifecycleTag]:
    """All tags, each as it is now, the oldest first; what is no tag is left out. Raises GuardstreamError."""
    tags: dict[str, LifecycleTag] = {}
    for message in read_topic(settings, settings.topics().lifecycle_tags):
        key = (message.key or b"").decode("utf-8", "replace")
        if message.value is None:
            tags.pop(key, None)
            continue
        try:
            tag = LifecycleTag.decode(message.value)
        except ValidationError:
            continue
        tags[tag.id] = tag
    return sorted(tags.values(), key=lambda tag: (tag.started_at, tag.id))


def _send(settings: Settings, tag_id: str, value: bytes | None, done: str) -> None:
    account = Account()
    with closing(Sender(settings, account)) as sender:
        sender.send(settings.topics().lifecycle_tags, tag_id.encode(), value)
    if account.acknowledged != 1:
        why = "; ".join(account.failed) or "no acknowledgement"
        message = f"the tag was not {done}: {why}"
        raise GuardstreamError(message)
