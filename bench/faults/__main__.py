"""The long run: counts stay exact and no alert is lost while workers and broker are killed, for many minutes.

``python -m bench.faults --events 500000 --kills 30 --stops 5`` starts a broker of its own, prints what happened and
what came out beside what must have, and exits with 1 where anything differs.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bench.faults.plan import Plan, in_order
from bench.faults.report import Feeding, report
from streams.adapters.embedded_kafka import EmbeddedKafka
from streams.adapters.topic_admin import create_topics
from streams.settings import Settings
from tests.faults.support.account import settle
from tests.faults.support.feeder import Feeder
from tests.faults.support.rejudged import with_windowed_rules
from tests.faults.support.scene import Scene, recoveries
from tests.faults.support.topics import Group
from tests.faults.support.workers import Crew

LONGEST_RECOVERY = 20.0


def main(  # noqa: PLR0913  # Each is an option of the command.
    *,
    events: Annotated[int, typer.Option(min=1, help="How many messages to feed.")] = 500_000,
    rate: Annotated[float, typer.Option(min=1, help="Messages a second.")] = 600,
    kills: Annotated[int, typer.Option(min=0)] = 30,
    stops: Annotated[int, typer.Option(min=0)] = 5,
    stop_seconds: Annotated[float, typer.Option(min=0, help="How long a stopped worker stays so.")] = 40,
    joins: Annotated[int, typer.Option(min=0, help="How often one more worker joins and leaves.")] = 3,
    rolls: Annotated[int, typer.Option(min=0, help="How often all workers are restarted in turn.")] = 2,
    broker_crashes: Annotated[int, typer.Option(min=0)] = 1,
    workers: Annotated[int, typer.Option(min=1)] = 2,
    partitions: Annotated[int, typer.Option(min=1)] = 4,
    seed: Annotated[int, typer.Option(help="Chooses events, faults and their order.")] = 1,
) -> None:
    """Feed events through faults, then compare everything that was written with a fold of the input."""
    folder = Path(tempfile.mkdtemp(prefix="guardstream-faults-"))
    plan = Plan(kills, stops, stop_seconds, joins, rolls, broker_crashes)
    with EmbeddedKafka(folder / "kafka") as broker:
        settings = with_windowed_rules(
            Settings(bootstrap_servers=broker.bootstrap_servers, partitions=partitions, data=folder / "data")
        )
        create_topics(settings)
        with Crew(settings, folder) as crew, closing(Group(settings)) as group:
            scene = Scene(crew, group, broker, seed)
            scene.open(workers)
            feeder = Feeder(settings, seed=seed, rate=rate, most=events)
            fed_until = _feed(feeder, scene, in_order(plan, scene, seed))
            committed = group.await_all_committed()
            scene.check()
        account = settle(settings)
    waited = recoveries(scene.faults, account.alerts, fed_until)
    if waited and max(waited) > LONGEST_RECOVERY:
        account.differences.append(f"a partition alerted again only {max(waited):.1f} s after a kill")
    report(account, scene.faults, waited, Feeding(feeder.fed, feeder.seconds, committed))
    if account.differences:
        sys.exit(f"{len(account.differences)} differences; broker and logs are kept in {folder}")
    shutil.rmtree(folder)


def _feed(feeder: Feeder, scene: Scene, faults: list[Callable[[], object]]) -> int:
    """Feed all events while the faults happen; when the last event was fed, epoch ms."""
    began = time.monotonic()
    with feeder:
        for number, fault in enumerate(faults, 1):
            scene.wait(0.2, 4)
            fault()
            done = f"{number:3} of {len(faults)}  {scene.faults[-1].kind}"
            print(f"{time.monotonic() - began:6.0f} s  {done}", file=sys.stderr)
        # The last fault may have left the partitions between two owners.
        scene.settle()
        while not feeder.done:
            time.sleep(0.5)
        fed_until = time.time_ns() // 1_000_000
        feeder.finish()
    return fed_until


if __name__ == "__main__":
    typer.run(main)
