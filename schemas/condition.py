"""When a rule fires: at once, or on what was counted in a window. Durations are minutes; written as 10m, 1h30m, 14d."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from schemas.duration import DAY, Distance, History, Patience, Window
from schemas.measure import Aggregate, FieldName, Strict, Text, TimeBasis
from schemas.refusal import refuse
from schemas.since_release import SinceRelease  # noqa: TC001 - pydantic asks for it at run time

Count = Annotated[int, Field(ge=0, strict=True)]
Number = Annotated[int, Field(ge=0, strict=True)] | Annotated[float, Field(ge=0, strict=True)]

SEEN = "seen"
"""Expect the groups that have been seen, in place of a list of names."""


class _Condition(Strict):
    since_release: SinceRelease | None = None
    """Only for a while after a release, counted from its start on; always, if absent."""

    def shown(self) -> dict[str, Any]:
        """What the rule's author wrote, as alerts show it: defaults are left out."""
        named = {"type": getattr(self, "type")}  # noqa: B009 - every condition has one, each with its own literal type
        return named | self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


class Immediate(_Condition):
    """An event that the query picks is an alert.

    ``repeat`` says which events of a group are: ``every`` one, only the first (``once``), or the first and each of a
    higher level than all before it (``rising``). A group that was quiet for ``forget`` begins anew, to within a
    twenty-fourth of that time. With ``renotify``
    a group that goes on alerts again after that time.
    """

    type: Literal["immediate"] = "immediate"
    repeat: Literal["every", "once", "rising"] = "every"
    """Which events of a group alert: every one, the first, or the first and each of a higher level."""
    renotify: Patience | None = None
    """After which time a group that goes on alerts again, such as 12h."""
    forget: History = 7 * DAY
    """How long a group must be quiet to begin anew."""


class Windowed(_Condition):
    """What all conditions on windows share.

    A ``sliding`` window is judged at the end of each minute, a ``tumbling`` one at multiples of its length (UTC). The
    condition must hold ``for`` that long before the rule fires, and be over for ``keep_firing_for`` before the alert
    is resolved.
    """

    window: Window
    """The length of the window: 1m to 7d."""
    windows: Literal["sliding", "tumbling"] = "sliding"
    """Whether a window ends with each minute, or only at multiples of its length."""
    for_: Annotated[Patience, Field(alias="for")] = 0
    """How long the condition must hold before the rule fires, such as 10m."""
    keep_firing_for: Patience = 0
    """How long the condition must be over before the alert is resolved, such as 10m."""


class Aggregated(Windowed):
    """What is made of a window's events: their ``count``, or ``sum``, ``max`` or ``unique`` values of a ``field``."""

    aggregate: Aggregate = "count"
    """What is made of the window's events."""
    field: FieldName | None = None
    """The field that is summed, whose maximum is taken, or whose values are told apart."""

    @model_validator(mode="after")
    def _field_fits(self) -> Self:
        if (self.field is None) != (self.aggregate == "count"):
            wanted = "takes no field" if self.aggregate == "count" else "needs the field that it is made of"
            refuse(("aggregate",), f"aggregate {self.aggregate} {wanted}")
        threshold = getattr(self, "threshold")  # noqa: B009 - both conditions that aggregate have one, each of its own
        if self.aggregate in {"count", "unique"} and threshold.__class__ is not int:
            refuse(("threshold",), "what is counted is compared with a whole number, an integer")
        return self


class MoreThan(Aggregated):
    """More than ``threshold`` events (or another aggregate of them) in a window of ``window`` minutes."""

    type: Literal["more_than"] = "more_than"
    threshold: Number
    """It fires above this; a whole number where events or values are counted."""


class LessThan(Aggregated):
    """Fewer than ``threshold`` events (or less of another aggregate) in a window of ``window`` minutes.

    ``expect`` names the groups that must be there, since a group that never spoke can't be missed: for each key of the
    rule's group-by its values, where ``@name`` stands for those of a list. Several keys stand for all combinations of
    their values. ``expect: seen`` expects the groups that have been seen, until they were silent for ``retire_after``.
    Without group-by there is one series for everything.
    """

    type: Literal["less_than"] = "less_than"
    threshold: Annotated[Number, Field(gt=0)]
    """It fires below this; a whole number where events or values are counted."""
    judged_on: TimeBasis = "arrival"
    """Whether an event counts for the minute of its arrival or of its own time."""
    expect: dict[str, tuple[Text, ...]] | Literal["seen"] = Field(default_factory=dict)
    """The groups that must be there: values for each key of group-by, `@name` for those of a list; or `seen`."""
    retire_after: History = 7 * DAY
    """With `expect: seen`: how long a group must be silent to be expected no more."""


