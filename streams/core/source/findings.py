"""Reading findings: what `parse_finding` gives, at a fraction of its cost for all but the first of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.core.parsing.finding import parse_finding
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import LONGEST, parse_time
from streams.core.parsing.values import as_object, instant_of, rfc3339_of
from streams.core.rules.classify import Classifier
from streams.core.source.quick_finding import decode_finding, key_of, remote_ends
from streams.core.source.reading import Classes, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.core.enrich.accounts import AccountInfo
    from streams.core.rules.plan import Plan
    from streams.core.source.finding_shape import Detail

FIXED_PARSED = (
    "type",
    "type_recognised",
    "threat_purpose",
    "threat_resource_affected",
    "threat_name",
    "threat_family",
    "threat_variant",
    "threat_artifact",
    "severity",
    "severity_label",
    "resource_role",
    "resource_type",
    "source",
    "sample",
    "archived",
)
"""Parsed fields that take few values: they follow from the class's key."""

FIXED = frozenset(
    [(name,) for name in FIXED_PARSED]
    + [("detail", "type"), ("detail", "severity"), ("detail", "service", "resourceRole")]
    + [("detail", "resource", "resourceType")]
)


class FindingReader:
    """Reads findings for one set of rules and measures; ``lazily`` where few of them are asked for their fields."""

    def __init__(self, plan: Plan, accounts: Mapping[str, AccountInfo], *, lazily: bool = False) -> None:
        self._lazily = lazily
        self.classifier = Classifier(plan.counted_of("findings"), plan.immediate_of("findings"), FIXED)
        self._classes = Classes(self.classifier)
        self._quick_classes = Classes(self.classifier)
        self._accounts = accounts

    def read_quickly(self, raw: bytes) -> Reading | None:
        """Read a message that is one finding in the usual shape; None for anything else."""
        envelope = decode_finding(raw)
        if envelope is None:
            return None
        instant = instant_of(envelope.time) if len(envelope.time) <= LONGEST else None
        if instant is None:
            return None
        key = key_of(envelope)
        event_class = self._quick_classes.get(key)
        if event_class is None:
            reading = self.read(orjson.loads(raw))
            if isinstance(reading, Problem):
                return None
            event_class = reading.event_class
            self._quick_classes.remember(key, event_class)
        if self._lazily:
            detail, event_time = envelope.detail, instant[1]
            return Reading(event_class, lambda: self._varying(detail, event_time), instant[0], None, raw)
        return Reading(event_class, self._varying(envelope.detail, instant[1]), instant[0], None, raw)

    def _varying(self, detail: Detail, event_time: str) -> dict[str, Any]:
        service, resource = detail.service, detail.resource
        addresses, countries = remote_ends(service.action)
        varying = {
            "account": detail.accountId,
            "region": detail.region,
            "event_time": event_time,
            "resource_id": resource.id(),
            "finding_id": detail.id,
            "title": detail.title,
            "security_groups": resource.security_groups(),
            "remote_addresses": addresses,
            "remote_countries": countries,
            "created_at": rfc3339_of(detail.createdAt),
            "updated_at": rfc3339_of(detail.updatedAt),
            "first_seen": rfc3339_of(service.eventFirstSeen),
            "last_seen": rfc3339_of(service.eventLastSeen),
        }
        if self._accounts:
            varying.update(account_fields(self._accounts, detail.accountId))
        return varying

    def read(self, document: dict[str, Any], raw: bytes | None = None) -> Reading | Problem:
        """Read a finding in normal form; ``raw`` is the same as JSON, where there is any."""
        parsed = parse_finding(document)
        if isinstance(parsed, Problem):
            return parsed
        if self._accounts:
            parsed.update(account_fields(self._accounts, parsed["account"]))
        fixed = {name: parsed.pop(name) for name in FIXED_PARSED}
        key = self._key(document, fixed)
        event_class = None if key is None else self._classes.get(key)
        if event_class is None:
            event_class = self.classifier.classify({**document, **fixed, **parsed}, fixed)
            event_class.prefix = prefix_of(fixed)
            if key is not None:
                self._classes.remember(key, event_class)
        return Reading(event_class, parsed, parse_time(parsed["event_time"]) or 0, document, raw)

    @staticmethod
    def _key(document: dict[str, Any], fixed: dict[str, Any]) -> tuple[Any, ...] | None:
        """What the class follows from; None where a value as it came is not what was parsed from it."""
        detail = document["detail"]
        raw = [
            *(
                as_object(detail.get(part)).get(name)
                for part, name in (("service", "resourceRole"), ("resource", "resourceType"))
            ),
            detail.get("severity"),
            document.get("source"),
        ]
        plain = (fixed["resource_role"], fixed["resource_type"], fixed["severity"], fixed["source"])
        same = all(one == other and one.__class__ in _PLAIN for one, other in zip(raw, plain, strict=True))
        return tuple(fixed.values()) if same else None


_PLAIN = frozenset({str, int, float, type(None)})


def prefix_of(fixed: Mapping[str, Any]) -> bytes:
    """The fixed fields as the beginning of a JSON object, up to and including a comma."""
    return orjson.dumps(fixed)[:-1] + b","


def account_fields(accounts: Mapping[str, AccountInfo], account: str | None) -> dict[str, str | None]:
    """The fields that accounts.csv adds; null for an account that it does not list."""
    info = accounts.get(account) if account else None
    return {
        "account_name": info.name if info else None,
        "account_owner": info.owner if info else None,
        "account_environment": info.environment if info else None,
    }
