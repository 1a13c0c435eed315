from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.core.alerts.identity import alert_id, fingerprint

texts = st.text(max_size=4)
groups = st.lists(st.none() | texts, max_size=3).map(tuple)
whole = st.tuples(texts, texts, groups, st.lists(texts | st.integers(0, 9), max_size=3).map(tuple))


@given(whole, whole)
def test_an_alert_has_another_id_exactly_where_rule_revision_group_or_event_differ(one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    assert (alert_id(*one) == alert_id(*other)) == (one == other)
    assert (fingerprint(one[0], one[2]) == fingerprint(other[0], other[2])) == (one[::2][:2] == other[::2][:2])


def test_ids_are_those_of_earlier_versions() -> None:
    # Downstream systems know open alerts by them.
    assert alert_id("r", "0123", ("a", None), ("1", "e")) == "2d5033a2d1ba2782975615f01296edb3"
    assert fingerprint("r", ("a", None)) == "23eafc6b075981b21c44c3408d1679e7"
