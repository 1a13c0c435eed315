"""What is counted: a query, a group-by, in one-minute panes."""

from __future__ import annotations

import hashlib
import json
import re
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

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

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

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


class _WholeNumbersToo:
    """Says in JSON Schema that text may be written as a whole number."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        return {**schema, "type": ["string", "integer"]} if schema.get("type") == "string" else schema


_FROM_NUMBER = BeforeValidator(_whole_number_as_text)
Text = Annotated[str, _FROM_NUMBER, _WholeNumbersToo()]
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# The constraint comes first, since a pattern behind a validator is left out of the JSON Schema.
Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=120), _FROM_NUMBER, _WholeNumbersToo()]
# Here too: the length behind the validator would be that of the text with the space around it.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), _FROM_NUMBER, _WholeNumbersToo()]
RuleId = Annotated[str, StringConstraints(pattern=_SLUG, max_length=100), _FROM_NUMBER, _WholeNumbersToo()]
ListName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=100)]
Lists = dict[ListName, tuple[Text, ...]]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Strict(BaseModel):
    """The base of what users write: unknown keys are errors, keys are kebab-case in files.

    Programs may name them as Python does, which the loader of files refuses.
    """

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

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The short forms in JSON Schema; the long one is for programs."""
        handler(core)
        field = {"type": "string", "minLength": 1, "maxLength": 200}
        names = {"pattern": r"^[A-Za-z_][A-Za-z0-9_.-]*$", "maxLength": 100}
        renamed = {
            "type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": names,
            "additionalProperties": field,
        }  # fmt: skip
        return {"description": cleandoc(cls.__doc__ or ""), "anyOf": [{**field, "pattern": names["pattern"]}, renamed]}

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
    """The measure's name."""
    source: Source
    """What it counts: GuardDuty's `findings` or `cloudtrail` records."""
    query: str = EVERYTHING
    """Which events it counts, in Lucene's syntax; all, if absent."""
    group_by: GroupBy = ()
    """What is counted apart: fields, or a name for one."""
    lists: Lists = Field(default_factory=dict)
    """Lists of values that the query names as `field:@list`."""
    samples: bool = False
    """Whether sample findings are counted."""
    archived: bool = False
    """Whether archived findings are counted."""
    counted_on: TimeBasis = "event_time"
    """Whether an event falls into the minute of its own time or of its arrival."""
    aggregate: Aggregate = "count"
    """What is made of a minute's events."""
    field: FieldName | None = None
    """The field that is summed, whose maximum is taken, or whose values are told apart."""

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
