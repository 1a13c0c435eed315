"""Reading folders of rule files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.errors import Errors, GuardstreamError
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


def test_what_is_named_as_a_rule_file_and_is_none_is_told_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "gone.yml").symlink_to(tmp_path / "nothing")
    (tmp_path / "folder.yml").mkdir()
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "a.yml").write_text("")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "linked").symlink_to(tmp_path / "team")
    (tmp_path / "rules" / "..data").symlink_to(tmp_path / "team")
    with pytest.raises(Errors) as caught:
        read_folder(tmp_path)
    told = {str(error.where.file): error.message for error in caught.value.errors}
    assert told.keys() == {str(tmp_path / name) for name in ("gone.yml", "folder.yml", "rules/linked")}
    assert "which is not there" in told[str(tmp_path / "gone.yml")]
    assert "links to folders are not followed" in told[str(tmp_path / "rules/linked")]


def test_a_link_to_a_file_is_followed_and_one_to_a_folder_without_rules_is_nobodys_business(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "a.txt").write_text("# a")
    (tmp_path / "rules" / "a.yml").symlink_to(tmp_path / "a.txt")
    (tmp_path / "rules" / "notes").symlink_to(tmp_path / "notes")
    assert [file.text for file in read_folder(tmp_path / "rules")] == ["# a"]
