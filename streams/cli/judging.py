"""History judged in memory: what `replay`, `rules preview` and `alerts explain` have in common."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from schemas.errors import Errors, GuardstreamError
from streams.adapters.account_file import read_accounts
from streams.adapters.applied_rules import read_applied
from streams.adapters.history import History
from streams.adapters.history_files import read_history
from streams.adapters.rule_files import read_folder
from streams.adapters.rule_sets import load_rule_set, make_timeline, source_delays
from streams.adapters.sources import total_bytes
from streams.adapters.tag_topic import read_tags
from streams.cli.console import err
from streams.cli.instants import clock
from streams.core.replay.compare import Judged
from streams.core.replay.files import DatedInput
from streams.core.replay.follow import Follower
from streams.core.replay.simulation import Simulation
from streams.core.rules.applied import rules_in_force
from streams.core.rules.load import load_rules
from streams.core.rules.plan import make_plan
from streams.core.tags.near import TagTimes
from streams.setting_values import SHIPPED
from streams.settings import shipped

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rich.progress import Progress

    from streams.adapters.sources import Refused
    from streams.core.rules.load import RuleFile, RuleSet
    from streams.core.rules.timeline import Timeline
    from streams.settings import Settings

MINUTE = 60_000


def read_timeline(settings: Settings, folders: Sequence[str] | None, *, live: bool) -> Timeline:
    """The rules of these folders; or those of the settings, and where ``live`` those that were applied since."""
    if folders:
        chosen = [shipped("rules") if name == SHIPPED else Path(name).expanduser() for name in folders]
        return make_timeline(settings, _load_whole([read_folder(folder) for folder in chosen], folders))
    # Measures are for people's charts; what rules count is counted all the same.
    timeline = make_timeline(settings, replace(load_rule_set(settings), measures=()))
    for applied in read_applied(settings) if live else ():
        timeline.add(applied.effective_from, make_plan(rules_in_force(applied), ()), applied.name)
    return timeline


def _load_whole(read: Sequence[Sequence[RuleFile]], folders: Sequence[str]) -> RuleSet:
    """The rules of folders that are all there is; raises Errors, which say so where they only change other rules."""
    try:
        return load_rules(read)
    except Errors as errors:
        if SHIPPED not in folders and any(error.message.startswith("there is no rule ") for error in errors.errors):
            names = " ".join(f"--against {name}" for name in (SHIPPED, *folders))
            hint = (
                f"--rules and --against each name a whole set of rules: put before them what they change, as in {names}"
            )
            raise Errors([*errors.errors, GuardstreamError(hint)]) from None
        raise


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
        tags = tag_times(settings)
        simulation = _simulation(settings, timeline, settings.partitions, history.of, since, tags)
        reach = history.reach()
        for alerts in Follower(simulation, history.logs(), history.records, ends=history.ends).run():
            judged.take(alerts)
        if history.expired:
            judged.notes.append(f"{history.expired:,} records have expired from the topics, and could not be judged.")
    judged.earlier = simulation.totals.earlier
    return Run(judged, simulation, reach)


def judge_files(
    settings: Settings,
    timeline: Timeline,
    paths: Sequence[str],
    bar: Progress | None = None,
    since: int | None = None,
) -> Judged:
    """The alerts of what is in files; raises GuardstreamError where none can be read.

    All is judged, and what happened before ``since`` (epoch ms) is counted.
    """
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
        judged.earlier += 0 if since is None else sum(message[0] < since for message in messages)
        judged.take(dated.take(messages))
    judged.take(dated.close(max(source_delays(settings).values()) + _looks_back(timeline)))
    judged.notes += [f"{one.name}: {one.why}" for one in refused]
    judged.notes += _unread(simulation, dated)
    if timeline.asks_for_releases:
        judged.notes.append("Files have no releases, so rules that are limited to the time since one did not fire.")
    if not simulation.totals.kinds.keys() - {"refused"}:
        tell_notes([judged], None)
        message = "no event was found"
        raise GuardstreamError(message)
    return judged


def _unread(simulation: Simulation, dated: DatedInput) -> list[str]:
    """What could not be read: the first parts with their places, and how many there are of each reason."""
    notes = []
    for part in dated.refused:
        file, line = part.place
        place = f"{file}:{line}" if line else file
        notes.append(f"{place}{f' (part {part.part + 1})' if part.part else ''}: {part.reason}: {part.detail}")
    if reasons := simulation.totals.reasons:
        told = ", ".join(f"{number:,} {reason}" for reason, number in reasons.most_common())
        notes.append(
            f"{reasons.total():,} parts could not be read ({told}); `guardstream ingest` makes dead letters of them."
        )
    return notes


def tell_notes(judged: Sequence[Judged], since: int | None) -> None:
    """Say on standard error what was not judged, or not asked for, in one or several replays of the same history."""
    for note in dict.fromkeys(note for one in judged for note in one.notes):
        err().print(Text(note, style="yellow"), soft_wrap=True)
    # Rules pass over what none of them looks at, so sets of them may have seen different numbers.
    earlier = max(one.earlier for one in judged)
    if since is not None and earlier:
        events = f"{earlier:,} event{'' if earlier == 1 else 's'}"
        message = (
            f"{events} happened before {clock(since)}, whenever they came: alerts that began before it are left out."
        )
        err().print(Text(message, style="yellow"), soft_wrap=True)


def tag_times(settings: Settings) -> TagTimes:
    """The lifecycle tags of the topic, as workers put them into alerts; those that came after an alert, too."""
    times = TagTimes(int(settings.tags_before * 1000))
    for tag in read_tags(settings):
        times.put(tag)
    return times


def _simulation(  # noqa: PLR0913, PLR0917 - what a replay is made of
    settings: Settings,
    timeline: Timeline,
    partitions: int,
    of: dict[str, int],
    begins: int | None = None,
    tags: TagTimes | None = None,
) -> Simulation:
    return Simulation(
        timeline,
        settings.topics(),
        source_delays(settings),
        accounts=read_accounts(settings.accounts),
        partitions=partitions,
        of=of,
        retention=int(settings.rows_retention * 1000),
        most_groups=settings.most_groups,
        begins=begins or 0,
        tags=tags,
    )


def _looks_back(timeline: Timeline) -> int:
    """How long before a window's end lie the counts that some rule judges it by, at most a day, in milliseconds."""
    lengths = [windowed.window for revision in timeline.revisions for windowed in revision.plan.windowed]
    return min(max(lengths, default=0) + 5, 24 * 60) * MINUTE
