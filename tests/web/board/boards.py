"""A dashboard over findings that a test has made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.board.choose import countables
from streams.core.board.panels import load_panels
from streams.core.board.state import KEYS
from streams.core.rules.measure_files import load_measures
from streams.web.board.access import Access
from streams.web.board.app import create_board
from streams.web.board.board import Board, Freshness, Writes
from tests.core.board.store import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

MINUTE = 60_000
NOW = 1_790_000_040_000
TOKEN = "a-token-of-tests"  # noqa: S105 - it opens nothing
WRITES = Writes(lambda _: None, lambda _: None, lambda _: None)
MEASURES = countables(load_measures([read_folder(shipped_folder("measures"))]))
PANELS = load_panels([read_folder(shipped_folder("panels"))])
ONE: Finding = {
    "severity_label": "High",
    "account": "111122223333",
    "region": "us-east-1",
    "threat_purpose": "Backdoor",
    "type": "Backdoor:EC2/C&CActivity.B!DNS",
    "resource_type": "Instance",
    "resource_id": "i-1",
    "security_group": "web",
}
assert set(ONE) == set(KEYS)


def one(ago: int = 5, **values: str | None) -> tuple[int, Finding]:
    """A finding of so many minutes ago."""
    return NOW - ago * MINUTE, {**ONE, **values}


def board_of(found: Sequence[tuple[int, Finding]], freshness: Freshness | None = None) -> Board:
    """A dashboard with these findings."""
    fresh = freshness or Freshness(NOW)
    store: Any = Findings(found)
    return Board(store, PANELS, MEASURES, lambda: NOW, lambda: fresh, WRITES)


def app_of(board: Board, *, open_reads: bool = True) -> FastAPI:
    """The application, on this machine."""
    return create_board(board, Access(TOKEN, open_reads=open_reads))
