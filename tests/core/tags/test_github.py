from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.tags.github import deployment_id, is_signed, read_body, read_status
from streams.core.tags.make import TagError

NOW = 1_764_000_000_000
SHA = "0123456789abcdef0123456789abcdef01234567"
FORM = "application/x-www-form-urlencoded"


def payload(state: str, at: str = "2026-11-24T07:05:00Z", **deployment: Any) -> dict[str, Any]:
    return {
        "action": "created",
        "deployment_status": {
            "state": state,
            "created_at": at,
            "environment": "production",
            "environment_url": "",
            "log_url": "https://github.com/acme/shop/actions/runs/7",
        },
        "deployment": {
            "id": 42,
            "sha": SHA,
            "ref": "v2.14.0",
            "task": "deploy",
            "created_at": "2026-11-24T07:00:00Z",
            "creator": {"login": "ann"},
            **deployment,
        },
        "repository": {"full_name": "acme/shop"},
    }


def test_one_deployment_is_one_tag_from_its_start_to_its_end() -> None:
    started = read_status(payload("in_progress", "2026-11-24T07:01:00Z"), NOW)
    assert started
    assert (started.name, started.kind, started.id) == ("shop v2.14.0", "deploy", "github:acme:shop:42")
    assert (started.started_at, started.finished_at) == ("2026-11-24T07:01:00.000Z", None)
    assert (started.environment, started.actor, started.commit) == ("production", "ann", SHA)
    done = read_status(payload("success"), NOW, started)
    assert done
    assert done == started.model_copy(update={"finished_at": "2026-11-24T07:05:00.000Z"})


def test_deliveries_may_come_in_another_order() -> None:
    done = read_status(payload("success"), NOW)
    assert done
    # Without word of its start, it began when it was asked for.
    assert (done.started_at, done.finished_at) == ("2026-11-24T07:00:00.000Z", "2026-11-24T07:05:00.000Z")
    assert read_status(payload("in_progress"), NOW, done) is None


@pytest.mark.parametrize("state", ["failure", "error"])
def test_a_failure_stays_a_deployment_and_says_so(state: str) -> None:
    tag = read_status(payload(state), NOW)
    assert tag
    assert (tag.name, tag.kind, tag.icon, bool(tag.finished_at)) == ("shop v2.14.0 (failed)", "deploy", "flame", True)


@pytest.mark.parametrize("state", ["queued", "pending", "waiting", "inactive"])
def test_what_says_nothing_of_the_release_makes_no_tag(state: str) -> None:
    assert read_status(payload(state), NOW) is None


@pytest.mark.parametrize(
    ("ref", "version"),
    [("main", "0123456"), ("refs/tags/v1.2", "v1.2"), ("shop@1.2.3-rc.1", "shop@1.2.3-rc.1"), ("feature/7", "0123456")],
)
def test_a_branch_is_no_version(ref: str, version: str) -> None:
    tag = read_status(payload("success", ref=ref), NOW)
    assert tag
    assert tag.version == version


def test_a_rollback_is_told_by_its_task() -> None:
    tag = read_status(payload("success", task="rollback:production"), NOW)
    assert tag
    assert tag.kind == "rollback"


def test_githubs_own_example_of_a_signature() -> None:
    secret, body = "It's a Secret to Everybody", b"Hello, World!"
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert is_signed(secret, body, signature)
    assert not is_signed(secret, body + b"!", signature)
    assert not is_signed(secret, body, signature[:-1] + "8")
    assert not is_signed(secret, body, None)
    assert not is_signed(secret, body, "ä")
    assert not is_signed("", body, signature)


def test_a_webhook_sends_json_or_a_form() -> None:
    body = orjson.dumps({"zen": "ä"})
    assert read_body(body, "application/json") == {"zen": "ä"}
    assert read_body(urlencode({"payload": body.decode()}).encode(), FORM) == {"zen": "ä"}
    for broken in (b"", b"payload=", b"\xff", b"&".join([b"a=1"] * 20)):
        with pytest.raises(TagError):
            read_body(broken, FORM)


def test_an_id_takes_whatever_a_repository_is_called() -> None:
    long = {"repository": {"full_name": "a" * 200}, "deployment": {"id": 7}}
    assert len(deployment_id(long)) < 120
    assert deployment_id({**long, "repository": {"full_name": "ä/b"}}).startswith("github:")


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {**payload("success"), "repository": {}},
        {**payload("success"), "deployment": {"id": "7"}},
        payload("on fire"),
        {**payload("success"), "deployment_status": {"state": {}}},
    ],
)
def test_what_tells_of_no_deployment(broken: object) -> None:
    with pytest.raises(TagError):
        read_status(broken, NOW)


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(
    st.sampled_from(["success", "failure", "in_progress"]),
    st.dictionaries(st.sampled_from(["sha", "ref", "task", "created_at", "creator", "environment"]), anything),
    st.dictionaries(st.sampled_from(["created_at", "environment", "log_url", "environment_url"]), anything),
)
def test_whatever_comes_is_a_tag_or_an_error(state: str, deployment: dict[str, Any], status: dict[str, Any]) -> None:
    body = payload(state, **deployment)
    body["deployment_status"] |= status
    try:
        tag = read_status(body, NOW)
    except TagError:
        return
    assert tag
    assert tag.encode()
