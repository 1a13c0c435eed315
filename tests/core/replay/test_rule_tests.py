"""What tests of rules can't do yet; each of these becomes an ordinary test when it is mended."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.rule_test import RuleTest
from streams.core.replay.rule_tests import run_test
from tests.core.replay.cases import CALL, rule_of


def run(*events: dict[str, Any], expect: str = "fires", source: str = "cloudtrail") -> str | None:
    test = RuleTest.model_validate({"name": "t", "events": list(events), "expect": expect})
    return run_test(rule_of({"type": "immediate"}, source=source), test)


def test_a_record_as_it_is_fires() -> None:
    assert run({"event": CALL, "at": "1m"}) is None


def test_records_in_a_wrapper_happen_when_the_test_says() -> None:
    more = {"type": "more_than", "threshold": 1, "window": "5m"}
    wrapped = {"event": {"Records": [CALL, {**CALL, "eventTime": "2026-03-02T07:00:00Z"}]}, "at": "1m"}
    test = RuleTest.model_validate({"name": "t", "events": [wrapped], "expect": "fires"})
    assert run_test(rule_of(more), test) is None


@pytest.mark.parametrize("path", ["resources.0.ARN", "awsRegion.name"])
def test_a_value_that_cannot_be_set_is_told(path: str) -> None:
    event = {**CALL, "resources": [{"ARN": "a"}]}
    assert path in str(run({"event": event, "at": "1m", "set": {path: "b"}}))


def test_an_event_of_another_source_is_told_and_does_not_count_as_silence() -> None:
    assert run({"event": CALL, "at": "1m"}, expect="silent", source="findings") is not None
