"""Findings, counted by the workers' own core, and the messages that come of it; and the same added up by hand."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from hypothesis import strategies as st

from schemas.topics import Topics
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.adapters.topic_reader import Message
from streams.core.board.state import KEYS
from streams.core.board.untold import OVERFLOW
from streams.core.parsing.times import parse_time, to_rfc3339
from streams.core.rules.measure_files import load_measures
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.source.process import SourceContext, process
from streams.core.windows.clock import MINUTE, RecordClock
from streams.core.windows.counts import pane_message
from streams.core.windows.partials import Partial
from streams.core.windows.rows import MOST_GROUPS, Series
from streams.core.windows.state import WindowState
from streams.core.windows.tally import Tally
from streams.transport.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streams.core.board.spans import Span
    from streams.core.board.state import Filters

TOPICS = Topics()
START = 1_790_000_040_000
"""A whole minute."""
LENGTH = 180
"""Minutes in which findings happen."""
MEASURES = load_measures([read_folder(shipped_folder("measures"))])
PLAN = make_plan((), MEASURES)
HOSTILE = ["(none)", "(overflow)", "(overflow 001)", 'a,"start":"b', "\x00\u2028<b>", "İSTANBUL' OR 1=1 --", "All"]
Values = tuple[str | None, ...]
Unit = dict[str, str | None]


class Fact(NamedTuple):
    """A finding as GuardDuty tells it, and when it came and happened, in minutes after ``START``."""

    came: int
    minute: int
    document: dict[str, Any]


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """A finding of few values, some of them absent or made up by an attacker."""
    came = draw(st.integers(0, LENGTH - 1))
    minute = came - draw(st.sampled_from([0, 0, 0, 1, 7, 40, 3_000]))
    groups = draw(st.lists(st.sampled_from(["web", "db", *HOSTILE[:3]]), max_size=3))
    resource = draw(st.sampled_from(["Instance", "AccessKey", None, HOSTILE[3]]))
    details = {"networkInterfaces": [{"securityGroups": [{"groupName": name} for name in groups]}]}
    name = draw(st.sampled_from(["i-1", "i-2", None, HOSTILE[4]]))
    detail = {
        "type": draw(st.sampled_from(["Backdoor:EC2/Spambot", "Recon:EC2/Portscan", HOSTILE[6], HOSTILE[5]])),
        "severity": draw(st.sampled_from([1, 2, 5, 5.5, 8, 9.5])),
        "accountId": draw(st.sampled_from(["1", "2", "3", None, *HOSTILE])),
        "region": draw(st.sampled_from(["us-east-1", "eu-west-1", None, HOSTILE[0]])),
        "resource": {"resourceType": resource, "instanceDetails": details | ({"instanceId": name} if name else {})},
        "service": {
            "archived": draw(st.integers(0, 9)) == 0,
            "additionalInfo": {"sample": draw(st.integers(0, 9)) == 0},
        },
    }
    envelope = {"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": detail}
    return Fact(came, minute, envelope | {"time": to_rfc3339(START + minute * MINUTE)})


class _Record(NamedTuple):
    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


class Worker:
    """One worker over one partition: stage 1 counts, stage 2 merges; each flush gives messages with their topics."""

    def __init__(self, most_groups: int = MOST_GROUPS) -> None:
        self._state = WindowState(Series(most_groups))
        self._clock = RecordClock()
        self._context = SourceContext(
            Timeline(PLAN, {}), accounts={}, delay=10 * MINUTE, retention=48 * 60 * MINUTE, enrich_records="none"
        )
        self._offset = self._flushes = 0

    def flush(self, some: Sequence[Fact]) -> list[tuple[str, bytes, bytes]]:
        """What the worker writes of these."""
        start = self._offset
        records = [
            _Record("in", 0, start + n, START + one.came * MINUTE, b"", orjson.dumps(one.document))
            for n, one in enumerate(some)
        ]
        self._offset += len(records)
        tally, opened = Tally(), START + some[0].came * MINUTE
        effects = process(Batch("in", 0, start, self._offset, records), self._clock, tally, self._context)
        header = Partial("in", 0, 1, start, self._offset, opened, self._clock.now)
        for partial in tally.partials(header, 1, 48 * 60 * MINUTE).values():
            self._state.take(Partial.decode(partial.encode()), self._flushes)
        self._flushes += 1
        told = [(TOPICS.enriched_findings, key or b"", value) for key, value in effects.enriched_findings]
        return told + [(TOPICS.window_counts, *pane) for pane in self._panes()]

    def _panes(self) -> Iterator[tuple[bytes, bytes]]:
        for (measure, group, _, _), row in self._state.changed_rows.items():
            counted = PLAN.counted[measure]
            for minute in row.take_changed():
                keys = [key.name for key in counted.group_by]
                yield pane_message(counted.name, measure, keys, group, row, minute)
        self._state.changed_rows.clear()


class Log:
    """Gives messages their places."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._next: Counter[str] = Counter()

    def write(self, told: Iterable[tuple[str, bytes, bytes]]) -> None:
        """Append them."""
        for topic, key, value in told:
            self.messages.append(Message(topic, 0, self._next[topic], START, key, value))
            self._next[topic] += 1


