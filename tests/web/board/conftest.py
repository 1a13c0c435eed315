from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.board.filled import filled
from tests.web.board.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world of a test's own, empty."""
    made = World(tmp_path / "store")
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def filled_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that holds something of everything; tests may add to it."""
    made = filled(tmp_path_factory.mktemp("filled") / "store")
    yield made
    made.store.close()
