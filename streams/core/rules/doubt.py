"""What is doubtful about a rule that loads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from schemas.errors import Where
    from streams.core.rules.yaml_nodes import Loc

Severity = Literal["warning", "note"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One of them: its name, which part of the rule it is about, and a sentence with what to do.

    A ``warning`` is a rule that does not do what it is for, or can't be lived with; a ``note`` is what could be better.
    """

    code: str
    loc: Loc
    message: str
    severity: Severity = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt with the place at which it stands."""

    where: Where
    rule: str
    code: str
    severity: Severity
    message: str
