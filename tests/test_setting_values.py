from __future__ import annotations

import ipaddress
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.setting_values import endpoints, existing_file, folders, seconds

if TYPE_CHECKING:
    from pathlib import Path

HOSTS = st.one_of(
    st.from_regex(r"[a-z][a-z0-9-]{0,10}(\.[a-z]{2,5})?", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{ipaddress.IPv6Address(address).compressed}]"),
)
ENDPOINTS = st.lists(
    st.tuples(HOSTS, st.integers(1, 65535)).map(lambda pair: f"{pair[0]}:{pair[1]}"), min_size=1, unique=True
)


@given(ENDPOINTS, st.sampled_from([",", " ", "; ", ", "]), st.sampled_from(["", "kafka://"]))
def test_any_list_of_brokers_and_urls_is_brought_into_one_form(brokers: list[str], separator: str, scheme: str) -> None:
    assert endpoints(separator.join(scheme + broker for broker in brokers)) == ",".join(brokers)


@given(ENDPOINTS)
def test_brokers_in_their_form_stay_as_they_are(brokers: list[str]) -> None:
    assert endpoints(endpoints(",".join(brokers))) == endpoints(",".join(brokers))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("broker", "broker:9092"),
        ("kafka://broker", "broker:9092"),
        ("kafka://broker:9093/", "broker:9093"),
        ("KAFKA://Broker:9093", "broker:9093"),
        ("[::1]", "[::1]:9092"),
        ("a:1,a:1,b:2", "a:1,b:2"),
    ],
)
def test_a_missing_port_is_kafkas_and_repeats_go(text: str, form: str) -> None:
    assert endpoints(text) == form


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "names no broker"),
        (" , ", "names no broker"),
        ("http://broker:9092", "not a URL that starts with http://"),
        ("broker:port", "no number from 1 to 65535"),
        ("broker:70000", "no number from 1 to 65535"),
        ("broker:0", "no number from 1 to 65535"),
        ("::1", "stands in brackets"),
        ("::1:9092", "stands in brackets"),
        ("[::1:9092", "stands in brackets"),
        ("broker:9092/topic", "not host:port"),
        (":9092", "not host:port"),
    ],
)
def test_what_is_no_broker_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        endpoints(text)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="must not hold a user or password") as raised:
        endpoints("kafka://me:hunter2@broker:9092")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "duration"),
    [("600", 600), ("0.5", 0.5), ("10m", 600), ("15 m", 900), ("500ms", 0.5), ("48h", 172800), ("2d", 172800), (3, 3)],
)
def test_a_duration_is_seconds_or_a_number_with_a_unit(text: object, duration: float) -> None:
    assert seconds(text) == duration


@pytest.mark.parametrize("text", ["", "m", "10 minutes", "-5", "1e3", "nan", "inf", "\u0661\u0660", "5m5s", None, True])
def test_anything_else_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)


def test_folders_stand_in_the_order_given_and_shipped_is_a_word_for_ours(tmp_path: Path) -> None:
    ours, one, two = (tmp_path / name for name in ("ours", "one", "two"))
    for folder in (ours, one, two):
        folder.mkdir()
    assert folders(f"shipped,{one}{os.pathsep}{two}", ours) == (ours, one, two)
    assert folders([one, "shipped"], ours) == (one, ours)
    assert folders(two, ours) == (two,)


def test_every_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="/nowhere, /nothing are no folders"):
        folders("/nowhere,shipped,/nothing", tmp_path)
    with pytest.raises(ValueError, match="names no folder"):
        folders(",", tmp_path)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is no file"):
        existing_file(str(tmp_path))
