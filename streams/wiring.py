"""The one place where settings, rules, stages, agents and Faust are put together."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import faust
from faust.tables.manager import TableManager
from faust.transport.drivers import TRANSPORTS

from agents.cloudtrail import cloudtrail_agent
from agents.findings import findings_agent
from agents.rule_watch import RuleWatch
from agents.run import Worker
from agents.source import SourceStage
from agents.tag_watch import TagWatch
from agents.window_stage import WindowStage
from agents.windows import Windows, windows_agent
from streams.adapters.account_file import read_accounts
from streams.adapters.kafka_security import confluent_options, ssl_context
from streams.adapters.metrics import Metrics
from streams.adapters.rule_sets import load_rule_set, make_timeline, source_delays
from streams.adapters.sparing_log import log_sparingly
from streams.clockwork import Clockwork
from streams.core.source.process import SourceContext
from streams.core.tags.near import TagTimes
from streams.transport.consumer import SCHEME
from streams.transport.flusher import Flusher
from streams.transport.producer import Outbox
from streams.transport.rows_reader import RowsReader
from streams.transport.rule_topic import RuleTopic
from streams.transport.tail import Tail

if TYPE_CHECKING:
    from streams.settings import Settings

SESSION_TIMEOUT = 10.0
"""Seconds after which the group gives a silent worker's partitions to others."""
SEND_DEADLINE = 8.0


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
    tags = TagTimes(int(settings.tags_before * 1000))
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
                tags=tags,
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
    tag_watch = TagWatch(tags, Tail(confluent_options(settings), topics.lifecycle_tags, "tags"))
    rules = RuleWatch(
        timeline,
        RuleTopic(confluent_options(settings), topics.rules),
        # Without tags, those that are limited by a release would be silent, and their alerts be resolved.
        may_judge=lambda: tag_watch.has_read or not timeline.asks_for_releases,
    )
    worker = Worker(app, flusher, metrics, rules)
    windows = Windows(window_stage, timeline, topics, outbox, delays, tags=tags)
    findings_agent(app, sources[0], worker)
    cloudtrail_agent(app, sources[1], worker)
    windows_agent(app, windows, worker)
    Clockwork(app, settings, worker, windows, delays, rule_set, tag_watch).attach()
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
