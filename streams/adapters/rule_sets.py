"""The rules and measures that settings name, ready to judge by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.rule_files import read_folder
from streams.core.rules.load import load_rules
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline

if TYPE_CHECKING:
    from streams.core.rules.load import RuleSet
    from streams.settings import Settings


def load_rule_set(settings: Settings) -> RuleSet:
    """Rules and measures from the folders that the settings name."""
    return load_rules(
        [read_folder(folder) for folder in settings.rules], [read_folder(folder) for folder in settings.measures]
    )


def source_delays(settings: Settings) -> dict[str, int]:
    """How long events of each source topic may take to arrive, in milliseconds."""
    topics = settings.topics()
    return {
        topics.findings: int(settings.findings_delay * 1000),
        topics.cloudtrail: int(settings.cloudtrail_delay * 1000),
    }


def make_timeline(settings: Settings, rule_set: RuleSet) -> Timeline:
    """The rules of the folders, which hold until others are applied."""
    delays, topics = source_delays(settings), settings.topics()
    by_source = {source: delays[topic] for topic, source in topics.sources().items()}
    return Timeline(make_plan(rule_set.rules, rule_set.measures), by_source)
