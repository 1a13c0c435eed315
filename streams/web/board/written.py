"""What was written to Kafka comes back over the feed: who wrote it waits for that, so that the next page shows it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 3.0


def wait_until(shown: Callable[[], bool]) -> None:
    """Until the store shows what was written, so that the next page does; not longer than people wait."""
    deadline = time.monotonic() + PATIENCE_S
    while not shown() and time.monotonic() < deadline:
        time.sleep(0.05)
