"""Reading CloudTrail records: most need no more than who, what and when, and are parsed whole where a rule asks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from streams.core.enrich.accounts import ACCOUNT_FIELDS
from streams.core.parsing.cloudtrail import CLOUDTRAIL, FIELDS, parse_cloudtrail
from streams.core.parsing.outcome import parse_outcome
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.rules.classify import Classifier
from streams.core.source.findings import account_fields
from streams.core.source.reading import Classes, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.core.enrich.accounts import AccountInfo
    from streams.core.rules.plan import Plan

_PLAIN = frozenset({str, type(None)})
FIXED_PARSED = ("source", "event_source", "event_name", "error_code", "outcome")

FIXED = frozenset(
    [(name,) for name in FIXED_PARSED] + [("eventSource",), ("eventName",), ("errorCode",), ("userIdentity", "type")]
)
"""There are few kinds of identity, and rules about root ask every record for its own."""


class RecordReader:
    """Reads records for one set of rules and measures."""

    def __init__(self, plan: Plan, accounts: Mapping[str, AccountInfo]) -> None:
        self.classifier = Classifier(plan.counted_of("cloudtrail"), plan.immediate_of("cloudtrail"), FIXED)
        self._classes = Classes(self.classifier)
        self._accounts = accounts
        self._deferred = FIELDS | {"event_time": lambda document: to_rfc3339(parse_time(document["eventTime"]) or 0)}
        if accounts:
            for name in ACCOUNT_FIELDS:
                self._deferred[name] = partial(_account_field, accounts, name)

    def read(self, document: dict[str, Any], raw: bytes | None = None) -> Reading | Problem:
        """Read a record; ``varying`` holds no more than account and region where it was read the short way."""
        account = document.get("recipientAccountId")
        if type(account) is not str or not account:
            return self._read_slowly(document, raw)
        error_code, name = document.get("errorCode"), document.get("eventName")
        if name.__class__ is not str or (
            error_code is not None and (error_code.__class__ is not str or not error_code)
        ):
            return self._read_slowly(document, raw)
        if error_code is None:
            outcome = "success"
            answer = document.get("responseElements")
            if (answer.__class__ is dict and name in answer) or "serviceEventDetails" in document:
                outcome = parse_outcome(error_code, name, answer, document.get("serviceEventDetails"))
        else:
            outcome = parse_outcome(error_code, name, None)
        identity = document.get("userIdentity")
        kind = identity.get("type") if identity.__class__ is dict else None
        if kind.__class__ is not str and identity is not None:
            return self._read_slowly(document, raw)
        key = (document.get("eventSource"), name, error_code, outcome, kind)
        try:
            event_class = self._classes.get(key)
        except TypeError:
            return self._read_slowly(document, raw)
        at_ms = parse_time(document.get("eventTime"))
        if event_class is None or at_ms is None:
            return self._read_slowly(document, raw)
        region = document.get("awsRegion")
        varying = {"account": account, "region": region if region.__class__ is str and region else None}
        reading = Reading(event_class, varying, at_ms, document, raw)
        reading.deferred = self._deferred
        return reading

    def whole(self, reading: Reading) -> Reading:
        """The same record with all its parsed fields."""
        if "event_time" in reading.varying:
            return reading
        document = reading.document
        parsed = parse_cloudtrail(document)
        if isinstance(parsed, Problem):  # A record that was read the short way has all that the long way asks for.
            message = f"a record reads differently the long way: {parsed.detail}"
            raise AssertionError(message)  # noqa: TRY004 - a bug of ours, not a wrong type
        for name in FIXED_PARSED:
            del parsed[name]
        if self._accounts:
            parsed.update(account_fields(self._accounts, parsed["account"]))
        return Reading(reading.event_class, parsed, reading.at_ms, document, reading.given_raw)

    def _read_slowly(self, document: dict[str, Any], raw: bytes | None) -> Reading | Problem:
        parsed = parse_cloudtrail(document)
        if isinstance(parsed, Problem):
            return parsed
        if self._accounts:
            parsed.update(account_fields(self._accounts, parsed["account"]))
        fixed = {name: parsed.pop(name) for name in FIXED_PARSED}
        identity = document.get("userIdentity")
        kind = identity.get("type") if identity.__class__ is dict else identity
        key = (
            document.get("eventSource"),
            document.get("eventName"),
            document.get("errorCode"),
            fixed["outcome"],
            kind,
        )
        plain = all(part.__class__ in _PLAIN for part in key) and not isinstance(identity, str)
        event_class = self._classes.get(key) if plain else None
        if event_class is None:
            event_class = self.classifier.classify({**document, **fixed, **parsed}, fixed)
            event_class.reads_whole = any(
                name in parsed and name not in ("account", "region")
                for bundle in (*event_class.on_event_time, *event_class.on_arrival)
                for name in bundle.fields
            )
            if plain:
                self._classes.remember(key, event_class)
        at_ms = parse_time(parsed["event_time"])
        return Reading(event_class, parsed, at_ms or 0, document, raw)


def _account_field(accounts: Mapping[str, AccountInfo], name: str, document: Mapping[str, Any]) -> str | None:
    return account_fields(accounts, document["recipientAccountId"])[name]


SOURCE = CLOUDTRAIL
