from __future__ import annotations

import pytest

from schemas.condition import LessThan, MoreThan
from streams.core.conditions.threshold import judge_less_than, judge_more_than


@pytest.mark.parametrize(("count", "holds"), [(0, False), (9, False), (10, False), (11, True)])
def test_more_than_ten_begins_with_eleven(count: int, holds: bool) -> None:  # noqa: FBT001 - the expected answer
    verdict = judge_more_than(MoreThan.model_validate({"threshold": 10, "window": "5m"}), count)
    assert verdict.holds is holds
    assert verdict.measured == {"count": count, "threshold": 10}


@pytest.mark.parametrize(("count", "holds"), [(0, True), (9, True), (10, False), (11, False)])
def test_less_than_ten_ends_with_nine(count: int, holds: bool) -> None:  # noqa: FBT001 - the expected answer
    verdict = judge_less_than(LessThan.model_validate({"threshold": 10, "window": "2h"}), count)
    assert verdict.holds is holds
    assert verdict.words == f"{count} in 2h, {'fewer' if holds else 'no fewer'} than 10"
