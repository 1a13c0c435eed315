"""What is wrong is a page for people, and JSON for programs and all of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.errors import GuardstreamError
from tests.web.board.boards import TOKEN
from tests.web.board.world import HOSTILE

if TYPE_CHECKING:
    from tests.web.board.world import World

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SIGNED = {"authorization": f"Bearer {TOKEN}"}
ALERT = f"{1:032x}"


def ask(world: World, path: str, method: str = "GET", **given: str) -> Any:
    return world.client.request(method, path, headers=BROWSER | SIGNED, data=given or None)


def is_page(answer: Any, status: int) -> bool:
    text = answer.text
    return answer.status_code == status and "<!doctype html>" in text and 'href="/">Back to the overview' in text


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/alerts/nonsense", "/releases/a%20b", "/tags/none/edit", "/static/none.css", "/x/%3Cscript%3E"],
)
def test_an_address_that_there_is_not_is_told_on_a_page(world: World, path: str) -> None:
    answer = ask(world, path)
    assert is_page(answer, 404)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert "aria-current" not in answer.text
    told = world.client.get(path)
    assert told.headers["content-type"] == "application/json"
    assert told.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/?range=5y", "/alerts?range=5y", "/events?from=now", "/releases?from=soon&to=1", "/report?x=1"]
)
def test_a_filter_that_is_wrong_is_told_on_a_page(world: World, path: str) -> None:
    answer = ask(world, path)
    assert is_page(answer, 400)
    assert "can&#39;t be shown" in answer.text


def test_a_form_that_is_not_taken_is_told_on_a_page_that_repeats_nothing_of_it(world: World) -> None:
    world.alert(1)
    answer = ask(world, f"/alerts/{ALERT}/notes", "POST", action=HOSTILE, by="Ann")
    assert is_page(answer, 422)
    assert "Action: Input should be" in answer.text
    assert "alert(" not in answer.text
    assert is_page(ask(world, f"/alerts/{ALERT}/notes", "POST", action="close", by=" "), 422)


def test_a_note_that_the_broker_does_not_take_is_told_on_a_page(world: World) -> None:
    def refuse(_: object) -> None:
        raise GuardstreamError("no broker at secret-host")

    world.alert(1)
    object.__setattr__(world.board.writes, "note", refuse)
    answer = ask(world, f"/alerts/{ALERT}/notes", "POST", action="close", by="Ann")
    assert is_page(answer, 503)
    assert "did not acknowledge it; try again" in answer.text
    assert "secret-host" not in answer.text


def test_a_method_that_a_page_has_not_is_told_on_a_page_with_those_that_it_has(world: World) -> None:
    answer = ask(world, "/alerts", "DELETE")
    assert is_page(answer, 405)
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/nothing", 404), ("/api/v1/alerts?range=5y", 400), ("/api/v1/alerts/nonsense", 422)]
)
def test_the_api_says_it_as_json_to_a_browser_too(world: World, path: str, status: int) -> None:
    answer = ask(world, path)
    assert answer.status_code == status
    assert answer.json()["detail"]
