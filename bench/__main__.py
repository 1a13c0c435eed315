"""Say what benchmarks there are, and run a short set of them: ``python -m bench``."""

import importlib
from typing import Annotated

import typer

BENCHMARKS = {
    "throughput": "a backlog worked off by one worker: findings, CloudTrail, and one account with most of the events",
    "rules": "judging by ten rules, the pack and a thousand; judging files again",
    "scale": "two workers against one",
    "latency": "from an event to its alert",
    "memory": "memory of many series, and how long a restart takes",
    "board_store": "the dashboard's store: panes taken in a second, and a page's sums over 30 days",
    "board_page": "the dashboard's pages at size, over HTTP, while more comes in",
    "anomaly.causes": "what moved with an alert: planted causes found, and nothing where nothing happened",
    "mutations": "corrupted input, every part of it accounted for",
    "fuzz_queries": "any text as a query: refused with its place, or quick",
    "fuzz_rules": "any text as a file of rules: refused with its place, or fit for all that is done with rules",
    "anomaly": '"more than usual" on simulated counts, beside a detector that knows them and those that others use',
    "faults": "counts stay exact while workers and broker are killed, for many minutes",
}
SHORT = ("throughput", "latency", "mutations")


def main(*, list_only: Annotated[bool, typer.Option("--list", help="Only say what there is.")] = False) -> None:
    """List the benchmarks, and run a short set of them."""
    for name, what in BENCHMARKS.items():
        print(f"python -m bench.{name:<16}{what}")
    if list_only:
        return
    for name in SHORT:
        print(f"\n== {name}", flush=True)
        main_of = importlib.import_module(f"bench.{name}").main
        if name == "throughput":
            main_of(["findings", "cloudtrail"], count=200_000, step_ms=1, workers=[1])
        elif name == "latency":
            main_of(rate=1_000, seconds=150)
        else:
            main_of(count=5_000)


if __name__ == "__main__":
    typer.run(main)
