"""Texts of an alert, and group values as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

GUARDDUTY_CONSOLE = "https://{region}.console.aws.amazon.com/guardduty/home?region={region}#/findings?search=id%3D{id}"
CLOUDTRAIL_CONSOLE = "https://{region}.console.aws.amazon.com/cloudtrailv2/home?region={region}#/events/{id}"


def group_text(value: Any) -> str | None:
    """A group value as text, the same for equal values: 8 and 8.0 are one group, true and 1 are not."""
    if value is None or type(value) is str:
        return value  # type: ignore[no-any-return]
    if value is True or value is False:
        return "true" if value else "false"
    if type(value) is float and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def summarise(title: str, words: str, group: Mapping[str, str | None]) -> str:
    """One line for people: what, for whom, measured how."""
    whom = ", ".join(f"{name} {value}" for name, value in group.items() if value is not None)
    return f"{title}: {words}" + (f" ({whom})" if whom else "")
