from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.topics import Topics
from streams.adapters.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("duckdb")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store.open(path, Topics(), "100MB")
    yield store
    store.close()
