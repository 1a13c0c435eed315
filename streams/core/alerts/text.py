"""Texts of an alert, and group values as text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_EXACT_FLOAT = 2**53


def group_text(value: Any) -> str | None:
    """A group value as text, the same for equal values: 8 and 8.0 are one group, true and 1 are not."""
    if value is None or type(value) is str:
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is float and value.is_integer() and abs(value) < LARGEST_EXACT_FLOAT:
        return str(int(value))
    return str(value)


def summarise(title: str, words: str, group: Mapping[str, str | None]) -> str:
    """One line for people: what, measured how, for whom."""
    whom = ", ".join([f"{name} {value}" for name, value in group.items() if value is not None])
    return f"{title}: {words} ({whom})" if whom else f"{title}: {words}"


def console_link(region: str | None, event_id: str, *, finding: bool) -> dict[str, str]:
    """The event's page in AWS's console, where it can be told."""
    console = console_of(region) if region else None
    if console is None or not event_id:
        return {}
    identity = event_id if event_id.isalnum() else quote(event_id, safe="-")
    return {"console": console[0 if finding else 1] + identity}


@lru_cache(maxsize=256)
def console_of(region: str) -> tuple[str, str] | None:
    """How the addresses of a finding's and of a record's page in a region begin; None for what is no region's name."""
    if not region.replace("-", "").isalnum():
        return None
    host = f"https://{region}.console.aws.amazon.com"
    return (
        f"{host}/guardduty/home?region={region}#/findings?search=id%3D",
        f"{host}/cloudtrailv2/home?region={region}#/events/",
    )
