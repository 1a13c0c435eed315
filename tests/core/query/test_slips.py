"""What is told of that which other query languages would read otherwise."""

from __future__ import annotations

import pytest

from streams.core.query import compile_query
from streams.core.query.slips import slips


def told(query: str) -> list[str]:
    return list(slips(query, compile_query(query).node))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("event_name=DeleteTrail", "did you mean event_name:DeleteTrail?"),
        ("region:a AND eventName==Delete*", "did you mean eventName:Delete*?"),
        ("userIdentity.type!=Root", "did you mean NOT userIdentity.type:Root?"),
        ("event_name = DeleteTrail", "did you mean event_name:value?"),
        ("event_name in (A,B)", "write event_name:(A OR B)"),
        ("region:a AND event_name IN (A, B)", "write event_name:(A OR B)"),
        ("event_name:(A,B)", "write event_name:(A OR B)"),
        ("event_name:A,B", "write event_name:(A OR B)"),
        ("a:(A, B)", "write a:(A OR ...)"),
        ('event_name:"Delete*"', "a star in quotes is a star"),
        ('resource_id:"i-0???"', "a question mark in quotes is a question mark"),
        ("source_address:10.0.0.0/33", "from /0 to /32"),
        ("source_address:2001:db8::/129", "from /0 to /128"),
        ("source_address:10.0.0.256/8", "10.0.0.256 is no address"),
        ("source_address:10.0.0.1/8", "is read as 10.0.0.0/8"),
        ("source_address:2001:db8::1/32", "is read as 2001:db8::/32"),
    ],
)
def test_a_slip_is_told_once_with_what_to_write(query: str, says: str) -> None:
    [sentence] = told(query)
    assert says in sentence


@pytest.mark.parametrize(
    "query",
    [
        "event_name:DeleteTrail", "colour=red", "user_agent:source=x", '"event_name=DeleteTrail"', "in", "b in (a)",
        "subject:CN=a,O=b", "a:(1,5)", 'event_name:"A,B"', 'principal:"*"', r'principal:"arn:aws:s3:::a/\*"',
        'title:"Who was it?"', "event_name:Delete*", "source_address:10.0.0.0/8", "source_address:10.0.0.1/32",
        "source_address.keyword:10.0.0.0/33", "path:1/2", "path:a/33", "version:1.2/3", "a:/x,y/", "*:*",
    ],
)  # fmt: skip
def test_nothing_is_told_of_what_means_what_it_seems_to(query: str) -> None:
    assert told(query) == []
