"""Findings in brief, made of findings one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.board.comparing import Brief
from streams.core.board.releases import LOOK_BACK_MS
from streams.core.tags.releases import GRAVE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.board.spans import Span
    from streams.core.tags.releases import Seen


def brief_of(findings: Iterable[Seen], span: Span) -> Brief:
    """What the store gives for a span that has these findings in it."""
    inside = sorted(
        ((one.time_ms, one.type, one) for one in findings if span.start_ms <= one.time_ms < span.end_ms),
        key=lambda found: found[:2],
    )
    numbers = {account: number for number, account in enumerate(sorted({one.account or "" for *_, one in inside}), 1)}
    grave = [(at, kind) for at, kind, one in inside if one.severity_label in GRAVE]
    last: dict[str, int] = {}
    rare = []
    for at, kind, _ in inside:
        if kind not in last or at - last[kind] > LOOK_BACK_MS:
            rare.append((at, kind, last.get(kind)))
        last[kind] = at
    return Brief(
        [at for at, *_ in inside],
        [numbers[one.account] if one.account else 0 for *_, one in inside],
        [at for at, _ in grave],
        [kind for _, kind in grave],
        rare,
    )
