"""A change to a rule of an earlier folder."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.active_hours import ActiveHours  # noqa: TC001 - pydantic asks for it at run time
from schemas.condition import Count, Number  # noqa: TC001 - as above
from schemas.measure import Lists, RuleId, Strict, Text
from schemas.rule_parts import Labels, RuleException  # noqa: TC001 - as above
from schemas.rule_test import Level, RuleTest  # noqa: TC001 - as above


class RuleOverride(Strict):
    """A change to a rule of an earlier folder; what is absent stays.

    ``level`` takes the place of the rule's level, its ``levels`` and ``level-from``; lists are replaced by name; labels
    are merged; exceptions are added; ``tests`` are of the rule as it is then, while those in the rule's own file stay
    tests of the rule as it is there; the rest takes the place of what the rule says.
    """

    override: RuleId
    """The id of the rule that is changed."""
    threshold: Number | None = None
    """The condition's threshold."""
    window: str | None = None
    """The condition's window, such as 30m."""
    minimum: Count | None = None
    """The condition's minimum, below which nothing fires."""
    for_: Annotated[str | None, Field(alias="for")] = None
    """How long the condition must hold before the rule fires, such as 10m."""
    keep_firing_for: str | None = None
    """How long the condition must be over before the alert is resolved, such as 10m."""
    repeat: Literal["every", "once", "rising"] | None = None
    """Which events of a group alert: every one, the first, or the first and each of a higher level."""
    renotify: str | None = None
    """After which time a group that goes on alerts again, such as 12h."""
    level: Level | None = None
    """The level of all the rule's alerts."""
    lists: Lists = Field(default_factory=dict)
    """Lists of the rule by name, each in place of the rule's own."""
    exceptions: tuple[RuleException, ...] = ()
    """Events that the rule leaves alone, in addition to those that it leaves alone already."""
    enabled: bool | None = None
    """Whether the rule is in use."""
    dry_run: bool | None = None
    """Whether the rule is only tried: its alerts go to a topic of their own."""
    active: ActiveHours | None = None
    """The hours of the week in which the rule fires."""
    labels: Labels = Field(default_factory=dict)
    """Labels that are added to the rule's, or take the place of those with the same name."""
    expect: dict[str, tuple[Text, ...]] | Literal["seen"] | None = None
    """The groups that must be there: values for each key of group-by, or `seen`."""
    runbook: Text | None = None
    """What to do when the rule fires."""
    tests: tuple[RuleTest, ...] = ()
    """Tests of the rule as it is with all overrides."""
