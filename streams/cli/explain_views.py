"""An alert that was judged again, as people and as programs read it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.text import Text

from streams.adapters.evidence import Standing
from streams.cli.alert_views import LEVEL_STYLES, pairs
from streams.cli.console import out
from streams.core.alerts.episode import level_of, reaches
from streams.core.alerts.text import group_text
from streams.core.alerts.uphold import Outcome, group_of, why_not
from streams.core.parsing.times import to_rfc3339
from streams.core.windows.clock import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.rule import Rule
    from streams.adapters.evidence import Found
    from streams.cli.alerts_explain import Explained
    from streams.core.alerts.explain import EventVerdict
    from streams.core.conditions.verdict import Verdict
    from streams.core.query.trace import Clause
    from streams.core.replay.recount import Pane

MOST_PANES = 60
_LONGEST_VALUE = 80
_STYLES = {Outcome.SAME: "bold green", Outcome.DIFFERENT: "bold red", Outcome.UNTOLD: "bold yellow"}
_WORDS = {Outcome.SAME: "the same", Outcome.DIFFERENT: "different", Outcome.UNTOLD: "can't be told"}


def print_explained(explained: Explained, most: int | None) -> None:
    """Print all of it; ``most`` is how many events are shown, None for all events and minutes."""
    for name, text in _head(explained):
        _line(f"{name:<10} {text}", LEVEL_STYLES.get(text, ""))
    shown = explained.events if most is None else explained.events[:most]
    for number, (found, judged) in enumerate(shown, 1):
        _line("")
        _print_event(explained, number, found, judged)
    if len(shown) < len(explained.events):
        _line(f"\n... and {len(explained.events) - len(shown)} more events; --all shows them")
    if explained.window is not None:
        _line("")
        _print_panes(explained.window.panes, None if most is None else MOST_PANES)
        _print_level(explained.known.judged_by, explained.window.verdict)
    conclusion = explained.conclusion
    _line(f"\nverdict: {_WORDS[conclusion.outcome]}, {conclusion.words}", _STYLES[conclusion.outcome])


def _head(explained: Explained) -> Iterator[tuple[str, str]]:
    alert = explained.alert
    rule, dry = alert["rule"], alert.get("labels", {}).get("dry_run") == "true"
    yield "alert", f"{alert['alert_id']}{'  (of a rule that is only tried)' if dry else ''}"
    yield "rule", f"{rule['id']}: {rule['title']}"
    yield "level", rule["level"]
    yield "status", f"{alert['status']}{', historical' if alert.get('historical') else ''}"
    yield "summary", alert["summary"]
    if alert["group"]:
        yield "group", pairs(alert["group"])
    if alert["window"]:
        yield "window", f"{alert['window']['start']} to {alert['window']['end']}"
    if alert.get("release"):
        yield "release", f"{alert['release']['name']}, began {alert['release']['started_at']}"
    if explained.first["measured"] != alert["measured"]:
        yield "at first", pairs(explained.first["measured"])
    yield "measured", pairs(alert["measured"])
    yield "revision", _revision(explained)
    yield "evidence", _evidence(explained)


def _revision(explained: Explained) -> str:
    own, known = explained.alert["rule"]["revision"], explained.known
    today = known.today.revision if known.today else None
    if today == own:
        return f"{own}, which is today's"
    now = f"today's is {today}" if today else "today the rule is not in use"
    if known.then:
        return f"{own}; {now}. Judged again by the alert's own."
    by = "Judged again by today's." if today else "Nothing is left to judge by."
    return f"{own}, which is not known any more; {now}. {by}"


def _evidence(explained: Explained) -> str:
    total = explained.alert["evidence"]["total"]
    standings = [found.standing for found, _ in explained.events]
    told = [f"{standings.count(one)} {one}" for one in Standing if one in standings]
    counted = f"{total} event{'' if total == 1 else 's'}, {len(standings)} referenced"
    return f"{counted}: {', '.join(told)}" if told else counted


def _print_event(explained: Explained, number: int, found: Found, judged: EventVerdict | None) -> None:
    place = found.reference
    where = f"{place['topic']}[{place['partition']}] offset {place['offset']}, index {place['index']}"
    _line(f"event {number}: {place['event_id']}  {where}", "bold")
    if found.why:
        _line(f"  {found.standing}: {found.why}", "yellow")
    if judged is None:
        return
    arrived = "" if found.arrived is None else f", arrived {to_rfc3339(found.arrived)}"
    _line(f"  happened {to_rfc3339(judged.at_ms)}{arrived}")
    if judged.hidden:
        _mark(1, holds=False, text=judged.hidden)
    _print_clause(judged.query, 1)
    if judged.of is not None:
        _line("  the ratio's whole:")
        _print_clause(judged.of, 2)
    for exception in judged.exceptions:
        state = "holds" if exception.covers else "does not hold" if exception.held else f"ended {exception.until}"
        _line(f"  exception ({exception.reason}): {state}")
        _print_clause(exception.query, 2)
    if judged.level is not None:
        for level, clause in judged.level.tried:
            _line(f"  {level} when:")
            _print_clause(clause, 2)
        _line(f"  level {judged.level.level}: {judged.level.why}")
    rule = explained.known.judged_by
    why = why_not(judged, group_of(rule, explained.alert) if rule else None)
    taken = "alerts" if explained.alert["window"] is None else "counted"
    _line(f"  → {f'not {taken}: {why}' if why else taken}", "red" if why else "green")


def _print_clause(clause: Clause, depth: int) -> None:
    values = ", ".join(_short(group_text(value) or "") for value in clause.values)
    _mark(depth, holds=clause.holds, text=clause.text + (f"   ({values})" if values else ""), decides=clause.decides)
    for part in clause.parts:
        _print_clause(part, depth + 1)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _mark(depth: int, *, holds: bool, text: str, decides: bool = True) -> None:
    mark, style = ("✓", "green") if holds else ("✗", "red")
    out().print(Text.assemble("  " * depth, (mark, style if decides else "dim"), f" {text}"), soft_wrap=True)


def _print_panes(panes: tuple[Pane, ...], most: int | None) -> None:
    told = [pane for pane in panes if pane.on_time or pane.late or pane.of or pane.of_late]
    _line("counted again, by the minute (UTC); minutes that are not here had nothing", "bold")
    for pane in told[:most]:
        late = f"  and {pane.late} late" if pane.late else ""
        of = "" if pane.of is None else f"  of {pane.of}" + (f" and {pane.of_late} late" if pane.of_late else "")
        _line(f"  {to_rfc3339(pane.minute * MINUTE)[:16]}Z  {pane.on_time:>6}{late}{of}")
    if most is not None and len(told) > most:
        _line(f"  ... and {len(told) - most} more minutes; --all shows them")


def _print_level(rule: Rule | None, verdict: Verdict | None) -> None:
    """Which of the levels of a rule with a window what was measured reaches."""
    if rule is None or verdict is None or not verdict.holds:
        return
    for entry in rule.levels:
        bound = f"above {entry.above:g}" if entry.above is not None else f"below {entry.below or 0:g}"
        _mark(1, holds=reaches(entry, verdict), text=f"{entry.level}: {bound}   ({verdict.value:g})")
        if reaches(entry, verdict):
            break
    _line(f"  level {level_of(rule, verdict)}")


def _line(text: str, style: str = "") -> None:
    out().print(Text(text, style=style), soft_wrap=True)


def as_object(explained: Explained) -> dict[str, Any]:
    """All of it as one JSON object; minutes and times as RFC 3339."""
    known, alert = explained.known, explained.alert
    rule = known.judged_by
    group = group_of(rule, alert) if rule else None
    return {
        "alert": alert,
        "revision": {
            "alert": alert["rule"]["revision"],
            "today": known.today.revision if known.today else None,
            "judged_by": rule.revision if rule else None,
        },
        "events": [_event(found, judged, group) for found, judged in explained.events],
        "window": _window(explained),
        "verdict": {"outcome": explained.conclusion.outcome, "words": explained.conclusion.words},
    }


def _event(found: Found, judged: EventVerdict | None, group: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"reference": found.reference, "standing": found.standing, "why": found.why}
    told["arrived"] = None if found.arrived is None else to_rfc3339(found.arrived)
    if judged is None:
        return told | {"taken": None}
    why = why_not(judged, group)
    steps = asdict(judged)
    return told | {"happened": to_rfc3339(steps.pop("at_ms")), "taken": why is None, "why_not": why} | steps


def _window(explained: Explained) -> dict[str, Any] | None:
    window = explained.window
    if window is None:
        return None
    panes = [asdict(pane) | {"minute": to_rfc3339(pane.minute * MINUTE)} for pane in window.panes]
    verdicts = {
        name: None if verdict is None else asdict(verdict)
        for name, verdict in (("on_time", window.verdict), ("with_late", window.with_late))
    }
    return {"end": to_rfc3339(window.end * MINUTE), "complete": window.complete, "minutes": panes, **verdicts}
