"""A condition that holds only for a while after a release, which a lifecycle tag tells of."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.duration import Window  # noqa: TC001 - pydantic asks for it at run time
from schemas.measure import Strict
from schemas.tag import Kind, Short

MOST_NAMES = 100

Names = Annotated[tuple[Short, ...], Field(max_length=MOST_NAMES)]


class SinceRelease(Strict):
    """The newest release of these, while it began at most ``within`` ago; windows count from its start on.

    A release is a lifecycle tag of one of the kinds. Where ``application`` or ``environment`` names some, it is of one
    of them; names are compared as they are written.
    """

    within: Window
    """For how long after its start a release matters: 1m to 7d."""
    application: Names = ()
    """The applications, one of which it is a release of; any, if absent."""
    environment: Names = ()
    """The environments, one of which it is a release to; any, if absent."""
    kind: Annotated[tuple[Kind, ...], Field(min_length=1)] = ("deploy", "rollback")
    """The kinds of tags that count as a release."""
