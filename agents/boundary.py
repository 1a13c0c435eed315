"""What a committed offset of a source partition says in its metadata: where the flush under way ends, and the clock."""

from __future__ import annotations

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Boundary:
    """Everything before ``start`` is counted. A flush of ``[start, end)`` may be under way; equal offsets mean none.

    ``clock`` is the record clock (epoch ms) at ``start``, so that a repeated flush judges lateness as the first did.
    """

    start: int
    end: int
    clock: int

    def metadata(self) -> str:
        """For the commit; the offset itself is ``start``."""
        return orjson.dumps({"end": self.end, "clock": self.clock}).decode()

    @classmethod
    def read(cls, start: int, metadata: str) -> Boundary:
        """From a committed offset; metadata that is not ours (offsets set by hand) means: nothing under way."""
        try:
            value = orjson.loads(metadata)
            return cls(start, max(start, int(value["end"])), int(value["clock"]))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return cls(start, start, 0)
