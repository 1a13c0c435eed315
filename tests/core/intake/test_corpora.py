from __future__ import annotations

import os
from pathlib import Path

from streams.core.intake.plan import plan_messages

CORPORA = Path(os.environ.get("GUARDSTREAM_CORPORA") or Path(__file__).parents[4] / "shared" / "corpora")


def totals(file: Path, max_bytes: int) -> tuple[dict[str, int], int]:
    messages = plan_messages(file.read_bytes(), whole=True, max_bytes=max_bytes)
    kinds: dict[str, int] = {}
    for message in messages:
        for kind, number in message.kinds.items():
            kinds[kind] = kinds.get(kind, 0) + number
    return kinds, sum(message.unreadable for message in messages)


if CORPORA.is_dir():
    # Where the folder of real material is not there, there is nothing to collect.

    def test_splitting_real_files_into_small_batches_changes_no_event_in_them() -> None:
        files = [file for name in ("guardduty", "cloudtrail") for file in sorted((CORPORA / name).rglob("*.*"))]
        assert len(files) > 50
        assert [file for file in files if totals(file, 4_000) != totals(file, 10**9)] == []

    def test_no_real_record_goes_to_the_topic_of_findings() -> None:
        for file in (CORPORA / "cloudtrail").rglob("*.*"):
            messages = plan_messages(file.read_bytes(), whole=True, max_bytes=500_000)
            assert [message.value for message in messages if message.source == "findings"] == [], file
