"""`guardstream rules test`: run the tests in rule files."""

from __future__ import annotations

import time
from pathlib import Path  # noqa: TC003  # Typer reads the annotations.
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from schemas.errors import GuardstreamError
from streams.cli.console import out
from streams.cli.rule_sets import load, read_test_files, shown_path
from streams.core.rules.cases import Case, Outcome, cases_of, run_case
from streams.core.rules.junit import junit_xml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.cli.rule_sets import Loaded

FAILED = 1
NOTHING_TESTED = 5
_WIDTH = 80


def run_tests(
    what: Annotated[
        list[str] | None, typer.Argument(metavar="FOLDER|FILE|ID", help="Whose tests to run; default: all.")
    ] = None,
    *,
    keyword: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only tests with this in the rule's id or the test's name.")
    ] = "",
    junit: Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML, for CI.")] = None,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="A line for each test.")] = False,
    exitfirst: Annotated[bool, typer.Option("-x", "--exitfirst", help="Stop at the first failure.")] = False,
) -> None:
    """Run the tests in rule files: those that ship, and your own; disabled rules too.

    Exit 0 if all passed, 1 if one failed, 2 if something can't be loaded, 5 if there was no test.
    """
    began = time.perf_counter()
    loaded = load(what or [], may_be_empty=True)
    cases = [case for case in cases_of(loaded.rule_set) if _chosen(loaded, case, keyword)]
    files = read_test_files(loaded, cases)
    outcomes: list[Outcome] = []
    report = _Report(verbose=verbose)
    for outcome in _run(cases, files):
        outcomes.append(outcome)
        report.add(outcome)
        if exitfirst and outcome.problem is not None:
            break
    report.end(outcomes, len(cases) - len(outcomes), time.perf_counter() - began)
    if junit is not None:
        _write(junit, outcomes)
    if not cases:
        raise typer.Exit(NOTHING_TESTED)
    if any(outcome.problem is not None for outcome in outcomes):
        raise typer.Exit(FAILED)


def _chosen(loaded: Loaded, case: Case, keyword: str) -> bool:
    return loaded.means(case.rule.id, case.entry.file) and keyword.lower() in case.name.lower()


def _run(cases: Sequence[Case], files: Sequence[dict[str, bytes]]) -> Iterator[Outcome]:
    for case, contents in zip(cases, files, strict=True):
        began = time.perf_counter()
        problem = run_case(case, contents)
        yield Outcome(case, problem, time.perf_counter() - began)


class _Report:
    """What is printed while tests run, and afterwards."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose
        self._out = out()
        self._file: str | None = None

    def add(self, outcome: Outcome) -> None:
        """One test has run."""
        file = shown_path(outcome.case.entry.file)
        passed = outcome.problem is None
        style = "green" if passed else "red"
        if self._verbose:
            line = f"{file}:{outcome.case.where.line} {outcome.case.name} "
            ended = ("PASSED" if passed else "FAILED", style)
            self._out.print(Text.assemble(line, ended, f" ({outcome.seconds * 1000:.0f} ms)"), soft_wrap=True)
            return
        if file != self._file:
            self._out.print(Text(("" if self._file is None else "\n") + file + " "), end="", soft_wrap=True)
            self._file = file
        self._out.print(Text("." if passed else "F", style=style), end="", soft_wrap=True)

    def end(self, outcomes: Sequence[Outcome], left: int, seconds: float) -> None:
        """All tests have run, but those that are ``left``."""
        if self._file is not None:
            self._out.print()
        failed = [outcome for outcome in outcomes if outcome.problem is not None]
        if failed:
            self._rule(" FAILURES ", "=", "")
        for outcome in failed:
            self._tell(outcome)
        counts = [f"{len(failed)} failed"] if failed else []
        passed = len(outcomes) - len(failed)
        counts += [f"{passed} passed"] if passed else []
        counts += [] if outcomes else ["no tests found"]
        counts += [f"{left} not run"] if left else []
        style = "red" if failed else "green" if outcomes else "yellow"
        self._rule(f" {', '.join(counts)} in {seconds:.2f}s ", "=", style)

    def _tell(self, outcome: Outcome) -> None:
        case, where = outcome.case, outcome.case.where
        self._rule(f" {case.name} ", "_", "red")
        self._out.print(Text(f"{shown_path(where.file)}:{where.line}: {outcome.problem}"), soft_wrap=True)
        self._out.print()

    def _rule(self, title: str, character: str, style: str) -> None:
        self._out.print(Text(title.center(_WIDTH, character), style=style), soft_wrap=True)


def _write(path: Path, outcomes: Sequence[Outcome]) -> None:
    try:
        path.write_bytes(junit_xml(outcomes))
    except OSError as error:
        message = f"{path} can't be written: {error.strerror}"
        raise GuardstreamError(message) from error
