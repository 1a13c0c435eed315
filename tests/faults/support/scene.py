"""A scene: workers that share the partitions, and what happens to them while events are fed."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tests.faults.support.topics import await_that

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.support.observed import SeenAlert
    from tests.faults.support.topics import Group
    from tests.faults.support.workers import Crew, Worker

SHARED_OUT = 45.0
"""Seconds in which a changed group has to have shared out its partitions: a lost member is missed after ten."""


class Broker(Protocol):
    """A broker that can crash and come back with its data."""

    def start(self) -> None: ...
    def kill(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that happened, when it began (epoch ms)."""

    kind: str
    at_ms: int


class Scene:
    """Faults, one method each; each leaves as many workers as it found, all of them at work again unless it says so."""

    def __init__(self, crew: Crew, group: Group, broker: Broker, seed: int) -> None:
        self._crew = crew
        self._group = group
        self._broker = broker
        self._rng = random.Random(seed)  # noqa: S311  # Moments that can be chosen again are wanted, not secrets.
        self.faults: list[Fault] = []

    def open(self, workers: int) -> None:
        for _ in range(workers):
            self._crew.start()
        self.settle()

    def settle(self) -> float:
        """Wait until all workers share the partitions; the seconds that it took."""

        def shared() -> bool:
            self.check()
            return self._group.members() == len(self._crew.workers)

        return await_that(shared, f"{len(self._crew.workers)} workers share the partitions", SHARED_OUT)

    def check(self) -> None:
        """Fail where a worker has ended by itself."""
        for worker in self._crew.ended():
            message = f"{worker.name} ended by itself with exit code {worker.exit_code}:\n{worker.tail()}"
            raise AssertionError(message)

    def wait(self, shortest: float, longest: float) -> None:
        """Let time pass, so that the next fault meets the workers at any point of their work."""
        time.sleep(self._rng.uniform(shortest, longest))

    def kill(self, *, settle: bool = True) -> None:
        """Kill a worker and start another; without ``settle`` the next fault may come while partitions change hands."""
        self._note("kill")
        self._crew.kill(self._any())
        self.wait(0, 1)
        self._crew.start()
        if settle:
            self.settle()
            self._group.await_input_committed()

    def stop(self, seconds: float) -> None:
        """Freeze a worker, so that others take its partitions, and let it go on as if nothing had been."""
        self._note("stop")
        worker = self._any()
        worker.signal(signal.SIGSTOP)
        time.sleep(seconds)
        worker.signal(signal.SIGCONT)
        self.settle()

    def join_and_leave(self) -> None:
        self._note("join")
        joined = self._crew.start()
        self.settle()
        self.wait(1, 3)
        self._note("leave")
        self._crew.terminate(joined)
        self.settle()

    def roll(self) -> None:
        """Restart every worker, one after the other, as a deployment does."""
        for worker in list(self._crew.workers):
            self._note("restart")
            self._crew.terminate(worker)
            self._crew.start()
            self.settle()
            self.wait(0, 2)

    def crash_broker(self) -> None:
        self._note("broker")
        self._broker.kill()
        self.wait(0, 2)
        self._broker.start()
        self.settle()

    def _any(self) -> Worker:
        return self._rng.choice(self._crew.workers)

    def _note(self, kind: str) -> None:
        self.check()
        self.faults.append(Fault(kind, time.time_ns() // 1_000_000))


def recoveries(faults: Sequence[Fault], alerts: Sequence[SeenAlert], fed_until_ms: int) -> list[float]:
    """For each kill the seconds to the first later alert of the partition that waited longest.

    All partitions are looked at, so those of the killed worker are among them. A kill that another fault followed
    before all partitions had alerted again has no recovery of its own and is left out.
    """
    times: dict[tuple[str, int], list[int]] = {}
    for alert in alerts:
        if alert.place is not None:
            times.setdefault(alert.place[:2], []).append(alert.at_ms)
    found = []
    for number, fault in enumerate(faults):
        if fault.kind != "kill":
            continue
        first = [min((at for at in of_partition if at > fault.at_ms), default=None) for of_partition in times.values()]
        following = faults[number + 1].at_ms if number + 1 < len(faults) else fed_until_ms
        last = max((at if at is not None else fed_until_ms for at in first), default=fed_until_ms)
        if last < following:
            found.append((last - fault.at_ms) / 1000)
    return found
