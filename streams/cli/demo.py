"""`guardstream demo`: a broker, a worker and a story that raises seven of the shipped alerts."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import GuardstreamError
from streams.adapters.child_process import ChildProcess
from streams.adapters.embedded_kafka import EmbeddedKafka, free_port, is_free
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.adapters.tag_topic import publish_tag
from streams.adapters.topic_admin import create_topics
from streams.adapters.topic_reader import read_topic
from streams.cli.alert_views import read_alert
from streams.cli.alerts import print_line
from streams.cli.console import out
from streams.cli.dashboard import own_token
from streams.cli.demo_player import Player
from streams.cli.demo_story import EXPLANATIONS, Seen, introduction, override, quiet, release
from streams.cli.tables import print_table
from streams.cli.worker import FAUST
from streams.core.generate.estate import FINDINGS_BUCKET
from streams.core.rules.load import load_rules
from streams.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from streams.settings import Settings

PARTITIONS = 4
PORT_VARIABLE = "GUARDSTREAM_DASHBOARD_PORT"
#: The story's length in real seconds: with the broker's and the worker's start it stays within a minute.
STORY_S = 35.0
#: How long after the story's end an alert may still be under way, in seconds.
GRACE_S = 45.0


def demo(
    seconds: Annotated[float | None, typer.Option(min=1, help="End so many seconds after the broker is up.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The broker's port on loopback; 0 takes a free one.")] = 0,
) -> None:
    """Watch the seven alerts about GuardDuty appear: a broker of its own, a worker and a made-up story, until Ctrl-C.

    Nothing of it stays: its data is in a temporary folder. Of all settings it obeys GUARDSTREAM_DASHBOARD_PORT alone.
    Exit 1 if an alert did not come.
    """
    # Others are for workers and dashboards that somebody runs, and a mistake in them is none of the demo's.
    chosen = {PORT_VARIABLE: os.environ.get(PORT_VARIABLE, "")}
    dashboard_port = load_settings(chosen).dashboard_port
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="guardstream-demo-") as name:
        seen = _play(Path(name), port, dashboard_port, seconds)
    out().print("The demo has ended; nothing of it is left.")
    if seen is not None and not seen.complete:
        raise typer.Exit(1)


def _play(folder: Path, port: int, dashboard_port: int, seconds: float | None) -> Seen | None:
    """Run the demo; None where a person stopped it before all alerts could have come."""
    say = out().print
    say("Starting Kafka ...")
    began = time.monotonic()
    try:
        with EmbeddedKafka(folder / "kafka", port=port) as kafka:
            up = time.monotonic()
            say(f"Kafka is up after {up - began:.1f} s at [bold]{kafka.bootstrap_servers}[/].")
            environment = _environment(folder, kafka.bootstrap_servers)
            settings = load_settings(environment)
            create_topics(settings)
            player = Player(settings, STORY_S)
            publish_tag(settings, release(player.script.start_ms))
            command = [sys.executable, *FAUST, "-l", "warn"]
            with (
                ChildProcess(command, environment, folder / "worker.log") as worker,
                _dashboard(environment, folder, settings.data, dashboard_port),
                player,
            ):
                say(introduction(player.script.start_ms, player.script.end_ms, STORY_S), soft_wrap=True)
                seen = Seen(player.script.expected)
                try:
                    _watch(settings, worker, player, seen, up, seconds)
                except KeyboardInterrupt:
                    return seen if player.seconds_since_end > GRACE_S else None
                finally:
                    _end_undisturbed()
                return seen
    except KeyboardInterrupt:
        return None


def _dashboard(environment: Mapping[str, str], folder: Path, data: Path, wanted: int) -> AbstractContextManager[object]:
    """The dashboard, where its packages are installed; on the port that is wanted, or another where that is taken."""
    if find_spec("duckdb") is None or find_spec("fastapi") is None:
        out().print("No dashboard: its packages are missing (pip install 'guardstream[dashboard]').")
        return nullcontext()
    port = wanted if is_free(wanted) else free_port()
    address = f"http://127.0.0.1:{port}"
    out().print(
        f"The dashboard is at [bold]{address}/?range=6h[/] (to change something, open "
        f"{address}/login?token={own_token(data)}).",
        soft_wrap=True,
    )
    command = [sys.executable, "-c", "from streams.cli.main import app; app()", "dashboard", "--port", str(port)]
    return ChildProcess(command, environment, folder / "dashboard.log")


def _end_undisturbed() -> None:
    """A second Ctrl-C must not leave a broker behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out().print("Ending ...")


def _environment(folder: Path, bootstrap_servers: str) -> dict[str, str]:
    rules = folder / "rules"
    rules.mkdir()
    (rules / "buckets.yml").write_text(override((FINDINGS_BUCKET,)), encoding="utf-8")
    shipped = load_rules([read_folder(shipped_folder())]).rules
    (rules / "quiet.yml").write_text(quiet(rule.id for rule in shipped), encoding="utf-8")
    return {
        "GUARDSTREAM_BOOTSTRAP_SERVERS": bootstrap_servers,
        "GUARDSTREAM_PARTITIONS": str(PARTITIONS),
        "GUARDSTREAM_DATA": str(folder / "data"),
        "GUARDSTREAM_RULES": f"shipped,{rules}",
        "GUARDSTREAM_WEB_PORT": "0",
        "GUARDSTREAM_LOG_LEVEL": "WARNING",
    }


def _watch(  # noqa: PLR0913, PLR0917  # A watch knows all that the demo consists of.
    settings: Settings, worker: ChildProcess, player: Player, seen: Seen, up: float, seconds: float | None
) -> None:
    """Print each alert as it comes, and the table once all have come or the time for them is over."""
    told = False

    def tell() -> None:
        nonlocal told
        told = True
        _print_table(seen, settings)

    def ended() -> bool:
        if worker.exit_code is not None:
            message = f"the worker ended by itself (exit code {worker.exit_code}); the end of its log:\n{worker.tail()}"
            raise GuardstreamError(message)
        player.check()
        if not told and (seen.complete or player.seconds_since_end > GRACE_S):
            tell()
        return seconds is not None and time.monotonic() - up >= seconds

    for message in read_topic(settings, settings.topics().alerts, until=ended):
        alert = read_alert(message.value)
        if alert is None:
            continue
        print_line(alert)
        rule = str((alert.get("rule") or {}).get("id"))
        if seen.notice(rule, time.monotonic() - up):
            out().print(f"    [italic]{EXPLANATIONS.get(rule, '')}[/]", soft_wrap=True)
    if not told:
        tell()


def _print_table(seen: Seen, settings: Settings) -> None:
    say = out().print
    say()
    print_table(("alert", "after Kafka was up", "what it means"), seen.rows())
    say(f"\n{len(seen.after_s)} of {len(seen.expected)} alerts were seen. While this runs, look further elsewhere:")
    say(
        f"  export GUARDSTREAM_BOOTSTRAP_SERVERS={settings.bootstrap_servers} GUARDSTREAM_PARTITIONS={PARTITIONS}",
        soft_wrap=True,
    )
    for command in ("alerts list", "alerts show ID", "counts findings-by-severity --since 1d", "doctor"):
        say(f"  guardstream {command}")
    say("Ctrl-C ends it.")
