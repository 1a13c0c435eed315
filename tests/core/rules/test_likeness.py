"""Names that may be meant by one that is not there."""

from __future__ import annotations

import pytest

from streams.core.query.names import DOCUMENT, PARSED
from streams.core.rules.likeness import near

FIELDS = PARSED["cloudtrail"] | DOCUMENT["cloudtrail"]
IDS = {
    "root-used",
    "role-trust-opened",
    "console-login-failures",
    "no-guardduty-logs",
    "no-guardduty-logs-from-account",
}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("source_ip", "source_address or sourceIPAddress"),
        ("sourceIp", "sourceIPAddress or source_address"),
        ("event_nme", "event_name"),
        ("evntName", "eventName"),
        ("principle", "principal"),
        ("acc", "account"),
    ],
)
def test_of_fields_those_with_the_same_words_come_first(name: str, meant: str) -> None:
    told = near(name, FIELDS)
    assert told.startswith(f"; did you mean {meant}"), told


@pytest.mark.parametrize(
    ("name", "meant"),
    [("roo", "root-used"), ("login", "console-login-failures"), ("no-guardduty-log", "no-guardduty-logs or ")],
)
def test_ids_are_found_by_their_beginning_and_by_words(name: str, meant: str) -> None:
    assert near(name, IDS).startswith(f"; did you mean {meant}")


@pytest.mark.parametrize("name", ["ro", "xyz", "", "source"])
def test_what_is_like_nothing_has_no_hint(name: str) -> None:
    assert near(name, IDS) == ""
