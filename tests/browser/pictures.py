"""Pictures of the dashboard for the documentation: ``python -m tests.browser.pictures docs/pictures``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Literal

from tests.browser.chromium import browsing
from tests.browser.served import Served
from tests.browser.story import tell
from tests.web.board.boards import TOKEN
from tests.web.board.world import World

Scheme = Literal["light", "dark"]
PICTURES: tuple[tuple[str, str, Scheme, int], ...] = (
    ("overview", "/", "light", 1_240),
    ("overview-dark", "/", "dark", 1_240),
    ("alert", f"/alerts/{2:032x}", "light", 1_100),
    ("events", "/events", "light", 900),
    ("release", "/releases/shop-7.4.0", "light", 1_100),
)
"""Name, path, colours and height."""


def take(folder: Path) -> None:
    """Take all of them, out of the made-up estate."""
    with tempfile.TemporaryDirectory() as made:
        world = World(Path(made) / "store")
        tell(world)
        served = Served(world)
        served.start()
        with browsing() as browser:
            for name, path, scheme, height in PICTURES:
                page = browser.new_page(viewport={"width": 1_280, "height": height}, color_scheme=scheme)
                # Signed in, as who handles alerts is.
                page.goto(f"{served.address}/login?token={TOKEN}")
                page.goto(served.address + path)
                page.screenshot(path=folder / f"{name}.png")
                page.close()
        served.stop()
        world.store.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
