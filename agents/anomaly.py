"""More than usual: the rules that compare a count with what earlier seasons lets expect.

The seasonal median needs nothing but rows, which are kept for as long as the rule looks back, so what is learned is as
durable and exact as every count. A learner with a state of its own takes this place later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.conditions.step import step

if TYPE_CHECKING:
    from streams.core.conditions.step import Judgement, Share
    from streams.core.conditions.windowed import WindowedRule
    from streams.core.windows.state import WindowState


def step_unusual(windowed: WindowedRule, state: WindowState, share: Share, end: int, known_from: int) -> Judgement:
    """Judge a rule that learns what is usual."""
    return step(windowed, state, share, end, known_from)
