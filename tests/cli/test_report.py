from __future__ import annotations

import socket
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from schemas.errors import GuardstreamError
from schemas.tag import LifecycleTag
from streams.adapters.child_process import ChildProcess
from streams.adapters.dashboard_client import ask_dashboard
from streams.adapters.embedded_kafka import free_port
from streams.adapters.tag_topic import publish_tag
from streams.cli.main import app
from streams.core.parsing.times import to_rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Cli

COMMAND = [sys.executable, "-c", "from streams.cli.main import app; app()", "dashboard"]
NAME = "checkout 2.14.0"


@pytest.fixture
def tagged(cli: Cli) -> Cli:
    """Topics with a release of an hour ago, and a port of the test's own for the dashboard."""
    cli.environment["GUARDSTREAM_DASHBOARD_PORT"] = str(free_port())
    started = to_rfc3339(int(time.time() * 1_000) - 3_600_000)
    publish_tag(cli.settings, LifecycleTag(id="one", name=NAME, started_at=started))
    return cli


@pytest.fixture
def served(tagged: Cli, tmp_path: Path) -> Iterator[Cli]:
    """The same with a dashboard that runs and has the store."""
    with ChildProcess(COMMAND, tagged.environment, tmp_path / "dashboard.log") as process:
        deadline = time.monotonic() + 60
        port = int(tagged.environment["GUARDSTREAM_DASHBOARD_PORT"])
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            assert process.exit_code is None, process.tail()
            assert time.monotonic() < deadline, process.tail()
            time.sleep(0.05)
        yield tagged


def test_without_a_dashboard_the_topics_are_read_up_to_now(tagged: Cli, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    said = tagged.run("report", "--out", str(file), "--title", "Week 48", "--where", "account=1,2")
    assert str(file) in said
    page = file.read_text("utf-8")
    assert NAME in page
    assert "<title>Week 48</title>" in page
    assert "account: 1, 2" in page
    # The file is let go, so that a dashboard may have it.
    assert NAME in tagged.run("report", "--out", "-", "--from", "2h")


def test_a_dashboard_that_runs_is_asked(served: Cli, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    deadline = time.monotonic() + 60
    while True:
        served.run("report", "--out", str(file), "--range", "6h", "--base-url", "https://board.example")
        page = file.read_text("utf-8")
        if NAME in page or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    assert NAME in page
    assert 'href="https://board.example/releases/one"' in page
    said = served.run("report", "--out", str(file), "--where", "acount=1", code=2)
    assert "acount: there is no such filter; did you mean account" in said


def wrong(*arguments: str) -> str:
    result = CliRunner(env={"GUARDSTREAM_DASHBOARD_PORT": "1"}).invoke(app, ["report", "--out", "x.html", *arguments])
    assert result.exit_code == 2, result.output
    return result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--where", "account"), "write it as account=111122223333"),
        (("--range", "7d", "--from", "2d"), "either --range, or --from"),
        (("--to", "2d"), "--to needs --from"),
        (("--from", "soon"), "'soon' is no time"),
        (("--dashboard", "board.example"), "is no address of a dashboard"),
        (("--dashboard", "http://127.0.0.1:1"), "nothing listens at http://127.0.0.1:1"),
    ],
)
def test_a_mistake_is_told_before_anything_is_read(arguments: tuple[str, ...], said: str) -> None:
    assert said in wrong(*arguments)


def test_another_server_is_no_dashboard() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        server.settimeout(20)

        def answer() -> None:
            found, _ = server.accept()
            with found:
                found.recv(4_096)
                found.sendall(b"SSH-2.0-OpenSSH\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(GuardstreamError, match="does not answer as one"):
            ask_dashboard(address, "/", None)
        thread.join(20)
