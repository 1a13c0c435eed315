"""What a condition says of the counts of one window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the condition holds, what was measured against what (for the alert), and the same in words."""

    holds: bool
    measured: Mapping[str, Any]
    words: str
