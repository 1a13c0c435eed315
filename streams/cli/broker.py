"""`guardstream broker`: the embedded Kafka, for a laptop."""

from __future__ import annotations

import signal
import threading
from pathlib import Path  # noqa: TC003  # Typer reads the annotations.
from typing import Annotated

import typer

from schemas.errors import GuardstreamError
from streams.adapters.embedded_kafka import EmbeddedKafka
from streams.adapters.topic_admin import create_topics
from streams.cli.console import out
from streams.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The embedded Kafka broker.")


@app.callback()
def _group() -> None:
    """Keep `run` a command of its own, though it is the only one."""


@app.command()
def run(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on loopback; 0 takes a free one.")] = 9092,
    data: Annotated[Path | None, typer.Option(help="Folder of its data (default: GUARDSTREAM_DATA/kafka).")] = None,
) -> None:
    """Run a Kafka broker on loopback in the foreground, with every topic created; Ctrl-C ends it."""
    settings = load_settings()
    folder = data or settings.data / "kafka"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GuardstreamError(f"its data can't be kept in {folder}: {error.strerror}; choose another --data") from None
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with EmbeddedKafka(folder, port=port, log=folder / "broker.log") as kafka:
        here = settings.model_copy(update={"bootstrap_servers": kafka.bootstrap_servers})
        create_topics(here)
        out().print(f"Kafka listens on [bold]{kafka.bootstrap_servers}[/], its data is in {folder}. Ctrl-C ends it.")
        if kafka.bootstrap_servers != settings.bootstrap_servers:
            out().print(f"export GUARDSTREAM_BOOTSTRAP_SERVERS={kafka.bootstrap_servers}", soft_wrap=True)
        try:
            while not stop.wait(1.0):
                if kafka.pid is None:
                    message = f"the broker ended by itself; its log is {folder / 'broker.log'}"
                    raise GuardstreamError(message)
        except KeyboardInterrupt:
            pass
    out().print("Kafka has ended.")
