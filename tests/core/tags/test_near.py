from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

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
