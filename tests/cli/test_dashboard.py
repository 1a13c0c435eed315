"""How fresh a dashboard says to be, of what its store and its feed know."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from streams.cli.dashboard import freshness_of
from streams.core.parsing.times import to_rfc3339
from tests.web.board.world import MINUTE, TOPICS, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCES = {"findings": "findings", "cloudtrail-events": "cloudtrail"}
HOUR = 60 * MINUTE


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store")
    yield made
    made.store.close()


def pane(world: World, measure: str, at: int) -> None:
    key = {"measure": measure, "definition": measure, "group": {}, "start": to_rfc3339(at)}
    value = orjson.dumps(key | {"count": 1, "late": 0, "version": 1})
    world.put(TOPICS.window_counts, orjson.dumps(key), value)


def feed(problem: str | None = None, behind: int = 0) -> Any:
    return SimpleNamespace(problem=problem, behind=behind, lag=lambda: {("t", 0): 2, ("t", 1): 3, ("u", 0): 0})


def test_a_dashboard_that_starts_has_counted_nothing(world: World) -> None:
    fresh = freshness_of(world.store, feed(), SOURCES)
    assert (fresh.newest_ms, fresh.oldest_ms, fresh.silence) == (None, None, "nothing was counted yet")
    assert fresh.unread == {"t": 5, "u": 0}


def test_each_source_is_looked_at_alone_and_counts_begin_with_the_oldest_of_findings(world: World) -> None:
    minute = int(time.time() * 1_000) // MINUTE * MINUTE
    for at in (minute - 5 * HOUR, minute - MINUTE):
        pane(world, "findings", at)
    for at in (minute - 9 * HOUR, minute - 3 * HOUR):
        pane(world, "cloudtrail-events", at)
    # Of another's measure nobody knows whose events it counts.
    pane(world, "removed", minute - 20 * HOUR)
    fresh = freshness_of(world.store, feed(), SOURCES)
    assert fresh.newest_ms == minute
    assert fresh.oldest_ms == minute - 5 * HOUR
    assert fresh.silence is not None
    # It may be the next minute by now.
    assert fresh.silence.startswith(
        ("no CloudTrail record for 2 h 59 min; findings came", "no CloudTrail record for 3 h")
    )


def test_of_what_is_still_to_be_read_nobody_says_that_it_did_not_come(world: World) -> None:
    behind = freshness_of(world.store, feed(behind=2_000), SOURCES)
    assert (behind.problem, behind.silence) == ("behind: 2,000 messages are still to be read", None)
    away = freshness_of(world.store, feed("no broker answers"), SOURCES)
    assert (away.problem, away.silence) == ("no broker answers", None)
