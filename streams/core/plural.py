"""Numbers of things, in words."""

from __future__ import annotations


def counted(number: int, what: str) -> str:
    """So many of something that takes an s in the plural: 1 rule, 2 rules, 1,000 rules."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
