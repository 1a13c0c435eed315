from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from streams.adapters.embedded_kafka import free_port
from streams.cli.demo_story import EXPLANATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-c", "from streams.cli.main import app; app()", "demo"]


@contextmanager
def demo(folder: Path, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run the demo with all its temporary files in ``folder``; a word of it is in the command lines of its children."""
    environment = {**os.environ, "TMPDIR": str(folder), **settings}
    with subprocess.Popen(
        [*COMMAND, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(said)


def children_of(process: subprocess.Popen[str]) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def all_gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_all_seven_alerts_are_seen_within_a_minute_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    with demo(tmp_path, "--seconds", "60") as process:
        said = wait_for(process, "Kafka is up")
        children = children_of(process)
        said += wait_for(process, "nothing of it is left")
        assert process.wait(30) == 0, said
    assert "7 of 7 alerts were seen" in said
    assert "time is compressed" in said
    assert all(rule in said and explanation in said for rule, explanation in EXPLANATIONS.items())
    assert children
    assert all_gone(children)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_it_cleanly_and_is_no_failure(tmp_path: Path) -> None:
    port = free_port()
    # Of what a shell sets for others only the dashboard's port is heard.
    with demo(tmp_path, GUARDSTREAM_DASHBOARD_PORT=str(port), GUARDSTREAM_PARTITIONS="none") as process:
        said = wait_for(process, "time is compressed")
        assert f"The dashboard is at http://127.0.0.1:{port}/" in said
        assert re.search(rf"http://127\.0\.0\.1:{port}/login\?token=[A-Za-z0-9_-]{{32}}\)", said)
        children = children_of(process)
        process.send_signal(signal.SIGINT)
        said = wait_for(process, "nothing of it is left")
        assert process.wait(30) == 0, said
    assert len(children) >= 3
    assert all_gone(children)
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_none_is_told_before_anything_starts(tmp_path: Path) -> None:
    with demo(tmp_path, GUARDSTREAM_DASHBOARD_PORT="sixty") as process:
        said = wait_for(process, "GUARDSTREAM_DASHBOARD_PORT")
        assert process.wait(30) == 2, said
    assert "Kafka" not in said


def test_a_worker_that_dies_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    with demo(tmp_path) as process:
        wait_for(process, "time is compressed")
        [worker] = [pid for pid in children_of(process) if b"streams.app" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(worker, signal.SIGKILL)
        said = wait_for(process, "the worker ended by itself")
        assert process.wait(60) == 2, said
    assert list(tmp_path.iterdir()) == []
