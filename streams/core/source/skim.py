"""Telling from a record's source and name alone that no rule looks at it, where nothing but rules wants to know.

It is for replays: workers also count and enrich what no rule asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.problem import Problem

if TYPE_CHECKING:
    from streams.core.rules.plan import Plan

MOST_NAMES = 50_000
_NAMES = frozenset({("event_source",), ("event_name",), ("eventSource",), ("eventName",), ("source",)})


class _Brief(msgspec.Struct, gc=False):
    """The few parts of a record that say whether anybody could ask for more."""

    # These are AWS's names, by which the decoder finds them.
    eventSource: str  # noqa: N815
    eventName: str  # noqa: N815
    eventTime: str  # noqa: N815
    recipientAccountId: str  # noqa: N815
    detail: Any = None


_decode = msgspec.json.Decoder(_Brief).decode


class Skim:
    """Knows which records a set of rules and measures is indifferent to."""

    def __init__(self, plan: Plan) -> None:
        self._queries = [
            *(rule.matcher for rule in plan.immediate_of("cloudtrail")),
            *(counted.matcher for counted in plan.counted_of("cloudtrail")),
        ]
        self._known: dict[tuple[str, str], bool] = {}

    def is_indifferent(self, value: bytes) -> bool:
        """Whether a message is one record that no query can match; False where that can't be told so quickly."""
        try:
            brief = _decode(value)
        except (msgspec.DecodeError, RecursionError):
            return False
        if brief.detail is not None:
            return False
        key = (brief.eventSource, brief.eventName)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_NAMES:
                self._known.clear()
            known = self._known[key] = self._judge(brief)
        return known

    def _judge(self, brief: _Brief) -> bool:
        document = {name: getattr(brief, name) for name in brief.__struct_fields__ if name != "detail"}
        parsed = parse_cloudtrail(document)
        if isinstance(parsed, Problem):
            return False
        subject = {**document, **parsed}
        return not any(query.possible(subject, _NAMES) for query in self._queries)
