"""The one place where settings, rules, stages, agents and Faust are put together."""

from __future__ import annotations

import asyncio
import gc
import itertools
import logging
import time
from typing import TYPE_CHECKING

import faust
from faust.tables.manager import TableManager
from faust.transport.drivers import TRANSPORTS

from agents.cloudtrail import cloudtrail_agent
from agents.findings import findings_agent
from agents.rule_watch import EVERY, RuleWatch
from agents.run import Worker
from agents.source import SourceStage
from agents.window_stage import WindowStage
from agents.windows import Windows, watermark_ms, windows_agent
from schemas.errors import GuardstreamError
from streams.adapters.account_file import read_accounts
from streams.adapters.kafka_security import confluent_options, ssl_context
from streams.adapters.memory import give_back_memory
from streams.adapters.metrics import Metrics
from streams.adapters.rule_sets import load_rule_set, make_timeline, source_delays
from streams.adapters.sparing_log import log_sparingly
from streams.adapters.topic_admin import check_exactness
from streams.core.rules.announce import announce_all
from streams.core.source.process import SourceContext
from streams.transport.consumer import SCHEME
from streams.transport.flusher import Flusher
from streams.transport.producer import Outbox
from streams.transport.rows_reader import RowsReader
from streams.transport.rule_topic import RuleTopic
from streams.transport.start_check import topics_are_right
from streams.web.health import HealthServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streams.core.rules.load import RuleSet
    from streams.settings import Settings

SESSION_TIMEOUT = 10.0
"""Seconds after which the group gives a silent worker's partitions to others."""
SEND_DEADLINE = 8.0
LONGEST_STALL = 60.0
"""Seconds without a completed flush after which a worker calls itself unhealthy."""
IDLE_EVERY = 1.0
GIVE_BACK_EVERY = 5
LOAD_FACTOR = 4.0
"""How many times as long as a flush takes the next one waits, up to ``LONGEST_INTERVAL`` seconds."""
LONGEST_INTERVAL = 2.0


class NoTables(TableManager):
    """Faust's, without the second that it gives agents at start to register tables: there are none."""

    async def on_start(self) -> None:
        """Go on at once."""
        await self._update_channels()
        await self.recovery.start()


class App(faust.App):
    """Faust's app, with the ledger that the batching consumer asks."""

    ledger: Flusher

    def _create_directories(self) -> None:
        """Make none: all state is in Kafka."""


def create_app(settings: Settings) -> App:
    """The Faust app of a worker. Nothing is connected before it starts."""
    rule_set = load_rule_set(settings)
    topics = settings.topics()
    timeline = make_timeline(settings, rule_set)
    accounts = read_accounts(settings.accounts)
    retention = int(settings.rows_retention * 1000)
    delays = source_delays(settings)
    outbox = Outbox(confluent_options(settings), SEND_DEADLINE)
    sources = [
        SourceStage(
            topic,
            topics,
            SourceContext(
                timeline,
                accounts=accounts,
                delay=delay,
                retention=retention,
                enrich_records=settings.enrich_cloudtrail,
            ),
            outbox,
            settings.partitions,
        )
        for topic, delay in delays.items()
    ]
    window_stage = WindowStage(
        topics,
        timeline,
        outbox,
        RowsReader(confluent_options(settings)),
        partitions=settings.partitions,
        retention=retention,
        most_groups=settings.most_groups,
    )
    flusher = Flusher(
        [*sources, window_stage], outbox, batch_records=settings.batch_records, batch_bytes=settings.batch_bytes
    )
    metrics = Metrics()
    app = _faust_app(settings)
    app.ledger = flusher
    rules = RuleWatch(timeline, RuleTopic(confluent_options(settings), topics.rules))
    worker = Worker(app, flusher, metrics, rules)
    windows = Windows(window_stage, timeline, topics, outbox, delays)
    findings_agent(app, sources[0], worker)
    cloudtrail_agent(app, sources[1], worker)
    windows_agent(app, windows, worker)
    _attach_clockwork(app, settings, worker, windows, delays, rule_set)
    for warning in rule_set.warnings:
        app.log.warning("%s", warning)
    return app


def _faust_app(settings: Settings) -> App:
    TRANSPORTS.aliases[SCHEME] = "streams.transport.consumer:Transport"
    log_sparingly({"aiokafka", "guardstream.producer", "guardstream.restore"})
    # aiokafka's debug records cost a tenth of the time until their level is set.
    for name in ("aiokafka", "kafka"):
        logging.getLogger(name).setLevel(logging.WARNING)
    servers = settings.bootstrap_servers.split(",")
    return App(
        settings.app_id,
        broker=[f"{SCHEME}://{server}" for server in servers],
        broker_credentials=_credentials(settings),
        TableManager=NoTables,
        store="memory://",
        datadir=settings.data / "faust",
        topic_partitions=settings.partitions,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=1 << 20,
        broker_session_timeout=SESSION_TIMEOUT,
        broker_heartbeat_interval=2.0,
        broker_commit_interval=1.0,
        broker_request_timeout=60.0,
        # Backpressure counts batches, not events.
        stream_buffer_maxsize=16,
        stream_wait_empty=False,
        table_standby_replicas=0,
    )


