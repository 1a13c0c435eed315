"""What judging costs: ten rules, the pack, and a thousand; and how fast files are judged again.

The thousand are the pack, imported rules where a folder of them is given (what ``guardstream rules import`` wrote), and
variants as large organisations have them: the same for one account, one team, one region and tool, or other calls.
Times are of one thread, so that other processes on the machine weigh little.
"""

from __future__ import annotations

import gc
import random
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from bench.load import Mix, make
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.cli.judging import judge_files
from streams.core.replay.simulation import Record, RecordBatch
from streams.core.rules.load import load_measures, load_rules
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from streams.core.source.process import SourceContext, process
from streams.core.windows.clock import RecordClock
from streams.core.windows.tally import Tally
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas.rule import Rule

MISSION = (
    "actor-identified", "backdoor-ratio-too-high", "guardduty-bucket-access-changed", "guardduty-collection-disabled",
    "more-than-usual-high-severity", "no-guardduty-logs", "phishing-attempt-identified",
)  # fmt: skip
START = 1_790_000_000_000
DELAY, RETENTION = 900_000, 172_800_000
AT_ONCE = 2_000
NOISY = 0.01
"""An imported rule that alerts on more of everyday's events than this is left out: writing alerts is another cost."""


def variants(rules: Sequence[Rule], number: int) -> list[Rule]:
    """So many rules that ask what these ask, and something more."""
    more: list[Callable[[int], str]] = [
        lambda turn: f'account:"{100_000_000_000 + turn}"',
        lambda turn: f'region:"xx-north-{turn}" AND user_agent:*tool{turn}*',
        lambda turn: f'NOT account:"{100_000_000_000 + turn}" AND account_name:team{turn}',
        lambda turn: f'account_owner:"owner{turn}"',
    ]
    made: list[Rule] = []
    for turn in count():
        for rule in rules:
            if len(made) == number:
                return made
            query = f"({rule.query}) AND {more[len(made) % len(more)](turn)}"
            made.append(rule.model_copy(update={"id": f"{rule.id}-v{turn}", "query": query}))
    return made


def cost(rules: Sequence[Rule], values: Sequence[bytes], turns: int) -> float:
    """Microseconds an event, from its bytes to alerts and counts; the best of some turns after a first one."""
    plan = make_plan(rules, load_measures([read_folder(shipped_folder("measures"))]))
    context = SourceContext(Timeline(plan, {}), accounts={}, delay=DELAY, retention=RETENTION, enrich_records="matched")
    took = []
    for _ in range(turns + 1):
        clock, tally = RecordClock(), Tally()
        began = time.thread_time()
        for begin in range(0, len(values), AT_ONCE):
            records = [
                Record(begin + place, START, None, value) for place, value in enumerate(values[begin : begin + AT_ONCE])
            ]
            process(RecordBatch("in", 0, records), clock, tally, context)
        took.append(time.thread_time() - began)
    return min(took[1:]) / len(values) * 1e6


def quiet(rules: Sequence[Rule], values: Sequence[bytes]) -> list[Rule]:
    """Those that alert on few of these events."""
    plan = make_plan(rules, ())
    context = SourceContext(Timeline(plan, {}), accounts={}, delay=DELAY, retention=RETENTION, enrich_records="none")
    records = [Record(place, START, None, value) for place, value in enumerate(values)]
    alerts = process(RecordBatch("in", 0, records), RecordClock(), Tally(), context).rules
    return [rule for rule in rules if alerts[rule.id] <= NOISY * len(values)]


def main(
    count_: Annotated[int, typer.Option("--count", min=1_000, help="Events of each kind.")] = 20_000,
    imported: Annotated[Path | None, typer.Option(help="A folder of imported rules.")] = None,
    turns: Annotated[int, typer.Option(min=1)] = 5,
    replayed: Annotated[int, typer.Option(min=0, help="Events of the file that is judged again.")] = 300_000,
    file: Annotated[Path, typer.Option(help="Where that file is written.")] = Path("/tmp/guardstream-replay.jsonl"),  # noqa: S108 - a benchmark's own
) -> None:
    """Print microseconds an event for each set of rules, and events a second for a file."""
    shipped = load_rules([read_folder(shipped_folder())]).rules
    ten = [rule for rule in shipped if rule.id in MISSION]
    ten += [rule for rule in shipped if rule.id not in MISSION][: 10 - len(ten)]
    kinds = {
        name: [event.value for event in make(Mix(findings, share), count_, ("f", "c"), START, 10)]
        for name, findings, share in (("records", 0, 0.001), ("findings", 100, 0.01))
    }
    others = quiet(load_rules([read_folder(imported)]).rules, kinds["records"]) if imported else []
    pack = [*shipped, *others]
    thousand = [*pack, *variants(pack, 1_000 - len(pack))]
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    for name, values in kinds.items():
        bare = _bare(values)
        found = {len(rules): cost(rules, values, turns) for rules in ([], ten, list(shipped), thousand)}
        told = ", ".join(f"{number} rules {us:.1f} us" for number, us in found.items())
        ratio = found[len(thousand)] / found[len(ten)]
        print(f"{name}: {told}; {len(thousand)} to {len(ten)}: {ratio:.2f}; decoding alone {bare:.1f} us", flush=True)
    if replayed:
        _replay([rule for rule in shipped if rule.id in MISSION], replayed, file)


def _bare(values: Sequence[bytes]) -> float:
    began = time.thread_time()
    for value in values:
        orjson.loads(value)
    return (time.thread_time() - began) / len(values) * 1e6


def _replay(rules: Sequence[Rule], number: int, file: Path) -> None:
    settings = load_settings()
    for name, mix in (("95 % records", Mix(5, 0.001)), ("findings, 1 % alerting", Mix(100, 0.01)),
                      ("findings, half alerting", Mix(100, 0.5))):  # fmt: skip
        random.seed(1)
        with file.open("wb") as written:
            for event in make(mix, number, ("f", "c"), START - number * 10, 10):
                written.write(event.value + b"\n")
        began, cpu = time.monotonic(), time.process_time()
        timeline = Timeline(make_plan(rules, ()), {"findings": 600_000, "cloudtrail": DELAY})
        judged = judge_files(settings, timeline, [str(file)])
        took, busy = time.monotonic() - began, time.process_time() - cpu
        print(
            f"replay of {number:,} ({name}): {number / busy:,.0f} events a second of one core, {number / took:,.0f} on "
            f"this machine, {len(judged.values):,} alerts",
            flush=True,
        )
    file.unlink()


if __name__ == "__main__":
    typer.run(main)
