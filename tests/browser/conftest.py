from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import browsing
from tests.browser.served import Served
from tests.browser.story import tell
from tests.browser.watched import Watched
from tests.web.board.world import World

pytest.register_assert_rewrite("tests.browser.reading")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # For a module only: while Playwright is there, other tests of this thread could run no event loop.
    with browsing() as found:
        yield found


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The made-up estate, served; nobody writes to it."""
    world = World(tmp_path_factory.mktemp("story") / "store")
    tell(world)
    served = Served(world)
    served.start()
    yield served
    served.stop()
    world.store.close()


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world of a test's own, empty."""
    made = World(tmp_path_factory.mktemp("world") / "store")
    yield made
    made.store.close()


@pytest.fixture
def served(world: World) -> Iterator[Served]:
    """The dashboard of a test's own world."""
    made = Served(world)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A window, and at the end the claim that nothing went wrong in it."""
    made = Watched(browser.new_context(viewport={"width": 1280, "height": 900}))
    yield made
    made.close()
