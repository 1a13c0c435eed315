"""Every metric's name, declared once with its meaning."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The worker's metrics, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter(
            "guardstream_events", "Events read, by source topic and kind", ["topic", "kind"], registry=self.registry
        )
        self.dead_letters = Counter(
            "guardstream_dead_letters",
            "Messages or parts of them that could not be read",
            ["topic"],
            registry=self.registry,
        )
        self.late = Counter(
            "guardstream_late_events", "Events older than the allowed delay", ["topic"], registry=self.registry
        )
        self.alerts = Counter("guardstream_alerts", "Alert messages sent, by rule", ["rule"], registry=self.registry)
        self.lag = Gauge(
            "guardstream_lag_records",
            "Records that are not processed yet",
            ["topic", "partition"],
            registry=self.registry,
        )
        self.watermark = Gauge(
            "guardstream_watermark_seconds",
            "The slowest source partition's watermark as stage 2 knows it, epoch seconds",
            ["topic"],
            registry=self.registry,
        )
        self.flush = Histogram(
            "guardstream_flush_seconds",
            "How long a flush took, from the commit of its boundary to the last acknowledgement",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self.registry,
        )
        self.restarts = Counter(
            "guardstream_session_restarts", "How often work started over from the last boundary", registry=self.registry
        )
        self.too_large = Gauge(
            "guardstream_too_large_messages",
            "Alerts, enriched events and dead letters that were left out since no broker would take them",
            registry=self.registry,
        )
        self.overflowed = Gauge(
            "guardstream_overflowed_groups",
            "How often counts of a group went into a bucket, since its measure had too many groups in that hour",
            registry=self.registry,
        )
        self.rows = Gauge("guardstream_rows", "Rows (measure, group, hour) held", registry=self.registry)

    def render(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)
