"""Make GuardDuty findings, in the envelopes in which EventBridge delivers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.generate.actions import action, attack_sequence, runtime_details
from streams.core.generate.chance import Weighted, hex_digits, uuid
from streams.core.generate.estate import ResourceKind
from streams.core.generate.finding_layout import Blanks, envelope
from streams.core.generate.finding_types import FINDING_TYPES
from streams.core.generate.instants import millis, seconds
from streams.core.generate.resources import access_key_id, name_of, resource_member

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.generate.chance import Chance
    from streams.core.generate.estate import Estate, Resource
    from streams.core.generate.finding_types import FindingType

REMEMBERED = 1_000
"""How many findings may still be updated: GuardDuty goes on updating a finding for as long as what it saw goes on."""

_LONGEST_DELIVERY_MS = 300_000


class _Finding(NamedTuple):
    blanks: Blanks
    updated_ms: int


class FindingGenerator:
    """Findings of an estate, one after another.

    ``types`` are drawn by weight; ``update_share`` of the findings repeat an earlier one with a later ``updatedAt`` and
    a count of one more; ``archived_share`` and ``sample_share`` are flagged so.
    """

    def __init__(  # noqa: PLR0913  # The shares are what callers choose, each by its name.
        self,
        rng: Chance,
        estate: Estate,
        *,
        types: Iterable[FindingType] = FINDING_TYPES,
        update_share: float = 0.25,
        archived_share: float = 0.01,
        sample_share: float = 0.0,
    ) -> None:
        self._rng = rng
        self._estate = estate
        rows = tuple(types)
        self._types = Weighted(rows, [row.weight for row in rows])
        self._update_share = update_share
        self._archived_share = archived_share
        self._sample_share = sample_share
        self._remembered: list[_Finding] = []

    def make(self, at_ms: int) -> dict[str, Any]:
        """Return the envelope of a finding that EventBridge sent at ``at_ms`` (since the epoch)."""
        updated_ms = at_ms - self._rng.randrange(1_000, _LONGEST_DELIVERY_MS)
        if self._remembered and self._rng.random() < self._update_share:
            place = self._rng.randrange(0, len(self._remembered))
            earlier = self._remembered[place]
            if earlier.updated_ms < updated_ms:
                return self._update(place, earlier, at_ms, updated_ms)
        kind = self._types.pick(self._rng)
        return self.make_of(kind, self._estate.pick_resource(self._rng, kind.kind), at_ms, updated_ms=updated_ms)

    def make_of(
        self, kind: FindingType, resource: Resource, at_ms: int, *, updated_ms: int | None = None
    ) -> dict[str, Any]:
        """Return the envelope of a new finding of a given type about a given resource."""
        rng = self._rng
        updated_ms = at_ms - 1_000 if updated_ms is None else updated_ms
        blanks = Blanks(
            type=kind,
            event_id=uuid(rng),
            finding_id=hex_digits(rng, 32),
            account=resource.account.id,
            region=resource.region,
            detector=resource.account.detectors[resource.region],
            name=name_of(resource),
            resource=resource_member(resource, kind.kind),
            done=what_was_done(rng, kind, access_key_id(resource), updated_ms),
            time=seconds(at_ms),
            first_seen=millis(updated_ms - rng.randrange(1_000, 900_000)),
            created=millis(updated_ms),
            updated=millis(updated_ms),
            archived=rng.random() < self._archived_share,
            sample=rng.random() < self._sample_share,
        )
        self._remember(_Finding(blanks, updated_ms))
        return envelope(blanks)

    def _update(self, place: int, earlier: _Finding, at_ms: int, updated_ms: int) -> dict[str, Any]:
        blanks = earlier.blanks._replace(
            event_id=uuid(self._rng),
            time=seconds(at_ms),
            updated=millis(updated_ms),
            times_seen=earlier.blanks.times_seen + 1,
        )
        self._remembered[place] = _Finding(blanks, updated_ms)
        return envelope(blanks)

    def _remember(self, finding: _Finding) -> None:
        if len(self._remembered) < REMEMBERED:
            self._remembered.append(finding)
        else:
            self._remembered[self._rng.randrange(0, REMEMBERED)] = finding


def what_was_done(rng: Chance, kind: FindingType, access_key: str, ms: int) -> dict[str, Any]:
    """Return the members of ``service`` that tell the deed: an action, a process, or a sequence of signals."""
    if kind.action is not None:
        return {"action": action(rng, kind.action)}
    if kind.kind is ResourceKind.ATTACK_SEQUENCE:
        return {"detection": attack_sequence(rng, access_key, ms)}
    return {"runtimeDetails": runtime_details(rng, ms)}
