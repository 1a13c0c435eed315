"""One batch of records of one source partition: what it brings at once, and what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.event import Kind, Refusal
from streams.core.alerts.immediate import AlertWriter
from streams.core.alerts.occurrence import Occurrence, Place
from streams.core.alerts.tagged import with_tags
from streams.core.parsing.limits import Limits
from streams.core.parsing.problem import Problem
from streams.core.parsing.unwrap import unwrap
from streams.core.source.cloudtrail import RecordReader
from streams.core.source.count import count, count_undecided, refer
from streams.core.source.effects import DeadLetter, Effects
from streams.core.source.enriched import enriched_cloudtrail, enriched_finding
from streams.core.source.findings import FindingReader
from streams.core.source.quick_record import decode_record
from streams.core.source.skim import Skim
from streams.core.windows.clock import MINUTE, first_open_minute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.event import Reason
    from streams.core.enrich.accounts import AccountInfo
    from streams.core.rules.classify import Classifier, EventClass, Evidence, Found
    from streams.core.rules.plan import ImmediateRule, Plan
    from streams.core.rules.timeline import Timeline
    from streams.core.source.reading import Reading
    from streams.core.tags.near import TagTimes
    from streams.core.windows.clock import RecordClock
    from streams.core.windows.tally import Tally


class Readers:
    """What reads, counts and alerts by one set of rules; it holds from ``since`` (epoch ms) on."""

    def __init__(self, plan: Plan, accounts: Mapping[str, AccountInfo], since: int, *, lazily: bool = False) -> None:
        self.since = since
        self.findings = FindingReader(plan, accounts, lazily=lazily)
        self.records = RecordReader(plan, accounts)
        self.skim = Skim(plan)
        self.writers = {id(rule): AlertWriter(rule) for rule in plan.immediate}


class SourceContext:
    """The rules and settings that records of one source topic are judged by.

    ``delay`` (ms) is how long events of this topic may take to arrive, ``retention`` (ms) how long rows are kept, and
    ``enrich_records`` says which CloudTrail records go to `enriched-cloudtrail`: none, matched or all;
    ``enrich_findings`` whether findings go to `enriched-findings`. Alerts carry the ``tags`` near them.
    """

    def __init__(  # noqa: PLR0913 - rules, accounts and settings, once
        self,
        timeline: Timeline,
        *,
        accounts: Mapping[str, AccountInfo],
        delay: int,
        retention: int,
        enrich_records: str,
        enrich_findings: bool = True,
        tags: TagTimes | None = None,
    ) -> None:
        self.tags = tags
        self.enrich_findings = enrich_findings
        self.delay = delay
        self.retention = retention
        self.enrich_records = enrich_records
        self.timeline = timeline
        self.begins = 0
        """Who replays history from an instant on (epoch ms) wants to know what arrived then and happened before."""
        self._accounts = accounts
        self._readers: dict[str, Readers] = {}

    def readers_at(self, instant: int) -> Readers:
        """Those of the revision that holds at an instant (epoch ms)."""
        revision = self.timeline.at(instant)
        readers = self._readers.get(revision.name)
        if readers is None:
            if len(self._readers) >= MOST_REVISIONS:
                self._readers.clear()
            readers = self._readers[revision.name] = Readers(
                revision.plan, self._accounts, revision.since, lazily=not self.enrich_findings
            )
        return readers

    def placement(self) -> Mapping[str, int]:
        """Where the groups of each measure go, of all revisions."""
        revisions = self.timeline.revisions
        if len(revisions) == 1:
            return revisions[0].plan.placement
        return {name: place for revision in revisions for name, place in revision.plan.placement.items()}


NOTHING: Found = ((), ())
MOST_REVISIONS = 8
"""Revisions that are kept ready; an old one is made ready again when a very late event asks for it."""
MOST_EVENT_BYTES = Limits().event
_COUNTED = frozenset({Kind.FINDING, Kind.CLOUDTRAIL})


def process(batch: Any, clock: RecordClock, tally: Tally, context: SourceContext) -> Effects:
    """Read every record of a batch (``topic``, ``partition``, ``records``), advancing the clock and the tally."""
    run = _Run(batch.topic, batch.partition, clock, tally, context)
    for record in batch.records:
        if clock.advance(record.timestamp):
            run.clock_moved()
        run.take(record)
    return run.finish()


class _Run:
    """One batch under way."""

    def __init__(self, topic: str, partition: int, clock: RecordClock, tally: Tally, context: SourceContext) -> None:
        self.topic = topic
        self.partition = partition
        self.clock = clock
        self.tally = tally
        self.context = context
        self.effects = Effects()
        self.findings = 0
        self.records = 0
        self._several = len(context.timeline.revisions) > 1
        self.readers = context.readers_at(clock.now)
        self.clock_moved()

    def finish(self) -> Effects:
        """What the batch brought."""
        kinds = self.effects.kinds
        for kind, number in ((Kind.FINDING, self.findings), (Kind.CLOUDTRAIL, self.records)):
            if number:
                kinds[kind.value] += number
        return self.effects

    def clock_moved(self) -> None:
        """Work out which panes are open now."""
        self.open_minute = first_open_minute(self.clock.now, self.context.delay)
        self.clock_minute = self.clock.now // MINUTE

    def take(self, record: Any) -> None:
        """Take in one Kafka record."""
        value = record.value
        if self._several:
            self.readers = self.context.readers_at(record.timestamp)
        if value is None or len(value) > MOST_EVENT_BYTES:
            self._unwrap(record)
            return
        reading = self.readers.findings.read_quickly(value)
        if reading is not None:
            self._finding(record, reading, 0)
            return
        if not self.context.enrich_findings and self.readers.skim.is_indifferent(value):
            self.records += 1
            return
        document = decode_record(value)
        if document is not None:
            self._read(record, Kind.CLOUDTRAIL, document, 0, value)
        else:
            self._unwrap(record)

    def _read(self, record: Any, kind: Kind, document: dict[str, Any], index: int, raw: bytes | None) -> None:
        reader = self.readers.findings if kind is Kind.FINDING else self.readers.records
        reading = reader.read(document, raw)
        if isinstance(reading, Problem):
            self._refuse(record, reading.reason, reading.detail, index)
        elif kind is Kind.FINDING:
            self._finding(record, reading, index)
        else:
            self._cloudtrail(record, reading, index)

    def _unwrap(self, record: Any) -> None:
        for found in unwrap(record.value):
            if isinstance(found, Refusal):
                self._refuse(record, found.reason, found.detail, found.index)
            elif found.kind in _COUNTED:
                self._read(record, found.kind, found.document, found.index, None)
            else:
                self.effects.kinds[found.kind.value] += 1

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

    def _finding(self, record: Any, reading: Reading, index: int) -> None:
        readers = self.readers
        if reading.at_ms < readers.since:
            readers, reading = self._reread(reading, Kind.FINDING)
        event_class = reading.event_class
        self.findings += 1
        if self.context.enrich_findings:
            varying = reading.varying
            account = varying["account"]
            enriched = enriched_finding(event_class.prefix, varying, reading.raw)
            self.effects.enriched_findings.append((account.encode() if account else None, enriched))
        late = self._count(reading)
        wanted = self._wanted(event_class, late=late)
        if event_class.per_event or wanted:
            event = Occurrence(reading, Place(self.topic, self.partition, record.offset, index), late)
            found = event_class.find(reading.value) if event_class.per_event else NOTHING
            self._look_closer(event, readers.findings.classifier, readers, wanted, found)

    def _reread(self, reading: Reading, kind: Kind) -> tuple[Readers, Reading]:
        """The event as the rules of its own time read it, which are earlier ones than those of its arrival."""
        readers = self.context.readers_at(reading.at_ms)
        reader = readers.findings if kind is Kind.FINDING else readers.records
        again = reader.read(reading.document, reading.given_raw)
        if isinstance(again, Problem):  # What can be read by one set of rules can be read by all.
            message = f"an event reads differently by other rules: {again.detail}"
            raise AssertionError(message)  # noqa: TRY004 - a bug of ours, not a wrong type
        return readers, again

    def _cloudtrail(self, record: Any, reading: Reading, index: int) -> None:
        readers = self.readers
        if reading.at_ms < readers.since:
            readers, reading = self._reread(reading, Kind.CLOUDTRAIL)
        reader = readers.records
        self.records += 1
        event_class = reading.event_class
        enrich_all = self.context.enrich_records == "all"
        closer = event_class.per_event or event_class.evidence or enrich_all
        found = event_class.find(reading.value) if event_class.per_event else NOTHING
        closer = closer and bool(enrich_all or event_class.certain or found[0] or found[1])
        if closer or event_class.reads_whole:
            reading = reader.whole(reading)
        late = self._count(reading)
        if not closer:
            return
        wanted = self._wanted(event_class, late=late)
        event = Occurrence(reading, Place(self.topic, self.partition, record.offset, index), late)
        matched = self._look_closer(event, reader.classifier, readers, wanted, found)
        if enrich_all or (matched and self.context.enrich_records == "matched"):
            account = reading.varying["account"]
            value = enriched_cloudtrail(event_class.parsed, reading.varying, reading.raw)
            self.effects.enriched_cloudtrail.append((account.encode() if account else None, value))

    def _count(self, reading: Reading) -> bool:
        late = reading.at_ms // MINUTE < self.open_minute
        if late:
            self.effects.late += 1
            if reading.at_ms < self.context.begins <= self.clock.now:
                self.effects.earlier += 1
        count(self.tally, reading, self.clock_minute, late=late)
        return late

    def _wanted(self, event_class: EventClass, *, late: bool) -> list[Evidence]:
        """The measures that still want a reference to an event of the class."""
        has_enough = self.tally.has_enough
        return [
            (counted, group)
            for counted, group in event_class.evidence
            if (not late or counted.measure.counted_on == "arrival")
            and (group is None or not has_enough(counted.id, group))
        ]

    def _look_closer(
        self, event: Occurrence, classifier: Classifier, readers: Readers, wanted: Sequence[Evidence], found: Found
    ) -> bool:
        """Do what its class leaves to the event itself: references, undecided queries, alerts. Whether it alerted."""
        event_class, tally = event.reading.event_class, self.tally
        for counted, group in wanted:
            arrival = counted.measure.counted_on == "arrival"
            refer(tally, counted, group, event, self.clock_minute if arrival else event.reading.at_ms // MINUTE)
        rules, counts = found
        if counts:
            count_undecided(tally, classifier, event, counts, self.clock_minute)
        matched = False
        for rule in (*event_class.alerting, *rules):
            matched |= self._alert_for(rule, event, readers)
        return matched

    def _alert_for(self, rule: ImmediateRule, event: Occurrence, readers: Readers) -> bool:
        writer, tags, at_ms = readers.writers[id(rule)], self.context.tags, event.reading.at_ms
        if (rule.exempt and writer.excepted(event)) or not writer.awake_at(at_ms):
            return False
        limit = writer.since_release
        release = tags.release(limit, at_ms) if limit and tags else None
        if limit and release is None:
            return False
        if not rule.alerts_always:
            self.tally.candidates += writer.candidates(event, release)
            return True
        alerts = self.effects.dry_run_alerts if rule.rule.dry_run else self.effects.alerts
        written = writer.write(event, release)
        near = tags.names_json(at_ms) if tags else b""
        alerts += [(name, with_tags(value, near)) for name, value in written] if near else written
        self.effects.rules[rule.rule.id] += 1
        return True
