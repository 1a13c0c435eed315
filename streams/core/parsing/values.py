"""Reading values of whatever kind from decoded JSON."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from schemas.event import Reason
from streams.core.parsing.problem import Problem
from streams.core.parsing.times import LONGEST, parse_time, to_rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NOTHING: Mapping[str, Any] = {}
_ACCOUNT_DIGITS = 12
_FRACTIONS = frozenset(["Z", *(f".{number:03d}Z" for number in range(1000))])
_WITH_MILLISECONDS = len("2023-07-10T11:45:00.000Z")
_PLAIN_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")


def as_object(value: Any) -> Mapping[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def as_objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; one object alone counts as a list of one."""
    if isinstance(value, list):
        return [one for one in value if one.__class__ is dict]
    return [value] if isinstance(value, dict) else []


def as_text(value: Any) -> str | None:
    """Return the value if it is a text that is not empty, else None."""
    return value if isinstance(value, str) and value else None


def as_truth(value: Any) -> bool | None:
    """Return true and false, also where they are written as text, yes and no among them; else None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _TRUTHS.get(value.strip().lower())
    return None


def as_rfc3339(value: Any) -> str | None:
    """Return a time in any form as RFC 3339 in UTC with milliseconds, or None."""
    if value is None:
        return None
    return rfc3339_of(value) if value.__class__ is str and len(value) <= LONGEST else _as_rfc3339(value)


def _as_rfc3339(value: Any) -> str | None:
    time = parse_time(value)
    return None if time is None else to_rfc3339(time)


def rfc3339_of(text: str | None) -> str | None:
    """Return a time text as RFC 3339 in UTC with milliseconds, or None.

    AWS writes nearly all of them in that form, or the same without milliseconds, and many share their second.
    """
    if text is None:
        return None
    if text[19:] in _FRACTIONS and _second_of(text[:19]) is not None:
        return text if len(text) == _WITH_MILLISECONDS else f"{text[:19]}.000Z"
    return _as_rfc3339(text)


def instant_of(text: str) -> tuple[int, str] | None:
    """Return a time text in milliseconds since 1970, and as RFC 3339; or None."""
    if text[19:] == "Z":
        second = _second_of(text[:19])
        if second is not None:
            return second, f"{text[:19]}.000Z"
    time = parse_time(text)
    return None if time is None else (time, to_rfc3339(time))


@lru_cache(maxsize=8192)
def _second_of(text: str) -> int | None:
    """Return ``2023-07-10T11:45:00`` in milliseconds since 1970; None for any other form, or no such time."""
    time = parse_time(text) if _PLAIN_SECOND.fullmatch(text) else None
    # A leap second is written as the first of the next minute, and so takes the long way.
    return time if time is None or to_rfc3339(time)[:19] == text else None


def distinct(values: Iterable[Any]) -> list[str]:
    """Return the texts among the values, each once, in the order of their first appearance."""
    return list(dict.fromkeys(value for value in values if isinstance(value, str) and value))


def parse_account(value: Any) -> str | Problem | None:
    """Return an account id as text; a number gets back the zeros that it lost. Null and an empty text are none."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value).zfill(_ACCOUNT_DIGITS)
    return Problem(Reason.WRONG_TYPE, f"the account is neither a text nor a whole number: {str(value)[:80]}")


def first_account(*values: Any) -> str | Problem | None:
    """Return the first account id that is there; a wrong type before it is a Problem."""
    for value in values:
        account = parse_account(value)
        if account is not None:
            return account
    return None


_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
