from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.web.board.boards import TOKEN, app_of, board_of

HERE = "http://127.0.0.1:6068"


def client_of(*, open_reads: bool, base: str = HERE) -> TestClient:
    return TestClient(app_of(board_of([]), open_reads=open_reads), base_url=base, follow_redirects=False)


def test_on_this_machine_pages_are_open_and_changes_are_not() -> None:
    client = client_of(open_reads=True)
    assert client.get("/").status_code == 200
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, "/api/v1/panels").status_code == 401


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:6068", ""])
def test_a_strange_name_that_points_here_opens_nothing(host: str) -> None:
    assert client_of(open_reads=True).get("/", headers={"host": host}).status_code in {303, 401}


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "[::1]:6068", "[::1]", "127.0.0.1"])
def test_the_names_of_this_machine_are_known(host: str) -> None:
    assert client_of(open_reads=True).get("/", headers={"host": host}).status_code == 200


def test_elsewhere_everything_needs_the_token() -> None:
    client = client_of(open_reads=False, base="http://board.example")
    page = client.get("/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/login?then=/")
    narrowed = client.get("/alerts?account=1&range=7d", headers={"accept": "text/html"})
    assert narrowed.headers["location"] == "/login?then=/alerts%3Faccount%3D1%26range%3D7d"
    assert 'value="/alerts?account=1&amp;range=7d"' in client.get(narrowed.headers["location"]).text
    assert client.get("/api/v1/panels").status_code == 401
    assert client.get("/live").status_code == 401
    assert client.get("/api/v1/panels", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    for wrong in ("Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \u00e9"):
        headers = {b"authorization": wrong.encode("latin-1")}
        assert client.get("/api/v1/panels", headers=headers).status_code == 401


def test_people_give_the_token_once() -> None:
    client = client_of(open_reads=False, base="http://board.example")
    assert client.post("/login", data={"token": "wrong"}).status_code == 401
    answer = client.post("/login", data={"token": TOKEN, "then": "/?account=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?account=1")
    kept = answer.headers["set-cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=strict" in kept
    assert TOKEN not in kept
    assert client.get("/").status_code == 200


def test_a_cookie_changes_nothing_when_another_site_asks() -> None:
    client = client_of(open_reads=False, base="http://board.example")
    client.post("/login", data={"token": TOKEN})
    assert client.post("/api/v1/panels", headers={"origin": "http://evil.example"}).status_code == 401
    assert client.post("/api/v1/panels").status_code == 401
    assert client.post("/api/v1/panels", headers={"origin": "http://board.example"}).status_code == 405


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_nobody_is_sent_elsewhere_after_signing_in(then: str) -> None:
    client = client_of(open_reads=False, base="http://board.example")
    assert client.post("/login", data={"token": TOKEN, "then": then}).headers["location"] == "/"
