from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.tags.grafana import BadRequest, read_annotation
from streams.core.tags.make import TagError

NOW = 1_764_000_000_000


def test_the_example_of_their_manual() -> None:
    tag, number = read_annotation(
        {
            "dashboardUID": "jcIIG-07z",
            "panelId": 2,
            "time": 1507037197339,
            "timeEnd": 1507180805056,
            "tags": ["tag1", "tag2"],
            "text": "Annotation Description",
        },
        NOW,
    )
    assert (tag.name, tag.kind, tag.source) == ("Annotation Description", "deploy", "grafana")
    assert (tag.started_at, tag.finished_at) == ("2017-10-03T13:26:37.339Z", "2017-10-05T05:20:05.056Z")
    assert (tag.id, 0 < number < 2**53) == (f"grafana-{number}", True)


def test_tags_with_a_key_say_what_it_is_about() -> None:
    tag, _ = read_annotation(
        {"text": "<b>shop</b> 2.14.0\nby ann", "tags": ["Rollback", "app:shop", "env=prod", "version:2.14.0", "app:x"]},
        NOW,
    )
    assert (tag.name, tag.kind, tag.environment, tag.version) == ("shop 2.14.0", "rollback", "prod", "2.14.0")
    assert (tag.applications, tag.finished_at) == (("shop", "x"), None)


def test_the_same_annotation_twice_is_one_and_the_end_may_come_first() -> None:
    body = {"text": "x", "time": 2_000_000_000_000, "timeEnd": 1_900_000_000_000}
    tag, number = read_annotation(body, NOW)
    assert read_annotation(body, NOW + 5)[1] == number
    assert (tag.started_at[:4], (tag.finished_at or "")[:4]) == ("2030", "2033")
    assert read_annotation({"text": "x", "time": 0}, NOW)[0].started_at == "2025-11-24T16:00:00.000Z"
    assert read_annotation({"text": "x", "time": NOW, "timeEnd": NOW}, 0)[0].finished_at is None


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ([], BadRequest),
        ({"text": 7}, BadRequest),
        ({"text": "x", "time": "soon"}, BadRequest),
        ({"text": "x", "time": 10**30}, BadRequest),
        ({"text": "x", "tags": "a"}, BadRequest),
        ({"text": "x", "tags": [1]}, BadRequest),
        ({"tags": ["a"]}, TagError),
        ({"text": "<p></p>"}, TagError),
        ({"text": "x", "tags": ["a"] * 101}, TagError),
    ],
)
def test_what_is_no_annotation(body: object, wrong: type[TagError]) -> None:
    with pytest.raises(TagError) as caught:
        read_annotation(body, NOW)
    assert type(caught.value) is wrong


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text() | st.integers())
keys = st.sampled_from(["time", "timeEnd", "tags", "text", "panelId", "dashboardUID"])


@given(st.dictionaries(keys, values))
def test_whatever_comes_is_a_tag_or_an_error(body: dict[str, Any]) -> None:
    try:
        tag, _ = read_annotation(body, NOW)
    except TagError:
        return
    assert tag.encode()
