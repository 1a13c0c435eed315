"""Reading findings: what `parse_finding` gives, at a fraction of its cost for all but the first of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.core.parsing.finding import parse_finding
from streams.core.parsing.network import remote_ends, security_groups
from streams.core.parsing.problem import Problem
from streams.core.parsing.resource_id import resource_id
from streams.core.parsing.sample import is_sample
from streams.core.parsing.times import LONGEST, parse_time
from streams.core.parsing.values import as_rfc3339, instant_of, rfc3339_of
from streams.core.rules.classify import Classifier
from streams.core.source.reading import Classes, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.core.enrich.accounts import AccountInfo
    from streams.core.rules.plan import Plan

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
    """Reads findings for one set of rules and measures."""

    def __init__(self, plan: Plan, accounts: Mapping[str, AccountInfo]) -> None:
        self.classifier = Classifier(plan.counted_of("findings"), plan.immediate_of("findings"), FIXED)
        self._classes = Classes(self.classifier)
        self._accounts = accounts

    def read(self, document: dict[str, Any]) -> Reading | Problem:
        """Read a finding in normal form."""
        detail = document.get("detail")
        if type(detail) is not dict:
            return self._read_slowly(document)
        service, resource = detail.get("service"), detail.get("resource")
        account = detail.get("accountId")
        if type(service) is not dict or type(resource) is not dict or type(account) is not str or not account:
            return self._read_slowly(document)
        severity, archived, info = detail.get("severity"), service.get("archived"), service.get("additionalInfo")
        role, kind = service.get("resourceRole"), resource.get("resourceType")
        if (archived is not None and archived.__class__ is not bool) or not (
            (role is None or role.__class__ is str) and (kind is None or kind.__class__ is str)
        ):
            return self._read_slowly(document)
        key = (
            detail.get("type"),
            severity,
            severity.__class__,
            role,
            kind,
            document.get("source"),
            # Nearly every finding says neither.
            is_sample(info) if info.__class__ is dict and ("sample" in info or "value" in info) else False,
            archived,
        )
        time = document.get("time")
        instant = instant_of(time) if time.__class__ is str and len(time) <= LONGEST else None
        try:
            event_class = self._classes.get(key)
        except TypeError:
            return self._read_slowly(document)
        # Whatever is not as AWS delivers it nearly always takes the long way, so that there is one reading of it.
        if event_class is None or instant is None:
            return self._read_slowly(document, key)
        return Reading(event_class, self._varying(document, detail, service, resource, instant[1]), instant[0])

    def _varying(
        self,
        document: dict[str, Any],
        detail: dict[str, Any],
        service: dict[str, Any],
        resource: dict[str, Any],
        event_time: str,
    ) -> dict[str, Any]:
        account = detail["accountId"]
        region, finding_id, title = detail.get("region"), detail.get("id"), detail.get("title")
        if region.__class__ is not str or not region:
            region = document.get("region")
        addresses, countries = remote_ends(service)
        created, updated = detail.get("createdAt"), detail.get("updatedAt")
        first, last = service.get("eventFirstSeen"), service.get("eventLastSeen")
        varying = {
            "account": account,
            "region": region if region.__class__ is str and region else None,
            "event_time": event_time,
            "resource_id": resource_id(resource),
            "finding_id": finding_id if finding_id.__class__ is str and finding_id else None,
            "title": title if title.__class__ is str and title else None,
            "security_groups": security_groups(resource, service),
            "remote_addresses": addresses,
            "remote_countries": countries,
            "created_at": rfc3339_of(created) if created.__class__ is str else as_rfc3339(created),
            "updated_at": rfc3339_of(updated) if updated.__class__ is str else as_rfc3339(updated),
            "first_seen": rfc3339_of(first) if first.__class__ is str else as_rfc3339(first),
            "last_seen": rfc3339_of(last) if last.__class__ is str else as_rfc3339(last),
        }
        if self._accounts:
            varying.update(account_fields(self._accounts, account))
        return varying

    def _read_slowly(self, document: dict[str, Any], key: Any = None) -> Reading | Problem:
        parsed = parse_finding(document)
        if isinstance(parsed, Problem):
            return parsed
        if self._accounts:
            parsed.update(account_fields(self._accounts, parsed["account"]))
        fixed = {name: parsed.pop(name) for name in FIXED_PARSED}
        event_class = self.classifier.classify({**document, **fixed, **parsed}, document, fixed)
        event_class.prefix = prefix_of(fixed)
        if key is not None:
            self._classes.remember(key, event_class)
        at_ms = parse_time(parsed["event_time"])
        return Reading(event_class, parsed, at_ms or 0)


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
