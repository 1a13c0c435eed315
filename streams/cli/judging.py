"""History judged in memory: what `replay`, `rules preview` and `alerts explain` have in common."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from schemas.errors import GuardstreamError
from streams.adapters.account_file import read_accounts
from streams.adapters.applied_rules import read_applied
from streams.adapters.history import History
from streams.adapters.history_files import read_history
from streams.adapters.rule_files import read_folder
from streams.adapters.rule_sets import load_rule_set, make_timeline, source_delays
from streams.adapters.sources import total_bytes
from streams.cli.console import err
from streams.core.replay.compare import Judged
from streams.core.replay.files import DatedInput
from streams.core.replay.follow import Follower
from streams.core.replay.simulation import Simulation
from streams.core.rules.applied import rules_in_force
from streams.core.rules.load import load_rules
from streams.core.rules.plan import make_plan
from streams.setting_values import SHIPPED
from streams.settings import shipped

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rich.progress import Progress

    from streams.adapters.sources import Refused
    from streams.core.rules.timeline import Timeline
    from streams.settings import Settings

MINUTE = 60_000


def read_timeline(settings: Settings, folders: Sequence[str] | None, *, live: bool) -> Timeline:
    """The rules of these folders; or those of the settings, and where ``live`` those that were applied since."""
    if folders:
        chosen = [shipped("rules") if name == SHIPPED else Path(name).expanduser() for name in folders]
        return make_timeline(settings, load_rules([read_folder(folder) for folder in chosen]))
    # Measures are for people's charts; what rules count is counted all the same.
    timeline = make_timeline(settings, replace(load_rule_set(settings), measures=()))
    for applied in read_applied(settings) if live else ():
        timeline.add(applied.effective_from, make_plan(rules_in_force(applied), ()), applied.name)
    return timeline


def judge_topics(
    settings: Settings,
    timeline: Timeline,
    span: tuple[int | None, int | None] = (None, None),
    bar: Progress | None = None,
    only: Collection[str] = (),
) -> Judged:
    """The alerts of the input topics, or ``only`` some, between two instants (epoch ms), as far as they reach."""
    return run_topics(settings, timeline, span, bar, only).judged


@dataclass(frozen=True, slots=True)
class Run:
    """A replay of topics: its alerts, what was counted, and since when nothing has expired (epoch ms)."""

    judged: Judged
    simulation: Simulation
    reach: int | None


def run_topics(  # noqa: PLR0913, PLR0917 - what a replay is made of
    settings: Settings,
    timeline: Timeline,
    span: tuple[int | None, int | None] = (None, None),
    bar: Progress | None = None,
    only: Collection[str] = (),
    looks_back: int | None = None,
) -> Run:
    """As ``judge_topics``; ``looks_back`` (ms) is how much is read before, as rules need it unless it is given."""
    judged = Judged()
    since, until = span
    warm = None if since is None else since - (_looks_back(timeline) if looks_back is None else looks_back)
    task = bar.add_task("", total=None, what="reading topics") if bar else None

    def progress(number: int) -> None:
        if bar and task is not None:
            bar.update(task, advance=number)

    inputs = only or settings.topics().inputs()
    with closing(History(settings, inputs, (warm, until), progress)) as history:
        if bar and task is not None:
            bar.update(task, total=history.total, what="judging")
        simulation = _simulation(settings, timeline, settings.partitions, history.of)
        reach = history.reach()
        for alerts in Follower(simulation, history.logs(), history.records, ends=history.ends).run():
            judged.take(alerts)
        if history.expired:
            err().print(f"{history.expired:,} records have expired from the topics, and could not be judged.")
    return Run(judged, simulation, reach)


def judge_files(settings: Settings, timeline: Timeline, paths: Sequence[str], bar: Progress | None = None) -> Judged:
    """The alerts of what is in files; raises GuardstreamError where none can be read."""
    judged = Judged()
    refused: list[Refused] = []
    task = bar.add_task("", total=total_bytes(paths), what="judging") if bar else None

    def progress(number: int) -> None:
        if bar and task is not None:
            bar.update(task, advance=number)

    topics = {source: topic for topic, source in settings.topics().sources().items()}
    simulation = _simulation(settings, timeline, 1, {})
    dated = DatedInput(simulation, topics)
    for messages in read_history(paths, refused.append, progress):
        judged.take(dated.take(messages))
    judged.take(dated.close(max(source_delays(settings).values()) + _looks_back(timeline)))
    for one in refused:
        err().print(Text(f"{one.name}: {one.why}", style="red"), soft_wrap=True)
    totals = simulation.totals
    if totals.refused:
        err().print(f"{totals.refused:,} parts could not be read; `guardstream ingest` would make them dead letters.")
    if not totals.kinds.keys() - {"refused"}:
        message = "no event was found"
        raise GuardstreamError(message)
    return judged


def _simulation(settings: Settings, timeline: Timeline, partitions: int, of: dict[str, int]) -> Simulation:
    return Simulation(
        timeline,
        settings.topics(),
        source_delays(settings),
        accounts=read_accounts(settings.accounts),
        partitions=partitions,
        of=of,
        retention=int(settings.rows_retention * 1000),
        most_groups=settings.most_groups,
    )


def _looks_back(timeline: Timeline) -> int:
    """How long before a window's end lie the counts that some rule judges it by, at most a day, in milliseconds."""
    lengths = [windowed.window for revision in timeline.revisions for windowed in revision.plan.windowed]
    return min(max(lengths, default=0) + 5, 24 * 60) * MINUTE
