"""A world that holds something of everything, hostile texts among it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.board.world import HOSTILE, World

if TYPE_CHECKING:
    from pathlib import Path

ALERT = 0xB7D9358703C3BDEDA3480DEFF200FE96
"""The number of an alert that docs/api.md asks for."""
TAG = "shop-7"


def filled(path: Path) -> World:
    """Make it."""
    world = World(path)
    world.finding("2026-11-24T09:29:00Z")
    world.finding("2026-11-24T09:29:30Z", "f2", type=HOSTILE, resource_id=HOSTILE, finding={"x": HOSTILE})
    world.finding("2026-11-23T09:29:00Z", "old", type="Recon:EC2/Portscan", threat_name="Portscan")
    world.count()
    world.record("2026-11-24T09:31:00Z")
    world.record("2026-11-24T09:32:00Z", event_id="r2", principal=None, source_address=None)
    world.tag(TAG, "2026-11-24T08:30:00Z", applications=("shop",), version="7", environment="production")
    world.tag("shop-8", "2026-11-24T09:45:00Z", applications=("shop",))
    world.alert(ALERT)
    world.alert(2, group={"account": HOSTILE, "who": None}, summary=HOSTILE, starts_at="2026-11-24T09:20:00Z")
    world.alert(3, status="resolved", ends_at="2026-11-24T09:40:00Z", rule={"id": "b", "title": "B", "level": "low"})
    return world
