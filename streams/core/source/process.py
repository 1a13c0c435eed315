"""One batch of records of one source partition: what it brings at once, and what it counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import orjson

from schemas.event import Event, Kind, Reason, Refusal
from streams.core.alerts.immediate import AlertWriter, Occurrence, Place
from streams.core.alerts.text import group_text
from streams.core.parsing.problem import Problem
from streams.core.parsing.recognise import is_insight, is_record
from streams.core.parsing.unwrap import unwrap
from streams.core.query import values_at
from streams.core.rules.classify import groups_of
from streams.core.source.cloudtrail import RecordReader
from streams.core.source.enriched import enriched_cloudtrail, enriched_finding
from streams.core.source.findings import FindingReader
from streams.core.windows.clock import MINUTE, first_open_minute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.topics import Topics
    from streams.core.enrich.accounts import AccountInfo
    from streams.core.rules.plan import Counted, ImmediateRule, Plan
    from streams.core.source.reading import Reading
    from streams.core.windows.clock import RecordClock
    from streams.core.windows.tally import Tally

MOST_NESTED = 120
"""Opening brackets up to which a message is surely not nested too deep for the short way."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Bytes that could not be read, as they came, and why."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


@dataclass(slots=True)
class Effects:
    """What a batch brings at once: messages as (key, value), and how many events of which kind there were."""

    enriched_findings: list[tuple[bytes | None, bytes]] = field(default_factory=list)
    enriched_cloudtrail: list[tuple[bytes | None, bytes]] = field(default_factory=list)
    alerts: list[tuple[bytes, bytes]] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    late: int = 0


class SourceContext:
    """The rules and settings that records of one source topic are judged by.

    ``delay`` (ms) is how long events of this topic may take to arrive, ``retention`` (ms) how long rows are kept, and
    ``enrich_records`` says which CloudTrail records go to `enriched-cloudtrail`: none, matched or all.
    """

    def __init__(
        self,
        plan: Plan,
        topics: Topics,
        *,
        accounts: Mapping[str, AccountInfo],
        delay: int,
        retention: int,
        enrich_records: str,
    ) -> None:
        self.topics = topics
        self.delay = delay
        self.retention = retention
        self.enrich_records = enrich_records
        self.findings = FindingReader(plan, accounts)
        self.records = RecordReader(plan, accounts)
        self.writers = {id(rule): AlertWriter(rule) for rule in plan.immediate}


def process(batch: Any, clock: RecordClock, tally: Tally, context: SourceContext) -> Effects:
    """Read every record of a batch (``topic``, ``partition``, ``records``), advancing the clock and the tally."""
    run = _Run(batch.topic, batch.partition, tally, context)
    for record in batch.records:
        if clock.advance(record.timestamp):
            run.open_minute = first_open_minute(clock.now, context.delay)
            run.clock_minute = clock.now // MINUTE
        elif not run.clock_minute:
            run.open_minute = first_open_minute(clock.now, context.delay)
            run.clock_minute = clock.now // MINUTE
        run.record(record)
    return run.effects


