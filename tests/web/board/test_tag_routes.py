from __future__ import annotations

from typing import Any

import pytest

from tests.web.board.tag_desk import BEARER, KEY, Desk

PATH = "/api/v1/tags"


def add(desk: Desk, code: int = 201, **given: Any) -> dict[str, Any]:
    answer = desk.client.post(PATH, json=given, headers=BEARER)
    assert answer.status_code == code, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_tag_is_added_found_listed_and_removed() -> None:
    desk = Desk()
    added = add(desk, name="shop 2.14.0", app="shop", started="2026-11-24", kind="rollback")
    assert (added["started_at"], added["source"]) == ("2026-11-24T00:00:00.000Z", "api")
    where = f"{PATH}/{added['id']}"
    assert desk.client.get(where, headers=BEARER).json() == added
    assert desk.client.get(PATH, headers=BEARER).json() == [added]
    assert desk.client.delete(where, headers=BEARER).status_code == 204
    assert desk.kept == {}
    for answer in (desk.client.get(where, headers=BEARER), desk.client.delete(where, headers=BEARER)):
        assert (answer.status_code, answer.json()) == (404, {"detail": "there is no such tag"})


def test_the_same_request_twice_is_one_tag_and_what_was_answered_can_be_sent_again() -> None:
    desk = Desk()
    added = add(desk, name="a", started="2026-11-24")
    assert add(desk, name="a", started="2026-11-24") == added
    assert add(desk, **added) == added
    assert add(desk, id=added["id"], name="b", started="2026-11-24")["name"] == "b"
    assert len(desk.kept) == 1


def test_tags_are_listed_by_time_and_what_they_are_about_the_newest_first() -> None:
    desk = Desk()
    for day, app in ((21, "shop"), (22, "cart"), (23, "shop")):
        add(desk, name=str(day), app=app, started=f"2026-11-{day}", environment="prod")

    def names(**query: str) -> list[str]:
        answer = desk.client.get(PATH, params=query, headers=BEARER)
        assert answer.status_code == 200, answer.text
        return [tag["name"] for tag in answer.json()]

    assert names() == ["23", "22", "21"]
    assert names(application="shop") == ["23", "21"]
    assert names(**{"from": "2026-11-22", "to": "2026-11-23"}) == ["22"]
    assert names(environment="test") == names(kind="config") == []
    assert names(limit="1") == ["23"]
    assert desk.client.get(PATH, params={"from": "soon"}, headers=BEARER).status_code == 400


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b"{", 400, "the body is no JSON"),
        (b"[]", 400, "the body has to be a JSON object"),
        (b'{"name": "\\ud800"}', 400, "the body is no JSON"),
        (b'{"name": "x", "started_at": "soon"}', 400, "started_at: 'soon' is no time"),
        (b'{"name": "' + b"x" * 70_000 + b'"}', 413, "the body is too large"),
    ],
)
def test_what_is_wrong_is_told(body: bytes, code: int, said: str) -> None:
    answer = Desk().client.post(PATH, content=body, headers=BEARER)
    assert (answer.status_code, answer.json()["detail"][: len(said)]) == (code, said)


def test_nothing_is_read_of_a_body_without_end() -> None:
    def parts() -> Any:
        while True:
            yield b"x" * 10_000

    # It would not come back otherwise.
    assert Desk().client.post(PATH, content=parts(), headers=BEARER | {"content-length": "9" * 30}).status_code == 413


def test_a_body_whose_length_is_not_told_is_read_only_as_far_as_is_taken() -> None:
    parts = iter([b"x" * 10_000] * 20)
    assert Desk().client.post(PATH, content=parts, headers=BEARER).status_code == 413


def test_nobody_reads_or_writes_without_the_token() -> None:
    desk = Desk()
    for method, path in (("GET", PATH), ("POST", PATH), ("GET", f"{PATH}/x"), ("DELETE", f"{PATH}/x")):
        assert desk.client.request(method, path).status_code == 401


def test_what_the_broker_did_not_acknowledge_is_said_to_be_so_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk()
    added = add(desk, name="a")
    desk.away = True
    for answer in (
        desk.client.post(PATH, json={"name": "a"}, headers=BEARER),
        desk.client.delete(f"{PATH}/{added['id']}", headers=BEARER),
    ):
        assert answer.status_code == 503
        assert "secret-host" not in answer.text
    assert "no Kafka broker" in caplog.text
    assert KEY not in caplog.text


def test_the_document_tells_of_our_own_form_alone() -> None:
    document = Desk().app.openapi()
    assert set(document["paths"]) == {PATH, f"{PATH}/{{tag_id}}"}
    schema = document["paths"][PATH]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["name"]
