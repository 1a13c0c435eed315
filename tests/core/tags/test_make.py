from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tag import LifecycleTag
from streams.core.tags.make import TagError, make_tag
from streams.core.tags.when import read_when

NOW = 1_764_000_000_000
AT = "2026-11-24T07:00:00.000Z"

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from([*LifecycleTag.model_fields, "app", "application", "started", "finished", "subsystem"])


def made(**given_: Any) -> LifecycleTag:
    return make_tag({"name": "shop 2", **given_}, source="api", now_ms=NOW)


@pytest.mark.parametrize(
    "written",
    [
        AT,
        "2026-11-24T08:00:00+01:00",
        1_795_503_600,
        1_795_503_600_000,
        "1795503600000",
        "1795503600",
        "2026-11-24:07:00:00",
        "Tue Nov 24 2026 08:00:00 GMT+0100 (Central European Standard Time)",
        "Tue, 24 Nov 2026 07:00:00 GMT",
    ],
)
def test_a_time_is_read_as_people_and_tools_write_it(written: object) -> None:
    assert made(started=written).started_at == AT


def test_a_date_is_its_midnight_and_without_a_time_it_is_now() -> None:
    assert made(started="2026-11-24").started_at == "2026-11-24T00:00:00.000Z"
    assert made().started_at == "2025-11-24T16:00:00.000Z"


@given(st.text(max_size=140) | json)
def test_reading_a_time_never_fails_otherwise(value: object) -> None:
    found = read_when(value)
    assert found is None or isinstance(found, int)


def test_the_same_call_twice_is_one_tag_and_what_differs_is_another() -> None:
    first = made(app="shop", started=AT)
    assert made(applications=["shop"], started=AT, url="https://x/1", actor="me").id == first.id
    others = [
        made(app="shop", started=AT, version="2"),
        made(app="cart", started=AT),
        made(app="shop", started=AT, environment="prod"),
        made(app="shop", started="2026-11-25"),
        make_tag({"name": "shop 2", "app": "shop", "started": AT}, source="cli", now_ms=NOW),
    ]
    assert len({first.id, *(tag.id for tag in others)}) == 1 + len(others)
    assert made(app="b,a", started=AT).id == made(app=["a", "b"], started=AT).id
    assert made(id="mine").id == "mine"


def test_names_in_a_text_are_parted_by_commas_and_each_stands_once() -> None:
    tag = made(app=" shop, cart ,shop,", subsystems=["web"])
    assert (tag.applications, tag.subsystems) == (("shop", "cart"), ("web",))


@pytest.mark.parametrize(
    ("fields_", "said"),
    [
        ({"name": " "}, "name: is empty"),
        ({"name": None}, "name: is missing"),
        ({"name": 7}, "name: is no text"),
        ({"name": "x" * 201}, "name: is longer than 200 characters"),
        ({"kind": "party"}, "kind: 'party' is none of deploy, rollback"),
        ({"started": "soon"}, "started_at: 'soon' is no time"),
        ({"finished": True}, "finished_at: True is no time"),
        ({"started": AT, "finished": "2026-11-23"}, "is before started_at"),
        ({"url": "ftp://x"}, "url: does not begin with http"),
        ({"icon": "skull"}, "icon: 'skull' is none of rocket"),
        ({"icon": ["x"]}, "icon: ['x'] is none of"),
        ({"id": "a b"}, "id: may have letters"),
        ({"id": "x" * 121}, "id: may have letters"),
        ({"app": 7}, "applications: is neither a list of texts nor a text"),
        ({"app": ["x"] * 51}, "applications: has more than 50 entries"),
        ({"app": "a", "applications": "b"}, "give one of them"),
        ({"enviroment": "prod"}, "did you mean environment?"),
        ({"name": "\udce4"}, "name: is not valid UTF-8"),
    ],
)
def test_an_error_names_the_field(fields_: dict[str, Any], said: str) -> None:
    with pytest.raises(TagError) as caught:
        made(**fields_)
    assert said in caught.value.message


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(TagError) as caught:
        make_tag({"started": "soon", "colour": 1}, source="api", now_ms=NOW)
    assert [part.partition(":")[0] for part in caught.value.message.split("; ")][:3] == [
        "'colour'",
        "name",
        "started_at",
    ]


@given(st.dictionaries(fields, json, max_size=6))
def test_whatever_is_given_makes_a_tag_that_can_be_read_back_or_an_error(given_: dict[str, Any]) -> None:
    try:
        tag = make_tag(given_, source="api", now_ms=NOW)
    except TagError as error:
        assert error.message  # noqa: PT017 - either outcome is right
        return
    assert LifecycleTag.decode(tag.encode()) == tag
    again = make_tag(tag.shown(), source="api", now_ms=NOW)
    assert again == tag
