"""The hours of the week in which a rule fires, in a time zone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from schemas.measure import Strict

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WRITTEN = {
    "anyOf": [
        {"type": "string", "pattern": f"^({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?$"},
        {"type": "array", "minItems": 1, "items": {"enum": list(DAYS)}},
    ]
}
_SPAN = re.compile(r"([a-z]{3})-([a-z]{3})")


def _days(value: object) -> object:
    """``mon-fri`` is the days from one to the other."""
    if not isinstance(value, str):
        return value
    span = _SPAN.fullmatch(value)
    first, last = span.groups() if span else (value, value)
    if first not in DAYS or last not in DAYS:
        message = f"{value!r} are no days: write mon-fri, or a list such as [sat, sun]"
        raise ValueError(message)
    begin, length = DAYS.index(first), (DAYS.index(last) - DAYS.index(first)) % 7 + 1
    return tuple(DAYS[(begin + step) % 7] for step in range(length))


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"{name!r} is no time zone: write one as Europe/Berlin"
        raise ValueError(message) from error
    return name


class ActiveHours(Strict):
    """When a rule fires: between the ``hours`` (the end is exclusive) of the ``days``, as clocks in ``zone`` show them.

    Hours that go over midnight, as 22:00-06:00, belong to the day on which they begin.
    """

    days: Annotated[tuple[Day, ...], Field(min_length=1), BeforeValidator(_days), WithJsonSchema(_WRITTEN)] = DAYS
    """The days on which it fires: `mon-fri`, or a list such as `[sat, sun]`."""
    hours: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")] = (
        "00:00-24:00"
    )
    """The hours of these days, such as 08:00-18:00; the end is exclusive."""
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """The time zone, as Europe/Berlin."""

    def cover(self, at_ms: int) -> bool:
        """Whether an instant, in milliseconds since 1970, lies in them."""
        zone = ZoneInfo(self.zone)
        try:
            local = dt.datetime.fromtimestamp(at_ms // 1000, zone)
        except (ValueError, OverflowError):
            # On the first and the last day that there are, some zones are a day off.
            return True
        minute, day = local.hour * 60 + local.minute, local.weekday()
        begin, end = (int(text[:2]) * 60 + int(text[3:]) for text in self.hours.split("-"))
        if begin < end:
            return begin <= minute < end and DAYS[day] in self.days
        # Over midnight, or around the clock where both are the same.
        if minute >= begin:
            return DAYS[day] in self.days
        return minute < end and DAYS[day - 1] in self.days
