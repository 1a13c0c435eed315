from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from schemas.since_release import SinceRelease
from schemas.tag import LifecycleTag
from streams.core.parsing.times import to_rfc3339
from streams.core.tags.near import MOST_NEAR, TagTimes, tags_near

AT = 1_700_000_000_000


def tag(started_ms: int, tag_id: str = "t", name: str | None = None) -> LifecycleTag:
    return LifecycleTag(id=tag_id, name=name or tag_id, started_at=to_rfc3339(started_ms))


def test_near_is_what_began_at_the_instant_or_shortly_before() -> None:
    tags = [tag(AT - 1_001, "old"), tag(AT - 1_000, "far"), tag(AT, "now"), tag(AT + 1, "later")]
    assert [(near.tag.id, near.before_ms) for near in tags_near(tags, AT, 1_000)] == [("now", 0), ("far", 1_000)]


def test_a_tag_that_is_given_again_is_where_it_is_now_and_one_that_is_removed_is_gone() -> None:
    times = TagTimes(1_000)
    assert (times.names(AT), times.names_json(AT)) == ([], b"")
    times.put(tag(AT - 10, name="first"))
    times.put(tag(AT - 20, name="renamed"))
    times.put(tag(AT - 30, "u", name="renamed"))
    assert (times.names(AT), len(times)) == (["renamed"], 2)
    assert orjson.loads(times.names_json(AT)) == ["renamed"]
    times.remove("t")
    times.remove("u")
    times.remove("never")
    assert (times.names(AT), len(times)) == ([], 0)


steps = st.lists(st.tuples(st.sampled_from("abcdefghijklmnop"), st.integers(AT - 40, AT), st.booleans()), max_size=60)


@given(steps, st.integers(AT - 45, AT + 45))
def test_a_workers_index_says_the_same_as_a_plain_search(story: list[tuple[str, int, bool]], at: int) -> None:
    times = TagTimes(20)
    tags: dict[str, LifecycleTag] = {}
    for tag_id, started, removed in story:
        if removed:
            times.remove(tag_id)
            tags.pop(tag_id, None)
        else:
            tags[tag_id] = tag(started, tag_id)
            times.put(tags[tag_id])
        times.names(at)
    expected = [near.tag.name for near in tags_near(tags.values(), at, 20)]
    assert times.names(at) == expected
    assert len(expected) <= MOST_NEAR
    assert times.names_json(at) == (orjson.dumps(expected) if expected else b"")


WANTED = [
    SinceRelease.model_validate({"within": "1m", **more})
    for more in ({}, {"application": ["a", "b"]}, {"environment": ["live"]}, {"kind": ["config"], "application": ["b"]})
]
releases = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"), st.integers(AT - 90_000, AT + 30_000), st.booleans(),
        st.sampled_from(["deploy", "rollback", "config", "incident"]), st.sampled_from(["live", "test", None]),
        st.lists(st.sampled_from("abc"), max_size=2),
    ),
    max_size=20,
)  # fmt: skip


@given(releases, st.sampled_from(WANTED))
def test_the_newest_release_that_is_wanted_is_found_as_by_a_plain_search(
    story: list[tuple[str, int, bool, Any, str | None, list[str]]], wanted: SinceRelease
) -> None:
    times = TagTimes(0)
    tags: dict[str, LifecycleTag] = {}
    for tag_id, started, removed, kind, environment, applications in story:
        if removed:
            times.remove(tag_id)
            tags.pop(tag_id, None)
        else:
            changes = {"kind": kind, "environment": environment, "applications": tuple(applications)}
            tags[tag_id] = tag(started, tag_id).model_copy(update=changes)
            times.put(tags[tag_id])
        times.release(wanted, AT)
    fitting = [
        one
        for one in tags.values()
        if one.kind in wanted.kind
        and (not wanted.environment or one.environment in wanted.environment)
        and (not wanted.application or set(one.applications) & set(wanted.application))
    ]
    newest = tags_near(fitting, AT, 60_000 - 1)
    found = times.release(wanted, AT)
    assert (
        (found and (found.id, AT - found.started_ms)) == (newest[0].tag.id, newest[0].before_ms)
        if newest
        else not found
    )
