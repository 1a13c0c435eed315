"""Entries that are one change are told once, and what the alert itself is made of is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from streams.core.related.seen import Group, Moved, Own

CONTAINED = 0.8
"""So much of the smaller one's excess is at the same times as the larger one's,"""
COMPARABLE = 0.4
"""and it is so much of the larger one's: then they may be the same events by other keys."""
ROOM = 1.25
"""What has more than so many times the alert's own excess is not what the alert is made of."""


def folded(found: Iterable[Moved]) -> list[Moved]:
    """The same with each change told once, under the least probable of its entries; they come in order."""
    leaders: list[Moved] = []
    for one in sorted(found, key=_order):
        leader = next((other for other in leaders if _same(one, other)), None)
        if leader is None:
            leaders.append(one)
        else:
            leader.also.append(one)
    return leaders


def made_of(found: Sequence[Moved], own: Own, cells: Mapping[int, float]) -> tuple[list[Moved], list[Moved]]:
    """What moved with the alert, and what its own events are, by other keys: with the share of its excess."""
    whole = _size(cells)
    apart: list[Moved] = []
    parts: list[Moved] = []
    for one in found:
        if one.name is None or not _may_be(one, own):
            apart.append(one)
            continue
        common, size = _common(one.excess, cells), _size(one.excess)
        if whole > 0 and size <= ROOM * whole and common >= CONTAINED * size:
            one.share = min(1.0, common / whole)
            parts.append(one)
        else:
            apart.append(one)
    return apart, sorted(parts, key=lambda one: -(one.share or 0.0))


def agree(one: Group, other: Group) -> bool:
    """Whether an event may be in both groups: the keys that both have are the same."""
    values = dict(other)
    return all(values.get(key, value) == value for key, value in one)


def _order(one: Moved) -> tuple[float, float, float, str]:
    return one.p, abs(one.lag), -float(len(one.name.group) if one.name else 0), repr(one.name or one.instant)


def _may_be(one: Moved, own: Own) -> bool:
    if one.name is None or (own.source and one.name.source and own.source != one.name.source):
        return False
    return one.name.measure == own.measure or agree(one.name.group, own.group)


def _same(one: Moved, other: Moved) -> bool:
    if one.name is None or other.name is None or one.more is not other.more:
        return False
    if one.name.source and other.name.source and one.name.source != other.name.source:
        return False
    if one.name.measure == other.name.measure or not agree(one.name.group, other.name.group):
        return False
    common, sizes = _common(one.excess, other.excess), sorted((_size(one.excess), _size(other.excess)))
    return common >= CONTAINED * sizes[0] and common >= COMPARABLE * sizes[1]


def _common(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """What both have at the same times; of what is missing, too, if both miss it."""
    both = ((value, other.get(cell, 0.0)) for cell, value in one.items())
    return sum(min(abs(a), abs(b)) for a, b in both if a * b > 0)


def _size(excess: Mapping[int, float]) -> float:
    return max(
        sum(value for value in excess.values() if value > 0), sum(-value for value in excess.values() if value < 0)
    )
