"""What is doubtful about a rule that loads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def in_file_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, line and column, without repeats."""
    return sorted(
        dict.fromkeys(findings),
        key=lambda one: (one.where.file or "", one.where.line or 0, one.where.column or 0, one.code, one.message),
    )
