"""Make a benchmark's events by the million: templates of bytes with holes, made once by the same generators.

A hole is ``%(name)b`` and is filled by Python's formatting of bytes (PEP 461), which copies the rest as it is. Shapes
and shares are those of ``findings.py`` and ``cloudtrail.py``, drawn once for some thousands of templates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from streams.core.generate.chance import Weighted, zipf_weights
from streams.core.generate.cloudtrail import RecordGenerator
from streams.core.generate.estate import ResourceKind
from streams.core.generate.finding_layout import Blanks, envelope
from streams.core.generate.finding_types import FINDING_TYPES
from streams.core.generate.findings import what_was_done
from streams.core.generate.incidents import DELETE_DETECTOR, DISABLE_DETECTOR
from streams.core.generate.instants import seconds
from streams.core.generate.record_layout import lay_out
from streams.core.generate.resources import name_of, resource_member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.core.generate.chance import Chance
    from streams.core.generate.estate import Estate, Resource
    from streams.core.generate.finding_types import FindingType

_SOME_TIME_MS = 1_741_069_277_000

KeyValue = tuple[bytes, bytes]
"""A message: the account id, and the event as JSON."""

_TEMPLATES = 1_024

_ACCOUNT, _REGION, _DETECTOR, _NAME = "%(account)b", "%(region)b", "%(detector)b", "%(name)b"
_EVENT_ID, _ID, _RESOURCE, _TIME, _MILLIS = "%(event_id)b", "%(id)b", "%(resource)b", "%(time)b", "%(millis)b"


def fast_findings(  # noqa: PLR0913  # A benchmark states each of these, and no two belong together.
    rng: Chance, estate: Estate, n: int, start_ms: int, step_ms: float, *, alerting_share: float
) -> Iterator[KeyValue]:
    """Yield ``n`` findings, the i-th of ``start_ms + i * step_ms`` (since the epoch), with an id of its own.

    Of the first i, ``alerting_share * i`` (rounded, share in [0, 1]) fire a shipped immediate rule, phishing or ACTOR.
    """
    quiet, alerting = (_finding_templates(rng, alerting=alerting) for alerting in (False, True))
    told = {resource.digits: _what_is_told(resource) for resource in estate.resources}
    for number, (second, millisecond) in enumerate(_instants(n, start_ms, step_ms)):
        templates = alerting if _is_chosen(number, alerting_share) else quiet
        kind, template = templates[int(rng.random() * _TEMPLATES)]
        of_resource = told[estate.pick_resource(rng, kind).digits]
        digits = b"%032x" % rng.getrandbits(128)
        holes = {b"id": digits, b"event_id": _as_uuid(digits), b"time": second, b"millis": millisecond}
        yield of_resource[b"account"], template % (of_resource | holes)


def fast_records(  # noqa: PLR0913
    rng: Chance, estate: Estate, n: int, start_ms: int, step_ms: float, *, alerting_share: float = 0.001
) -> Iterator[KeyValue]:
    """Yield ``n`` CloudTrail records, the i-th of ``start_ms + i * step_ms`` (since the epoch), with ids of its own.

    Of the first i, ``alerting_share * i`` (rounded, share in [0, 1]) switch GuardDuty off or delete its detector.
    """
    quiet = _record_templates(RecordGenerator(rng, estate))
    alerting = _record_templates(
        RecordGenerator(rng, estate, calls=(DISABLE_DETECTOR, DELETE_DETECTOR), denied_share=0)
    )
    regions = Weighted([region.encode() for region in estate.regions], zipf_weights(len(estate.regions)))
    for number, (second, _) in enumerate(_instants(n, start_ms, step_ms)):
        templates = alerting if _is_chosen(number, alerting_share) else quiet
        account = estate.pick_account(rng).id.encode()
        digits = b"%032x" % rng.getrandbits(128)
        yield (
            account,
            templates[int(rng.random() * _TEMPLATES)]
            % {
                b"account": account,
                b"region": regions.pick(rng),
                b"id": _as_uuid(digits),
                b"event_id": _as_uuid(digits[::-1]),
                b"time": second,
            },
        )


def _is_chosen(number: int, share: float) -> bool:
    # Rounding the running total, and not each step, makes the share exact for every n.
    return int((number + 1) * share + 0.5) > int(number * share + 0.5)


def _instants(n: int, start_ms: int, step_ms: float) -> Iterator[tuple[bytes, bytes]]:
    known, text = -1, b""
    for number in range(n):
        second, rest = divmod(start_ms + int(number * step_ms), 1_000)
        if second != known:
            known, text = second, seconds(second * 1_000).removesuffix("Z").encode()
        yield text + b"Z", b"%b.%03dZ" % (text, rest)


def _as_uuid(digits: bytes) -> bytes:
    """Thirty-two hexadecimal digits as a UUID of version 4; six bits give way to version and variant."""
    return b"%b-%b-4%b-a%b-%b" % (digits[:8], digits[8:12], digits[13:16], digits[17:20], digits[20:])


def _finding_templates(rng: Chance, *, alerting: bool) -> list[tuple[ResourceKind, bytes]]:
    rows = [row for row in FINDING_TYPES if row.alerts_at_once is alerting]
    drawn = Weighted(rows, [row.weight for row in rows])
    return [_finding_template(rng, drawn.pick(rng)) for _ in range(_TEMPLATES)]


def _finding_template(rng: Chance, kind: FindingType) -> tuple[ResourceKind, bytes]:
    # An attack sequence is about no resource of the estate, so its member holds nothing that differs.
    own = kind.kind is not ResourceKind.ATTACK_SEQUENCE
    blanks = Blanks(
        type=kind,
        event_id=_EVENT_ID,
        finding_id=_ID,
        account=_ACCOUNT,
        region=_REGION,
        detector=_DETECTOR,
        name=_NAME,
        resource=_RESOURCE if own else {"resourceType": str(kind.kind)},
        done=what_was_done(rng, kind, _NAME, _SOME_TIME_MS),
        time=_TIME,
        first_seen=_MILLIS,
        created=_MILLIS,
        updated=_MILLIS,
    )
    return kind.kind, orjson.dumps(envelope(blanks)).replace(f'"{_RESOURCE}"'.encode(), _RESOURCE.encode())


def _what_is_told(resource: Resource) -> dict[bytes, bytes]:
    return {
        b"account": resource.account.id.encode(),
        b"region": resource.region.encode(),
        b"detector": resource.account.detectors[resource.region].encode(),
        b"name": name_of(resource).encode(),
        b"resource": orjson.dumps(resource_member(resource)),
    }


def _record_templates(generator: RecordGenerator) -> list[bytes]:
    made = (generator.blanks(_ACCOUNT, _REGION, _TIME, _TIME) for _ in range(_TEMPLATES))
    return [orjson.dumps(lay_out(blanks._replace(request_id=_ID, event_id=_EVENT_ID))) for blanks in made]
