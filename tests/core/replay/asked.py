"""What rules ask of events, told in plain Python: queries, fields, groups, times."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.core.replay.happenings import MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.core.replay.happenings import Group


def minutes_of(text: str | None, default: int = 0) -> int:
    if text is None:
        return default
    return int(text[:-1]) * {"m": 1, "h": 60, "d": 1440}[text[-1]]


def groups_of(fields: dict[str, Any], keys: list[str]) -> list[Group]:
    choices = []
    for key in keys:
        value = fields.get(key)
        values = value if isinstance(value, list) else [value]
        texts = [None if one is None else str(one) for one in values]
        choices.append(list(dict.fromkeys(texts)))
    return list(product(*choices))


QUERIES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "*": lambda fields: True,  # noqa: ARG005 - it asks for nothing
    "_exists_:errorCode": lambda fields: fields.get("code") is not None,
    "NOT _exists_:errorCode": lambda fields: fields.get("code") is None,
    "region:r1": lambda fields: fields.get("region") == "r1",
    "account:3": lambda fields: fields.get("account") == "3",
}
NAMES = {"account": "account", "region": "region", "requestParameters.who": "who", "source_address": "ip",
         "requestParameters.size": "size"}  # fmt: skip


def awake(rule: dict[str, Any], at_ms: int) -> bool:
    """Whether the rule's active hours cover a time."""
    active = rule.get("active")
    if active is None:
        return True
    begin, end = (int(text[:2]) * 60 + int(text[3:]) for text in active["hours"].split("-"))
    zone = ZoneInfo(active["zone"])
    here = dt.datetime.fromtimestamp(at_ms // MINUTE * 60, zone)
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    for back in (0, 1):
        # A span that begins today, or one that began yesterday and goes over midnight.
        day = here.date() - dt.timedelta(days=back)
        now = (here.date() - day).days * 1440 + here.hour * 60 + here.minute
        last = end if end > begin else end + 1440
        if names[day.weekday()] in active["days"] and begin <= now < last:
            return True
    return False
