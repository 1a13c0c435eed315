"""Reading the files that rules' tests take their events from."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from schemas.errors import Where
from streams.adapters.event_files import read_event_files

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, name: str) -> bytes | str:
    """What is read for a rule file in ``folder/rules``, or what is told."""
    where = Where(str(folder / "rules" / "a.yml"), 3, 5)
    found, problems = read_event_files([(name, where), (name, where)], [folder / "rules"])
    if found:
        return found[name]
    assert {problem.where for problem in problems} == {where}
    return problems[0].message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "events").mkdir(parents=True)
    (tmp_path / "rules" / "events" / "a.json").write_bytes(b"{}")
    (tmp_path / "rules" / "events" / "a.json.gz").write_bytes(gzip.compress(b"[]"))
    (tmp_path / "rules" / "events" / "half.gz").write_bytes(gzip.compress(b"[]" * 99)[:20])
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "rules" / "link.json").symlink_to(tmp_path / "secret")
    return tmp_path


def test_files_are_found_from_the_rules_file_on_and_gzip_is_opened(folder: Path) -> None:
    assert read(folder, "events/a.json") == b"{}"
    assert read(folder, "events/a.json.gz") == b"[]"


@pytest.mark.parametrize("name", ["../secret", "link.json", "/etc/hostname", "events/../../secret"])
def test_nothing_outside_of_the_folder_of_the_rules_is_read(folder: Path, name: str) -> None:
    assert "outside of" in str(read(folder, name))


@pytest.mark.parametrize(
    ("name", "says"),
    [("b.json", "No such file"), ("events", "Is a directory"), ("events/half.gz", "no whole gzip file")],
)
def test_what_cannot_be_read_is_told_where_it_is_named(folder: Path, name: str, says: str) -> None:
    assert says in str(read(folder, name))