def findings_of(log: Log) -> list[dict[str, Any]]:
    """Every finding that stands in the topic, once, but for those that measures leave out."""
    values = dict.fromkeys(one.value for one in log.messages if one.topic == TOPICS.enriched_findings)
    documents = [orjson.loads(value or b"") for value in values]
    return [one for one in documents if not one["sample"] and not one["archived"]]


def units_of(found: dict[str, Any], lists: Iterable[str]) -> Iterator[Unit]:
    """A finding once for each value of its ``lists``; absent where it has none."""
    fields = {"security_group": "security_groups"}
    choices = []
    for key in KEYS:
        value = found[fields.get(key, key)]
        several = value if isinstance(value, list) else [value]
        choices.append(several or [None] if key in lists or not isinstance(value, list) else [None])
    for values in product(*choices):
        yield dict(zip(KEYS, values, strict=True))


def panes_of(log: Log, measure: str) -> Iterator[tuple[int, Unit, int]]:
    """Minute (epoch ms), group and count of the newest version of every pane of a measure."""
    newest: dict[bytes | None, dict[str, Any]] = {}
    for one in log.messages:
        value = orjson.loads(one.value or b"") if one.topic == TOPICS.window_counts else {}
        older = newest.get(one.key, {"version": -1})
        if value.get("measure") == measure and value["version"] >= older["version"]:
            newest[one.key] = value
    for pane in newest.values():
        values = list(pane["group"].values())
        # An event's own text can't be a bucket: the value after it is never absent, since there is a severity.
        is_bucket = bool(values) and str(values[0]).startswith("(overflow ") and values[1:] == [None] * len(values[1:])
        group = dict.fromkeys(pane["group"], OVERFLOW) if is_bucket else pane["group"]
        yield parse_time(pane["start"]) or 0, group, pane["count"]


def counted(
    found: Iterable[dict[str, Any]], span: Span, where: Filters, by: Sequence[str], step_ms: int
) -> Counter[tuple[int, Values]]:
    """Findings by the step of the span and the values of some keys, each finding once for each."""
    sums: Counter[tuple[int, Values]] = Counter()
    for one in found:
        at = parse_time(one["event_time"]) or 0
        if not span.start_ms <= at < span.end_ms:
            continue
        met = {
            tuple(unit[key] for key in by)
            for unit in units_of(one, {*by, *where} & {"security_group"})
            if all(unit[key] in values for key, values in where.items())
            # What names no group is not counted by group.
            and not ("security_group" in by and unit["security_group"] is None)
        }
        sums.update(((at - span.start_ms) // step_ms, values) for values in met)
    return sums
