"""Messages of files, dated by their events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.history_files import read_history

if TYPE_CHECKING:
    from pathlib import Path

    from streams.core.replay.files import Dated

DATED = b'{"eventSource":"s3.amazonaws.com","eventTime":"2026-03-02T11:00:00Z"}'
AT = 1_772_449_200_000


def dated(folder: Path, *lines: bytes) -> list[Dated]:
    (folder / "events.jsonl").write_bytes(b"\n".join(lines))
    return [message for batch in read_history([str(folder)], lambda _: None, lambda _: None) for message in batch]


def test_what_has_no_time_takes_that_of_the_message_before_it(tmp_path: Path) -> None:
    assert [(at, value) for at, _, value, _ in dated(tmp_path, DATED, b"broken")] == [(AT, DATED), (AT, b"broken")]


def test_what_has_no_time_at_the_beginning_takes_that_of_the_first_that_has_one(tmp_path: Path) -> None:
    assert [at for at, _, _, _ in dated(tmp_path, b"broken", b"{}", DATED)] == [AT, AT, AT]


def test_where_nothing_has_a_time_it_is_not_dated_decades_back(tmp_path: Path) -> None:
    assert all(at > AT for at, _, _, _ in dated(tmp_path, b"broken", b"{}"))


def test_each_message_knows_the_line_that_it_stands_in(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert [place for _, _, _, place in dated(tmp_path, DATED, b"", b"broken", DATED)] == [
        (str(path), 1), (str(path), 3), (str(path), 4),
    ]  # fmt: skip
