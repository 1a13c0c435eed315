from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streams.adapters.topic_admin import create_topics
from tests.faults.support.topics import Group
from tests.faults.support.workers import Crew

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from streams.settings import Settings


@pytest.fixture
def settings(kafka_settings: Settings) -> Settings:
    """Give the test topics of its own, with more partitions than workers."""
    mine = kafka_settings.model_copy(update={"partitions": 4})
    create_topics(mine)
    return mine


@pytest.fixture
def crew(settings: Settings, tmp_path: Path) -> Iterator[Crew]:
    with Crew(settings, tmp_path) as crew:
        yield crew


@pytest.fixture
def group(settings: Settings) -> Iterator[Group]:
    group = Group(settings)
    yield group
    group.close()
