"""What is removed from the store once it is old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.store.reading import MINUTE_MS
from streams.adapters.store.tables import KEYS, definitions, panes_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from streams.core.board.stored import Kept

_DAY_MS = 86_400_000


def forget(connection: DuckDBPyConnection, now_ms: int, kept: Kept) -> None:
    """Remove what is older than it is kept, and groups and words that nothing has any more."""
    run = connection.execute
    minute = int(now_ms - kept.panes * _DAY_MS) // MINUTE_MS
    events, alerts = (int(now_ms - days * _DAY_MS) for days in (kept.events, kept.alerts))
    words = " UNION ALL ".join(f"SELECT {key} FROM series" for key in KEYS)
    run("BEGIN")
    for definition in definitions(connection):
        table = panes_of(definition)
        run(f"DELETE FROM {table} WHERE minute < ?", [minute])
        gone = f"definition = {definition} AND id NOT IN (SELECT series FROM {table})"
        run(f"DELETE FROM series WHERE {gone}")
        if run(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:
            run(f"DROP TABLE {table}")
            run("DELETE FROM definitions WHERE id = ?", [definition])
    run("DELETE FROM ratios WHERE until < ?", [minute])
    run(f"DELETE FROM words WHERE id NOT IN ({words})")
    # By the time of their messages: events may say any time of themselves.
    run("DELETE FROM events WHERE sent_ms < ?", [events])
    run("DELETE FROM alerts WHERE sent_ms < ?", [alerts])
    run("DELETE FROM steps WHERE alert_id NOT IN (SELECT alert_id FROM alerts)")
    # A note may come before its alert, which is another topic's.
    run("DELETE FROM notes WHERE sent_ms < ? AND alert_id NOT IN (SELECT alert_id FROM alerts)", [alerts])
    run("COMMIT")
