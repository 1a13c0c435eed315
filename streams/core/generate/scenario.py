"""The demo's script as data: quiet days, then the story of one account's fall, ending now.

Time is compressed by the records' timestamps: the script says when each event reaches Kafka in the story's time, and
whoever plays it produces it with that timestamp, as fast as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from streams.core.generate.acts import ACTS, SILENCE_MINUTE, STORY_MINUTES
from streams.core.generate.cues import (
    HOUR_MS,
    MINUTE_MS,
    SECOND_MS,
    Cast,
    Cue,
    TopicKind,
    controls,
    everyday_findings,
    everyday_records,
    history,
    usual_highs,
)
from streams.core.generate.instants import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.generate.chance import Chance
    from streams.core.generate.estate import Estate


@dataclass(frozen=True, slots=True)
class Play:
    """One message to produce: ``at_ms`` (since the epoch) is its Kafka timestamp, ``topic`` the kind of topic.

    ``key`` is the account id; where it is None, ``partition`` says where the message goes. ``note`` is a line for
    people, with the time in UTC.
    """

    at_ms: int
    topic: TopicKind
    key: str | None
    value: dict[str, Any]
    partition: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A script: ``plays`` in the order of their timestamps, to be read once; ``total`` of them, ``before`` the story.

    ``start_ms`` and ``end_ms`` (since the epoch) are those of the story; ``expected`` are the ids of the rules that
    must fire, in the order in which they are provoked.
    """

    plays: Iterator[Play]
    total: int
    before: int
    start_ms: int
    end_ms: int
    expected: tuple[str, ...]


def make_scenario(rng: Chance, estate: Estate, now_ms: int, *, partitions: int, history_days: int = 4) -> Scenario:
    """Write the script: ``history_days`` of quiet, then the story, whose last event is at ``now_ms`` (since the epoch).

    ``partitions`` is how many the topic of findings has: in the story each gets a control message every minute.
    """
    cast = Cast(rng, estate)
    start_ms = now_ms - STORY_MINUTES * MINUTE_MS
    past = sorted(history(cast, start_ms - history_days * 24 * HOUR_MS, start_ms, partitions), key=_when)
    story = sorted(_story(cast, start_ms, now_ms, partitions), key=_when)
    return Scenario(
        plays=(_play(cue) for cue in past + story),
        total=len(past) + len(story),
        before=len(past),
        start_ms=start_ms,
        end_ms=now_ms,
        expected=tuple(act.rule for act in ACTS),
    )


def _story(cast: Cast, start_ms: int, end_ms: int, partitions: int) -> Iterator[Cue]:
    silence_ms = start_ms + SILENCE_MINUTE * MINUTE_MS
    yield from controls(start_ms, end_ms, partitions)
    yield from everyday_findings(cast, start_ms, silence_ms, 20 * SECOND_MS)
    yield from usual_highs(cast, start_ms, silence_ms)
    yield from everyday_records(cast, start_ms, end_ms, 12 * SECOND_MS)
    for act in ACTS:
        yield from act.plan(cast, start_ms + act.minute * MINUTE_MS)


def _when(cue: Cue) -> int:
    return cue.at_ms


def _play(cue: Cue) -> Play:
    happened_ms = cue.at_ms - cue.delay_ms
    value = cue.make(happened_ms)
    key = value.get("account") or value.get("recipientAccountId")
    # Seconds would promise more than people need, and the day is today's.
    note = f"{seconds(happened_ms)[11:16]} {cue.note}" if cue.note else None
    return Play(cue.at_ms, cue.topic, key, value, cue.partition, note)
