"""A log that can be read while a broker is away."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

EVERY = 10.0
"""Seconds."""


class Sparing(logging.Filter):
    """Lets each kind of message through once in ``every`` seconds, and says how many others it stood for.

    A kind is a template, before its arguments are put in. aiokafka logs each of its attempts to reach a broker, a
    hundred in a second.
    """

    def __init__(self, every: float = EVERY, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._every = every
        self._clock = clock
        self._said: dict[tuple[str, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log it."""
        kind, now = (record.name, record.levelno, _template(record)), self._clock()
        last, held_back = self._said.get(kind, (-self._every, 0))
        if now - last < self._every:
            self._said[kind] = (last, held_back + 1)
            return False
        self._said[kind] = (now, 0)
        if held_back:
            record.msg, record.args = f"{record.getMessage()} (and {held_back} more of this kind)", ()
        return True


def _template(record: logging.LogRecord) -> str:
    template = str(record.msg)
    # librdkafka's messages share one template, and begin with what they are about.
    return f"{record.args[0]}{template}" if template.startswith("%s [") and isinstance(record.args, tuple) else template


def log_sparingly(names: Collection[str]) -> None:
    """Put the filter on these loggers, and on every logger below them that is there by now."""
    sparing = Sparing()
    for name in {*logging.root.manager.loggerDict, *names}:
        if any(name == one or name.startswith(f"{one}.") for one in names):
            logging.getLogger(name).addFilter(sparing)