class _Run:
    """One batch under way."""

    def __init__(self, topic: str, partition: int, tally: Tally, context: SourceContext) -> None:
        self.topic = topic
        self.partition = partition
        self.tally = tally
        self.context = context
        self.effects = Effects()
        self.open_minute = 0
        self.clock_minute = 0

    def record(self, record: Any) -> None:
        """Take in one Kafka record."""
        value = record.value
        document = _shortcut(value)
        if document is None:
            self._wrapped(record)
        elif "detail" in document:
            self._finding(record, document, 0, value)
        else:
            self._cloudtrail(record, document, 0, value)

    def _wrapped(self, record: Any) -> None:
        for found in unwrap(record.value):
            if isinstance(found, Refusal):
                self._refuse(record, found.reason, found.detail, found.index)
            else:
                self._event(record, found)

    def _event(self, record: Any, event: Event) -> None:
        if event.kind is Kind.FINDING:
            self._finding(record, event.document, event.index, None)
        elif event.kind is Kind.CLOUDTRAIL:
            self._cloudtrail(record, event.document, event.index, None)
        else:
            self.effects.kinds[event.kind] += 1

    def _refuse(self, record: Any, reason: Reason, detail: str, index: int) -> None:
        self.effects.kinds["refused"] += 1
        texts = {
            "reason": reason.value,
            "detail": detail,
            "topic": self.topic,
            "partition": str(self.partition),
            "offset": str(record.offset),
            "index": str(index),
        }
        headers = [(name, text.encode(errors="replace")) for name, text in texts.items()]
        self.effects.dead_letters.append(DeadLetter(record.key, record.value, headers))

    def _finding(self, record: Any, document: dict[str, Any], index: int, raw: bytes | None) -> None:
        reading = self.context.findings.read(document)
        if isinstance(reading, Problem):
            self._refuse(record, reading.reason, reading.detail, index)
            return
        effects, varying = self.effects, reading.varying
        effects.kinds["finding"] += 1
        if raw is None:
            raw = orjson.dumps(document)
        account = varying["account"]
        effects.enriched_findings.append(
            (account.encode() if account else None, enriched_finding(reading.event_class.prefix, varying, raw))
        )
        late = self._count(record, reading, document, index)
        event_class = reading.event_class
        if event_class.alerting or event_class.undecided:
            identity = (account, varying["region"], varying["finding_id"], varying["updated_at"])
            if identity[2] is None:
                identity = (self.topic, self.partition, record.offset, index)
            words = str(event_class.parsed["type"])
            if varying["resource_id"]:
                words += f" on {varying['resource_id']}"
            place = Place(self.topic, self.partition, record.offset, index)
            self._alert(
                Occurrence(
                    reading.subject(document),
                    document,
                    raw,
                    identity,
                    varying["finding_id"] or "",
                    words,
                    reading.at_ms,
                    late,
                    place,
                ),
                reading,
            )

    def _cloudtrail(self, record: Any, document: dict[str, Any], index: int, raw: bytes | None) -> None:
        records = self.context.records
        reading = records.read(document)
        if isinstance(reading, Problem):
            self._refuse(record, reading.reason, reading.detail, index)
            return
        self.effects.kinds["cloudtrail"] += 1
        event_class = reading.event_class
        every = self.context.enrich_records == "all"
        asked = event_class.alerting or event_class.undecided or event_class.undecided_counts or event_class.evidence
        if asked or every:
            reading = records.whole(reading, document)
        late = self._count(record, reading, document, index)
        if not (event_class.alerting or event_class.undecided or every):
            return
        raw = raw or orjson.dumps(document)
        varying = reading.varying
        account, event_id = varying["account"], varying["event_id"]
        place = Place(self.topic, self.partition, record.offset, index)
        identity = (account, event_id) if event_id else (self.topic, self.partition, record.offset, index)
        words = f"{event_class.parsed['event_name']} by {varying['principal'] or 'unknown'}"
        if event_class.parsed["outcome"] != "success":
            words += f" ({event_class.parsed['outcome']})"
        subject = reading.subject(document)
        occurrence = Occurrence(
            subject, document, raw, identity, event_id or "", words, reading.at_ms, late, place
        )
        matched = self._alert(occurrence, reading)
        if every or (matched and self.context.enrich_records == "matched"):
            self.effects.enriched_cloudtrail.append(
                (account.encode() if account else None, enriched_cloudtrail(event_class.parsed, varying, raw))
            )

    def _alert(self, event: Occurrence, reading: Reading) -> bool:
        matched = False
        for rule in reading.event_class.alerting:
            matched |= self._alert_for(rule, event)
        for rule in reading.event_class.undecided:
            if rule.matcher.matches(event.subject, event.document):
                matched |= self._alert_for(rule, event)
        return matched

    def _alert_for(self, rule: ImmediateRule, event: Occurrence) -> bool:
        writer = self.context.writers[id(rule)]
        if rule.exempt and writer.excepted(event):
            return False
        self.effects.alerts.extend(writer.write(event))
        self.effects.rules[rule.rule.id] += 1
        return True

    def _count(self, record: Any, reading: Reading, document: dict[str, Any], index: int) -> bool:
        """Count the event in its panes; whether it came too late for the windows that its time belongs to."""
        minute = reading.at_ms // MINUTE
        event_class, varying = reading.event_class, reading.varying
        late = minute < self.open_minute
        counts = self.tally.late if late else self.tally.on_time
        if late:
            self.effects.late += 1
        for bundle in event_class.on_event_time:
            _add(counts, bundle, varying, document, minute)
        for bundle in event_class.on_arrival:
            _add(self.tally.on_time, bundle, varying, document, self.clock_minute)
        if event_class.evidence and not late:
            subject = reading.subject(document)
            for counted in event_class.evidence:
                self._refer(counted, subject, minute, record, index)
        if event_class.undecided_counts:
            self._count_undecided(record, reading, document, index, minute)
        return late

    def _count_undecided(self, record: Any, reading: Reading, document: dict[str, Any], index: int, minute: int) -> None:
        subject = reading.subject(document)
        for counted in reading.event_class.undecided_counts:
            if not counted.matcher.matches(subject, document):
                continue
            if any(
                exempt.exception.holds_at(reading.at_ms) and exempt.matcher.matches(subject, document)
                for exempt in counted.exempt
            ):
                continue
            arrival = counted.measure.counted_on == "arrival"
            late = not arrival and minute < self.open_minute
            counts = self.tally.late if late else self.tally.on_time
            bundle = self.context_bundle(counted)
            for group in groups_of(subject, counted.group_by):
                counts[bundle, *group, self.clock_minute if arrival else minute] += 1
            if counted.evidence and not late:
                self._refer(counted, subject, minute, record, index)

    def context_bundle(self, counted: Counted) -> Any:
        """The bundle of a measure that is judged event by event."""
        reader = self.context.findings if counted.measure.source == "findings" else self.context.records
        return reader.classifier.bundle_of(counted)

    def _refer(self, counted: Counted, subject: Mapping[str, Any], minute: int, record: Any, index: int) -> None:
        if counted.measure.counted_on == "arrival":
            minute = self.clock_minute
        event_id = subject.get("finding_id") or subject.get("event_id") or ""
        for group in groups_of(subject, counted.group_by):
            self.tally.refer(counted.id, group, (minute, record.offset, index, event_id))


