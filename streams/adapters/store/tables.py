"""The store's tables."""

from __future__ import annotations

MOST_KEYS = 32
"""Names of group keys that are told apart, over all measures."""
VERSION = 1
"""Another one means other tables: the store is then made anew from the topics."""

_KEYS = ", ".join(f"k{place} VARCHAR" for place in range(MOST_KEYS))

TABLES = f"""
CREATE TABLE IF NOT EXISTS about (version INTEGER);
CREATE TABLE IF NOT EXISTS offsets (topic VARCHAR, part INTEGER, next BIGINT, newest_ms BIGINT, PRIMARY KEY (topic, part));
CREATE TABLE IF NOT EXISTS keys (name VARCHAR PRIMARY KEY, place INTEGER);
CREATE TABLE IF NOT EXISTS definitions (measure VARCHAR, definition VARCHAR, keys VARCHAR[]);
CREATE TABLE IF NOT EXISTS series (id INTEGER, measure VARCHAR, definition VARCHAR, grouped BLOB, {_KEYS});
CREATE TABLE IF NOT EXISTS panes (series INTEGER, minute INTEGER, arrived INTEGER, count BIGINT, late BIGINT, version BIGINT);
CREATE TABLE IF NOT EXISTS alerts (
  alert_id VARCHAR, rule VARCHAR, title VARCHAR, level VARCHAR, status VARCHAR, starts_ms BIGINT, ends_ms BIGINT,
  summary VARCHAR, grouped VARCHAR, groups VARCHAR[], body BLOB, seen_at BIGINT);
CREATE TABLE IF NOT EXISTS alert_changes (alert_id VARCHAR, status VARCHAR, level VARCHAR, at_ms BIGINT, seen_at BIGINT);
CREATE TABLE IF NOT EXISTS notes (note_id VARCHAR, alert_id VARCHAR, action VARCHAR, text VARCHAR, author VARCHAR, done_at VARCHAR, seen_at BIGINT);
CREATE TABLE IF NOT EXISTS tags (id VARCHAR, started_ms BIGINT, body BLOB);
CREATE TABLE IF NOT EXISTS events (
  kind VARCHAR, identity BLOB, event_id VARCHAR, time_ms BIGINT, account VARCHAR, region VARCHAR, name VARCHAR,
  severity_label VARCHAR, threat_purpose VARCHAR, threat_name VARCHAR, resource_type VARCHAR, resource_id VARCHAR,
  security_groups VARCHAR[], principal VARCHAR, addresses VARCHAR[], outcome VARCHAR, body BLOB);
"""  # noqa: E501 - a table a line
NAMES = (
    "offsets",
    "keys",
    "definitions",
    "series",
    "panes",
    "alerts",
    "alert_changes",
    "notes",
    "tags",
    "events",
    "about",
)
