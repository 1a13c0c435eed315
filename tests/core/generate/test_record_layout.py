from __future__ import annotations

from typing import Any

import pytest

from streams.core.generate.calls import Call
from streams.core.generate.identities import service
from streams.core.generate.record_layout import Blanks, fill, lay_out

_WORDS = {"name": "shop", "account": "111222333444"}


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("role/{name}", "role/shop"),
        ({"a": ["{name}", 1, None, True]}, {"a": ["shop", 1, None, True]}),
        (None, None),
        ({}, {}),
    ],
)
def test_blanks_are_filled_at_any_depth(value: Any, filled: Any) -> None:
    assert fill(value, _WORDS) == filled


def test_what_went_wrong_is_told_and_then_nothing_was_answered() -> None:
    call = Call(1, "sts", "AssumeRole", answer={"credentials": "{name}"})
    blanks = Blanks(call, service("lambda"), "111222333444", "eu-west-1", "2026-01-01T00:00:00Z", "r", "e", _WORDS)
    assert lay_out(blanks)["responseElements"] == {"credentials": "shop"}
    assert "errorCode" not in lay_out(blanks)
    refused = lay_out(blanks._replace(error=("AccessDenied", "no")))
    assert (refused["errorCode"], refused["errorMessage"], refused["responseElements"]) == ("AccessDenied", "no", None)
