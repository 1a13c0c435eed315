"""`guardstream dead-letters`: what could not be read, and producing it again once that is mended."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.event import Reason
from streams.adapters.ingest import Account, Sender
from streams.adapters.topic_reader import Message, read_topic
from streams.cli.console import Format, FormatOption, out, print_json
from streams.cli.tables import print_table
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(no_args_is_help=True, help="Messages, and parts of them, that could not be read.")

_SHOWN_BYTES = 60
ReasonOption = Annotated[Reason | None, typer.Option(help="Only this reason's.")]


@app.command("list")
def list_(reason: ReasonOption = None, output: FormatOption = Format.TEXT) -> None:
    """List the dead letters: why, where from, and the bytes (base64 in JSON)."""
    settings = load_settings()
    letters = _letters(settings, reason)
    if output is Format.JSON:
        for letter in letters:
            print_json(as_json(letter))
        return
    rows = []
    reasons: Counter[str] = Counter()
    for letter in letters:
        shown = as_json(letter)
        reasons[shown["reason"]] += 1
        place = f"{shown['topic']}/{shown['partition']}@{shown['offset']}" + (
            f"#{shown['index']}" if shown["index"] else ""
        )
        begin = " ".join((letter.value or b"")[:_SHOWN_BYTES].decode("utf-8", "backslashreplace").split())
        rows.append((shown["reason"], place, shown["detail"], f"{len(letter.value or b''):,}", begin))
    if not reasons:
        out().print("no dead letter")
    else:
        print_table(("reason", "from", "detail", "bytes", "begins with"), rows)
        out().print(", ".join(f"{number:,} {reason}" for reason, number in reasons.most_common()))


@app.command()
def redrive(
    *,
    reason: ReasonOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be produced.")] = False,
) -> None:
    """Produce dead letters to the topics that they came from again, bytes and key as they were; exit 1 if one fails.

    Dead letters of one message (a batch with several broken parts) hold the same bytes: it is produced once, and its
    parts that were read are delivered again with it. They stay in the dead-letters topic until its retention ends, so
    a second redrive produces them once more.
    """
    settings = load_settings()
    letters = list(_letters(settings, reason))
    originals = unique_originals(letters)
    lost = sum(1 for letter in letters if origin(letter) is None)
    account = Account()
    if not dry_run:
        with closing(Sender(settings, account)) as sender:
            for (topic, _partition, _offset), letter in originals.items():
                sender.send(topic, letter.key, letter.value)
    topics = Counter(topic for topic, _partition, _offset in originals)
    for topic, number in topics.items():
        out().print(
            f"{topic}: {number:,} message{'' if number == 1 else 's'} {'would be' if dry_run else ''} produced".replace(
                "  ", " "
            )
        )
    done = "nothing was produced (--dry-run)" if dry_run else f"{account.acknowledged:,} acknowledged"
    failed = f", {account.failed.total():,} failed: {'; '.join(account.failed)}" if account.failed else ""
    where_from = f", {lost:,} say not where they came from" if lost else ""
    out().print(f"{len(letters):,} dead letters of {len(originals):,} messages: {done}{failed}{where_from}")
    if not account.complete or lost:
        raise typer.Exit(1)


def as_json(letter: Message) -> dict[str, Any]:
    """Return a dead letter as one object: reason, detail, topic, partition, offset, index; key and value in base64."""
    found = origin(letter)
    headers = letter.headers
    return {
        "reason": headers.get("reason", ""),
        "detail": headers.get("detail", ""),
        "topic": headers.get("topic"),
        "partition": found[1] if found else None,
        "offset": found[2] if found else None,
        "index": int(headers["index"]) if headers.get("index", "").isdigit() else None,
        "key": None if letter.key is None else b64encode(letter.key).decode(),
        "value": None if letter.value is None else b64encode(letter.value).decode(),
    }


def origin(letter: Message) -> tuple[str, int, int] | None:
    """Return topic, partition and offset that a dead letter came from; None where its headers do not say."""
    topic, partition, offset = (letter.headers.get(name, "") for name in ("topic", "partition", "offset"))
    return (topic, int(partition), int(offset)) if topic and partition.isdigit() and offset.isdigit() else None


def unique_originals(letters: list[Message]) -> dict[tuple[str, int, int], Message]:
    """Keep one dead letter of each message that they came from, in their order."""
    originals: dict[tuple[str, int, int], Message] = {}
    for letter in letters:
        if place := origin(letter):
            originals.setdefault(place, letter)
    return originals


def _letters(settings: Settings, reason: str | None) -> Iterator[Message]:
    for letter in read_topic(settings, settings.topics().dead_letters):
        if reason is None or letter.headers.get("reason") == reason:
            yield letter
