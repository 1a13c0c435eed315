from __future__ import annotations

from typing import Any

import pytest

from streams.adapters.store.event_rows import read_event
from streams.adapters.topic_reader import Message
from streams.core.board.pivots import Pivot, named, shared
from tests.core.board.events import finding, record

ROLE = "arn:aws:iam::111122223333:role/ci/Deploy"
SESSION = "arn:aws:sts::111122223333:assumed-role/Deploy/i-0abc"


def of(what: Pivot, made: bytes) -> frozenset[str]:
    row = read_event(Message("t", 0, 0, 0, None, made))
    assert row is not None
    return shared(row, what)


def about(user: str) -> dict[str, Any]:
    return {"finding": {"detail": {"resource": {"accessKeyDetails": {"userName": user}}}}}


@pytest.mark.parametrize(
    ("what", "one", "other"),
    [
        ("principal", record(principal=SESSION), record(principal=SESSION.replace("0abc", "0def"))),
        ("principal", record(principal=SESSION), record(principal="x", session_issuer=ROLE)),
        ("principal", record(principal=SESSION), finding(**about("Deploy"))),
        ("principal", record(principal="arn:aws:iam::111122223333:user/a/eve"), finding(**about("eve"))),
        ("principal", record(principal="arn:aws:iam::111122223333:root"), finding(**about("root"))),
        ("address", record(source_address="203.0.113.7"), finding(remote_addresses=["1.1.1.1", "203.0.113.7"])),
        ("resource", record(resource_arns=["arn:aws:ec2:us-east-1:111122223333:instance/i-1"]), finding()),
        ("resource", record(resource_arns=["arn:aws:s3:::b/a/key:1"]), finding(resource_id="arn:aws:s3:::b")),
        ("resource", record(resource_arns=["arn:aws:lambda:us-east-1:111122223333:function:i-1"]), finding()),
    ],
)  # fmt: skip
def test_findings_and_records_about_the_same_share_it(what: Pivot, one: bytes, other: bytes) -> None:
    assert of(what, one) & of(what, other)


@pytest.mark.parametrize(
    ("what", "one", "other"),
    [
        ("principal", record(principal=SESSION), record(principal=SESSION.replace("Deploy", "Read"))),
        ("principal", record(principal=SESSION), record(principal=SESSION.replace("111122223333", "444455556666"))),
        ("principal", record(principal=SESSION), finding(account="444455556666", **about("Deploy"))),
        ("principal", record(principal=None), finding()),
        ("address", record(source_address=None), finding(remote_addresses=[])),
        ("resource", record(resource_arns=["arn:aws:ec2:us-east-1:1:instance/i-2"]), finding()),
        ("resource", record(account="444455556666", resource_arns=["arn:aws:ec2:us-east-1:4:instance/i-1"]), finding()),
    ],
)
def test_what_is_of_another_name_or_account_is_not_the_same(what: Pivot, one: bytes, other: bytes) -> None:
    assert not of(what, one) & of(what, other)


@pytest.mark.parametrize("value", [None, b"", b"[]", b"{", b'"finding"', b'{"finding": 1}', b'{"event_time": "x"}'])
def test_what_is_no_event_is_none(value: bytes | None) -> None:
    assert read_event(Message("t", 0, 0, 0, None, value)) is None


def test_an_event_names_things_as_they_stand_there() -> None:
    row = read_event(Message("t", 3, 9, 0, None, record(principal=SESSION)))
    assert row is not None
    assert named(row, "principal") == (SESSION,)
    assert (row.kind, row.partition, row.offset, row.event_id) == ("record", 3, 9, "r1")
