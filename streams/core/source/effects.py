"""What a batch of records brings at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

Message = tuple[bytes | None, bytes]
"""(key, value)"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Bytes that could not be read, as they came, and why."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


@dataclass(slots=True)
class Effects:
    """Messages to send, and how many events of which kind, alerts of which rule and late events there were."""

    enriched_findings: list[Message] = field(default_factory=list)
    enriched_cloudtrail: list[Message] = field(default_factory=list)
    alerts: list[tuple[bytes, bytes]] = field(default_factory=list)
    dry_run_alerts: list[tuple[bytes, bytes]] = field(default_factory=list)
    dead_letters: list[DeadLetter] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    late: int = 0
    earlier: int = 0
    """Late events that happened before the instant that the context names."""