def _add(counts: Any, bundle: Any, varying: Mapping[str, Any], document: Mapping[str, Any], minute: int) -> None:
    fields = bundle.fields
    if not fields:
        counts[bundle, minute] += 1
    elif len(fields) == 1 and (value := varying.get(fields[0], _ABSENT)) is not _ABSENT:
        if value.__class__ is list:
            for one in value:
                counts[bundle, one, minute] += 1
        else:
            counts[bundle, value, minute] += 1
    else:
        for values in product(*(_values(field, varying, document) for field in fields)):
            counts[bundle, *values, minute] += 1


_ABSENT = object()


def _values(name: str, varying: Mapping[str, Any], document: Mapping[str, Any]) -> list[str | None]:
    value = varying[name] if name in varying else values_at(document, tuple(name.split(".")))
    if isinstance(value, list):
        return list(dict.fromkeys(group_text(one) for one in value))
    return [group_text(value)]


def _shortcut(value: bytes | None) -> dict[str, Any] | None:
    """The document of a message that is one finding in today's form, or one record; None sends it the long way."""
    if value is None:
        return None
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
    if document.__class__ is not dict or value.count(b"{") + value.count(b"[") > MOST_NESTED:
        return None
    detail = document.get("detail")
    if detail.__class__ is dict:
        # Where the envelope says so, a finding in camelCase with its severity and service in today's place.
        if document.get("detail-type") == "GuardDuty Finding" and "severity" in detail and "service" in detail:
            return document
        return None
    if "detail" not in document and "eventSource" in document and is_record(document) and not is_insight(document):
        return document
    return None
