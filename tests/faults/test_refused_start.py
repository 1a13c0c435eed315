"""A worker that can't do its work says why, and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.adapters.embedded_kafka import free_port
from tests.faults.support.workers import CHECKED_COMMAND, COMMAND, Crew

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from streams.settings import Settings


def _refusal(settings: Settings, folder: Path, command: Sequence[str] = COMMAND, **more: str) -> str:
    """Start a worker that must end by itself, with another exit code than 0; what it said."""
    with Crew(settings, folder, command, **more) as crew:
        worker = crew.start()
        assert worker.await_exit(60) != 0
        return worker.log.read_text(encoding="utf-8")


def test_a_rule_that_can_not_be_read_stops_the_start_and_is_named_with_its_line(
    settings: Settings, tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "mine.yml").write_text(
        "id: mine\ntitle: Mine\nlevel: high\nsource: findings\nquery: 'type:('\n", encoding="utf-8"
    )
    said = _refusal(settings, tmp_path, GUARDSTREAM_RULES=str(rules))
    assert "mine.yml:5" in said
    assert "mine.yml:1" in said or "condition" in said


def test_settings_that_are_wrong_stop_the_start_and_are_all_named(settings: Settings, tmp_path: Path) -> None:
    said = _refusal(settings, tmp_path, GUARDSTREAM_PARTITIONS="none", GUARDSTREAM_FINDINGS_DELAY="soon")
    assert "GUARDSTREAM_PARTITIONS" in said
    assert "GUARDSTREAM_FINDINGS_DELAY" in said


def test_a_broker_that_does_not_answer_stops_the_start_and_is_named(settings: Settings, tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    said = _refusal(settings, tmp_path, GUARDSTREAM_BOOTSTRAP_SERVERS=nobody)
    assert nobody in said


def test_topics_that_are_missing_stop_the_checked_start_and_are_named(settings: Settings, tmp_path: Path) -> None:
    other = f"{settings.topic_prefix}other."
    said = _refusal(settings, tmp_path, CHECKED_COMMAND, GUARDSTREAM_TOPIC_PREFIX=other)
    assert f"{other}partial-counts is missing" in said
