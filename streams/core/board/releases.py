"""Releases on their pages: what a tag says, and what findings say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.board.spans import MINUTE
from streams.core.parsing.times import parse_time
from streams.core.tags.releases import InShort, Periods, ReleaseEffect, effect_of, periods_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from schemas.tag import LifecycleTag

LONGEST_MS = 24 * 60 * MINUTE
"""How long after a release its findings are looked at, and before it for comparison."""
LOOK_BACK_MS = 14 * 24 * 60 * MINUTE
"""A type of finding is new where none came for so long before."""


ENDING = frozenset({"deploy", "rollback"})
"""Kinds of tags that end the time in which an earlier one is looked at."""


@dataclass(frozen=True, slots=True)
class Release:
    """A tag and what findings say of it."""

    tag: LifecycleTag
    started_ms: int
    effect: ReleaseEffect
    ends_with: LifecycleTag | None
    """The next tag of one of its applications, which ends the time that is looked at."""


def release_of(
    tag: LifecycleTag, tags: Iterable[LifecycleTag], now_ms: int, findings: Callable[[Periods], InShort]
) -> Release:
    """What findings say of a tag; ``findings`` gives those of its periods."""
    started = began(tag)
    following = next_of(tag, tags)
    until = min(now_ms, began(following)) if following else now_ms
    periods = periods_of(started, until, LONGEST_MS, LOOK_BACK_MS)
    effect = effect_of(findings(periods), periods)
    return Release(tag, started, effect, following)


def next_of(tag: LifecycleTag, tags: Iterable[LifecycleTag]) -> LifecycleTag | None:
    """The next deployment or rollback of one of the tag's applications."""
    started, applications = began(tag), set(tag.applications)
    later = [
        other
        for other in tags
        if other.kind in ENDING and began(other) > started and applications & set(other.applications)
    ]
    return min(later, key=began, default=None)


def began(tag: LifecycleTag) -> int:
    """When a tag began, epoch ms."""
    return parse_time(tag.started_at) or 0


def span_words(ms: int) -> str:
    """A length of time in words: 2 h 58 min."""
    minutes = round(ms / MINUTE)
    days, hours, rest = minutes // 1_440, minutes // 60 % 24, minutes % 60
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{rest} min" if rest and not days else ""]
    return " ".join(part for part in parts if part) or "less than a minute"


def difference_words(effect: ReleaseEffect) -> Sequence[str]:
    """What the comparison of the periods before and after comes to, in a sentence each."""
    said = []
    for name, one in (("findings", effect.all), ("High and Critical findings", effect.grave)):
        low, high = f"{one.low:.1f}", "any number of" if one.high == float("inf") else f"{one.high:.1f}"
        verdict = {
            "more": "more than chance would bring",
            "fewer": "fewer than chance would bring",
            "no telling": "no more than chance may bring",
        }[one.change]
        interval = f"between {low} and {high} times as many, with {one.confidence:.0%} confidence"
        said.append(f"{one.after:,} {name} after it, {one.before:,} in as long before: {interval}: {verdict}.")
    return said
