"""An alert rule as users write it in YAML: a query that picks events, and a condition that says when to fire."""

from __future__ import annotations

import datetime as dt
import re
from itertools import product
from typing import Annotated, Any, Literal, LiteralString, NoReturn, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.condition import Condition, Count, Immediate, LessThan, MoreThan, MoreThanUsual, Ratio
from schemas.measure import GroupBy, Lists, Slug, Source, Strict, Text, digest, used_lists

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

Level = Literal["informational", "low", "medium", "high", "critical"]
Line = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1)]
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


def refuse(where: tuple[str | int, ...], message: str) -> NoReturn:
    """Refuse a model for a reason that concerns the field at ``where``, which the rule loader turns into a line."""
    kind: LiteralString = "refused"
    raise PydanticCustomError(kind, "{message}", {"message": message, "where": where})


class LevelWhen(Strict):
    """The level of those events that ``when``, a query, picks; ``because`` tells people why."""

    level: Level
    when: Line
    because: Line


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


class MinuteCounts(Strict):
    """What a windowed rule's test says was counted: a number a minute, the last one in the last minute of the window.

    ``count`` for one query, ``numerator`` and ``denominator`` for a ratio; minutes before the first number had nothing.
    ``history`` is for more than usual: the totals of the same window in earlier seasons, the oldest first.
    """

    count: tuple[Count, ...] = ()
    numerator: tuple[Count, ...] = ()
    denominator: tuple[Count, ...] = ()
    history: tuple[Count, ...] = ()


class RuleTest(Strict):
    """A case in a rule's file: an event as it is delivered, or counts, and what must happen.

    An event ``fires`` an immediate rule or leaves it ``silent``; for a windowed rule it is ``counted`` or ``ignored``.
    Counts make a windowed rule fire or leave it silent. ``lists`` takes the place of the rule's lists of those names.
    """

    name: Line
    event: dict[str, Any] | None = None
    counts: MinuteCounts | None = None
    expect: Literal["fires", "silent", "counted", "ignored"]
    level: Level | None = None
    lists: Lists = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.event is None) == (self.counts is None):
            refuse((), "a test has either an event or counts")
        if self.level is not None and self.expect != "fires":
            refuse(("level",), "only a test that expects `fires` can expect a level")
        return self


class Rule(Strict):
    """One alert rule. ``revision`` names its meaning, ``include_samples`` says whether sample findings take part."""

    id: Annotated[Slug, StringConstraints(max_length=100)]
    title: Line
    description: Text = ""
    level: Level
    levels: tuple[LevelWhen, ...] = ()
    source: Source
    query: Line
    group_by: GroupBy = ()
    condition: Condition
    lists: Lists = Field(default_factory=dict)
    exceptions: tuple[RuleException, ...] = ()
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
        found |= {("levels", place, "when"): level.when for place, level in enumerate(self.levels)}
        found |= {("exceptions", place, "query"): entry.query for place, entry in enumerate(self.exceptions)}
        return found

    @property
    def expected_groups(self) -> tuple[tuple[str, ...], ...]:
        """The groups that "less than" expects, their values in the order of group-by."""
        if not isinstance(self.condition, LessThan) or not self.group_by:
            return ()
        values = [sorted(set(self.condition.expect.get(key.name, ()))) for key in self.group_by]
        return tuple(product(*values))

    @property
    def revision(self) -> str:
        """A hash of all that changes when the rule fires, and at which level; texts for people are not part of it."""
        return digest(
            {
                "source": self.source,
                "query": self.query,
                "group-by": [[key.name, key.field] for key in self.group_by],
                "condition": self.condition.model_dump(mode="json"),
                "lists": used_lists(self.lists, list(self.queries.values())),
                "exceptions": [[entry.query, str(entry.until)] for entry in self.exceptions],
                "levels": [self.level, *([entry.level, entry.when] for entry in self.levels)],
                "samples": self.include_samples,
                "archived": self.archived,
            }
        )

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.levels and not isinstance(self.condition, Immediate):
            refuse(("levels",), "levels look at single events, so they need `condition: {type: immediate}`")
        if isinstance(self.condition, LessThan):
            self._expectations_fit(self.condition)
        for place, test in enumerate(self.tests):
            self._test_fits(place, test)
        return self

    def _expectations_fit(self, condition: LessThan) -> None:
        names = [key.name for key in self.group_by]
        if condition.expect and set(condition.expect) != set(names):
            wanted = f"exactly the keys of group-by ({', '.join(names)})" if names else "a group-by with its keys"
            refuse(("condition", "expect"), f"expect needs {wanted}")
        groups = 1
        for values in condition.expect.values():
            groups *= len(values)
        if groups > MOST_EXPECTED_GROUPS:
            refuse(("condition", "expect"), f"expects {groups} groups, more than {MOST_EXPECTED_GROUPS}")

    def _test_fits(self, place: int, test: RuleTest) -> None:
        immediate = isinstance(self.condition, Immediate)
        if test.counts is not None:
            ratio = isinstance(self.condition, Ratio)
            if immediate:
                refuse(("tests", place, "counts"), "an immediate rule counts nothing: its tests have an event")
            if ratio != bool(test.counts.denominator) or ratio == bool(test.counts.count):
                wanted = "numerator and denominator" if ratio else "count"
                refuse(("tests", place, "counts"), f"a {self.condition.type} rule's test counts {wanted}")
        allowed = ("fires", "silent") if immediate or test.counts is not None else ("counted", "ignored")
        if test.expect not in allowed:
            refuse(("tests", place, "expect"), f"here a test expects {' or '.join(allowed)}, not {test.expect}")


class RuleOverride(Strict):
    """A change to a rule of an earlier folder; what is absent stays.

    ``level`` takes the place of the rule's level and of its ``levels``; lists are replaced by name; labels are merged;
    exceptions are added; the rest takes the place of what the rule says.
    """

    override: Slug
    threshold: Annotated[float, Field(strict=True, ge=0)] | None = None
    window: str | None = None
    minimum: Count | None = None
    level: Level | None = None
    lists: Lists = Field(default_factory=dict)
    exceptions: tuple[RuleException, ...] = ()
    enabled: bool | None = None
    labels: Labels = Field(default_factory=dict)
    expect: dict[str, tuple[Text, ...]] | None = None
    runbook: Text | None = None
