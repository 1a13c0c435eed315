"""Files judged again, where no broker is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.offline import Offline

if TYPE_CHECKING:
    from pathlib import Path

SILENCE = """
id: silence
title: Nothing came
level: high
source: findings
query: "*"
condition: {type: less_than, threshold: 1, window: 10m}
"""


def test_of_files_without_any_event_nobody_says_that_it_was_silent(tmp_path: Path) -> None:
    offline = Offline(tmp_path)
    offline.write("rules.yml", SILENCE)
    broken = offline.write("broken.jsonl", '{"a":\n[]\n')
    assert "no event was found" in offline.run("replay", str(broken), code=2)


def test_a_time_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    output = Offline(tmp_path).run("replay", "x.jsonl", "--from", "5m", "--to", "10m", code=2)
    assert output.startswith("--from 5m is not before --to 10m")
