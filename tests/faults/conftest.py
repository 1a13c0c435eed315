from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from streams.adapters.topic_admin import create_topics
from tests.faults.support.topics import Group
from tests.faults.support.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from streams.settings import Settings

MINUTE = 60_000


@pytest.fixture
def settings(kafka_settings: Settings) -> Settings:
    """Give the test topics of its own, with more partitions than workers."""
    mine = kafka_settings.model_copy(update={"partitions": 4})
    create_topics(mine)
    return mine


@pytest.fixture
def crew(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Crew]:
    """Workers, with what the test's module sets as ``CREW``."""
    with Crew(settings, tmp_path, **getattr(request.module, "CREW", {})) as crew:
        yield crew


@pytest.fixture
def group(settings: Settings) -> Iterator[Group]:
    group = Group(settings)
    yield group
    group.close()


@pytest.fixture
def start() -> int:
    """A full minute, five hours ago, in epoch milliseconds."""
    return (time.time_ns() // 1_000_000 // MINUTE - 300) * MINUTE
