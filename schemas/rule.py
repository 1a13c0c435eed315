"""An alert rule as users write it in YAML: a query that picks events, and a condition that says when to fire."""

from __future__ import annotations

import datetime as dt
import re
from itertools import product
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from schemas.active_hours import ActiveHours  # noqa: TC001 - pydantic asks for it at run time
from schemas.condition import (
    Condition,
    Count,
    Immediate,
    LessThan,
    MoreThan,
    MoreThanUsual,
    Number,
    Ratio,
)
from schemas.measure import FieldName, GroupBy, Lists, Slug, Source, Strict, Text, digest, used_lists
from schemas.refusal import refuse
from schemas.rule_test import Level, Line, MinuteCounts, RuleTest

__all__ = [
    "Condition",
    "Immediate",
    "LessThan",
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

LabelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Labels = dict[LabelName, Text]

MOST_EXPECTED_GROUPS = 10_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _day(value: object) -> object:
    # Pydantic would take a number, also one in quotes, for seconds since 1970, which nobody means here.
    if isinstance(value, dt.date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    message = f"{value!r} is no day: write it as 2027-01-31"
    raise ValueError(message)


class LevelWhen(Strict):
    """The level of those events that ``when``, a query, picks; ``because`` tells people why.

    A rule that looks at windows has its level by what was measured: its count, share or other value is ``above`` or
    ``below`` a number.
    """

    level: Level
    when: Line | None = None
    above: Number | None = None
    below: Number | None = None
    because: Text = ""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(given is not None for given in (self.when, self.above, self.below)) != 1:
            refuse((), "a level has one of `when`, `above` or `below`")
        return self


class RuleException(Strict):
    """Events that a rule leaves alone, and why; from the day ``until`` on (UTC) the exception holds no more."""

    query: Line
    reason: Line
    owner: Text | None = None
    until: Annotated[dt.date, BeforeValidator(_day)] | None = None

    def holds_at(self, at_ms: int) -> bool:
        """Whether the exception holds for an event of that time, in milliseconds since 1970."""
        if self.until is None:
            return True
        end = dt.datetime.combine(self.until, dt.time(), dt.UTC)
        return at_ms < end.timestamp() * 1000


class Rule(Strict):
    """One alert rule. ``revision`` names its meaning, ``include_samples`` says whether sample findings take part."""

    id: Annotated[Slug, StringConstraints(max_length=100)]
    title: Line
    description: Text = ""
    level: Level
    levels: tuple[LevelWhen, ...] = ()
    level_from: FieldName | None = None
    source: Source
    query: Line
    group_by: GroupBy = ()
    condition: Condition
    lists: Lists = Field(default_factory=dict)
    exceptions: tuple[RuleException, ...] = ()
    active: ActiveHours | None = None
    dry_run: bool = False
    samples: bool | None = None
    archived: bool = False
    labels: Labels = Field(default_factory=dict)
    annotations: Labels = Field(default_factory=dict)
    runbook: Text = ""
    references: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
    falsepositives: tuple[Text, ...] = ()
    status: Literal["stable", "test", "experimental"] = "stable"
    enabled: bool = True
    tests: tuple[RuleTest, ...] = ()

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
        self._levels_fit()
        if isinstance(self.condition, LessThan):
            self._expectations_fit(self.condition)
        elif isinstance(self.condition, Immediate) and self.condition.repeat != "every" and not self.group_by:
            refuse(("condition", "repeat"), "repeat needs a group-by: it says what is the same alert again")
        for place, test in enumerate(self.tests):
            self._test_fits(place, test)
        return self

    def _levels_fit(self) -> None:
        immediate = isinstance(self.condition, Immediate)
        for place, entry in enumerate(self.levels):
            if entry.when is not None and not immediate:
                refuse(
                    ("levels", place), "`when` looks at single events: a rule with a window takes `above` or `below`"
                )
            if entry.when is None and immediate:
                refuse(
                    ("levels", place), "`above` and `below` look at what was measured: an immediate rule takes `when`"
                )
        if self.level_from is not None and not immediate:
            refuse(("level-from",), "level-from looks at single events, so it needs `condition: {type: immediate}`")

    def _expectations_fit(self, condition: LessThan) -> None:
        names = [key.name for key in self.group_by]
        if isinstance(condition.expect, str):
            if not names:
                refuse(("condition", "expect"), "expect: seen needs a group-by, which says what can be seen")
            return
        if condition.expect and set(condition.expect) != set(names):
            wanted = f"exactly the keys of group-by ({', '.join(names)})" if names else "a group-by with its keys"
            refuse(("condition", "expect"), f"expect needs {wanted}")
        lists = {name.lower(): values for name, values in self.lists.items()}
        groups = 1
        for values in condition.expect.values():
            for text in values:
                if text.startswith("@") and text[1:].lower() not in lists:
                    refuse(("condition", "expect"), f"there is no list {text[1:]}")
            groups *= sum(len(lists[text[1:].lower()]) if text.startswith("@") else 1 for text in values)
        if groups > MOST_EXPECTED_GROUPS:
            refuse(("condition", "expect"), f"expects {groups} groups, more than {MOST_EXPECTED_GROUPS}")

    def _test_fits(self, place: int, test: RuleTest) -> None:
        immediate = isinstance(self.condition, Immediate)
        if test.counts is not None:
            ratio = isinstance(self.condition, Ratio)
            if not isinstance(self.condition, MoreThan | LessThan | Ratio | MoreThanUsual):
                refuse(("tests", place, "counts"), f"a rule that is {self.condition.type} is tested with events")
            if ratio != bool(test.counts.denominator) or ratio == bool(test.counts.count):
                wanted = "numerator and denominator" if ratio else "count"
                refuse(("tests", place, "counts"), f"a {self.condition.type} rule's test counts {wanted}")
        if test.expect is None:
            return
        single = ("fires", "silent") if immediate else ("counted", "ignored")
        allowed = ("fires", "silent") if test.event is None else single
        if test.expect not in allowed:
            refuse(("tests", place, "expect"), f"here a test expects {' or '.join(allowed)}, not {test.expect}")


def _meaning(entry: LevelWhen) -> list[Any]:
    return [entry.level, entry.when, entry.above, entry.below]


class RuleOverride(Strict):
    """A change to a rule of an earlier folder; what is absent stays.

    ``level`` takes the place of the rule's level and of its ``levels``; lists are replaced by name; labels are merged;
    exceptions are added; the rest takes the place of what the rule says.
    """

    override: Slug
    threshold: Annotated[float, Field(strict=True, ge=0)] | None = None
    window: str | None = None
    minimum: Count | None = None
    for_: Annotated[str | None, Field(alias="for")] = None
    level: Level | None = None
    lists: Lists = Field(default_factory=dict)
    exceptions: tuple[RuleException, ...] = ()
    enabled: bool | None = None
    dry_run: bool | None = None
    active: ActiveHours | None = None
    labels: Labels = Field(default_factory=dict)
    expect: dict[str, tuple[Text, ...]] | None = None
    runbook: Text | None = None
