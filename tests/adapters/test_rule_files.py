"""Reading folders of rule files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.errors import GuardstreamError
from streams.adapters.rule_files import read_folder, shipped_folder

if TYPE_CHECKING:
    from pathlib import Path


def test_every_yaml_file_below_a_folder_is_read_in_the_order_of_paths(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.yml", "a.yaml", "sub/c.YML", "notes.txt", ".hidden.yml", ".git/d.yml"):
        (tmp_path / name).write_text(f"# {name}")
    found = read_folder(tmp_path)
    assert [file.text for file in found] == ["# a.yaml", "# b.yml", "# sub/c.YML"]
    assert found[2].path == str(tmp_path / "sub" / "c.YML")


def test_a_byte_order_mark_is_dropped_and_bytes_that_are_no_utf8_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"\xef\xbb\xbfa: \xff")
    [file] = read_folder(tmp_path)
    assert file.text == "a: \udcff"


@pytest.mark.parametrize(("name", "says"), [("nowhere", "no such folder"), ("file.yml", "not a folder")])
def test_a_folder_that_is_none_is_an_error_that_names_it(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "file.yml").write_text("")
    with pytest.raises(GuardstreamError, match=says) as caught:
        read_folder(tmp_path / name)
    assert caught.value.where.file == str(tmp_path / name)


def test_rules_and_measures_ship() -> None:
    for kind in ("rules", "measures"):
        assert read_folder(shipped_folder(kind))
