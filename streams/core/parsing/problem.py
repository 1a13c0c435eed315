"""Why one value can't be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.event import Reason


@dataclass(frozen=True, slots=True)
class Problem:
    """A refused value: the caller makes a dead letter of it; ``detail`` says what is wrong, and where in the value."""

    reason: Reason
    detail: str
