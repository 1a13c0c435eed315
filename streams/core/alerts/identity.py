"""Who an alert is: the same events, replayed, give the same ids."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence


def fingerprint(rule: str, group: Sequence[Any]) -> str:
    """Rule and group: stable across updates of a finding and revisions of the rule. 32 hex digits."""
    return blake2b(orjson.dumps((rule, group)), digest_size=16).hexdigest()


def alert_id(rule: str, revision: str, group: Sequence[Any], event: Sequence[Any]) -> str:
    """Rule, revision, group, and the event's identity or the first window of the firing episode. 32 hex digits."""
    return blake2b(orjson.dumps((rule, revision, group, event)), digest_size=16).hexdigest()
