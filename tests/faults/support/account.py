"""The account: what came out beside what must have, every difference in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.condition import Immediate
from streams.adapters.rule_sets import load_rule_set
from streams.cli.judging import judge_topics, read_timeline
from tests.faults.support.fold import Fold
from tests.faults.support.observed import (
    restored_counts,
    seen_alerts,
    seen_dead_letters,
    seen_findings,
    written_counts,
)
from tests.faults.support.rejudged import windowed_alerts

if TYPE_CHECKING:
    from schemas.rule import Rule
    from streams.settings import Settings
    from tests.faults.support.fold import Expected, Pane
    from tests.faults.support.observed import SeenAlert

MOST_SHOWN = 12


@dataclass(slots=True)
class Account:
    """Differences (none, if all is well), figures to print, and the alerts as they were seen."""

    differences: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    alerts: list[SeenAlert] = field(default_factory=list)


def settle(settings: Settings) -> Account:
    """Compare everything that was written with a fold of the input."""
    expected = Fold(settings).run()
    account = Account(alerts=seen_alerts(settings))
    account.figures = {f"events: {kind}": count for kind, count in sorted(expected.events.items())}
    for name, counts in (("window-counts", written_counts(settings)), ("restored rows", restored_counts(settings))):
        _compare_counts(account, name, expected.panes, counts)
    _compare_alerts(account, expected)
    _compare_windowed_alerts(account, settings)
    _compare_replayed_alerts(account, settings)
    _compare_dead_letters(account, expected, settings)
    _compare_findings(account, expected, settings)
    return account


def _compare_counts(account: Account, name: str, expected: Counter[Pane], counts: Counter[Pane]) -> None:
    wrong = sorted((pane for pane in expected.keys() | counts.keys() if expected[pane] != counts[pane]), key=str)
    account.figures[f"{name}: panes"] = len(counts)
    account.figures[f"{name}: counted"] = counts.total()
    account.figures[f"{name}: panes that are wrong"] = len(wrong)
    account.differences += _shown(name, [f"{pane} is {counts[pane]}, must be {expected[pane]}" for pane in wrong])


def _compare_alerts(account: Account, expected: Expected) -> None:
    rules = {rule for rule, _ in expected.alerts.values()}
    seen = Counter(alert.alert_id for alert in account.alerts if alert.rule in rules)
    lost = [f"{made} of {expected.alerts[made]} is lost" for made in expected.alerts.keys() - seen.keys()]
    extra = [f"{made} belongs to no event" for made in seen.keys() - expected.alerts.keys()]
    account.differences += _shown("alerts", [*lost, *extra])
    deliveries = sum(len(places) for _, places in expected.alerts.values())
    account.figures |= {
        "alerts: ids": len(seen),
        "alerts: lost": len(lost),
        "alerts: extra": len(extra),
        # An event that is delivered twice alerts twice with one id; what is more than that was sent again.
        "alerts: sent again": seen.total() - deliveries,
    }


def _compare_windowed_alerts(account: Account, settings: Settings) -> None:
    judged = {rule.id for rule in load_rule_set(settings).rules if not _alerts_always(rule)}
    seen = Counter((alert.alert_id, alert.status, alert.rule) for alert in account.alerts if alert.rule in judged)
    called_for = {(one["alert_id"], one["status"], one["rule"]["id"]) for one in windowed_alerts(settings)}
    lost, extra = called_for - seen.keys(), seen.keys() - called_for
    wrong = [*(f"{one} is lost" for one in lost), *(f"{one} is not called for" for one in extra)]
    account.differences += _shown("windowed alerts", wrong)
    account.figures |= {f"windowed alerts: {rule}": count for rule, count in Counter(one[2] for one in seen).items()}
    account.figures |= {
        "windowed alerts: lost": len(lost),
        "windowed alerts: extra": len(extra),
        "windowed alerts: sent again": seen.total() - len(seen),
    }


def _compare_replayed_alerts(account: Account, settings: Settings) -> None:
    """History judged again from the source topics has the same alerts, each with the same last state."""
    replayed = judge_topics(settings, read_timeline(settings, None, live=True)).alerts
    seen = {alert.alert_id: alert.status for alert in account.alerts}
    wrong = [f"{one} is not made again" for one in seen.keys() - replayed.keys()]
    wrong += [f"{replayed[one]['rule']['id']} {one} never was" for one in replayed.keys() - seen.keys()]
    wrong += [
        f"{replayed[one]['rule']['id']} {one} is {replayed[one]['status']}, and was {seen[one]}"
        for one in seen.keys() & replayed.keys()
        if replayed[one]["status"] != seen[one]
    ]
    account.differences += _shown("replayed alerts", wrong)
    account.figures |= {"replayed alerts": len(replayed), "replayed alerts: wrong": len(wrong)}


def _alerts_always(rule: Rule) -> bool:
    return isinstance(rule.condition, Immediate) and rule.condition.repeat == "every"


def _compare_dead_letters(account: Account, expected: Expected, settings: Settings) -> None:
    seen = seen_dead_letters(settings)
    wrong = [f"{place} is lost" for place in expected.dead.keys() - seen.keys()]
    wrong += [f"{place} is no broken message" for place in seen.keys() - expected.dead.keys()]
    wrong += [
        f"{place} has other bytes than the message"
        for place, found in seen.items()
        if place in expected.dead and any(letter != expected.dead[place] for letter in found)
    ]
    account.figures["dead letters"] = len(seen)
    account.figures["dead letters: sent again"] = sum(map(len, seen.values())) - len(seen)
    account.differences += _shown("dead letters", wrong)


def _compare_findings(account: Account, expected: Expected, settings: Settings) -> None:
    seen = seen_findings(settings)
    wrong = [
        f"{key!r} stands there {seen[key]} times, must {count}"
        for key, count in expected.findings.items()
        if seen[key] < count
    ]
    wrong += [f"{key!r} was never delivered" for key in seen.keys() - expected.findings.keys()]
    account.figures["enriched findings"] = len(seen)
    account.figures["enriched findings: sent again"] = seen.total() - expected.findings.total()
    account.differences += _shown("enriched findings", wrong)


def _shown(name: str, wrong: list[str]) -> list[str]:
    shown = [f"{name}: {one}" for one in wrong[:MOST_SHOWN]]
    return [*shown, f"{name}: and {len(wrong) - MOST_SHOWN} more"] if len(wrong) > MOST_SHOWN else shown
