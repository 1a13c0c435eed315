from __future__ import annotations

from typing import Any

import pytest

from streams.core.parsing.sample import is_sample


@pytest.mark.parametrize(
    "info",
    [{"sample": True}, {"sample": "true"}, {"value": '{"threat": 1, "sample": true}'}, {"value": {"sample": True}}],
)
def test_a_sample_is_marked_in_the_info_or_in_its_value(info: Any) -> None:
    assert is_sample(info)


@pytest.mark.parametrize(
    "info",
    [None, [], {}, {"sample": False}, {"value": "a sample"}, {"value": '{"sample": false}'}, {"value": '["sample"]'}],
)
def test_whatever_else_is_no_sample(info: Any) -> None:
    assert not is_sample(info)
