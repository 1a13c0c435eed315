"""`guardstream replay`: history judged again, by these rules or others, without touching what is live."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from schemas.errors import GuardstreamError
from streams.cli.alert_views import LEVEL_STYLES
from streams.cli.console import Format, FormatOption, err, out, print_json
from streams.cli.instants import parse_instant
from streams.cli.judging import judge_files, judge_topics, read_timeline, tell_notes
from streams.cli.tables import print_table
from streams.core.parsing.times import to_rfc3339
from streams.core.plural import counted
from streams.core.replay.compare import Differences, Judged, compare
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHOWN = 20
SHORT = 12
"""Characters of an alert's id that are shown, as in lists of alerts."""

Paths = Annotated[
    list[str] | None,
    typer.Argument(help="Files, folders or -; or input topics; by default both topics.", metavar="[TOPIC | FILES]..."),
]
RulesOption = Annotated[
    list[str] | None, typer.Option(help="Folders of rules, or `shipped`; else those that hold now, and held then.")
]
AgainstOption = Annotated[
    list[str] | None,
    typer.Option(help="A whole set of rules to compare with, as for --rules; `shipped` too, if yours build on it."),
]
From = Annotated[
    str | None, typer.Option("--from", help="Alerts that began since: 7d, 2h ago, or 2026-11-24T07:00:00Z.")
]


def replay(  # noqa: PLR0913 - each is an option of the command
    paths: Paths = None,
    rules: RulesOption = None,
    against: AgainstOption = None,
    since: From = None,
    until: Annotated[str | None, typer.Option("--to", help="The same; exclusive.")] = None,
    *,
    most_added: Annotated[int | None, typer.Option(min=0, help="Exit 1 if `--against` adds more alerts.")] = None,
    most_removed: Annotated[int | None, typer.Option(min=0, help="Exit 1 if it removes more.")] = None,
    most_changed: Annotated[int | None, typer.Option(min=0, help="Exit 1 if it changes more.")] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Judge history: the input topics, as far as they reach back, or files.

    Nothing live is touched. Over the topics, alerts have the ids that they had, since flushes are made again as they
    were. Messages of files count as having arrived when their events happened.

    --from and --to go by when events happened, not by when they came: of old records that came today, --from 1d
    leaves out all, and says how many.
    """
    settings = load_settings()
    limits = {"added": most_added, "removed": most_removed, "changed": most_changed}
    _check_limits(limits, against)
    span = _span(since, until)
    began = time.monotonic()
    judged = [
        _judge(settings, folders, paths or [], span) for folders in ([rules] if against is None else [rules, against])
    ]
    bounds = tuple(to_rfc3339(at) if at is not None else None for at in span)
    tell_notes(judged, span[0])
    alerts = [one.within(*bounds) for one in judged]
    if against is None:
        _print_alerts(alerts[0], time.monotonic() - began, output)
        return
    differs = compare(*alerts)
    _print_differences(differs, output)
    if broken := _broken(limits, differs):
        err().print(Text("\n".join(broken), style="red"), soft_wrap=True)
        raise typer.Exit(1)


def _span(since: str | None, until: str | None) -> tuple[int | None, int | None]:
    """The instants in epoch ms between which alerts begin."""
    now = int(time.time() * 1000)
    begin, end = parse_instant(since, now) if since else None, parse_instant(until, now) if until else None
    if begin is not None and end is not None and begin >= end:
        message = f"--from {since} is not before --to {until}"
        raise GuardstreamError(message)
    return begin, end


def _broken(limits: Mapping[str, int | None], differs: Differences) -> list[str]:
    found = {"added": len(differs.added), "removed": len(differs.removed), "changed": len(differs.changed)}
    return [
        f"{found[what]:,} {what}, at most {most:,} allowed by --most-{what}"
        for what, most in limits.items()
        if most is not None and found[what] > most
    ]


def _check_limits(limits: Mapping[str, int | None], against: Sequence[str] | None) -> None:
    given = [f"--most-{what}" for what, most in limits.items() if most is not None]
    if given and against is None:
        message = (
            f"{', '.join(given)}: there is nothing to compare with; say by --against which rules are to be compared"
        )
        raise GuardstreamError(message)


def _judge(
    settings: Settings, folders: Sequence[str] | None, paths: Sequence[str], span: tuple[int | None, int | None]
) -> Judged:
    topics = set(paths) & set(settings.topics().inputs())
    live = topics == set(paths)
    timeline = read_timeline(settings, folders, live=live)
    with progress_bar() as bar:
        if live:
            return judge_topics(settings, timeline, span, bar, topics)
        return judge_files(settings, timeline, paths, bar, span[0])


def progress_bar() -> Progress:
    """What has been read of a long history, on standard error; gone when all is read. Nothing in a file."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.fields[what]}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty())


def _print_alerts(alerts: list[dict[str, Any]], seconds: float, output: Format) -> None:
    if output is Format.JSON:
        for alert in alerts:
            print_json(alert)
        return
    counts = Counter((alert["rule"]["id"], alert["rule"]["level"]) for alert in alerts)
    rows = []
    for (rule_id, level), number in counts.most_common():
        last = next(one for one in reversed(alerts) if (one["rule"]["id"], one["rule"]["level"]) == (rule_id, level))
        told = f"{last['starts_at'][:19]}Z {last['summary']}"
        rows.append((str(number), rule_id, Text(level, style=LEVEL_STYLES.get(level, "")), told))
    if alerts:
        print_table(("alerts", "rule", "level", "the last one"), rows, whole=3)
    rules = counted(len({rule for rule, _ in counts}), "rule")
    out().print(f"{counted(len(alerts), 'alert')} of {rules}, in {seconds:.1f} s")


def _print_differences(differs: Differences, output: Format) -> None:
    if output is Format.JSON:
        for kind, alerts in (("added", differs.added), ("removed", differs.removed)):
            for alert in alerts:
                print_json({"difference": kind, "alert": alert})
        for before, after in differs.changed:
            print_json({"difference": "changed", "before": before, "alert": after})
        return
    lines = [("+", "green", alert, "") for alert in differs.added]
    lines += [("-", "red", alert, "") for alert in differs.removed]
    lines += [("~", "yellow", after, f"  (was {_state(before)})") for before, after in differs.changed]
    for sign, style, alert, more in lines[:SHOWN]:
        told = f"{sign} {alert['starts_at'][:19]}Z {_state(alert)} {named(alert)}{more}"
        out().print(Text(told, style=style), soft_wrap=True)
    if len(lines) > SHOWN:
        out().print(f"  and {len(lines) - SHOWN:,} more; --format json has all")
    out().print(
        f"{len(differs.added):,} added, {len(differs.removed):,} removed, {len(differs.changed):,} changed, "
        f"{differs.same:,} the same"
    )


def named(alert: dict[str, Any]) -> str:
    """An alert's rule, summary and id, as far as people write ids."""
    return f"{alert['rule']['id']}: {alert['summary']}  {alert['alert_id'][:SHORT]}"


def _state(alert: dict[str, Any]) -> str:
    return f"{alert['rule']['level']} {alert['status']}"
