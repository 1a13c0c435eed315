"""Any text as a query: ``python -m bench.fuzz_queries --minutes 10``.

Whatever the text, it is a query or a QueryError with a place; reading takes less than 50 ms, judging an event of up to
6 KB less than 1 ms, explaining never fails, and what a query requires is there whenever it matches. Events are real
ones where GUARDSTREAM_CORPORA names a folder of them, else generated, and some that are made of the query itself.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from bench import fuzz_texts
from bench.load import Mix
from bench.mutations import records
from schemas.event import Event
from streams.core.parsing.unwrap import unwrap
from streams.core.query import Query, QueryError, compile_query, explain, values_at, warnings

if TYPE_CHECKING:
    from collections.abc import Callable

READ_S, JUDGE_S = 0.050, 0.001
LARGEST_EVENT = 6_000
# The machine has other things to do: only what is slow each time is slow.
TRIES = 6
LISTS = {"l": frozenset({"x", "10.0.0.0/8", "GetObject"})}
SHOWN = 300


@dataclass
class Findings:
    """What went wrong, and how much was tried."""

    texts: int = 0
    queries: int = 0
    judged: int = 0
    slowest_read: float = 0
    slowest_judged: float = 0
    wrong: Counter[str] = field(default_factory=Counter)

    def tell(self, what: str, query: str) -> None:
        """Print a failure, the first few of each kind."""
        self.wrong[what] += 1
        if self.wrong[what] <= 5:
            print(f"{what}: {query[:SHOWN]!r} ({len(query)} characters)", flush=True)


def seconds(action: Callable[[], object], limit: float) -> float:
    """Return the processor time that an action takes, the least of several tries if it seems to take too long."""
    least = float("inf")
    for _ in range(TRIES):
        began = time.thread_time()
        action()
        least = min(least, time.thread_time() - began)
        if least < limit:
            break
    return least


def real_events() -> list[dict[str, Any]]:
    """Return events in normal form, none larger than the limit holds for."""
    values = records(Mix(findings=50, alerting_share=0.1))
    events = [part.document for value in values for part in unwrap(value) if isinstance(part, Event)]
    return [event for event in events if len(orjson.dumps(event, default=str)) <= LARGEST_EVENT]


def made_event(rng: random.Random, query: str) -> dict[str, Any]:
    """Return an event of the query's own pieces, which is most likely to be looked at in full."""
    pieces = query.replace(":", " ").split() or ["a"]
    low = rng.choice(("ab", "a", "a b-", "0123456789."))
    return {
        "a": rng.choice(pieces)[:500],
        "b": {"c": rng.choice(pieces)[:100]},
        "list": [rng.choice((rng.choice(pieces)[:50], rng.randrange(99), f"10.{place}.0.1")) for place in range(10)],
        "text": "".join(rng.choice(low) for _ in range(500)),
        "words": " ".join(rng.choices(pieces, k=30))[:500],
        "more": {f"k{number}": rng.choice(pieces)[:20] for number in range(60)},
        "eventTime": "2026-03-02T11:00:00Z",
    }  # fmt: skip


def try_text(rng: random.Random, query: str, events: list[dict[str, Any]], findings: Findings) -> None:
    """Try one text, and note what is wrong."""
    findings.texts += 1
    read: list[Query] = []
    refused: list[QueryError] = []

    def reading() -> None:
        # What was compiled for a text before is compiled anew for this one.
        re.purge()
        try:
            read.append(compile_query(query, LISTS))
        except QueryError as error:
            refused.append(error)

    took = seconds(reading, READ_S)
    findings.slowest_read = max(findings.slowest_read, took)
    if took > READ_S:
        findings.tell(f"reading takes {took * 1e3:.0f} ms", query)
    if refused and (not 0 <= refused[0].position <= len(query) or not refused[0].advice):
        findings.tell("an error without a place", query)
    if not read:
        return
    findings.queries += 1
    if "reads: " not in explain(read[0]) or warnings(read[0]) != warnings(read[0]):
        findings.tell("it is not explained", query)
    for _ in range(4):
        judge(read[0], query, lambda: rng.choice(events), findings)
    judge(read[0], query, lambda: made_event(rng, query), findings)


def judge(judged: Query, query: str, make: Callable[[], dict[str, Any]], findings: Findings) -> None:
    """Judge an event, and see that it was quick and that a match keeps what the query promises.

    Each try is at another event: RE2 keeps what it learned from a value, and is quick on the same one again.
    """
    took = float("inf")
    for _ in range(TRIES):
        findings.judged += 1
        event = make()
        began = time.thread_time()
        judged.matches(event)
        took = min(took, time.thread_time() - began)
        if took < JUDGE_S:
            break
    findings.slowest_judged = max(findings.slowest_judged, took)
    if took > JUDGE_S:
        findings.tell("judging takes more than a millisecond", query)
        print(f"    {took * 1e3:.2f} ms")
    if not judged.matches(event):
        return
    for path, texts in judged.required.items():
        value = values_at(event, path)
        present = value if isinstance(value, list) else [value]
        if not any(isinstance(text, str) and text.lower() in texts for text in present):
            findings.tell("it matches without what it requires", query)


def main(
    minutes: Annotated[float, typer.Option(help="How long.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed makes the same texts.")] = 1,
) -> None:
    """Try texts until the time is over; exit 1 if anything went wrong."""
    rng = random.Random(seed)  # noqa: S311 - texts that can be made again are wanted, not secrets
    events = real_events()
    findings = Findings()
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        query = fuzz_texts.text(rng)
        try:
            try_text(rng, query, events, findings)
        except Exception as error:  # noqa: BLE001 - any other error is what is looked for
            findings.tell(f"{type(error).__name__}: {str(error)[:80]}", query)
    print(f"{findings.texts:,} texts, {findings.queries:,} of them queries, judged {findings.judged:,} times")
    print(f"slowest: {findings.slowest_read * 1e3:.1f} ms to read, {findings.slowest_judged * 1e3:.3f} ms to judge")
    print(f"wrong: {findings.wrong.total():,}")
    if findings.wrong:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
