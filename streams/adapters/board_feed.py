"""Reads the topics that the dashboard shows into its store, in a thread of its own, and says what is new."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from streams.adapters.kafka_security import confluent_options
from streams.adapters.topic_reader import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.adapters.store.store import Store
    from streams.core.board.stored import Kept
    from streams.settings import Settings

Place = tuple[str, int]
News = frozenset[str]

BATCH: Final = 20_000
"""Messages that are taken in at once, at most."""
BATCH_BYTES: Final = 4 * 1024 * 1024
GATHER: Final = 0.25
"""Seconds between two batches; news is no older."""
MOMENT: Final = 0.03
"""Seconds for what comes together with a message that nothing came before for a while."""
LOOK: Final = 10.0
"""Seconds after which new partitions are looked for."""
FORGET: Final = 3_600.0
_CHUNK = 1_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_OUT_OF_RANGE = frozenset({KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE})  # noqa: SLF001 - its name

logger = logging.getLogger(__name__)


class BoardFeed:
    """Feeds a store. ``tell`` is called, in the feed's thread, with what each batch had news of."""

    def __init__(
        self, settings: Settings, store: Store, tell: Callable[[News], None] | None = None, kept: Kept | None = None
    ) -> None:
        self._settings = settings
        self._store = store
        self._tell = tell
        self._kept = kept
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="board-feed", daemon=True)
        self._assigned: set[Place] = set()
        self._ends: dict[Place, tuple[int, int]] = {}
        """What was to be read first of a partition, and where it ended then."""
        self._lag: dict[Place, int] = {}
        self._problem: str | None = "not connected yet"
        self._looked = self._forgot = self._took = -FORGET

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, patience: float = 30.0) -> None:
        """End after the batch that is under way; the store may be closed then. Waits ``patience`` seconds at most."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(patience)

    @property
    def problem(self) -> str | None:
        """Why nothing may be coming in, in words; None while all is well."""
        if self._thread.ident is not None and not self._thread.is_alive():
            return self._problem or "the feed has ended"
        return self._problem

    def lag(self) -> dict[Place, int]:
        """How many messages of each topic and partition are still to be read, as was known at the last batch."""
        return dict(self._lag)

    @property
    def behind(self) -> int | None:
        """How many messages are still to be read; None while nobody knows."""
        return sum(self._lag.values()) if self._assigned and self._lag.keys() >= self._assigned else None

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            consumer = Consumer(_options(self._settings))
            began = time.monotonic()
            try:
                self._follow(consumer)
            except Exception as error:  # noqa: BLE001 - the thread is to live
                # Whatever it was, nothing is lost: it goes on where the store says.
                self._problem = _words(error)
                logger.warning("the dashboard's feed begins anew: %s", self._problem)
            finally:
                self._assigned.clear()
                self._ends.clear()
                self._lag.clear()
                consumer.close()
            pause = _FIRST_PAUSE if time.monotonic() - began > _LONGEST_PAUSE else min(2 * pause, _LONGEST_PAUSE)
            self._stop.wait(pause)

    def _follow(self, consumer: Consumer) -> None:
        self._looked = -FORGET
        while not self._stop.is_set():
            now = time.monotonic()
            if now - self._looked >= LOOK:
                self._look(consumer)
                self._looked = now
            if now - self._forgot >= FORGET:
                self._store.forget(time.time_ns() // 1_000_000, self._kept)
                self._forgot = now
            messages = self._gather(consumer)
            news = self._store.take(messages) if messages else frozenset()
            if messages:
                self._took = time.monotonic()
            self._measure(consumer)
            if news and self._tell is not None:
                self._tell(news)

    def _look(self, consumer: Consumer) -> None:
        """Begin with partitions that are new, from where the store says."""
        try:
            known = consumer.list_topics(timeout=5).topics
            there = {name: known[name] for name in self._store.topics if name in known and known[name].error is None}
            found = {(name, number) for name, topic in there.items() for number in topic.partitions}
            new = sorted(found - self._assigned)
            ends = {place: consumer.get_watermark_offsets(TopicPartition(*place), timeout=5) for place in new}
        except KafkaException as error:
            self._problem = _words(error)
            return
        missing = [name for name in self._store.topics if name not in there]
        self._problem = f"these topics do not exist: {', '.join(missing)}" if missing else None
        if new:
            offsets = self._store.offsets()
            consumer.incremental_assign([TopicPartition(*place, offsets.get(place, OFFSET_BEGINNING)) for place in new])
            self._assigned |= set(new)
            self._ends |= {place: (max(low, offsets.get(place, 0)), high) for place, (low, high) in ends.items()}

    def _gather(self, consumer: Consumer) -> list[Message]:
        """What comes: at once after a pause, else as much as fits between two batches."""
        found: list[Message] = []
        size, until = 0, time.monotonic() + GATHER
        while len(found) < BATCH and size < BATCH_BYTES and not self._stop.is_set():
            left = until - time.monotonic()
            if left <= 0:
                break
            # More than one would be waited for until the time is over.
            first = not found
            for one in consumer.consume(1 if first else _CHUNK, timeout=left):
                error = one.error()
                if error is None:
                    message = _message(one)
                    found.append(message)
                    size += len(message.value or b"")
                elif error.code() in _OUT_OF_RANGE:
                    topic, partition = str(one.topic()), int(one.partition() or 0)
                    self._begin_anew(consumer, topic, partition)
                    # What came of this partition before does not fit to what comes now.
                    found = [each for each in found if (each.topic, each.partition) != (topic, partition)]
                elif not error.retriable() and error.code() not in _PASSING:
                    raise KafkaException(error)
            if first and found:
                until = max(self._took + GATHER, time.monotonic() + MOMENT)
        return found

    def _begin_anew(self, consumer: Consumer, topic: str, partition: int) -> None:
        """From the earliest message that there is: what was to be read next is gone, or the topic was made anew."""
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
        wanted = self._store.offsets().get((topic, partition), 0)
        logger.warning(
            "%s, partition %d: offset %d is not there; going on with %d (of %d)", topic, partition, wanted, low, high
        )
        self._store.rewind(topic, partition, low)
        self._ends[topic, partition] = (low, high)
        place = TopicPartition(topic, partition, low)
        consumer.incremental_unassign([place])
        consumer.incremental_assign([place])

    def _measure(self, consumer: Consumer) -> None:
        for found in consumer.position([TopicPartition(*one) for one in self._assigned]):
            place = (found.topic, found.partition)
            first, end = self._ends[place]
            # Each answer of the broker says where a partition ends; before the first one there is no position either.
            high = max(end, consumer.get_watermark_offsets(found, cached=True)[1])
            self._lag[place] = max(0, high - (found.offset if found.offset >= 0 else first))


_PASSING = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001 - their names
        KafkaError._TRANSPORT,  # noqa: SLF001
        KafkaError._RESOLVE,  # noqa: SLF001
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001
    }
)
"""What comes to an end by itself once a broker is back; librdkafka goes on trying."""


def _options(settings: Settings) -> dict[str, Any]:
    return confluent_options(settings) | {
        # It has to have one, but never joins it and never commits.
        "group.id": f"{settings.app_id}-dashboard",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "error",
        "fetch.wait.max.ms": 100,
        "queued.max.messages.kbytes": 2 * BATCH_BYTES // 1024,
        "reconnect.backoff.max.ms": 2_000,
        # A partition that is assigned before librdkafka has heard of its leader is read once it asks again.
        "topic.metadata.refresh.interval.ms": int(LOOK * 1_000),
        "log_level": 2,
    }


def _message(found: Any) -> Message:
    return Message(found.topic(), found.partition(), found.offset(), found.timestamp()[1], found.key(), found.value())


def _words(error: Exception) -> str:
    if isinstance(error, KafkaException):
        return str(error.args[0].str() if error.args and isinstance(error.args[0], KafkaError) else error)
    return f"{type(error).__name__}: {error}"
