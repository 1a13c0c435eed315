"""Produce what sources hold into the input topics, and keep an account of every byte of it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from schemas.errors import GuardstreamError
from streams.adapters.kafka_security import kafka_python_options
from streams.adapters.sources import Block, Refused, find_files, read_source
from streams.adapters.topic_reader import BOOTSTRAP_MS, unreachable
from streams.core.intake.plan import plan_messages
from streams.settings import MAX_MESSAGE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from streams.core.intake.describe import Described
    from streams.settings import Settings

#: A batch larger than this is split; it is half of what Kafka's own default takes.
BATCH_BYTES = 500_000
_BEFORE_GIVING_UP_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to ingest: ``rate`` in events a second (None: as fast as it goes), ``topic`` forces one for everything."""

    topic: str | None = None
    rate: float | None = None
    timestamps: Literal["now", "event"] = "now"


@dataclass(slots=True)
class Account:
    """What became of what was read; ``kinds`` counts events, ``unreadable`` parts that will become dead letters.

    ``read_bytes`` are unpacked, ``taken_bytes`` as the files lie there.
    """

    files: int = 0
    read_bytes: int = 0
    taken_bytes: int = 0
    messages: int = 0
    acknowledged: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    refused: list[Refused] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        """How many events the messages hold."""
        return self.kinds.total()

    @property
    def complete(self) -> bool:
        """Whether nothing was refused and the broker acknowledged every message."""
        return not self.refused and not self.failed and self.acknowledged == self.messages


class Sender:
    """kafka-python's producer, which counts what the broker acknowledged and what failed."""

    def __init__(self, settings: Settings, account: Account) -> None:
        self._account = account
        self._counting = threading.Lock()
        try:
            self._producer = KafkaProducer(
                **kafka_python_options(settings),
                acks="all",
                enable_idempotence=True,
                allow_auto_create_topics=False,
                bootstrap_timeout_ms=BOOTSTRAP_MS,
                max_block_ms=20_000,
                linger_ms=5,
                batch_size=256 << 10,
                max_request_size=MAX_MESSAGE_BYTES,
            )
        except KafkaError as error:
            raise unreachable(settings, error) from error

    def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        *,
        timestamp_ms: int | None = None,
        partition: int | None = None,
    ) -> None:
        """Send one message; a failure is counted, never raised, unless the topic is missing."""
        self._account.messages += 1
        self._account.topics[topic] += 1
        try:
            future = self._producer.send(topic, value, key=key, timestamp_ms=timestamp_ms, partition=partition)
        except MessageSizeTooLargeError:
            self._fail(f"larger than {MAX_MESSAGE_BYTES >> 20} MB")
        except KafkaError as error:
            message = (
                f"the topic {topic} can't be written: {error}. Does it exist? `guardstream topics create` creates all."
            )
            raise GuardstreamError(message) from error
        else:
            future.add_callback(self._acknowledge)
            future.add_errback(lambda error: self._fail(str(error)))

    def close(self) -> None:
        """Wait until the broker has answered for every message."""
        try:
            self._producer.flush(timeout=_BEFORE_GIVING_UP_S)
        except KafkaError as error:
            self._fail(f"no acknowledgement within {_BEFORE_GIVING_UP_S:.0f} s: {error}")
        self._producer.close(timeout=5)

    def _acknowledge(self, _metadata: object) -> None:
        with self._counting:
            self._account.acknowledged += 1

    def _fail(self, why: str) -> None:
        with self._counting:
            self._account.failed[why] += 1


def ingest(
    paths: Iterable[str],
    settings: Settings,
    options: Options,
    progress: Callable[[Account, str], None] = lambda _account, _name: None,
    account: Account | None = None,
) -> Account:
    """Read every path and produce what it holds; ``progress`` hears of each block. Returns the closing account.

    An ``account`` that is passed is filled as it goes, so that it is there when the reader is interrupted.
    """
    account = Account() if account is None else account
    with closing(Sender(settings, account)) as sender:
        pace = _Pace(options.rate)
        clock = _RecordClock(used=options.timestamps == "event")
        for name, block in _blocks(paths, account):
            account.read_bytes += len(block.data)
            messages = plan_messages(block.data, whole=block.whole, max_bytes=BATCH_BYTES)
            clock.enter(messages)
            for message in messages:
                sender.send(
                    options.topic or _topic(settings, message),
                    message.account.encode() if message.account else None,
                    message.value,
                    timestamp_ms=clock.timestamp(message),
                )
                account.kinds.update(message.kinds)
                account.unreadable += message.unreadable
                pace.wait(max(1, sum(message.kinds.values())))
            progress(account, name)
    return account


def _blocks(paths: Iterable[str], account: Account) -> Iterator[tuple[str, Block]]:
    for name in find_files(paths):
        if isinstance(name, Refused):
            account.refused.append(name)
            continue
        account.files += 1
        before = account.taken_bytes
        for block in read_source(name):
            if isinstance(block, Refused):
                account.refused.append(block)
            else:
                account.taken_bytes = before + block.taken
                yield name, block


def _topic(settings: Settings, message: Described) -> str:
    topics = settings.topics()
    return topics.cloudtrail if message.source == "cloudtrail" else topics.findings


class _RecordClock:
    """Gives records their events' times: what has none takes the one before it, or else the first one that comes.

    No time lies ahead of now, since one event dated 2099 would move its partition's record clock there for good.
    """

    def __init__(self, *, used: bool) -> None:
        self._used = used
        self._last: int | None = None

    def enter(self, messages: list[Described]) -> None:
        if self._last is None:
            self._last = next((message.time_ms for message in messages if message.time_ms is not None), None)

    def timestamp(self, message: Described) -> int | None:
        """Return epoch ms, or None where the producer shall take the time of sending."""
        if message.time_ms is not None:
            self._last = message.time_ms
        if not self._used or self._last is None:
            return None
        return min(max(0, self._last), int(time.time() * 1_000))


class _Pace:
    """Holds a rate of events a second over the whole run, not from one event to the next."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._began = time.monotonic()
        self._events = 0

    def wait(self, events: int) -> None:
        self._events += events
        if self._rate and (ahead := self._began + self._events / self._rate - time.monotonic()) > 0:
            time.sleep(ahead)
