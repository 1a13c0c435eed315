"""Play the demo's story into Kafka, in the background."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any, Self

import orjson

from schemas.errors import GuardstreamError
from streams.adapters.ingest import Account, Sender
from streams.cli.console import out
from streams.cli.demo_story import due_s
from streams.core.generate.cloudtrail import RecordGenerator
from streams.core.generate.estate import make_estate
from streams.core.generate.findings import FindingGenerator
from streams.core.generate.scenario import Play, make_scenario

if TYPE_CHECKING:
    from streams.settings import Settings

SEED = 7
#: After the story a record comes each so many seconds, and a finding with every so-manieth record.
BACKGROUND_S = 0.5
RECORDS_PER_FINDING = 6


class Player:
    """A thread that produces the script: the history as fast as it goes, the story in ``story_s`` seconds, then a bit.

    ``script`` says what the story is and which rules must fire.
    """

    def __init__(self, settings: Settings, story_s: float) -> None:
        self._settings = settings
        self._story_s = story_s
        rng = Random(SEED)  # noqa: S311  # Nothing here is a secret.
        self._estate = make_estate(rng)
        self.script = make_scenario(rng, self._estate, int(time.time() * 1_000), partitions=settings.partitions)
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._stop = threading.Event()
        self._error: Exception | None = None
        self._ended_at: float | None = None
        self._account = Account()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    @property
    def seconds_since_end(self) -> float:
        """How long ago the story ended; 0 while it is still told."""
        return 0.0 if self._ended_at is None else time.monotonic() - self._ended_at

    def check(self) -> None:
        """Raise GuardstreamError where the story could not be produced."""
        if self._error:
            message = f"the story can't be played: {self._error}"
            raise GuardstreamError(message)

    def _run(self) -> None:
        try:
            with closing(Sender(self._settings, self._account)) as sender:
                self._tell(sender)
                self._ended_at = time.monotonic()
                self._go_on(sender)
        except Exception as error:  # noqa: BLE001  # The main thread raises it: a thread of its own would only print it.
            self._error = error

    def _tell(self, sender: Sender) -> None:
        began: float | None = None
        script = self.script
        for number, play in enumerate(script.plays):
            if number >= script.before:
                began = time.monotonic() if began is None else began
                due = began + due_s(play.at_ms, script.start_ms, script.end_ms, self._story_s)
                if self._stop.wait(max(0.0, due - time.monotonic())):
                    return
            if play.note:
                out().print(f"[dim]{play.note}[/]", soft_wrap=True)
            self._send(sender, play)

    def _send(self, sender: Sender, play: Play) -> None:
        topics = self._settings.topics()
        topic = topics.findings if play.topic == "findings" else topics.cloudtrail
        key = None if play.key is None else play.key.encode()
        sender.send(topic, key, orjson.dumps(play.value), timestamp_ms=play.at_ms, partition=play.partition)

    def _go_on(self, sender: Sender) -> None:
        """Send a little of both, in the time that it really is, until it is stopped."""
        rng = Random(SEED)  # noqa: S311  # Nothing here is a secret.
        findings, records = FindingGenerator(rng, self._estate), RecordGenerator(rng, self._estate)
        topics = self._settings.topics()
        number = 0
        while not self._stop.wait(BACKGROUND_S):
            now_ms = int(time.time() * 1_000)
            record = records.make(now_ms)
            self._produce(sender, topics.cloudtrail, str(record.get("recipientAccountId", "")), record)
            if number % RECORDS_PER_FINDING == 0:
                finding = findings.make(now_ms)
                self._produce(sender, topics.findings, str(finding["account"]), finding)
            number += 1

    @staticmethod
    def _produce(sender: Sender, topic: str, key: str, value: dict[str, Any]) -> None:
        sender.send(topic, key.encode(), orjson.dumps(value))
