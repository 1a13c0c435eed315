"""What a condition says of the counts of one window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.core.windows.aggregates import Number


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the condition holds, what was measured against what (for the alert), and the same in words.

    ``value`` is the number that a rule's levels are chosen by. ``inconclusive`` says why nobody can tell, where that is
    so; the condition then does not hold, nor is it over.
    """

    holds: bool
    measured: Mapping[str, Any]
    words: str
    value: Number | None = None
    inconclusive: str | None = None


def untellable(measured: Mapping[str, Any], words: str, why: str) -> Verdict:
    """A verdict that says that there is none, and why."""
    return Verdict(holds=False, measured=measured, words=f"{words}; can't tell, since {why}", inconclusive=why)


TOO_MANY_GROUPS = "there were more groups than are kept apart"
"""The group's own count is not known: some of it, or others' of the same bucket, may be elsewhere."""
