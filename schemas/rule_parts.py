"""Parts of a rule that are written as mappings of their own: levels, exceptions, labels."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import StringConstraints, model_validator

from schemas.condition import Number  # noqa: TC001 - pydantic asks for it at run time
from schemas.day import Day  # noqa: TC001 - as above
from schemas.measure import Line, Strict, Text
from schemas.refusal import refuse
from schemas.rule_test import Level  # noqa: TC001 - as above

LabelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Labels = dict[LabelName, Text]


class LevelWhen(Strict):
    """The level of those events that ``when``, a query, picks; ``because`` tells people why.

    A rule that looks at windows has its level by what was measured: its count, share or other value is ``above`` or
    ``below`` a number. The first of a rule's ``levels`` that fits decides.
    """

    level: Level
    """The level that these have."""
    when: Line | None = None
    """A query; of an immediate rule: the events that have this level."""
    above: Number | None = None
    """A number; of a rule with a window: what was measured is more than this."""
    below: Number | None = None
    """A number; of a rule with a window: what was measured is less than this."""
    because: Text = ""
    """Why, for people."""

    @model_validator(mode="after")
    def _one_kind(self) -> LevelWhen:
        if sum(given is not None for given in (self.when, self.above, self.below)) != 1:
            refuse((), "a level has one of `when`, `above` or `below`")
        return self


class RuleException(Strict):
    """Events that a rule leaves alone, and why; from the day ``until`` on (UTC) the exception holds no more."""

    query: Line
    """Which of the rule's events are left alone."""
    reason: Line
    """Why, for whoever asks in a year."""
    owner: Text | None = None
    """Who answers for it."""
    until: Day | None = None
    """The day, in UTC, from which on it holds no more."""

    def holds_at(self, at_ms: int) -> bool:
        """Whether the exception holds for an event of that time, in milliseconds since 1970."""
        if self.until is None:
            return True
        end = dt.datetime.combine(self.until, dt.time(), dt.UTC)
        return at_ms < end.timestamp() * 1000
