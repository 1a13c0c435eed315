"""What the API says of itself is true: its document, who may ask, and which methods a path has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.responses import Response

from streams.cli.dashboard import api_document
from streams.settings import Settings
from streams.web.board.api_document import METHODS
from streams.web.board.board import Board, Freshness, Writes
from tests.core.board.store import Findings
from tests.web.board.boards import MEASURES, NOW, PANELS, TOKEN, app_of, board_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.board.world import World

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT: dict[str, Any] = orjson.loads((ROOT / "docs/schema/openapi.json").read_bytes())
EXAMPLES = re.findall(r"^ {4}(curl (?:.*\\\n)*.*)", (ROOT / "docs/api.md").read_text(), re.MULTILINE)
SOMETHING = {"alert_id": "0" * 32, "tag_id": "shop-7", "name": "accounts"}


def routes_of(router: Any) -> Iterator[APIRoute]:
    """All routes, those of included routers too."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router)


ROUTES = list(routes_of(app_of(board_of([])).router))


def path_of(route: APIRoute) -> str:
    return route.path.format_map(SOMETHING)


def methods_of(route: APIRoute) -> set[str]:
    return route.methods or set()


def guarded(*, open_reads: bool) -> TestClient:
    """A dashboard that fails where anything is written, or asked of its store."""

    def never(*_: object) -> None:
        pytest.fail("something was written")

    board = Board(object(), PANELS, MEASURES, lambda: NOW, Freshness, Writes(never, never, never))  # type: ignore[arg-type]  # It is not to be asked.
    app = app_of(board, open_reads=open_reads)
    return TestClient(app, base_url="http://127.0.0.1:6068", follow_redirects=False)


def test_the_published_document_is_what_the_application_says() -> None:
    # When it is not: `guardstream dashboard --openapi > docs/schema/openapi.json` writes it anew.
    assert (ROOT / "docs/schema/openapi.json").read_text() == api_document(Settings())


def test_every_operation_says_who_may_ask_and_what_comes() -> None:
    for path, item in DOCUMENT["paths"].items():
        for method, one in item.items():
            where = f"{method} {path}"
            assert one["security"] == [{"token": []}], where
            assert "401" in one["responses"], where
            assert one["summary"], where
            assert "404" in one["responses"] or "{" not in path, where
            assert method == "get" or "503" in one["responses"], where
            assert method != "post" or "413" in one["responses"], where
    assert DOCUMENT["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_field_that_the_api_tells_has_a_type_and_no_other_field_is_told() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if name.endswith("Told"):
            assert schema["additionalProperties"] is False, name
            assert all(field.keys() & {"type", "anyOf", "$ref", "allOf"} for field in schema["properties"].values())


def test_what_is_answered_goes_through_its_model() -> None:
    told = [route for route in ROUTES if route.include_in_schema]
    assert len(told) == sum(len(item) for item in DOCUMENT["paths"].values())
    for route in told:
        returned = route.endpoint.__annotations__["return"]
        if route.response_class is not Response:
            assert route.response_model is not None, route.path
            assert "Response" not in str(returned), route.path


def test_a_board_that_tells_nonsense_is_not_repeated() -> None:
    wrong: Any = "soon"
    board = board_of([], Freshness(NOW, behind=wrong))
    board.store = type("Fresh", (Findings,), {"fresh": lambda *_: type("All", (), {"topics": ()})})([])
    client = TestClient(app_of(board), base_url="http://127.0.0.1:6068", raise_server_exceptions=False)
    assert client.get("/api/v1/status").status_code == 500
    board.freshness = Freshness
    assert client.get("/api/v1/status").status_code == 200


@pytest.mark.parametrize("open_reads", [True, False])
def test_nothing_is_written_without_the_token(open_reads: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    client = guarded(open_reads=open_reads)
    asked = {(method, route.path) for route in ROUTES for method in methods_of(route) - {"GET"}}
    assert {("POST", "/alerts/{alert_id}/notes"), ("POST", "/api/annotations"), ("POST", "/login")} <= asked
    assert {("POST", "/api/v1/alerts/{alert_id}/notes"), ("DELETE", "/api/v1/tags/{tag_id}")} <= asked
    for method, path in sorted(asked):
        for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": "guardstream=wrong"}):
            answer = client.request(method, path.format_map(SOMETHING), json={"name": "x"}, headers=headers)
            assert answer.status_code == 401, f"{method} {path}"
    # The one address of which a GET writes.
    assert client.get("/api/v1/external/tags/add?key=wrong&name=x").status_code == 401


def test_elsewhere_nothing_is_read_without_the_token() -> None:
    client = guarded(open_reads=False)
    for route in ROUTES:
        if route.path != "/login" and "GET" in methods_of(route):
            assert client.get(path_of(route)).status_code == 401, route.path
    assert client.get("/api/openapi.json").status_code == 401


def test_a_path_says_all_the_methods_that_it_has() -> None:
    client = TestClient(app_of(board_of([])), base_url="http://127.0.0.1:6068")
    methods: dict[str, set[str]] = {}
    for route in ROUTES:
        methods.setdefault(path_of(route), set()).update(methods_of(route))
    assert methods["/api/v1/tags"] == {"GET", "POST"}
    for path, known in methods.items():
        for method in {*METHODS, "TRACE"} - known:
            answer = client.request(method, path, headers={"authorization": f"Bearer {TOKEN}"})
            assert answer.status_code == 405, f"{method} {path}"
            assert set(answer.headers["allow"].split(", ")) == known, f"{method} {path}"


def options(words: list[str], name: str) -> list[str]:
    """The values of an option of curl."""
    return [words[at + 1] for at, word in enumerate(words) if word == name]


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_ask_for_what_there_is_and_are_answered(example: str, filled_world: World) -> None:
    words = shlex.split(example.replace("\\\n", " ").replace("$TOKEN", TOKEN))
    [method] = options(words, "-X") or ["GET"]
    body = next(iter(options(words, "-d")), None)
    [address] = [word for word in words if word.startswith("$BOARD/")]
    parts = urlsplit(address.removeprefix("$BOARD"))
    given = parse_qsl(parts.query, strict_parsing=bool(parts.query))
    given += [(name, value) for name, _, value in (one.partition("=") for one in options(words, "--data-urlencode"))]
    headers = dict(one.split(": ", 1) for one in options(words, "-H"))
    answer = filled_world.client.request(method, parts.path, params=[*given], headers=headers, content=body)
    assert answer.status_code < 300, answer.text
    if parts.path != "/api/openapi.json":
        shape = next(one for one in DOCUMENT["paths"] if re.fullmatch(re.sub(r"\{\w+}", "[^/]+", one), parts.path))
        operation = DOCUMENT["paths"][shape][method.lower()]
        assert {name for name, _ in given} <= {one["name"] for one in operation.get("parameters", ())}


def test_there_are_examples_of_every_part() -> None:
    said = " ".join(EXAMPLES)
    for part in ("alerts", "events", "releases", "panels", "status", "tags"):
        assert f"$BOARD/api/v1/{part}" in said
