"""What people do with alerts, in its topic."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from schemas.errors import GuardstreamError
from streams.adapters.ingest import Account, Sender

if TYPE_CHECKING:
    from schemas.alert_note import AlertNote
    from streams.settings import Settings


def publish_note(settings: Settings, note: AlertNote) -> None:
    """Write a note, and wait until the broker has it; raises GuardstreamError where it has not."""
    account = Account()
    with closing(Sender(settings, account)) as sender:
        sender.send(settings.topics().alert_notes, note.alert_id.encode(), note.model_dump_json().encode())
    if account.acknowledged != 1:
        message = f"the note was not written: {'; '.join(account.failed) or 'no acknowledgement'}"
        raise GuardstreamError(message)
