"""The rules in force, kept up with what is applied; agents judge only while a worker is sure to know it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

from streams.core.rules.applied import in_order, rules_in_force
from streams.core.rules.plan import Plan, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas.applied import AppliedRules
    from streams.core.rules.timeline import Timeline

LONGEST_DOUBT = 30.0
"""Seconds after which a worker that can't confirm the end of the topic judges no more."""
EVERY = 5.0
"""Seconds between two looks at the topic."""
KEPT_MS = 48 * 3_600_000
"""How far back revisions are made ready when a worker starts; older events are judged by the oldest of them."""


class Applied(Protocol):
    """What was applied since this was asked last; may block, and raises where that can't be told."""

    def read_on(self) -> Sequence[AppliedRules]:
        """In the order in which it was applied."""
        ...


class RuleWatch:
    """Feeds a timeline from the topic `rules`.

    A set holds from an instant that lies at least a minute after it was applied, and no worker judges that has not
    looked for half that time: so all judge an event by the same revision. ``may_judge`` says whether what else the
    rules depend on is known.
    """

    def __init__(self, timeline: Timeline, topic: Applied, may_judge: Callable[[], bool] = lambda: True) -> None:
        self.timeline = timeline
        self._topic = topic
        self._may_judge = may_judge
        self._confirmed = 0.0
        self._known = asyncio.Event()

    @property
    def has_read(self) -> bool:
        """Whether the topic was ever read to its end."""
        return bool(self._confirmed)

    @property
    def doubt(self) -> float:
        """Seconds since the end of the topic was confirmed last."""
        return time.monotonic() - self._confirmed if self._confirmed else float("inf")

    async def look(self) -> Sequence[AppliedRules]:
        """Read on, and let what was applied take its place; the sets that are new."""
        began = time.monotonic()
        applied = await asyncio.to_thread(self._topic.read_on)
        if not self._confirmed:
            applied = newest(applied, int(time.time() * 1000))
        plans = await asyncio.to_thread(lambda: [(one, _compiled(one)) for one in applied])
        # On the event loop, so that no batch meets a timeline that changes.
        for one, plan in plans:
            self.timeline.add(one.effective_from, plan, one.name)
        self._confirmed = began
        if self._may_judge():
            self._known.set()
        return applied

    def check(self) -> bool:
        """Stop judging where the worker has not looked for too long, or lacks something; whether it goes on."""
        if self.doubt > LONGEST_DOUBT or not self._may_judge():
            self._known.clear()
        return self._known.is_set()

    async def sure(self) -> None:
        """Wait until the rules in force are known for certain."""
        self.check()
        await self._known.wait()


def newest(applied: Sequence[AppliedRules], now_ms: int) -> list[AppliedRules]:
    """The sets that events of the last two days may be judged by, from all in the order of their application."""
    ordered = in_order(applied)
    first = max((place for place, one in enumerate(ordered) if one.effective_from <= now_ms - KEPT_MS), default=0)
    return ordered[first:]


def _compiled(applied: AppliedRules) -> Plan:
    return make_plan(rules_in_force(applied), applied.measures)
