"""`guardstream counts`: what was counted, in one-minute panes."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from schemas.errors import GuardstreamError
from streams.adapters.applied_rules import read_applied
from streams.adapters.rule_sets import load_rule_set
from streams.adapters.topic_reader import read_topic
from streams.cli.alert_views import pairs
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.count_views import Count, choose, newest_counts, shown, totals
from streams.cli.instants import parse_instant
from streams.cli.tables import print_table
from streams.core.rules.applied import rules_in_force
from streams.core.rules.plan import make_plan
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.measure import Measure
    from schemas.rule import Rule
    from streams.settings import Settings


def counts(
    measure: Annotated[str | None, typer.Argument(help="A measure's name; without it, all that have counts.")] = None,
    since: Annotated[str | None, typer.Option(help="Panes from: 30m, 2h, 7d ago, or 2026-11-24T07:00:00Z.")] = None,
    until: Annotated[str | None, typer.Option(help="Panes before; written as --since.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="Only groups with key=value; may be given several times.")
    ] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Print a measure's counts, a pane and group a line; without MEASURE, every measure with its total."""
    settings = load_settings()
    now_ms = int(time.time() * 1_000)
    since_ms, until_ms = (parse_instant(text, now_ms) if text else None for text in (since, until))
    wanted = _groups(group or [])
    rows = newest_counts(
        (message.key, message.value) for message in read_topic(settings, settings.topics().window_counts)
    )
    if measure is None:
        _print_totals(rows, output)
        return
    known = sorted({row["measure"] for row in rows})
    if measure not in known:
        _tell_of_none(settings, measure, known, output)
        return
    found = [shown(row) for row in choose(rows, measure, wanted, since_ms, until_ms)]
    if output is Format.JSON:
        for row in found:
            print_json(row)
    else:
        _print_rows(found)


def _tell_of_none(settings: Settings, measure: str, known: Sequence[str], output: Format) -> None:
    """Say that a measure has counted nothing; raises GuardstreamError where it is none that rules or folders know."""
    if measure in measure_names(settings):
        if output is Format.TEXT:
            out().print(Text(f"0: {measure} has counted nothing yet"))
        return
    names = f"there are counts of: {', '.join(known)}" if known else "nothing was counted yet; does a worker run?"
    message = f"no count of a measure {measure!r}; {names}"
    raise GuardstreamError(message)


def measure_names(settings: Settings) -> set[str]:
    """The measures of the folders and of the rules that were applied last; what can't be loaded is left out."""
    names: set[str] = set()
    with suppress(GuardstreamError):
        rule_set = load_rule_set(settings)
        names |= _counted(rule_set.rules, rule_set.measures)
    with suppress(GuardstreamError):
        for applied in read_applied(settings)[-1:]:
            names |= _counted(rules_in_force(applied), applied.measures)
    return names


def _counted(rules: Sequence[Rule], measures: Sequence[Measure]) -> set[str]:
    return {counted.name for counted in make_plan(rules, measures).counted.values()}


def _groups(texts: list[str]) -> dict[str, str]:
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        message = f"--group {wrong[0]}: write key=value, such as --group severity_label=High"
        raise GuardstreamError(message)
    return {name: value for name, _, value in (text.partition("=") for text in texts)}


def _print_totals(rows: list[Count], output: Format) -> None:
    found = [asdict(total) for total in totals(rows)]
    if output is Format.JSON:
        for total in found:
            print_json(total)
        return
    numbers = ("count", "late", "groups", "panes")
    if found:
        rows_of_text = [(total["measure"], *(f"{total[name]:,}" for name in numbers)) for total in found]
        print_table(("measure", "count", "late", "groups", "minutes"), rows_of_text)
    else:
        out().print("nothing was counted yet; does a worker run?")


def _print_rows(rows: Sequence[Count]) -> None:
    ratio = any("numerator" in row for row in rows)
    numbers = ("numerator", "denominator", "value") if ratio else ("count",)
    texts = [
        (str(row["start"]), pairs(row["group"]) or "(all)", *(str(row.get(name)) for name in numbers)) for row in rows
    ]
    if texts:
        print_table(("start", "group", *numbers), texts, whole=1)
    else:
        out().print("no pane of this measure is such a one")
