from __future__ import annotations

import gzip
import io
import os
from typing import TYPE_CHECKING

import pytest

from streams.adapters import sources
from streams.adapters.sources import Block, Refused, blocks, find_files, read_source, total_bytes

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path) -> list[tuple[bytes, bool]]:
    found = list(read_source(str(path)))
    assert not [part for part in found if isinstance(part, Refused)], found
    return [(block.data, block.whole) for block in found if isinstance(block, Block)]


def refusal(path: Path) -> str:
    [found] = read_source(str(path))
    assert isinstance(found, Refused)
    return found.why


def test_json_lines_come_in_blocks_that_end_at_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "READ_BYTES", 10)
    found = list(blocks("x", io.BytesIO(b'{"a":1}\n{"b":2}\n{"c":3}')))
    assert [block.data for block in found if isinstance(block, Block)] == [b'{"a":1}\n', b'{"b":2}\n', b'{"c":3}']
    assert not any(block.whole for block in found if isinstance(block, Block))


def test_a_document_over_many_lines_comes_whole(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{\n "a": 1\n}\n')
    assert read(tmp_path / "a.json") == [(b'{\n "a": 1\n}\n', True)]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.json"])
def test_gzip_is_unpacked_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b'{"a":1}\n') + gzip.compress(b'{"b":2}\n'))
    assert b"".join(data for data, _ in read(tmp_path / name)) == b'{"a":1}\n{"b":2}\n'


def test_a_gzip_that_is_cut_short_comes_with_its_own_bytes(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"a": [' + os.urandom(5_000).hex().encode())[:-20]
    (tmp_path / "cut.gz").write_bytes(packed)
    assert read(tmp_path / "cut.gz") == [(packed, True)]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_bytes(b" \n")
    assert "empty" in refusal(tmp_path / "empty.json")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        ('{"a":1}'.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\0\0", "binary"),
    ],
)
def test_a_binary_file_is_refused_with_the_reason(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "file").write_bytes(data)
    assert why in refusal(tmp_path / "file")


def test_json_with_broken_bytes_in_it_is_not_taken_for_a_binary_file(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_bytes(b'{"a":"\0\xff"}')
    assert read(tmp_path / "broken.json") == [(b'{"a":"\0\xff"}', True)]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "missing.json")


def test_a_folder_is_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.json", "a/2.json", "a/1.json", ".hidden", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    files = [tmp_path / name for name in ("a/1.json", "a/2.json", "b.json")]
    assert list(find_files([str(tmp_path)])) == [str(file) for file in files]
    assert total_bytes([str(tmp_path)]) == 15


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    assert list(find_files([str(tmp_path)])) == [Refused(str(tmp_path), "no file is in this folder")]
