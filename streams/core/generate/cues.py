"""What is to be played when, before it is made; and the everyday part of the demo's script."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from streams.core.generate.chance import Weighted
from streams.core.generate.cloudtrail import RecordGenerator
from streams.core.generate.control import control_message
from streams.core.generate.finding_types import FINDING_TYPES
from streams.core.generate.findings import FindingGenerator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from streams.core.generate.chance import Chance
    from streams.core.generate.estate import Account, Estate
    from streams.core.generate.finding_types import FindingType

TopicKind = Literal["findings", "cloudtrail"]

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 3_600_000

_HIGH = 7
_CRITICAL = 9


class Cue(NamedTuple):
    """One event to come: it reaches Kafka at ``at_ms`` and happened ``delay_ms`` before, which ``make`` is told."""

    at_ms: int
    topic: TopicKind
    delay_ms: int
    make: Callable[[int], dict[str, Any]]
    partition: int | None = None
    note: str | None = None


class Cast:
    """The generators that the script calls upon, all on one source of chance."""

    def __init__(self, rng: Chance, estate: Estate) -> None:
        self.rng = rng
        self.estate = estate
        quiet = [row for row in FINDING_TYPES if row.purpose != "Backdoor" and not row.alerts_at_once]
        self._high = _weighted(row for row in quiet if _HIGH <= row.severity < _CRITICAL)
        self._findings = FindingGenerator(rng, estate, types=[row for row in quiet if row.severity < _HIGH])
        self._acts = FindingGenerator(rng, estate, archived_share=0)
        self._records = RecordGenerator(rng, estate)

    def finding(self, at_ms: int) -> dict[str, Any]:
        """Return an everyday finding: Low or Medium, and nothing that a rule looks for."""
        return self._findings.make(at_ms)

    def record(self, at_ms: int) -> dict[str, Any]:
        """Return an everyday CloudTrail record."""
        return self._records.make(at_ms)

    def high(self, at_ms: int) -> dict[str, Any]:
        """Return a finding of High severity, of a type that fires no rule by itself."""
        kind = self._high.pick(self.rng)
        return self._acts.make_of(kind, self.estate.pick_resource(self.rng, kind.kind), at_ms)

    def high_in(self, account: Account, at_ms: int) -> dict[str, Any]:
        """Return such a finding about one of an account's resources."""
        return self.of_type(self._high.pick(self.rng), account, at_ms)

    def of_type(self, kind: FindingType, account: Account, at_ms: int) -> dict[str, Any]:
        """Return a finding of a given type about one of an account's resources, at least one of which must fit."""
        return self._acts.make_of(kind, self.rng.choice(self.estate.resources_of(account, kind.kind)), at_ms)


def finding_type(name: str, role: str = "TARGET") -> FindingType:
    """Return the row of a finding type by its name and resource role; ``LookupError`` where the table has none."""
    found = [row for row in FINDING_TYPES if row.name == name and row.role == role]
    if not found:
        message = f"there is no finding type {name} with role {role} in the table"
        raise LookupError(message)
    return found[0]


def history(cast: Cast, start_ms: int, end_ms: int, partitions: int) -> Iterator[Cue]:
    """Plan quiet days, thin but without a gap: nothing is out of the ordinary, three High findings an hour are usual.

    Findings are at most five minutes apart, so that the silence rule has no reason to fire in them.
    """
    yield from everyday_findings(cast, start_ms, end_ms, 4 * MINUTE_MS)
    for hour_ms in range(start_ms, end_ms, HOUR_MS):
        yield from controls(hour_ms, hour_ms, partitions)
    yield from usual_highs(cast, start_ms, end_ms)


def usual_highs(cast: Cast, start_ms: int, end_ms: int) -> Iterator[Cue]:
    """Plan three High findings an hour, one of them in the estate's first account, until ``end_ms``."""
    first = partial(cast.high_in, cast.estate.accounts[0])
    for hour_ms in range(start_ms, end_ms, HOUR_MS):
        for make in (first, cast.high, cast.high):
            at_ms = hour_ms + cast.rng.randrange(0, HOUR_MS)
            if at_ms < end_ms:
                yield Cue(at_ms, "findings", _finding_delay(cast.rng), make)


def everyday_findings(cast: Cast, start_ms: int, end_ms: int, every_ms: int) -> Iterator[Cue]:
    """Plan a finding each ``every_ms``, up to a quarter of it later."""
    for base_ms in range(start_ms, end_ms - every_ms // 4, every_ms):
        at_ms = base_ms + cast.rng.randrange(0, every_ms // 4)
        yield Cue(at_ms, "findings", _finding_delay(cast.rng), cast.finding)


def everyday_records(cast: Cast, start_ms: int, end_ms: int, every_ms: int) -> Iterator[Cue]:
    """Plan a CloudTrail record each ``every_ms``; they come as much out of order as real ones do."""
    for at_ms in range(start_ms, end_ms, every_ms):
        delay_ms = 5 * SECOND_MS + int(cast.rng.random() ** 2 * 9 * MINUTE_MS)
        yield Cue(at_ms, "cloudtrail", delay_ms, cast.record)


def controls(start_ms: int, end_ms: int, partitions: int) -> Iterator[Cue]:
    """Plan a control message a minute for each partition of findings, from ``start_ms`` to ``end_ms`` inclusive."""
    for at_ms in range(start_ms, end_ms + 1, MINUTE_MS):
        for partition in range(partitions):
            yield Cue(at_ms, "findings", 0, control_message, partition)


def _finding_delay(rng: Chance) -> int:
    # Most findings come within a minute, some after four; all within the ten minutes that windows wait for.
    return 2 * SECOND_MS + int(rng.random() ** 3 * 4 * MINUTE_MS)


def _weighted(rows: Iterable[FindingType]) -> Weighted[FindingType]:
    known = tuple(rows)
    return Weighted(known, [row.weight for row in known])
