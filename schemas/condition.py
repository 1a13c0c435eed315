"""When a rule fires: at once, or on what was counted in a window. Durations are minutes; written as 10m, 1h30m, 14d."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from schemas.measure import Strict, Text, TimeBasis

MINUTE, HOUR, DAY, WEEK = 1, 60, 1440, 10080
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(?:\d{1,9}[smhdw])+", re.ASCII)
_PART = re.compile(r"(\d+)([smhdw])", re.ASCII)


def parse_minutes(value: object) -> int:
    """Read a duration such as ``10m``, ``1h30m`` or ``14d``; the result is whole minutes.

    Raises ValueError for anything else, also for a number without its unit.
    """
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        message = f"{value!r} is no duration: write a number and its unit, such as 10m, 1h30m or 14d"
        raise ValueError(message)
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(value))
    if seconds % 60:
        message = f"{value} is no whole number of minutes: counts are kept by the minute"
        raise ValueError(message)
    return seconds // 60


def print_minutes(minutes: int) -> str:
    """Write a duration as its longest whole unit; ``parse_minutes`` reads it back."""
    for unit, length in (("d", DAY), ("h", HOUR)):
        if minutes and minutes % length == 0:
            return f"{minutes // length}{unit}"
    return f"{minutes}m"


def _between(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        message = f"{print_minutes(value)} is outside {print_minutes(low)} to {print_minutes(high)}"
        raise ValueError(message)
    return value


_As = PlainSerializer(print_minutes, return_type=str)
_Text = WithJsonSchema({"type": "string", "pattern": r"^(\d{1,9}[smhdw])+$"})

Window = Annotated[int, BeforeValidator(lambda value: _between(parse_minutes(value), MINUTE, WEEK)), _As, _Text]
History = Annotated[int, BeforeValidator(lambda value: _between(parse_minutes(value), HOUR, 90 * DAY)), _As, _Text]
Count = Annotated[int, Field(ge=0, strict=True)]


class Immediate(Strict):
    """Every event that the query picks is an alert."""

    type: Literal["immediate"] = "immediate"


class MoreThan(Strict):
    """More than ``threshold`` events in a window of ``window`` minutes."""

    type: Literal["more_than"] = "more_than"
    threshold: Count
    window: Window


class LessThan(Strict):
    """Fewer than ``threshold`` events in a window of ``window`` minutes.

    ``expect`` names the groups that must be there, since a group that never spoke can't be missed: for each key of the
    rule's group-by its values. Several keys stand for all combinations of their values. Without group-by there is one
    series for everything.
    """

    type: Literal["less_than"] = "less_than"
    threshold: Annotated[Count, Field(ge=1)]
    window: Window
    judged_on: TimeBasis = "arrival"
    expect: dict[str, tuple[Text, ...]] = Field(default_factory=dict)


class Ratio(Strict):
    """The rule's query counts more than ``threshold`` times what ``of``, a query too, counts.

    Below ``minimum`` events of the latter a share says nothing, and the rule does not fire.
    """

    type: Literal["ratio"] = "ratio"
    of: str
    threshold: Annotated[float, Field(ge=0)]
    window: Window
    minimum: Annotated[Count, Field(ge=1)] = 1


class MoreThanUsual(Strict):
    """More than ``threshold`` events in a window, and more than the same window of earlier seasons lets expect.

    ``history`` is how far back the usual is learned, ``season`` the length of the pattern that repeats,
    ``minimum_history`` what must be known before anything fires, all in minutes. ``sensitivity`` is how many scaled
    median absolute deviations above the seasonal median count as more than usual.
    """

    type: Literal["more_than_usual"] = "more_than_usual"
    threshold: Count
    window: Window
    history: History = 14 * DAY
    season: History = DAY
    minimum_history: History = 3 * DAY
    sensitivity: Annotated[float, Field(gt=0)] = 3

    @model_validator(mode="after")
    def _lengths_fit(self) -> Self:
        if not self.window <= self.season <= self.history:
            message = "a window can't be longer than its season, nor a season longer than its history"
            raise ValueError(message)
        if self.minimum_history > self.history:
            message = "minimum-history can't be longer than history"
            raise ValueError(message)
        return self


Condition = Annotated[
    Immediate | MoreThan | LessThan | Ratio | MoreThanUsual,
    Field(discriminator="type"),
]
