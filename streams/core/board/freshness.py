"""How old what is shown is, in words: a source that is silent, and messages that are still to be read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from streams.core.board.releases import span_words
from streams.core.board.spans import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

SILENT_AFTER_MS = 10 * MINUTE
"""As long as findings may be late and still be on time, by default; the rule on missing logs waits as long."""
ONE_SILENT_AFTER_MS = 60 * MINUTE
"""Of one source while another goes on: GuardDuty may have nothing to say for a while."""
ONE = {"findings": "finding", "cloudtrail": "CloudTrail record"}
MANY = {"findings": "findings", "cloudtrail": "CloudTrail records"}
MOST_BEHIND = 1_000
"""Messages that may be still to be read without a word: a moment's worth."""


def counted(minutes: Mapping[str, tuple[int, int]], sources: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """From when to when each source was counted (epoch ms), of what was counted of each measure (epoch minutes)."""
    found: dict[str, tuple[int, int]] = {}
    for measure, (first, last) in minutes.items():
        if (source := sources.get(measure)) is not None:
            begin, end = first * MINUTE, (last + 1) * MINUTE
            known = found.get(source, (begin, end))
            found[source] = min(known[0], begin), max(known[1], end)
    return found


def silence(newest: Mapping[str, int], now_ms: int) -> str | None:
    """Since when no event has come, of all sources or of one, where that is too long.

    ``newest`` is what each source was counted up to (epoch ms), without those of which nothing was ever seen.
    """
    if not newest:
        return "nothing was counted yet"
    quiet = now_ms - max(newest.values())
    if quiet > SILENT_AFTER_MS:
        since, now = (dt.datetime.fromtimestamp(at / 1_000, dt.UTC) for at in (now_ms - quiet, now_ms))
        told = f"{since:%H:%M}" if since.date() == now.date() else f"{since:%b} {since.day} {since:%H:%M}"
        return f"silent since {told}: no event has come for {span_words(quiet)}"
    for source, at in newest.items():
        if now_ms - at > ONE_SILENT_AFTER_MS:
            others = " and ".join(MANY[other] for other in newest if other != source)
            return f"no {ONE[source]} for {span_words(now_ms - at)}; {others} came {span_words(max(quiet, 0))} ago"
    return None


def lag(behind: int | None) -> str | None:
    """How much is still to be read, where it is so much that what is shown is not all."""
    if behind is None or behind <= MOST_BEHIND:
        return None
    return f"behind: {behind:,} messages are still to be read"
