from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import orjson
from typer.testing import CliRunner

from streams.adapters.embedded_kafka import free_port
from streams.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "ab" * 16
ANSWER = {
    "summary": "1 thing moved with it, of 5,210 looked at, by 28 days before.",
    "related": [
        {"role": "moved", "kind": "count", "sentence": "event name \x1b[31mX: 14 in 1 h, usually 0.2"},
        {"role": "part", "kind": "count", "sentence": "region eu: 90% of it (40 in 1 h)"},
    ],
}


@contextmanager
def dashboard(answer: object) -> Iterator[tuple[str, list[str]]]:
    """Something that answers as the dashboard does; its address, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = orjson.dumps(answer)
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["alerts", "related", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def wrong(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["alerts", "related", *arguments])
    assert result.exit_code == 2, result.output
    return result.output


def test_what_moved_and_what_it_is_made_of() -> None:
    with dashboard(ANSWER) as (address, asked):
        said = run(ID, "--dashboard", address)
        lines = [orjson.loads(line) for line in run(ID, "--dashboard", address, "--format", "json").splitlines()]
    assert asked == [f"/api/v1/alerts/{ID}/related"] * 2
    assert said.splitlines() == [
        ANSWER["summary"], r"  event name \x1b[31mX: 14 in 1 h, usually 0.2", "What it is made of:",
        "  region eu: 90% of it (40 in 1 h)",
    ]  # fmt: skip
    assert lines == ANSWER["related"]


def test_any_instant_with_a_measure_and_its_group() -> None:
    with dashboard({"summary": "Nothing stands out.", "related": []}) as (address, asked):
        assert run(
            "--at", "2026-11-24T07:00:00Z", "--measure", "findings-by-account", "--group", "account=1 2",
            "--group", "severity_label=High", "--dashboard", address,
        ) == "Nothing stands out.\n"  # fmt: skip
    [path] = asked
    assert path == (
        "/api/v1/related?at=2026-11-24T07%3A00%3A00.000Z&measure=findings-by-account&group=account%3D1+2"
        "&group=severity_label%3DHigh"
    )


def test_what_is_wrong_is_said() -> None:
    assert wrong().strip() == "give either an alert's id, or --at TIME"
    assert wrong(ID, "--at", "1h").strip() == "give either an alert's id, or --at TIME"
    assert "--measure and --group go with --at" in wrong(ID, "--measure", "x")
    assert "write it as account=111122223333" in wrong("--at", "1h", "--group", "account")
    assert "is no time" in wrong("--at", "yesterday")
    address = f"http://127.0.0.1:{free_port()}"
    assert f"nothing listens at {address}: the dashboard has the counts" in wrong(ID, "--dashboard", address)
    with dashboard(["something else"]) as (other, _):
        assert "answers something else" in wrong(ID, "--dashboard", other)
