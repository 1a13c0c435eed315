"""What came out: counts as written and as restored from the changelog, alerts, dead letters, enriched findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from streams.adapters.rule_sets import load_rule_set
from streams.core.parsing.times import parse_time
from streams.core.windows.changelog import restore
from tests.faults.support.fold import finding_key
from tests.faults.support.topics import read_all

if TYPE_CHECKING:
    from streams.settings import Settings
    from tests.faults.support.fold import Pane, Place


class SeenAlert(NamedTuple):
    """One message of the alerts topic; ``at_ms`` is when it was written, ``place`` the first event behind it."""

    alert_id: str
    rule: str
    status: str
    place: Place | None
    at_ms: int


def written_counts(settings: Settings) -> Counter[Pane]:
    """Of each key of `window-counts` the highest version; keys that differ only in the day of arrival are added."""
    names = {measure.name: measure for measure in load_rule_set(settings).measures}
    newest: dict[bytes, dict[str, Any]] = {}
    for message in read_all(settings, settings.topics().window_counts):
        value = orjson.loads(message.value())
        if value["measure"] in names and (
            message.key() not in newest or value["version"] >= newest[message.key()]["version"]
        ):
            newest[message.key()] = value
    panes: Counter[Pane] = Counter()
    for value in newest.values():
        keys = [key.name for key in names[value["measure"]].group_by]
        start = parse_time(value["start"])
        assert start is not None
        panes[value["measure"], tuple(value["group"][key] for key in keys), start // 60_000] += value["count"]
    return panes


def restored_counts(settings: Settings) -> Counter[Pane]:
    """The totals of the rows that a worker would restore from the changelog."""
    names = {measure.id: measure.name for measure in load_rule_set(settings).measures}
    panes: Counter[Pane] = Counter()
    for partition in range(settings.partitions):
        records = ((record.key(), record.value()) for record in read_all(settings, settings.topics().rows, partition))
        for measure, groups in restore(records).state.series.measures.items():
            if measure not in names:
                continue
            for group, rows in groups.items():
                for row in rows:
                    for minute in range(60):
                        if row.total(minute):
                            panes[names[measure], group, row.hour * 60 + minute] += row.total(minute)
    return panes


def seen_alerts(settings: Settings) -> list[SeenAlert]:
    found = []
    for message in read_all(settings, settings.topics().alerts):
        alert = orjson.loads(message.value())
        assert message.key() == alert["alert_id"].encode()
        items = alert["evidence"]["items"]
        first = items[0] if items else None
        place = (first["topic"], first["partition"], first["offset"], first["index"]) if first else None
        found.append(SeenAlert(alert["alert_id"], alert["rule"]["id"], alert["status"], place, message.timestamp()[1]))
    return found


def seen_dead_letters(settings: Settings) -> dict[Place, list[tuple[bytes | None, bytes | None]]]:
    """Key and value of every dead letter, by the place that its headers name."""
    found: dict[Place, list[tuple[bytes | None, bytes | None]]] = defaultdict(list)
    for message in read_all(settings, settings.topics().dead_letters):
        told = {name: value.decode() for name, value in message.headers()}
        place = (told["topic"], int(told["partition"]), int(told["offset"]), int(told["index"]))
        found[place].append((message.key(), message.value()))
    return found


def seen_findings(settings: Settings) -> Counter[str]:
    """How often each finding stands in `enriched-findings`."""
    return Counter(
        finding_key(orjson.loads(message.value())["finding"])
        for message in read_all(settings, settings.topics().enriched_findings)
    )
