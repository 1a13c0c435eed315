from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.browser.chromium import MISSING, browsing, find_chromium

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("there", "found"),
    [
        ({"chromium", "google-chrome"}, "/there/chromium"),
        ({"chromium-browser"}, "/there/chromium-browser"),
        ({"google-chrome"}, "/there/google-chrome"),
        (set(), None),
    ],
)
def test_a_browser_that_is_installed_is_found(there: set[str], found: str | None) -> None:
    assert find_chromium({}, lambda name: f"/there/{name}" if name in there else None) == found


def test_the_one_that_is_chosen_is_taken_or_none() -> None:
    chosen = {"GUARDSTREAM_CHROMIUM": "/opt/mine"}
    assert find_chromium(chosen, lambda name: name) == "/opt/mine"
    assert find_chromium(chosen, lambda name: None if name == "/opt/mine" else name) is None


def test_without_a_browser_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUARDSTREAM_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(FileNotFoundError, match="make chromium") as told, browsing():
        pass
    assert str(told.value) == MISSING


@pytest.mark.parametrize(("user", "said"), [("0", "apt-get update"), ("1000", "sudo -n apt-get update")])
def test_make_brings_one_where_it_can_and_leaves_one_that_is_there(tmp_path: Path, user: str, said: str) -> None:
    """With an apt-get, a sudo and an id that only say that they were called."""
    for name in ("sh", "env", "dirname"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    log = tmp_path / "log"
    for name in ("apt-get", "sudo"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {log}\n')
    (tmp_path / "id").write_text(f"#!/bin/sh\necho {user}\n")
    for name in ("apt-get", "sudo", "id"):
        (tmp_path / name).chmod(0o755)
    made = make(tmp_path, "")
    assert made.returncode == 2, made.stderr
    assert said in log.read_text()
    assert "GUARDSTREAM_CHROMIUM" in made.stderr
    log.unlink()
    there = tmp_path / "google-chrome"
    there.write_text("#!/bin/sh\n")
    there.chmod(0o755)
    assert make(tmp_path, "").returncode == 0
    assert make(tmp_path, str(there)).returncode == 0
    assert not log.exists()


def make(path: Path, chosen: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    environ |= {"PATH": str(path), "GUARDSTREAM_CHROMIUM": chosen}
    return subprocess.run(
        ["/usr/bin/make", "--silent", "chromium"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
