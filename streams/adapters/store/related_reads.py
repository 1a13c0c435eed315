"""What the search for what moved with an alert looks at: series near an instant, and at that time of earlier days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.adapters.store.count_reads import CountReads
from streams.adapters.store.tables import BUCKET, KEYS, panes_of
from streams.core.related.arrivals import Newcomers
from streams.core.related.frame import CELL, DAY, MOST_DAYS
from streams.core.related.seen import Instant, Name, Seen
from streams.core.related.usual import Past

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from streams.core.related.frame import Frame

MINUTE_MS = 60_000
MOST_SERIES = 10_000
"""Of one measure: those with events near the instant first, then the busiest."""
MOST_NEWCOMERS = 20_000
MOST_INSTANTS = 20_000
BURN_IN = 7
"""Days at the beginning of what is kept, in which groups that are seldom seen seem new."""


class RelatedReads(CountReads):
    """Series, first sightings, releases and alerts around an instant."""

    def around(self, frame: Frame, sources: Mapping[str, str]) -> Seen:
        """All that is looked at; ``sources`` has what each measure counts, as far as known.

        Of a measure that was changed only the definition that counts at the instant is looked at. Groups without room
        of their own are left out, since nobody knows what is in them, and so are series without events at this time of
        any day.
        """
        names: list[Name] = []
        past: list[Past] = []
        today: list[dict[int, int]] = []
        days: dict[str, int] = {}
        newcomers: dict[str, Newcomers] = {}
        left_out = 0
        with self._reading() as cursor:
            for number, measure, keys in _definitions(cursor, frame):
                since = _least_minute(cursor, number)
                days[measure] = frame.known_days(since)
                newcomers[measure] = _newcomers(cursor, number, frame, since)
                rows = _series(cursor, number, len(keys), frame)
                left_out += max(0, rows[0][-1] - len(rows)) if rows else 0
                words = self._words_of(cursor, [row[5:-1] for row in rows], len(keys))
                for _, first, total, places, counts, *group, _ in rows:
                    values = tuple([words.get(value) for value in group])
                    cells = dict(zip(places, counts, strict=True))
                    names.append(Name(measure, sources.get(measure, ""), tuple(zip(keys, values, strict=True))))
                    past.append(Past(measure, first, total, {at: n for at, n in cells.items() if at >= frame.cells}))
                    today.append({at: n for at, n in cells.items() if at < frame.cells})
            releases, alerts = _instants(cursor, frame)
        known = float(max(days.values(), default=0))
        return Seen(frame, names, past, today, days, newcomers, releases, alerts, known, left_out)


def _definitions(cursor: DuckDBPyConnection, frame: Frame) -> list[tuple[int, str, list[str]]]:
    """The definition of each measure that counted last before the frame's end."""
    newest: dict[str, tuple[int, int, list[str]]] = {}
    for number, measure, keys in cursor.execute("SELECT id, measure, keys FROM definitions ORDER BY id").fetchall():
        row = cursor.execute(f"SELECT max(minute) FROM {panes_of(number)} WHERE minute < ?", [frame.end]).fetchone()
        if row is not None and row[0] is not None and row[0] >= newest.get(measure, (row[0], 0, []))[0]:
            newest[measure] = (row[0], number, keys)
    return [(number, measure, keys) for measure, (_, number, keys) in sorted(newest.items())]


def _least_minute(cursor: DuckDBPyConnection, number: int) -> int:
    row = cursor.execute(f"SELECT min(minute) FROM {panes_of(number)}").fetchone()
    return int(row[0]) if row is not None else 0


def _series(cursor: DuckDBPyConnection, number: int, width: int, frame: Frame) -> list[tuple[Any, ...]]:
    """Number, first minute, events before the frame, places and counts, group, and how many series there are."""
    keys = KEYS[:width]
    own = f"AND {keys[0]} <> {BUCKET}" if keys else ""
    begin = frame.start - MOST_DAYS * DAY
    within = f"(minute - {begin}) % {DAY}"
    place = f"({MOST_DAYS} - (minute - {begin}) // {DAY}) * {frame.cells} + {within} // {CELL}"
    picked = "".join(f", any_value({key}) AS {key}" for key in keys)
    text = f"""
      SELECT series, min(first) AS first, coalesce(sum(n) FILTER (place < 0 OR place >= {frame.cells}), 0)::BIGINT,
        list(place) FILTER (place >= 0), list(n) FILTER (place >= 0){picked}, count(*) OVER ()
      FROM (
        SELECT series, sum(count)::BIGINT AS n, min(minute) AS first{picked},
          CASE WHEN minute >= {begin} AND {within} < {frame.cells * CELL} THEN {place} ELSE -1 END AS place
        FROM {panes_of(number)} WHERE minute < {frame.end} {own} GROUP BY series, place HAVING sum(count) > 0
      )
      GROUP BY series HAVING max(place) >= 0
      ORDER BY bool_or(place BETWEEN 0 AND {frame.cells - 1}) DESC, sum(n) FILTER (place >= 0) DESC, series
      LIMIT {MOST_SERIES}
    """
    return cursor.execute(text).fetchall()


def _newcomers(cursor: DuckDBPyConnection, number: int, frame: Frame, since: int) -> Newcomers:
    """First sightings of the days before, but for the first ones."""
    known = frame.known_days(since)
    burn_in = min(BURN_IN, known // 3)
    begin = frame.start - (known - burn_in) * DAY
    table = panes_of(number)
    rows = cursor.execute(
        f"WITH found AS (SELECT series, min(minute) AS first FROM {table} WHERE minute < ? GROUP BY series "
        "HAVING min(minute) >= ? ORDER BY 2 DESC LIMIT ?) "
        f"SELECT any_value(found.first), sum(p.count)::BIGINT FROM found JOIN {table} p ON p.series = found.series "
        "AND p.minute < found.first + 60 WHERE p.minute >= ? AND p.minute < ? GROUP BY found.series",
        [frame.start, begin, MOST_NEWCOMERS, begin, frame.start],
    ).fetchall()
    alike = frozenset(day for day in frame.alike(known) if day <= known - burn_in)
    places = [place for first, _ in rows if (place := frame.place(first)) is not None]
    inside = sum(place // frame.cells in alike for place in places)
    return Newcomers(known - burn_in, [size for _, size in rows], inside / max(1, len(alike)))


def _instants(cursor: DuckDBPyConnection, frame: Frame) -> tuple[list[Instant], list[Instant]]:
    """Releases, and alerts that were not about the past when they came, up to the frame's end."""
    span = [(frame.start - MOST_DAYS * DAY) * MINUTE_MS, frame.end * MINUTE_MS, MOST_INSTANTS]
    tags = cursor.execute(
        "SELECT id, json_extract_string(document, '$.name'), started_ms FROM tags "
        "WHERE started_ms >= ? AND started_ms < ? ORDER BY started_ms DESC, id LIMIT ?",
        span,
    ).fetchall()
    alerts = cursor.execute(
        "SELECT alert_id, title, starts_ms, rule_id FROM alerts WHERE starts_ms >= ? AND starts_ms < ? "
        "AND NOT coalesce(historical, false) ORDER BY starts_ms DESC, alert_id LIMIT ?",
        span,
    ).fetchall()
    return [Instant(*tag) for tag in tags], [Instant(row[0].hex, *row[1:]) for row in alerts]
