"""Numbers of things, in words."""

from __future__ import annotations

from streams.core.plural import counted


def test_only_one_is_singular() -> None:
    assert [counted(number, "rule") for number in (0, 1, 2, 1000)] == ["0 rules", "1 rule", "2 rules", "1,000 rules"]
