"""What moved with an alert, in words for people who have just been woken."""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import TYPE_CHECKING

from streams.core.board.state import name_of
from streams.core.plural import counted
from streams.core.related.frame import CELL, LEAST_DAYS

if TYPE_CHECKING:
    from streams.core.related.find import Found
    from streams.core.related.seen import Group, Moved

LONGEST_VALUE = 120
MOST_ALSO = 3
SMALLEST_P = 1e-6
_FEW = 10


def sentence(one: Moved, found: Found) -> str:
    """One entry: `event name CreateAccessKey: 14 in 1 h, usually 0.2 (70x, began 10 min before; p 0.001 among ...)`."""
    began = f"began {_lag(one.lag)}"
    chance = f"p {_p(one.p)} among {found.looked_at:,} looked at"
    if one.instant is not None:
        what = "release" if one.kind == "release" else "alert"
        often = "releases" if one.kind == "release" else "alerts of this rule"
        return f"{what} {_short(one.instant.name)}: {began} (p {_p(one.p)}, by how often there are {often})"
    name = group_words(one.name.measure, one.name.group) if one.name else ""
    if one.share is not None:
        return f"{name}: {one.share:.0%} of it ({one.count:,} in {_span(one)})"
    if one.kind == "new":
        days = counted(found.days, "day")
        return f"{name}: {one.count:,} in {_span(one)}, never seen in {days} before ({began}; {chance}){_also(one)}"
    ratio = f"{_times(one.count / one.usual)}, " if one.count and one.usual > 0 else ""
    usual = _amount(one.usual)
    return f"{name}: {one.count or 'none'} in {_span(one)}, usually {usual} ({ratio}{began}; {chance}){_also(one)}"


def summary(found: Found) -> str:
    """What all of it comes to."""
    if found.days < LEAST_DAYS:
        return f"Nothing can be said: of {LEAST_DAYS} days before it that are needed, {found.days} are known."
    short = ""
    if found.too_short:
        short = f" Not known for long enough: {', '.join(found.too_short)}."
    known = f"{found.looked_at:,} looked at, by {counted(found.days, 'day')} before"
    if not found.moved:
        return f"Nothing stands out among {known}.{short}"
    return f"{counted(len(found.moved), 'thing')} moved with it, of {known}.{short}"


def group_words(measure: str, group: Group) -> str:
    """A group in words: `event name PutObject, no error code`; a measure's name where it has no groups."""
    if not group:
        return measure
    return ", ".join(
        f"no {name_of(key)}" if value is None else f"{name_of(key)} {_short(value)}" for key, value in group
    )


def _also(one: Moved) -> str:
    told = [group_words(other.name.measure, other.name.group) for other in one.also if other.name][:MOST_ALSO]
    return f"; the same by {'; '.join(told)}" if told else ""


def _span(one: Moved) -> str:
    minutes = max(CELL, one.end - one.start)
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def _lag(minutes: float) -> str:
    if abs(minutes) < 1:
        return "with it"
    return f"{abs(minutes):.0f} min {'before' if minutes < 0 else 'after'}"


def _amount(value: float) -> str:
    if value >= _FEW:
        return f"{value:,.0f}"
    return f"{value:.{_digits(value)}f}" if value > 0 else "0"


def _digits(value: float) -> int:
    return min(6, max(1, -floor(log10(value)))) if value > 0 else 1


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}x" if ratio >= _FEW or not isfinite(ratio) else f"{ratio:.1f}x"


def _p(p: float) -> str:
    if p < SMALLEST_P:
        return "under 0.000001"
    return f"{p:.{_digits(p)}f}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
