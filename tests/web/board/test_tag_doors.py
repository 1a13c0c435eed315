from __future__ import annotations

import base64
import hmac
import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest

from streams.web.board.tag_doors import CORALOGIX, GITHUB, GRAFANA, OPEN_PATHS
from tests.core.tags.test_github import payload
from tests.web.board.tag_desk import BEARER, KEY, SECRET, Desk

WRONG = {"authorization": "Bearer wrong"}


def basic(text: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def signed(body: bytes, event: str = "deployment_status", **more: str) -> dict[str, str]:
    signature = hmac.new(SECRET.encode(), body, sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={signature}", "x-github-event": event, **more}


def delivered(desk: Desk, state: str, at: str = "2026-11-24T07:05:00Z") -> dict[str, Any]:
    body = json.dumps(payload(state, at)).encode()
    answer = desk.client.post(GITHUB, content=body, headers=signed(body, **{"content-type": "application/json"}))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_coralogix_takes_a_tag() -> None:
    desk = Desk()
    body = {"timestamp": 1617793927675, "name": "test tag", "application": ["prd"], "subsystem": ["app"]}
    for path in (CORALOGIX, f"{CORALOGIX}/"):
        answer = desk.client.post(path, json=body, headers=BEARER)
        assert (answer.status_code, answer.json()["name"]) == (200, "test tag")
    assert (desk.only.source, desk.only.applications, desk.only.subsystems) == ("coralogix", ("prd",), ("app",))


def test_coralogix_older_form_has_the_key_in_its_address() -> None:
    desk = Desk()
    query = {"key": KEY, "application": "a,b", "subsystem": "c", "name": "n", "timestamp": "2020-06-23:09:00:00"}
    assert desk.client.get(f"{CORALOGIX}/add", params=query).status_code == 200
    assert (desk.only.applications, desk.only.started_at) == (("a", "b"), "2020-06-23T09:00:00.000Z")
    assert desk.client.get(f"{CORALOGIX}/add", params=query | {"key": "wrong"}).status_code == 401


def test_coralogix_errors() -> None:
    desk = Desk()
    for headers in ({}, WRONG, basic(f"x:{KEY}"), {"authorization": KEY}):
        answer = desk.client.post(CORALOGIX, json={"name": "n"}, headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})
    answer = desk.client.post(CORALOGIX, json={"name": "n", "timestamp": "soon"}, headers=BEARER)
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("timestamp: ")
    assert desk.client.post(CORALOGIX, content=b"{", headers=BEARER).status_code == 400
    assert desk.client.post(CORALOGIX, content=b"x" * 70_000, headers=BEARER).status_code == 413
    desk.away = True
    assert desk.client.post(CORALOGIX, json={"name": "n"}, headers=BEARER).status_code == 503


@pytest.mark.parametrize("headers", [BEARER, basic(f"api_key:{KEY}"), basic(f"admin:{KEY}")])
def test_grafana_takes_an_annotation(headers: dict[str, str]) -> None:
    desk = Desk()
    body = {"dashboardUID": "x", "panelId": 2, "time": 1507037197339, "tags": ["app:shop"], "text": "shop 2"}
    answer = desk.client.post(GRAFANA, json=body, headers=headers).json()
    assert answer == {"message": "Annotation added", "id": int(desk.only.id.removeprefix("grafana-"))}
    assert (desk.only.name, desk.only.applications) == ("shop 2", ("shop",))


def test_grafana_errors() -> None:
    desk = Desk()

    def said(headers: dict[str, str], **request: Any) -> tuple[int, str]:
        answer = desk.client.post(GRAFANA, headers=headers, **request)
        return answer.status_code, answer.json()["message"]

    assert said({}, json={"text": "x"}) == (401, "Unauthorized")
    assert said({"authorization": "Basic ="}, json={"text": "x"}) == (401, "Unauthorized")
    for wrong in (WRONG, basic(f"{KEY}:x")):
        assert said(wrong, json={"text": "x"}) == (401, "Invalid API key")
    assert said(BEARER, content=b"{") == (400, "bad request data")
    assert said(BEARER, json={"text": 7}) == (400, "bad request data")
    assert said(BEARER, content=b"x" * 70_000) == (400, "bad request data")
    assert said(BEARER, json={"text": ""}) == (400, "Failed to save annotation")
    desk.away = True
    assert said(BEARER, json={"text": "x"}) == (503, "Failed to save annotation")
    assert desk.kept == {}


def test_a_deployment_on_github_is_one_tag_whatever_becomes_of_it() -> None:
    desk = Desk()
    assert delivered(desk, "queued") == {"message": "this status changes no tag"}
    assert delivered(desk, "in_progress", "2026-11-24T07:01:00Z")["id"] == "github:acme:shop:42"
    started = desk.only
    delivered(desk, "success")
    finished = desk.only
    assert (started.started_at, started.finished_at) == ("2026-11-24T07:01:00.000Z", None)
    assert (finished.started_at, finished.finished_at) == (started.started_at, "2026-11-24T07:05:00.000Z")
    delivered(desk, "in_progress")
    assert desk.only == finished


def test_statuses_are_joined_before_the_first_of_them_can_be_read() -> None:
    desk = Desk()
    delivered(desk, "in_progress", "2026-11-24T07:01:00Z")
    desk.kept.clear()
    delivered(desk, "success")
    assert desk.only.started_at == "2026-11-24T07:01:00.000Z"
    desk.kept.clear()
    assert delivered(desk, "in_progress") == {"message": "this status changes no tag"}


def test_github_sends_a_form_a_ping_and_other_events() -> None:
    desk = Desk()
    body = urlencode({"payload": json.dumps(payload("success"))}).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert desk.client.post(GITHUB, content=body, headers=signed(body, **form)).json()["message"] == "tagged"
    assert desk.client.post(GITHUB, content=b"{}", headers=signed(b"{}", "ping")).json() == {"message": "pong"}
    assert desk.client.post(GITHUB, content=b"{}", headers=signed(b"{}", "push")).status_code == 200
    assert len(desk.kept) == 1


def test_github_errors() -> None:
    desk = Desk()
    body = json.dumps(payload("success")).encode()
    for headers in ({}, {"x-hub-signature-256": "sha256=0"}, signed(body + b" "), BEARER):
        assert desk.client.post(GITHUB, content=body, headers=headers).status_code == 401
    assert Desk(secret=None).client.post(GITHUB, content=body, headers=signed(body)).status_code == 401
    assert desk.client.post(GITHUB, content=b"{}", headers=signed(b"{}")).status_code == 400
    assert desk.client.post(GITHUB, content=b"x" * 70_000).status_code == 413
    desk.away = True
    assert desk.client.post(GITHUB, content=body, headers=signed(body)).status_code == 503
    assert desk.kept == {}


def test_all_doors_are_named_for_whoever_guards_the_rest() -> None:
    paths = {str(getattr(route, "path", "")) for route in Desk().router.routes}
    assert {path for path in paths if not path.startswith("/api/v1/tags")} == OPEN_PATHS
