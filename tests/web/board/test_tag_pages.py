from __future__ import annotations

import threading
from typing import Any

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import GuardstreamError
from schemas.tag import ICONS, LifecycleTag
from streams.web.board.board import Writes
from streams.web.board.tag_form import NAMES, shown_in, tag_of
from tests.web.board.boards import TOKEN, app_of
from tests.web.board.markup import Markup
from tests.web.board.world import HERE, HOSTILE, NOW, World

SIGNED = {"authorization": f"Bearer {TOKEN}"}
WHOLE = {
    "name": "checkout 2.14.0", "version": "2.14.0", "applications": "checkout, cart", "kind": "rollback",
    "environment": "production", "started_at": "2026-11-24T07:00", "finished_at": "2026-11-24T07:05", "icon": "star",
    "url": "https://ci.example/run/7", "actor": "Ann", "subsystems": "web", "commit": "abc", "repository": "estate/x",
}  # fmt: skip


def post(world: World, path: str, status: int = 303, **typed: str) -> Any:
    answer = world.client.post(path, data=typed, headers=SIGNED)
    assert answer.status_code == status, answer.text
    return answer


def only(world: World) -> LifecycleTag:
    [tag] = world.store.tags()
    return tag


def test_what_is_typed_is_a_tag_that_is_shown_at_once(world: World) -> None:
    shown = post(world, "/tags/new", 303, **WHOLE).headers["location"]
    tag = only(world)
    assert shown == f"/releases/{tag.id}"
    assert tag.source == "page"
    assert (tag.applications, tag.subsystems) == (("checkout", "cart"), ("web",))
    assert (tag.started_at, tag.finished_at) == ("2026-11-24T07:00:00.000Z", "2026-11-24T07:05:00.000Z")
    assert {name: getattr(tag, name) for name in ("kind", "icon", "url", "actor", "commit", "repository")} == {
        "kind": "rollback", "icon": "star", "url": "https://ci.example/run/7", "actor": "Ann", "commit": "abc",
        "repository": "estate/x",
    }  # fmt: skip
    page = world.page(shown)
    assert "checkout 2.14.0" in page
    assert f'href="/tags/{tag.id}/edit"' in page
    assert f'href="/tags/{tag.id}/remove"' in page
    post(world, "/tags/new", 303, **WHOLE)
    assert only(world) == tag


def test_the_next_page_shows_it_though_the_store_reads_it_later(world: World) -> None:
    at_once = world.board.writes
    threads: list[threading.Timer] = []

    def later(tag: LifecycleTag) -> None:
        threads.append(threading.Timer(0.3, at_once.tag, [tag]))
        threads[0].start()

    world.board.writes = Writes(at_once.note, later, at_once.remove_tag)
    shown = post(world, "/tags/new", 303, **WHOLE).headers["location"]
    assert "checkout 2.14.0" in world.page(shown)
    threads[0].join()


def test_without_a_time_it_starts_now(world: World) -> None:
    post(world, "/tags/new", name="sale", kind="campaign", started_at="")
    assert only(world).started_at == "2026-11-24T10:00:00.000Z"


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(world: World) -> None:
    typed = WHOLE | {"name": " ", "url": "ci.example", "finished_at": "2026-11-24T06:00", "actor": "A" * 201}
    page = post(world, "/tags/new", 400, **typed).text
    markup = Markup(page)
    wrong = {one.get("id") for one in markup.of("input") if one.get("aria-invalid")}
    assert wrong == {"tag-finished_at"}
    fixed = typed | {"finished_at": ""}
    markup = Markup(post(world, "/tags/new", 400, **fixed).text)
    inputs = {one["id"]: one for one in markup.of("input") if one.get("id")}
    assert {name for name, one in inputs.items() if one.get("aria-invalid")} == {"tag-name", "tag-url", "tag-actor"}
    assert inputs["tag-url"]["aria-describedby"] == "wrong-url"
    assert {inputs[f"tag-{name}"]["value"] for name in ("url", "applications", "commit")} == {
        "ci.example", "checkout, cart", "abc",
    }  # fmt: skip
    assert "does not begin with http:// or https://" in " ".join(markup.texts)
    [icon] = [one["value"] for one in markup.of("input") if one.get("type") == "radio" and "checked" in one]
    assert icon == "star"
    assert world.store.tags() == []


