"""What makes two measures the same."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.measure import GroupKey, Measure


def measure(**changes: Any) -> Measure:
    """A small measure with changes."""
    return Measure.model_validate({"name": "a-measure", "source": "findings", **changes})


def test_the_id_is_of_the_meaning_and_not_of_the_name() -> None:
    """Measures that count alike share their counts."""
    assert measure().id == measure(name="another").id
    assert measure(lists={"unused": ["a"]}).id == measure().id
    changes: list[dict[str, Any]] = [
        {},
        {"source": "cloudtrail"},
        {"query": "severity:8"},
        {"group-by": ["account"]},
        {"group-by": ["account", "region"]},
        {"group-by": ["region", "account"]},
        {"samples": True},
        {"archived": True},
        {"counted-on": "arrival"},
        {"query": "region:@here", "lists": {"here": ["a"]}},
        {"query": "region:@here", "lists": {"here": ["b"]}},
    ]
    assert len({measure(**change).id for change in changes}) == len(changes)


def test_a_group_key_may_have_another_name_than_its_field() -> None:
    """The field holds many security groups, each group names one."""
    written = measure(**{"group-by": [{"security_group": "security_groups"}, "detail.service.count"]})
    assert [(key.name, key.path) for key in written.group_by] == [
        ("security_group", ("security_groups",)),
        ("detail.service.count", ("detail", "service", "count")),
    ]
    assert written.model_dump(by_alias=True)["group-by"] == (
        {"security_group": "security_groups"},
        "detail.service.count",
    )
    assert GroupKey(name="a", field="b") == GroupKey.model_validate({"a": "b"})


@pytest.mark.parametrize("group_by", [["a", "a"], [""], [3], [{"a": "b", "c": "d"}], "account", [{"a": 1}], ["a"] * 9])
def test_a_group_by_that_is_none_is_refused(group_by: object) -> None:
    """Repeats, empty names and other kinds."""
    with pytest.raises(ValidationError):
        measure(**{"group-by": group_by})
