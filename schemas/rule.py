"""An alert rule as users write it in YAML: a query that picks events, and a condition that says when to fire."""

from __future__ import annotations

from itertools import product
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from schemas.active_hours import ActiveHours  # noqa: TC001 - pydantic asks for it at run time
from schemas.condition import Condition, Immediate, LessThan, LessThanUsual, MoreThan, MoreThanUsual, Ratio
from schemas.day import Day  # noqa: TC001 - as above
from schemas.measure import FieldName, GroupBy, Line, Lists, RuleId, Source, Strict, Text, digest, used_lists
from schemas.refusal import refuse_all
from schemas.rule_fit import misfits
from schemas.rule_override import RuleOverride
from schemas.rule_parts import LabelName, Labels, LevelWhen, RuleException
from schemas.rule_test import Level, MinuteCounts, RuleTest
from schemas.tags import AttackVersion, Tag  # noqa: TC001 - as above

__all__ = [
    "Condition",
    "Immediate",
    "LabelName",
    "Labels",
    "LessThan",
    "LessThanUsual",
    "Level",
    "LevelWhen",
    "MinuteCounts",
    "MoreThan",
    "MoreThanUsual",
    "Ratio",
    "Rule",
    "RuleException",
    "RuleOverride",
    "RuleTest",
]


class Rule(Strict):
    """An alert rule: a query that picks events of a source, and a condition that says when to fire.

    ``revision`` names its meaning, ``include_samples`` says whether sample findings take part.
    """

    id: RuleId
    """The rule's name for programs and overrides: lower-case words joined by hyphens. It stays when texts change."""
    title: Line
    """The rule in one line; the alert's summary begins with it."""
    description: Text = ""
    """What the rule finds and why that matters."""
    level: Level
    """How grave its alerts are, unless `levels` or `level-from` say otherwise."""
    levels: tuple[LevelWhen, ...] = ()
    """Other levels for some of its alerts; the first that fits decides."""
    level_from: FieldName | None = None
    """The field that names the level, as `severity_label`; `level` holds where it names none."""
    source: Source
    """What it looks at: GuardDuty's `findings` or `cloudtrail` records."""
    query: Line
    """Which events it looks at, in Lucene's syntax; `*` for all."""
    group_by: GroupBy = ()
    """What is the same alert again, and what is counted apart: fields, or a name for one: `user: userIdentity.arn`."""
    condition: Condition
    """When it fires: at once (`{type: immediate}`), or on what was counted in a window."""
    lists: Lists = Field(default_factory=dict)
    """Lists of values that queries name as `field:@list`."""
    exceptions: tuple[RuleException, ...] = ()
    """Events that it leaves alone, each with its reason."""
    active: ActiveHours | None = None
    """The hours of the week in which it fires; always, if absent."""
    dry_run: bool = False
    """Whether it is only tried: its alerts go to a topic of their own, and say so."""
    samples: bool | None = None
    """Whether sample findings take part; if absent, in immediate and `less_than` rules."""
    archived: bool = False
    """Whether archived findings take part."""
    labels: Labels = Field(default_factory=dict)
    """Labels of its alerts, by which others route them."""
    annotations: Labels = Field(default_factory=dict)
    """Texts that its alerts carry."""
    runbook: Text = ""
    """What to do when it fires: steps, or an address."""
    references: tuple[Text, ...] = ()
    """Where to read more."""
    tags: tuple[Tag, ...] = ()
    """What it is about: ATT&CK as `attack.t1562.008` or `attack.defense-evasion`; others are free."""
    attack_version: AttackVersion | None = None
    """The version of ATT&CK that its tags are of, as `v17`: techniques are renamed and withdrawn."""
    author: Text = ""
    """Who wrote it."""
    date: Day | None = None
    """The day on which it was written."""
    modified: Day | None = None
    """The day on which its meaning was last changed."""
    falsepositives: tuple[Text, ...] = ()
    """What makes it fire though nothing is wrong."""
    status: Literal["stable", "test", "experimental"] = "stable"
    """How far to trust it."""
    enabled: bool = True
    """Whether it is in use; an override may switch it on."""
    tests: tuple[RuleTest, ...] = ()
    """What it must do with which events: at least one with which it fires, and one near miss."""

    @property
    def include_samples(self) -> bool:
        """Whether sample findings take part.

        They alert at once (and are labelled), so that a person can try the chain; they prove that findings arrive, so
        "less than" counts them; other windows leave them out, since they say nothing about the estate.
        """
        if self.samples is not None:
            return self.samples
        return isinstance(self.condition, Immediate | LessThan)

    @property
    def queries(self) -> dict[tuple[str | int, ...], str]:
        """Every query of the rule by its place in the rule."""
        found: dict[tuple[str | int, ...], str] = {("query",): self.query}
        if isinstance(self.condition, Ratio):
            found["condition", "of"] = self.condition.of
        found |= {("levels", place, "when"): level.when for place, level in enumerate(self.levels) if level.when}
        found |= {("exceptions", place, "query"): entry.query for place, entry in enumerate(self.exceptions)}
        return found

    @property
    def expected_groups(self) -> tuple[tuple[str, ...], ...]:
        """The groups that "less than" expects, their values in the order of group-by."""
        condition = self.condition
        if not isinstance(condition, LessThan) or not self.group_by or isinstance(condition.expect, str):
            return ()
        lists = {name.lower(): values for name, values in self.lists.items()}
        groups = []
        for key in self.group_by:
            written = condition.expect.get(key.name, ())
            named = [lists.get(text[1:].lower(), ()) if text.startswith("@") else (text,) for text in written]
            groups.append(sorted({value for values in named for value in values}))
        return tuple(product(*groups))

    @property
    def revision(self) -> str:
        """A hash of all that changes when the rule fires, and at which level; texts for people are not part of it."""
        meaning = {
            "source": self.source,
            "query": self.query,
            "group-by": [[key.name, key.field] for key in self.group_by],
            "condition": self.condition.shown(),
            "lists": used_lists(self.lists, list(self.queries.values())),
            "expected": self.expected_groups,
            "exceptions": [[entry.query, str(entry.until)] for entry in self.exceptions],
            "levels": [self.level, self.level_from, *(_meaning(entry) for entry in self.levels)],
            "samples": self.include_samples,
            "archived": self.archived,
            "active": self.active.model_dump(mode="json") if self.active else None,
        }
        return digest(meaning)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        refuse_all(misfits(self))
        return self


def _meaning(entry: LevelWhen) -> list[Any]:
    return [entry.level, entry.when, entry.above, entry.below]