def test_a_tag_is_changed_and_keeps_what_the_form_does_not_have(world: World) -> None:
    tag = LifecycleTag(
        id="github:acme:shop:42", name="shop", started_at="2026-11-24T07:00:00.123Z", source="github",
        applications=("a,b",), icon_url="https://x.example/i.png",
    )  # fmt: skip
    world.board.writes.tag(tag)
    form = Markup(world.client.get(f"/tags/{tag.id}/edit", headers=SIGNED).text)
    typed = {one["name"] or "": one["value"] or "" for one in form.of("input") if one.get("type") != "radio"}
    assert typed == {name: value for name, value in shown_in(tag).items() if name not in {"icon", "kind"}}
    post(world, f"/tags/{tag.id}/edit", 303, **{**typed, "kind": "deploy", "icon": "", "name": "shop 2"})
    assert only(world) == tag.model_copy(update={"name": "shop 2"})
    page = post(world, f"/tags/{tag.id}/edit", 400, **{**typed, "started_at": ""}).text
    assert "is missing" in page
    assert only(world).name == "shop 2"


def test_removing_asks_first(world: World) -> None:
    world.tag("shop-7", "2026-11-24T07:00:00Z")
    page = world.client.get("/tags/shop-7/remove", headers=SIGNED).text
    assert "Remove shop-7?" in page
    assert 'method="post" action="/tags/shop-7/remove"' in page
    assert only(world).id == "shop-7"
    assert post(world, "/tags/shop-7/remove").headers["location"] == "/releases"
    assert world.store.tags() == []
    post(world, "/tags/shop-7/remove", 404)
    world.page("/tags/shop-7/edit", 404)


def test_nobody_changes_anything_without_the_token(world: World) -> None:
    world.tag("shop-7", "2026-11-24T07:00:00Z")
    for path in ("/tags/new", "/tags/shop-7/edit", "/tags/shop-7/remove"):
        assert world.client.post(path, data=WHOLE).status_code == 401
        page = world.page(path)
        assert f'href="/login?then={path}"' in page
        assert "<form" not in page
    assert 'href="/login?then=/releases"' in world.page("/releases")
    assert only(world).name == "shop-7"


def test_signed_in_the_form_stands_on_the_page_and_another_site_can_not_send_it(world: World) -> None:
    client = TestClient(app_of(world.board), base_url=HERE, follow_redirects=False)
    client.post("/login", data={"token": TOKEN})
    assert 'action="/tags/new"' in client.get("/releases").text
    assert client.post("/tags/new", data=WHOLE, headers={"origin": "http://evil.example"}).status_code == 401
    assert world.store.tags() == []
    assert client.post("/tags/new", data=WHOLE, headers={"origin": HERE}).status_code == 303


def test_what_the_broker_did_not_acknowledge_is_said_and_what_was_typed_stays(world: World) -> None:
    world.tag("shop-7", "2026-11-24T07:00:00Z")

    def away(_: object) -> None:
        message = "no Kafka broker answers at secret-host:9092"
        raise GuardstreamError(message)

    world.board.writes = Writes(away, away, away)
    page = post(world, "/tags/new", 503, **WHOLE).text
    assert "The broker did not acknowledge it; try again." in page
    assert 'value="https://ci.example/run/7"' in page
    assert "secret-host" not in page
    assert "did not acknowledge" in post(world, "/tags/shop-7/remove", 503).text


def test_texts_stay_texts_and_bodies_have_an_end(world: World) -> None:
    page = post(world, "/tags/new", 400, **dict.fromkeys(WHOLE, HOSTILE)).text
    markup = Markup(page)
    assert [one for one in markup.of("script") if not (one.get("src") or "").startswith("/static/")] == []
    assert "<script>alert" not in page
    post(world, "/tags/new", 413, name="x" * 70_000)
    answer = world.client.post("/tags/new", content=b"name=" + bytes([255]), headers=SIGNED)
    assert answer.status_code == 400
    assert world.client.post("/tags/new", content=b"a=1&" * 100, headers=SIGNED).status_code == 400


short = st.text(min_size=1, max_size=20).map(str.strip).filter(lambda text: text.isprintable() and text != "")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(
        LifecycleTag,
        id=st.just("t"),
        name=short,
        kind=st.sampled_from(["deploy", "campaign"]),
        applications=st.lists(short, max_size=3, unique=True).map(tuple),
        environment=st.none() | short,
        started_at=st.sampled_from(["2026-11-24T07:00:00.000Z", "2026-11-24T07:00:01.001Z"]),
        finished_at=st.sampled_from([None, "2026-11-24T08:00:00.000Z"]),
        icon=st.sampled_from([None, *ICONS]),
        url=st.just("https://x.example"),
    )
)
def test_a_form_that_nobody_touched_changes_nothing(tag: LifecycleTag) -> None:
    assert set(shown_in(tag)) == set(NAMES)
    assert tag_of(shown_in(tag), NOW, tag) == tag
