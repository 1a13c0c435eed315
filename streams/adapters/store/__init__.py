"""The dashboard's store: one file of DuckDB's."""

from __future__ import annotations

from streams.adapters.store.store import Store

__all__ = ["Store"]
