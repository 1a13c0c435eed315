"""The browser that pages are looked at with: one that is installed, never one that is fetched."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "no Chromium is there, which these tests need: run `make chromium` (Debian and its kin: apt-get install chromium), "
    "or set GUARDSTREAM_CHROMIUM to the path of Chromium or Chrome"
)


def find_chromium(
    environ: Mapping[str, str] = os.environ, which: Callable[[str], str | None] = shutil.which
) -> str | None:
    """The path of a Chromium, the one of GUARDSTREAM_CHROMIUM first; None where there is none."""
    chosen = environ.get("GUARDSTREAM_CHROMIUM")
    return which(chosen) if chosen else next(filter(None, map(which, NAMES)), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser; raises FileNotFoundError that says what to install where there is none."""
    path = find_chromium()
    if path is None:
        raise FileNotFoundError(MISSING)
    with sync_playwright() as playwright:
        # The sandbox needs what containers do not give; all that is opened here is our own.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
