from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from streams.core.generate.instants import millis, seconds

_INSTANTS = st.integers(0, 4_000_000_000_000)


@given(_INSTANTS)
def test_an_instant_to_the_millisecond_reads_back_as_itself(ms: int) -> None:
    assert round(datetime.fromisoformat(millis(ms)).timestamp() * 1_000) == ms


@given(_INSTANTS)
def test_an_instant_to_the_second_drops_the_rest(ms: int) -> None:
    assert datetime.fromisoformat(seconds(ms)) == datetime.fromtimestamp(ms // 1_000, UTC)


def test_instants_look_as_aws_writes_them() -> None:
    assert (seconds(1_767_225_601_007), millis(1_767_225_601_007)) == (
        "2026-01-01T00:00:01Z",
        "2026-01-01T00:00:01.007Z",
    )