def _credentials(settings: Settings) -> object:
    context = ssl_context(settings)
    if settings.uses_sasl:
        password = settings.sasl_password.get_secret_value() if settings.sasl_password else None
        return faust.SASLCredentials(
            username=settings.sasl_username,
            password=password,
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context is not None else None


def _attach_clockwork(  # noqa: C901, PLR0913, PLR0917 - five tasks of a worker, each simple, beside each other
    app: App, settings: Settings, worker: Worker, windows: Windows, delays: Mapping[str, int], rule_set: RuleSet
) -> None:
    flusher, metrics = worker.flusher, worker.metrics
    checked = asyncio.Event()
    last_flush = time.monotonic()

    def problem() -> str | None:
        stalled = time.monotonic() - last_flush
        return f"no flush was completed for {stalled:.0f} s" if stalled > LONGEST_STALL else None

    server = HealthServer(settings.web_host, settings.web_port, metrics, problem)

    @app.task  # type: ignore[untyped-decorator]
    async def flush_regularly() -> None:
        nonlocal last_flush
        _tune_garbage_collection()
        if not await topics_are_right(app, lambda: check_exactness(settings)):
            return
        checked.set()
        if settings.web_port:
            await server.start()
        while not app.should_stop:
            # A flush of a busy worker costs as much for a second's events as for half a second's: so flush less often.
            await app.sleep(max(settings.flush_interval, min(flusher.last_seconds * LOAD_FACTOR, LONGEST_INTERVAL)))
            try:
                if await flusher.recover():
                    metrics.restarts.inc()
                if await flusher.flush():
                    last_flush = time.monotonic()
                    metrics.flush.observe(flusher.last_seconds)
            except Exception as error:
                app.log.critical("Stopping: the flush failed: %r", error, exc_info=error)
                await app.crash(error)

    @app.task  # type: ignore[untyped-decorator]
    async def watch_idle_partitions() -> None:
        for turn in itertools.count():
            if app.should_stop:
                return
            await app.sleep(IDLE_EVERY)
            if turn % GIVE_BACK_EVERY == 0:
                give_back_memory()
            try:
                await flusher.advance_idle(settings.idle_after)
                flusher.consumer.mend_stalls()
            except Exception as error:  # noqa: BLE001 - the broker may be away; silence is then not judged
                app.log.warning("Could not ask for the ends of idle partitions: %r", error)
            _observe(metrics, windows, flusher, delays)

    @app.task  # type: ignore[untyped-decorator]
    async def watch_rules() -> None:
        await checked.wait()
        while not app.should_stop:
            try:
                folders = None if worker.rules.has_read else rule_set
                for told in announce_all(await worker.rules.look(), folders):
                    app.log.info("%s", told)
            except GuardstreamError as error:
                app.log.critical("Stopping: %s", error)
                await app.crash(error)
                return
            except Exception as error:  # noqa: BLE001 - the broker may be away; nothing is judged until it is back
                app.log.warning("Could not look for applied rules: %r", error)
            await app.sleep(EVERY if worker.rules.check() else 1.0)

    @app.on_before_shutdown.connect
    async def stop_serving(*_: object, **__: object) -> None:
        await server.stop()


def _tune_garbage_collection() -> None:
    """What was loaded at start is not looked through again, and batches of short-lived objects are not in the way.

    Without it, collecting takes a twentieth of a busy worker's time; nothing here makes cycles event by event.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _observe(metrics: Metrics, windows: Windows, flusher: Flusher, delays: Mapping[str, int]) -> None:
    for rule, count in windows.alerts_by_rule.items():
        metrics.alerts.labels(rule).inc(count)
    windows.alerts_by_rule.clear()
    for topic, delay in delays.items():
        marks = [
            mark
            for owned in windows.stage.partitions.values()
            if (mark := watermark_ms(owned, topic, delay)) is not None
        ]
        if marks:
            metrics.watermark.labels(topic).set(min(marks) / 1000)
    for tp, processed in dict(flusher.consumer.next_processed).items():
        end = flusher.consumer.highwater(tp)
        if end is not None:
            metrics.lag.labels(tp.topic, str(tp.partition)).set(max(end - processed, 0))
    metrics.too_large.set(flusher.outbox.too_large)
    metrics.overflowed.set(sum(owned.state.series.overflowed for owned in windows.stage.partitions.values()))
    metrics.rows.set(sum(owned.state.series.size for owned in windows.stage.partitions.values()))
