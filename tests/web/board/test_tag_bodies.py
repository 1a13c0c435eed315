"""Whatever is sent to whichever endpoint, it is answered with a tag or an error that says so, never with a failure."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.tag import LifecycleTag
from streams.web.board.tag_doors import CORALOGIX, GITHUB, GRAFANA
from tests.core.tags.test_github import payload
from tests.web.board.tag_desk import BEARER, SECRET, Desk

PATH = "/api/v1/tags"
DESK = Desk()

json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
known = st.sampled_from(
    [
        *LifecycleTag.model_fields, "application", "subsystem", "timestamp", "iconUrl", "time", "timeEnd", "tags",
        "text", "deployment", "deployment_status", "repository",
    ]
)  # fmt: skip
bodies = st.binary() | st.dictionaries(known, json, max_size=6).map(orjson.dumps) | json.map(orjson.dumps)


def headers(body: bytes) -> dict[str, str]:
    signature = hmac.new(SECRET.encode(), body, sha256).hexdigest()
    return BEARER | {"x-hub-signature-256": f"sha256={signature}", "x-github-event": "deployment_status"}


def answered(path: str, body: bytes, **more: str) -> None:
    DESK.kept.clear()
    answer = DESK.client.post(path, content=body, headers=headers(body) | more)
    assert answer.status_code in {200, 201, 400, 413}, answer.text
    if answer.status_code >= 400:
        said = answer.json()
        assert said.get("message") or said.get("detail")
        assert not DESK.kept
    for tag in DESK.kept.values():
        assert LifecycleTag.decode(tag.encode()) == tag


@pytest.mark.parametrize("path", [PATH, CORALOGIX, GRAFANA, GITHUB])
@settings(max_examples=150)
@given(body=bodies, form=st.booleans())
def test_any_body_is_answered(path: str, body: bytes, *, form: bool) -> None:
    answered(path, body, **({"content-type": "application/x-www-form-urlencoded"} if form else {}))


@settings(max_examples=150)
@given(
    st.sampled_from(["success", "failure", "error", "in_progress", "queued", "odd"]),
    st.dictionaries(st.sampled_from(["id", "sha", "ref", "task", "created_at", "creator"]), json),
    st.dictionaries(st.sampled_from(["created_at", "environment", "environment_url", "log_url", "state"]), json),
    st.dictionaries(st.sampled_from(["full_name"]), json),
)
def test_any_deployment_is_answered(
    state: str, deployment: dict[str, Any], status: dict[str, Any], repository: dict[str, Any]
) -> None:
    body = payload(state, **deployment)
    body["deployment_status"] |= status
    body["repository"] |= repository
    answered(GITHUB, orjson.dumps(body))


@settings(max_examples=100)
@given(st.dictionaries(st.text(max_size=8) | st.sampled_from(["name", "timestamp", "application"]), st.text()))
def test_any_address_of_the_older_form_is_answered(query: dict[str, str]) -> None:
    DESK.kept.clear()
    answer = DESK.client.get(f"{CORALOGIX}/add", params={**query, "key": "correct-horse"})
    assert answer.status_code in {200, 400}


@settings(max_examples=100)
@given(st.binary(max_size=40), st.sampled_from(["authorization", "x-hub-signature-256", "x-github-event"]))
def test_any_header_is_answered(value: bytes, name: str) -> None:
    clean = bytes(byte for byte in value if byte not in b"\r\n\0")
    for path in (CORALOGIX, GRAFANA, GITHUB):
        answer = DESK.client.post(path, content=b"{}", headers=[(name.encode(), clean)])
        assert answer.status_code == 401


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(["from", "to", "application", "environment", "kind", "limit"]), st.text()))
def test_any_question_is_answered(query: dict[str, str]) -> None:
    assert DESK.client.get(PATH, params=query, headers=BEARER).status_code in {200, 400, 422}
