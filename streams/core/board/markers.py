"""Lifecycle tags as marks on lines over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from schemas.tag import ICON_OF, ICONS
from streams.core.parsing.times import parse_time

if TYPE_CHECKING:
    from schemas.tag import LifecycleTag


class Marker(NamedTuple):
    """A tag's id and name, when it began (epoch ms), and the bundled icon that stands for it."""

    id: str
    name: str
    started_ms: int
    icon: str


def marker_of(tag: LifecycleTag) -> Marker:
    """The mark of a tag."""
    icon = tag.icon if tag.icon in ICONS else ICON_OF[tag.kind]
    return Marker(tag.id, tag.name, parse_time(tag.started_at) or 0, icon)