class Ratio(Windowed):
    """The rule's query counts more than ``threshold`` times what ``of``, a query too, counts.

    Below ``minimum`` events of the latter a share says nothing, and the rule does not fire; where there are none at
    all, ``when_zero`` says whether it does if the rule's query counted something. ``direction: below`` fires where the
    share is less. ``of_group: all`` divides each group's count by that of all groups together. ``confident`` fires only
    where the whole 95 % interval of the share (Wilson) lies beyond the threshold.
    """

    type: Literal["ratio"] = "ratio"
    of: str
    """The query whose count the rule's query is a share of."""
    threshold: Annotated[float, Field(ge=0)]
    """The share beyond which it fires, as 0.1."""
    minimum: Annotated[Count, Field(ge=1)] = 1
    """Below how many events of `of` it never fires."""
    direction: Literal["above", "below"] = "above"
    """Whether it fires where the share is more, or less, than the threshold."""
    when_zero: Literal["silent", "fires"] = "silent"
    """Whether it fires where `of` counts nothing and the query does."""
    of_group: Literal["same", "all"] = "same"
    """Whether a group's count is divided by what `of` counts in that group, or in all together."""
    confident: bool = False
    """Whether the whole 95 % interval of the share must lie beyond the threshold."""


class NewValue(_Condition):
    """A value of ``field`` that its group never had, once the group has been known for ``learn``.

    A value that was not seen for ``forget`` is new again, to within a twenty-fourth of that time; a group none of whose
    values was seen for so long learns anew.
    """

    type: Literal["new_value"] = "new_value"
    field: FieldName
    """The field whose values are learned."""
    learn: History = 7 * DAY
    """How long a group must be known before a value of it is new."""
    forget: History = 30 * DAY
    """After which time a value that was not seen is new again."""

    @property
    def window(self) -> int:
        """Values are looked at minute by minute."""
        return 1


class TimeRelative(Windowed):
    """More than ``threshold`` times what the same window counted ``before`` (an hour, a day, a week earlier).

    ``direction: below`` fires where it is less than that. Nothing fires unless the greater of the two counts is at
    least ``minimum``. Where nothing was counted before, ``when_zero`` says whether it fires.
    """

    type: Literal["time_relative"] = "time_relative"
    threshold: Annotated[float, Field(ge=0)]
    """How many times as much as before it takes to fire, as 3."""
    before: Distance = DAY
    """How long ago the window is that this one is compared with: 1h to 28d."""
    minimum: Annotated[Count, Field(ge=1)] = 1
    """It never fires unless the greater of the two counts is this or more."""
    direction: Literal["above", "below"] = "above"
    """Whether it fires where this window has more, or less, than so many times as much."""
    when_zero: Literal["silent", "fires"] = "silent"
    """Whether it fires where nothing was counted before."""


class Usual(Windowed):
    """What the conditions share that compare a count with what is usual at this time.

    What is usual is learned from up to seven weeks of windows: the level, its trend, hours and days, and how much
    counts stray. It is told of windows that divide a day, from midnight UTC on, and of three and six of them together.
    ``false_alarms`` is how many a week the rule may give in the mean when nothing is the matter, all its groups
    together, where an alarm that stays on counts in each window. Nothing fires before counts are known for ``learn``.
    With ``since_release`` the usual is that from before the release.
    """

    windows: Literal["tumbling"] = "tumbling"
    """Windows begin at multiples of their length (UTC)."""
    false_alarms: Annotated[float, Field(gt=0, le=1_000)] = 1.0
    """How many false alarms a week are accepted, of all groups together."""
    learn: History = 3 * DAY
    """For how long counts must be known before anything fires."""

    @model_validator(mode="before")
    @classmethod
    def _no_seasons(cls, given: Any) -> Any:
        if isinstance(given, dict):
            for name, instead in _INSTEAD.items():
                if name in given:
                    refuse((name,), f"{name} is no more: {instead}")
        return given

    @model_validator(mode="after")
    def _window_divides_a_day(self) -> Self:
        if DAY % self.window or self.window < SHORTEST_LEARNED:
            refuse(("window",), "a window whose usual is learned must divide a day, and be 10m or longer: 15m, 1h, 6h")
        return self


SHORTEST_LEARNED = 10
"""Minutes."""
_SEASONS = "hours of the day and days of the week are learned from the last weeks"
_INSTEAD = {
    "sensitivity": "say false-alarms, how many a week are accepted of all groups together",
    "season": _SEASONS,
    "history": _SEASONS,
    "minimum-history": "say learn, for how long counts must be known before anything fires",
    "minimum_history": "say learn, for how long counts must be known before anything fires",
}


class MoreThanUsual(Usual):
    """More than ``threshold`` events in a window, and more than is usual at this time.

    It fires as soon as there are so many, before the window has come to its end. ``times`` is how many times as many as
    are expected it takes at least.
    """

    type: Literal["more_than_usual"] = "more_than_usual"
    threshold: Count
    """It never fires unless more than this are counted in a window, whatever is usual."""
    times: Annotated[float, Field(ge=1)] = 1.0
    """How many times as many as are expected it takes at least."""


class LessThanUsual(Usual):
    """Fewer events in a window than is usual at this time, where at least ``minimum`` are expected."""

    type: Literal["less_than_usual"] = "less_than_usual"
    minimum: Annotated[float, Field(gt=0)] = 10
    """It never fires where fewer than this are expected."""


Condition = Annotated[
    Immediate | MoreThan | LessThan | Ratio | NewValue | TimeRelative | MoreThanUsual | LessThanUsual,
    Field(discriminator="type"),
]
CONDITIONS = (Immediate, MoreThan, LessThan, Ratio, NewValue, TimeRelative, MoreThanUsual, LessThanUsual)
