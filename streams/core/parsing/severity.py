"""A finding's severity, as a number and as a label."""

from __future__ import annotations

import re
from typing import NamedTuple

from schemas.event import Reason
from streams.core.parsing.problem import Problem

LOWEST, HIGHEST = 0.0, 10.0
# Half-open ranges, from the highest down: each label holds from its number up to the one above.
_LABELS = ((9.0, "Critical"), (7.0, "High"), (4.0, "Medium"), (1.0, "Low"))
_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
_NOT_FINITE = re.compile(r"\s*[-+]?(?:nan|inf|infinity)\s*", re.IGNORECASE)


class Severity(NamedTuple):
    """A number from 0 to 10 and its label; both None where a finding has no severity."""

    number: float | None
    label: str | None


def parse_severity(value: object) -> Severity | Problem:
    """Read a severity: a number, or a text that holds one. None is no severity; 0 up to 1 has no label.

    Other kinds of value are of the wrong type; numbers outside 0 to 10, NaN among them, are out of range.
    """
    if value is None:
        return Severity(None, None)
    number = _to_number(value)
    if number is None:
        return Problem(Reason.WRONG_TYPE, f"severity is not a number: {str(value)[:80]!r}")
    if not LOWEST <= number <= HIGHEST:
        return Problem(Reason.OUT_OF_RANGE, f"severity is not from 0 to 10: {str(value)[:80]}")
    return Severity(float(number), severity_label(number))


def severity_label(number: float) -> str | None:
    """Return the label: Low [1, 4), Medium [4, 7), High [7, 9), Critical [9, 10]; below 1 there is none."""
    return next((label for least, label in _LABELS if number >= least), None)


def _to_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and (_NUMBER.fullmatch(value) or _NOT_FINITE.fullmatch(value)):
        return float(value)
    return None
