"""How old what is shown is, in words: a source that is silent, and messages that are still to be read."""

from __future__ import annotations

import datetime as dt

from streams.core.board.releases import span_words
from streams.core.board.spans import MINUTE

SILENT_AFTER_MS = 10 * MINUTE
"""As long as findings may be late and still be on time, by default; the rule on missing logs waits as long."""
MOST_BEHIND = 1_000
"""Messages that may be still to be read without a word: a moment's worth."""


def silence(newest_ms: int | None, now_ms: int) -> str | None:
    """Since when no event has come, where that is too long; ``newest_ms`` is what was counted up to, epoch ms."""
    if newest_ms is None:
        return "nothing was counted yet"
    quiet = now_ms - newest_ms
    if quiet <= SILENT_AFTER_MS:
        return None
    since, now = (dt.datetime.fromtimestamp(at / 1_000, dt.UTC) for at in (newest_ms, now_ms))
    told = f"{since:%H:%M}" if since.date() == now.date() else f"{since:%b} {since.day} {since:%H:%M}"
    return f"silent since {told}: no event has come for {span_words(quiet)}"


def lag(behind: int | None) -> str | None:
    """How much is still to be read, where it is so much that what is shown is not all."""
    if behind is None or behind <= MOST_BEHIND:
        return None
    return f"behind: {behind:,} messages are still to be read"
