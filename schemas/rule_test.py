"""A test in a rule's file: events with their times, or counts, and what must come of them."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from schemas.measure import Line, Lists, Strict
from schemas.refusal import refuse
from schemas.tag import Kind, Short  # noqa: TC001 - pydantic asks for them at run time

Level = Literal["informational", "low", "medium", "high", "critical"]
LEVELS: tuple[Level, ...] = ("informational", "low", "medium", "high", "critical")
Count = Annotated[int, Field(ge=0, strict=True)]

MOST_EVENTS = 100_000
LONGEST_TEST = 120 * 86400
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_AFTER = re.compile(r"\+?((?:\d{1,9}[smhdw])+)", re.ASCII)


def _seconds(value: object) -> object:
    """A time after the test's beginning, such as ``90s`` or ``+1h30m``, in seconds."""
    if not isinstance(value, str) or not (written := _AFTER.fullmatch(value)):
        message = f"{value!r} is no time after the beginning of the test: write it as 90s or 1h30m"
        raise ValueError(message)
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in re.findall(r"(\d+)([smhdw])", written[1]))
    if seconds > LONGEST_TEST:
        message = f"{value} is more than the 120 days that a test may last"
        raise ValueError(message)
    return seconds


After = Annotated[
    int,
    BeforeValidator(_seconds),
    # As it is read; a number alone would not be.
    PlainSerializer(lambda seconds: f"{seconds}s", return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\+?(\d{1,9}[smhdw])+$"}),
]


def _as_json(value: Any) -> Any:
    """A value as it would come out of JSON, where a whole number of more than 64 bits is read as a fraction."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        message = "a number here is larger than any in JSON"
        raise ValueError(message)
    return float(value) if isinstance(value, int) and not -(2**63) <= value < 2**64 else value


Delivered = Annotated[dict[str, Any], AfterValidator(_as_json)]
"""What AWS delivers as JSON, or an alert, which is JSON too."""


class MinuteCounts(Strict):
    """What a windowed rule's test says was counted: a number a minute, the last one in the last minute of the window.

    ``count`` for one query, ``numerator`` and ``denominator`` for a ratio; minutes before the first number had nothing.
    ``history`` is for more than usual: the totals of the same window in earlier seasons, the oldest first.
    """

    count: tuple[Count, ...] = ()
    """What the query counted, minute by minute."""
    numerator: tuple[Count, ...] = ()
    """Of a ratio: what the query counted, minute by minute."""
    denominator: tuple[Count, ...] = ()
    """Of a ratio: what `of` counted, minute by minute."""
    history: tuple[Count, ...] = ()
    """Of more than usual: the totals of the same window in earlier seasons, the oldest first."""


class TestEvent(Strict):
    """An event of a test on a virtual clock: inline, or from a ``file`` (all events in it), beside the rule's file.

    It happens ``at`` a time after the test's beginning, which takes the place of its own, and ``arrives`` then unless
    told otherwise. ``times`` makes it come again ``every`` so often. ``set`` changes values by their dotted path.
    """

    __test__ = False  # Not a test of pytest's.

    event: Delivered | None = None
    """An event, in any shape in which AWS delivers it."""
    file: Line | None = None
    """A file with events, relative to the rule's file and within the same folder of rules."""
    at: After | None = None
    """When it happens, after the test's beginning: 90s, 1h30m."""
    arrives: After | None = None
    """When it arrives, after the test's beginning; if absent, when it happens."""
    times: Annotated[int, Field(ge=1, le=MOST_EVENTS, strict=True)] = 1
    """How many times it comes."""
    every: After = 0
    """How much time is between these."""
    set: Delivered = Field(default_factory=dict)
    """Values that are changed, by their dotted path."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.event is None) == (self.file is None):
            refuse((), "here is either an `event` or a `file` with events")
        if self.every and self.at is None:
            refuse(("every",), "what comes again has to say `at` which time it begins")
        return self


class TestRelease(Strict):
    """A release of a test on a virtual clock, for a rule that is limited to the time since one."""

    __test__ = False  # As above.

    at: After
    """When it begins, after the test's beginning: 90s, 1h30m."""
    name: Short = "release"
    """What alerts call it."""
    kind: Kind = "deploy"
    """What kind of tag tells of it."""
    application: tuple[Short, ...] = ()
    """The applications that it is a release of."""
    environment: Short | None = None
    """The environment that it is a release to."""


class RuleTest(Strict):
    """A case in a rule's file, and what must happen.

    One ``event`` as it is delivered ``fires`` an immediate rule or leaves it ``silent``; for a windowed rule it is
    ``counted`` or ``ignored``. ``counts`` make a windowed rule fire or leave it silent. ``events`` with their times run
    on a virtual clock that begins at ``start`` and goes on ``until`` nothing more can come of them, or as long as is
    said; they fire the rule or not, or give exactly the ``alerts``, in order: of each the fields that are written here
    are compared. ``releases`` begin on the same clock; of single events and ``counts`` a rule that is limited to the
    time since a release takes it that one has begun. ``lists`` takes the place of the rule's lists of those names.
    """

    name: Line
    """What the test claims."""
    event: Delivered | None = None
    """One event, in any shape in which AWS delivers it."""
    events: tuple[TestEvent, ...] = ()
    """Events on a virtual clock."""
    releases: tuple[TestRelease, ...] = ()
    """Releases on the same virtual clock, known from its beginning."""
    counts: MinuteCounts | None = None
    """What was counted, of a rule with a window."""
    start: Annotated[dt.datetime, Field()] = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    """When the virtual clock begins."""
    until: After | None = None
    """How long the virtual clock goes on, after its beginning."""
    expect: Literal["fires", "silent", "counted", "ignored"] | None = None
    """What must come of it."""
    alerts: tuple[Delivered, ...] | None = None
    """The alerts that must come of it, all of them in order; of each the fields that are written are compared."""
    level: Level | None = None
    """The level with which it must fire."""
    lists: Lists = Field(default_factory=dict)
    """Lists in place of the rule's lists of those names."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        on_a_clock = bool(self.events) or self.until is not None
        if (self.event is not None) + (self.counts is not None) + on_a_clock != 1:
            refuse((), "a test has one of `event`, `events` and `counts`")
        if self.releases and not on_a_clock:
            refuse(("releases",), "releases begin on a virtual clock, so they need `events` or `until`")
        if (self.expect is None) == (self.alerts is None):
            refuse((), "a test says what it expects: `expect`, or the `alerts`")
        if self.alerts is not None and not on_a_clock:
            refuse(("alerts",), "alerts are compared in a test with `events`; here `expect` says enough")
        if self.level is not None and self.expect != "fires":
            refuse(("level",), "only a test that expects `fires` can expect a level")
        if self.start.tzinfo is None:
            refuse(("start",), "start needs its time zone, as in 2026-03-02T09:00:00Z")
        return self
