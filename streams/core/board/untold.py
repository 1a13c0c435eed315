"""Values that stand for what nobody can tell, and that no event can pass for."""

from __future__ import annotations

from typing import Final


class Untold(str):
    """Reads as its text, and equals nothing but itself: an event may have a value with the same text."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    __hash__ = object.__hash__


OVERFLOW: Final = Untold("(overflow)")
"""The value, for any key, of groups that had no room of their own (streams/core/windows/overflow.py)."""
NOT_KEPT: Final = Untold("(not kept apart)")
"""The value of a key for what was counted before its measure had that key."""
