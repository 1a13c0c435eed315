"""What is counted: a query, a group-by, in one-minute panes."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

Source = Literal["findings", "cloudtrail"]
TimeBasis = Literal["event_time", "arrival"]
Aggregate = Literal["count", "sum", "max", "unique"]

EVERYTHING = "*"
"""The query that every event matches."""

LIST_REFERENCE = re.compile(r"@([A-Za-z0-9_.-]+)")


def _whole_number_as_text(value: object) -> object:
    # An account id written without quotes is read as a number by YAML. Whole numbers come back digit for digit; a
    # fraction would not (2.10 is 2.1), so it is refused and has to be quoted.
    return str(value) if type(value) is int else value


Text = Annotated[str, BeforeValidator(_whole_number_as_text)]
Slug = Annotated[Text, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
ListName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=100)]
Lists = dict[ListName, tuple[Text, ...]]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Strict(BaseModel):
    """The base of what users write: unknown keys are errors, keys are kebab-case (snake_case is taken too)."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        alias_generator=lambda name: name.replace("_", "-"),
        allow_inf_nan=False,
    )


class GroupKey(Strict):
    """One part of a group: ``name`` is printed, ``field`` is the field or dotted path whose value it takes.

    Written as ``account`` where both are the same, as ``security_group: security_groups`` where they differ. A field
    that holds a list puts an event into one group for each value.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=100)]
    field: FieldName

    @property
    def path(self) -> tuple[str, ...]:
        """The field as a path, an element a segment."""
        return tuple(self.field.split("."))

    @model_validator(mode="wrap")
    @classmethod
    def _short_forms(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(value, str):
            return handler({"name": value, "field": value})
        if isinstance(value, dict) and len(value) == 1:
            name, field = next(iter(value.items()))
            return handler({"name": name, "field": field})
        return handler(value)

    @model_serializer
    def _shortest_form(self) -> str | dict[str, str]:
        return self.field if self.name == self.field else {self.name: self.field}


def _no_repeats(keys: tuple[GroupKey, ...]) -> tuple[GroupKey, ...]:
    names = [key.name for key in keys]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        message = f"names {', '.join(repeated)} more than once"
        raise ValueError(message)
    return keys


GroupBy = Annotated[tuple[GroupKey, ...], Field(max_length=8), AfterValidator(_no_repeats)]


def digest(meaning: object) -> str:
    """The first 12 hex digits of the SHA-256 of a value that JSON can hold, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:12]


def used_lists(lists: Lists, queries: list[str]) -> dict[str, list[str]]:
    """The named lists that any of the queries refers to, each without repeats and in a fixed order."""
    used = {name.lower() for query in queries for name in LIST_REFERENCE.findall(query)}
    return {name: sorted(set(values)) for name, values in lists.items() if name.lower() in used}


class Measure(Strict):
    """What is counted, by which groups; known to the engine by ``id``, to people by ``name``.

    ``aggregate`` is what a pane holds beside the count of its events: the sum or maximum of the numbers that ``field``
    has, or its distinct values. ``samples`` and ``archived`` say whether sample and archived findings are counted,
    ``counted_on`` whether an event falls into the pane of its own time or of its arrival.
    """

    name: Slug
    source: Source
    query: str = EVERYTHING
    group_by: GroupBy = ()
    lists: Lists = Field(default_factory=dict)
    samples: bool = False
    archived: bool = False
    counted_on: TimeBasis = "event_time"
    aggregate: Aggregate = "count"
    field: FieldName | None = None

    @property
    def id(self) -> str:
        """A hash of what is counted, not of the name: measures that count alike share their counts.

        What is no plain count says so in front, as in ``sum:5f0c...``: whoever has the id knows how panes add up.
        """
        meaning: dict[str, Any] = {
            "source": self.source,
            "query": self.query,
            "group-by": [[key.name, key.field] for key in self.group_by],
            "lists": used_lists(self.lists, [self.query]),
            "samples": self.samples,
            "archived": self.archived,
            "counted-on": self.counted_on,
        }
        if self.aggregate != "count":
            return f"{self.aggregate}:{digest([meaning, self.field])}"
        return digest(meaning)

    @model_validator(mode="after")
    def _field_fits(self) -> Self:
        if (self.field is None) != (self.aggregate == "count"):
            message = "sum, max and unique need a field, and count has none"
            raise ValueError(message)
        return self
