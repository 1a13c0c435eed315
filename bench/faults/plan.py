"""Which faults happen, and in which order."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.support.scene import Scene


@dataclass(frozen=True)
class Plan:
    """How often each fault happens; a stop lasts ``stop_seconds``."""

    kills: int
    stops: int
    stop_seconds: float
    joins: int
    rolls: int
    broker_crashes: int


def in_order(plan: Plan, scene: Scene, seed: int) -> list[Callable[[], object]]:
    """Return all faults in an order that the seed decides; every third kill is followed by the next fault at once."""
    hasty = plan.kills // 3
    faults: list[Callable[[], object]] = [lambda: scene.kill(settle=True)] * (plan.kills - hasty)
    faults += [lambda: scene.kill(settle=False)] * hasty
    faults += [lambda: scene.stop(plan.stop_seconds)] * plan.stops
    faults += [scene.join_and_leave] * plan.joins + [scene.roll] * plan.rolls
    faults += [scene.crash_broker] * plan.broker_crashes
    random.Random(seed).shuffle(faults)  # noqa: S311  # An order that can be chosen again is wanted.
    return faults
