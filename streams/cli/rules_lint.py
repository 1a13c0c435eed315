"""`guardstream rules lint`: what is doubtful about rules that load."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.rule_sets import STYLES, finding_line, load
from streams.core.plural import counted
from streams.core.rules.lint_all import find_doubts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.measure import Source
    from streams.core.rules.doubt import Finding
    from streams.core.rules.load import RuleSet
    from streams.settings import Settings

DOUBTFUL = 1
SIGMA_FILE = "sigma_file"
"""The annotation that `rules import` writes into each rule."""
OF_ALL_IMPORTED = frozenset({"no-firing-test", "no-near-miss", "no-runbook", "no-attack-version"})
"""What Sigma rules have no place for."""


def lint(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="FOLDER|FILE|ID", help="Which rules to look at; default: all.")
    ] = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Look for rules that can't fire or match, repeat others, or lack tests, a runbook or tags.

    Exit 0 if there is no warning (notes don't count), 1 if there is one, 2 if something can't be loaded. What all rules
    from Sigma lack is told once for all; --format json has each.
    """
    loaded = load(what or [])
    found = [
        finding
        for finding in find_doubts(loaded.rule_set, datetime.now(UTC).date(), delays(loaded.settings))
        if loaded.means(finding.rule, finding.where.file)
    ]
    if output is Format.JSON:
        for finding in found:
            print_json(_object(finding))
    else:
        _print(found, loaded.rule_set)
    if any(finding.severity == "warning" for finding in found):
        raise typer.Exit(DOUBTFUL)


def delays(settings: Settings) -> Mapping[Source, int]:
    """How long events may take to arrive, in minutes by source, rounded up."""
    return {
        "findings": -int(-settings.findings_delay // 60),
        "cloudtrail": -int(-settings.cloudtrail_delay // 60),
    }


def _print(found: Sequence[Finding], rule_set: RuleSet) -> None:
    imported = {rule.id for rule in rule_set.all_rules if SIGMA_FILE in rule.annotations}
    alike: Counter[tuple[str, str, str]] = Counter()
    for finding in found:
        if finding.code in OF_ALL_IMPORTED and finding.rule in imported:
            alike[finding.severity, finding.message, finding.code] += 1
        else:
            out().print(finding_line(finding), soft_wrap=True)
    for (severity, message, code), number in alike.items():
        rules = "1 rule" if number == 1 else f"each of {number:,} rules"
        of = f"{rules} from Sigma {message} "
        out().print(Text.assemble((f"{severity}: ", STYLES[severity]), of, (f"[{code}]", "dim")), soft_wrap=True)
    out().print(_summary(found))


def _object(finding: Finding) -> dict[str, object]:
    where = finding.where
    return {
        "file": where.file, "line": where.line, "column": where.column, "rule": finding.rule, "code": finding.code,
        "severity": finding.severity, "message": finding.message,
    }  # fmt: skip


def _summary(found: Sequence[Finding]) -> str:
    warnings = sum(finding.severity == "warning" for finding in found)
    return f"{counted(warnings, 'warning')}, {counted(len(found) - warnings, 'note')}"
