"""How hard made-up estates are, what counts them, and the draws that they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import random

T = TypeVar("T")
MEASURES = {
    "cloudtrail-events": ("account", "event_source"),
    "cloudtrail-calls": ("event_name",),
    "cloudtrail-errors": ("event_name", "error_code"),
    "cloudtrail-principals": ("principal",),
    "cloudtrail-addresses": ("source_address",),
    "cloudtrail-outcomes": ("principal_type", "outcome"),
    "cloudtrail-regions": ("region",),
    "findings-by-type": ("type", "severity_label"),
    "findings-by-account": ("account", "severity_label"),
    "findings-by-region": ("region", "severity_label"),
    "findings-by-security-group": ("security_group", "severity_label"),
}
NEWCOMERS = (
    ("source_address", 40.0, 1.5), ("principal", 3.0, 20.0), ("event_name", 0.3, 20.0), ("security_group", 1.0, 15.0),
)  # fmt: skip
"""Keys that get new values: how many a day, and for how many days they live."""
SERIES = tuple[str, tuple[str | None, ...]]
BURN_IN = 7
"""Days at the start of what is known, in which everything is seen for the first time."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How hard a world is.

    ``size`` is the mean of a session, ``heavy`` the power of its tail (none: exponential), ``scripts`` the share of
    rare flows that come in large sessions, ``drift`` the spread of a flow's level from day to day, ``churn`` how many
    times the usual number of newcomers, ``releases`` how many a day, ``planted`` the size of what is planted.
    """

    name: str
    size: float = 3.0
    heavy: float | None = None
    scripts: float = 0.04
    drift: float = 0.3
    churn: float = 1.0
    releases: float = 1.5
    planted: float = 1.0
    days: int = 28


def zipf(rng: random.Random, some: list[T]) -> T:
    """One of them, the first ones most often."""
    return some[int(len(some) * rng.random() ** 2.5)]


def rate(rng: random.Random, low: float, high: float, power: float = 0.4) -> float:
    """A power law between two bounds: most are small."""
    a, b = low**-power, high**-power
    return (a - rng.random() * (a - b)) ** (-1 / power)


def poisson(rng: random.Random, mean: float) -> int:
    """How many events come, of so many on average."""
    if mean > 40:
        return max(0, round(rng.gauss(mean, sqrt(mean))))
    if mean < 1e-12:
        return 0
    limit, product, count = exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
