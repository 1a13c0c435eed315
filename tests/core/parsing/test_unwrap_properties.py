from __future__ import annotations

import gzip
from functools import reduce
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from schemas.event import Event, Kind, Refusal
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.limits import Limits
from streams.core.parsing.unwrap import unwrap
from tests.core.parsing.carriers import BYTES, TEXT
from tests.core.parsing.samples import detail, envelope, older_envelope, pascal_case, record

SMALL = Limits(wrapping=8, nesting=16, size=100_000, events=50)
EVENTS = [envelope(), older_envelope(), detail(), pascal_case(detail()), record(), {"Records": [record(), record()]}]
WRITTEN = [orjson.dumps(event) for event in EVENTS]
CHAINS = st.lists(st.sampled_from([*TEXT, *BYTES]), max_size=4)

scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=8)
)
json_values = st.recursive(
    scalars | st.sampled_from(EVENTS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["detail", "detail-type", "Records", "Message", "Type", "body", "messageId", "logEvents"])
            | st.sampled_from(["data", "awslogs", "Sns", "Events", "CloudTrailEvent", "resource", "type", "eventName"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def judge(message: bytes, limits: Limits) -> None:
    """Whatever is in a message, each part is an event or a refusal, and each event can be parsed or says why not."""
    found = unwrap(message, limits)
    assert found
    assert len(found) <= limits.events + 1
    assert [one.index for one in found] == list(range(len(found)))
    for one in found:
        assert isinstance(one, Event | Refusal)
        if isinstance(one, Event):
            orjson.dumps(one.document)
            parse_finding(one.document)
            parse_cloudtrail(one.document)


def wrapped(message: bytes, chain: list[str]) -> bytes | None:
    """Put carriers around a message; None where one that carries text only would get other bytes."""
    for name in chain:
        if name == "awslogs" and message.startswith(b"\x1f"):
            return None
        if name in BYTES:
            message = BYTES[name](message)
        elif message.startswith((b"\x1f", b"\xef")) or (
            message[:1] not in b'{["' and name in {"array", "records", "logger"}
        ):
            return None
        else:
            message = TEXT[name](message)
    return message


@given(st.binary(max_size=200), st.sampled_from([b"", b"{", b"[", b'{"Records":[', b"\x1f\x8b\x08", b"\xef\xbb\xbf"]))
def test_no_bytes_raise(noise: bytes, start: bytes) -> None:
    judge(start + noise, SMALL)


@given(st.binary(max_size=300))
def test_no_bytes_raise_when_they_come_compressed(noise: bytes) -> None:
    judge(gzip.compress(noise), SMALL)


@given(json_values)
def test_no_json_raises(value: Any) -> None:
    judge(orjson.dumps(value), SMALL)


@given(
    st.sampled_from(WRITTEN),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), st.binary(max_size=4)), min_size=1, max_size=4),
)
def test_no_mutated_event_raises(message: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    def change(data: bytes, step: tuple[float, int, bytes]) -> bytes:
        place = int(step[0] * len(data))
        return data[:place] + step[2] + data[place + step[1] :]

    judge(reduce(change, changes, message), Limits())


@given(
    st.sampled_from(["type", "severity", "accountId", "resource", "service", "updatedAt", "region", "id", "title"]),
    st.sampled_from(["eventTime", "eventName", "eventSource", "userIdentity", "resources", "recipientAccountId"]),
    json_values,
)
def test_no_wrong_kind_of_value_raises(of_finding: str, of_record: str, value: Any) -> None:
    judge(orjson.dumps(envelope(detail=detail(**{of_finding: value}))), Limits())
    judge(orjson.dumps(detail(**{of_finding: value})), Limits())
    judge(orjson.dumps(record(**{of_record: value})), Limits())


@given(st.sampled_from(WRITTEN), CHAINS)
def test_an_event_in_any_chain_of_wrappers_comes_out_the_same(message: bytes, chain: list[str]) -> None:
    outer = wrapped(message, chain)
    if outer is not None:
        assert unwrap(outer) == unwrap(message)
        assert {one.kind for one in unwrap(outer) if isinstance(one, Event)} <= {Kind.FINDING, Kind.CLOUDTRAIL}
