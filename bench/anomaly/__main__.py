"""What "more than usual" misses and what it raises in vain, beside what others use: ``python -m bench.anomaly``."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # A run has one core; numpy asks for this when it is imported.
from bench.anomaly import report
from bench.anomaly.size import FULL, QUICK

NAB = Path("../shared/corpora/nab")


def main(  # noqa: PLR0913 - they are options
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="A smaller run, of two minutes; its figures are rough.")
    ] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(report.PARTS)}; may be repeated.")] = None,
    family: Annotated[str, typer.Option(help="Only families whose names contain this.")] = "",
    jobs: Annotated[int, typer.Option(help="Processes.")] = 1,
    seed: Annotated[int, typer.Option(help="Another one simulates other series.")] = 1,
    nab: Annotated[Path, typer.Option(help="The folder with windows.json and the benchmark's files.")] = NAB,
) -> None:
    """Run the parts, print each table as it goes, and at the end what holds."""
    wanted = only or list(report.PARTS)
    unknown = sorted(set(wanted) - set(report.PARTS))
    if unknown:
        raise typer.BadParameter(f"There is no part {unknown[0]!r}; there are {', '.join(report.PARTS)}.")
    begun = time.monotonic()
    run = report.Run(QUICK if quick else FULL, family, seed, nab)
    claims: list[report.Claim] = []
    with ProcessPoolExecutor(jobs) as pool:
        for name in wanted:
            print(f"\n== {name}", flush=True)
            claims += report.PARTS[name](run, pool)
    print(f"\n== what holds ({time.monotonic() - begun:.0f} s)")
    for claim in claims:
        print(f"{'yes' if claim.holds else 'NO ':4}{claim.text}: {claim.measured}")


if __name__ == "__main__":
    typer.run(main)
