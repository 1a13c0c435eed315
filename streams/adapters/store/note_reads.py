"""What people did with alerts out of the store, for many of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.store.reading import Reader
from streams.core.board.stored import Note

if TYPE_CHECKING:
    from collections.abc import Sequence


class NoteReads(Reader):
    """Notes of alerts."""

    def notes_of(self, alert_ids: Sequence[str]) -> dict[str, list[Note]]:
        """The notes of these alerts, by alert, in the order in which they came; alerts without any are left out."""
        found: dict[str, list[Note]] = {}
        with self._reading() as cursor:
            rows = cursor.execute(
                "SELECT alert_id, note_id, action, body, author, at_ms FROM notes "
                "WHERE alert_id IN (SELECT unnest(?::UUID[])) ORDER BY number",
                [list(alert_ids)],
            ).fetchall()
        for alert_id, note_id, *rest in rows:
            found.setdefault(alert_id.hex, []).append(Note(note_id.hex, *rest))
        return found
