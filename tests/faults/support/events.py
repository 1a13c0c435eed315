"""The input of fault tests: mostly what AWS sends all day, and some of everything else that arrives."""

from __future__ import annotations

import itertools
import random
import time
from typing import TYPE_CHECKING

import orjson

from streams.core.generate.cloudtrail import RecordGenerator
from streams.core.generate.control import control_message
from streams.core.generate.estate import make_estate
from streams.core.generate.fast import fast_findings, fast_records
from streams.core.generate.findings import FindingGenerator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.topics import Topics

Input = tuple[str, bytes | None, bytes | None]
"""(topic, key, value)"""

HOUR = 3_600_000
FAR_FUTURE = 4_070_908_800_000
"""2099-01-01, which no watermark may follow."""
BROKEN = (
    b"{",
    b"",
    None,
    b"\xff\xfe{}",
    b'{"detail": NaN}',
    b"17",
    b"[" * 200,
    b'{"Records": [{"eventSource": 7}, "x"]}',
)


class Clock:
    """The time of events: it begins ``behind`` seconds ago, and goes ``pace`` times as fast as ours."""

    def __init__(self, behind: float = 0.0, pace: float = 1.0) -> None:
        self.pace = pace
        self._began = time.time()
        self._first = self._began - behind

    def now_ms(self) -> int:
        return int((self._first + (time.time() - self._began) * self.pace) * 1000)


def mixed_events(topics: Topics, seed: int, rate: float, clock: Clock) -> Iterator[Input]:
    """Give events without end, whose own times advance as the clock does when ``rate`` come in each of our seconds."""
    rng = random.Random(seed)  # noqa: S311  # Events that can be made again are wanted, not secrets.
    estate = make_estate(rng, accounts=100, resources=500)
    start, step = clock.now_ms(), 1000 / rate * clock.pace
    endless = 1 << 40
    findings = fast_findings(rng, estate, endless, start, step * 1.8, alerting_share=0.5)
    records = fast_records(rng, estate, endless, start, step * 2.5, alerting_share=0.1)
    odd = _odd_events(topics, rng, clock)
    for _ in itertools.count():
        chance = rng.random()
        if chance < 0.55:
            yield (topics.findings, *next(findings))
        elif chance < 0.95:
            yield (topics.cloudtrail, *next(records))
        else:
            yield next(odd)


def _odd_events(topics: Topics, rng: random.Random, clock: Clock) -> Iterator[Input]:
    """Late, early, out of order, several in a message, samples, archived ones, broken ones, and what is no event."""
    estate = make_estate(rng, accounts=20, resources=100)
    findings = FindingGenerator(rng, estate, update_share=0.5, archived_share=0.1, sample_share=0.1)
    records = RecordGenerator(rng, estate)
    for number in itertools.count():
        now = clock.now_ms()
        at = rng.choice((now - rng.randrange(0, HOUR // 3), now - rng.randrange(0, 3 * HOUR), FAR_FUTURE))
        key = estate.pick_account(rng).id.encode()
        which = number % 8
        if which in (0, 1):
            yield topics.findings, key, orjson.dumps(findings.make(at))
        elif which == 2:
            yield topics.cloudtrail, key, orjson.dumps(records.make(at))
        elif which == 3:
            several = [findings.make(at)["detail"] for _ in range(3)]
            yield topics.findings, key, orjson.dumps({"findings": several})
        elif which == 4:
            several = [records.make(at) for _ in range(4)]
            # One that has no time, in the midst of others.
            several.insert(2, {"eventSource": "s3.amazonaws.com", "eventName": "PutObject", "eventVersion": "1.08"})
            yield topics.cloudtrail, key, orjson.dumps({"Records": several})
        elif which == 5:
            yield topics.cloudtrail, None, orjson.dumps(control_message(at))
        else:
            yield rng.choice(topics.inputs()), key, rng.choice(BROKEN)
