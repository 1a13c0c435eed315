from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.tags.coralogix import answer, read_tag
from streams.core.tags.make import TagError

NOW = 1_764_000_000_000


def test_the_example_of_their_manual() -> None:
    tag = read_tag(
        {
            "timestamp": 1617793927675,
            "name": "test tag",
            "application": ["prd", "dev"],
            "subsystem": ["app", "mobile"],
            "iconUrl": "my-avatar.png",
        },
        NOW,
    )
    assert (tag.name, tag.started_at) == ("test tag", "2021-04-07T11:12:07.675Z")
    assert (tag.applications, tag.subsystems) == (("prd", "dev"), ("app", "mobile"))
    assert (tag.source, tag.icon_url) == ("coralogix", None)
    assert answer(tag)["application"] == ("prd", "dev")


def test_texts_as_pipelines_send_them() -> None:
    tag = read_tag({"name": "n", "application": "a", "subsystem": "b,c", "timestamp": "1617793927675"}, NOW)
    assert (tag.applications, tag.subsystems, tag.started_at[:10]) == (("a",), ("b", "c"), "2021-04-07")
    older = read_tag({"name": "n", "timestamp": "2020-06-23:09:00:00", "key": "secret"}, NOW)
    assert older.started_at == "2020-06-23T09:00:00.000Z"
    assert read_tag({"name": "n", "iconUrl": "https://x/a%20b.png"}, NOW).icon_url == "https://x/a%20b.png"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "JSON object"),
        ({}, "name: is missing"),
        ({"name": "n", "timestamp": "soon"}, "timestamp: 'soon' is no time"),
        ({"name": "n", "subsystem": {}}, "subsystem: is neither"),
    ],
)
def test_errors_are_in_its_words(body: object, said: str) -> None:
    with pytest.raises(TagError) as caught:
        read_tag(body, NOW)
    assert said in caught.value.message


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text() | st.integers())
keys = st.sampled_from(["name", "application", "subsystem", "timestamp", "iconUrl", "more"])


@given(st.dictionaries(keys, values))
def test_whatever_comes_is_a_tag_or_an_error(body: dict[str, Any]) -> None:
    try:
        tag = read_tag(body, NOW)
    except TagError:
        return
    assert tag.encode()
