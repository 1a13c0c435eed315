from __future__ import annotations

from bench.peers_job.results import TABLES, tables
from streams.core.windows.partials import Counts
from streams.core.windows.rows import Series

HALF_HOUR_MS = 1_800_000
IDS = {name: f"id-of-{name}" for name in TABLES}


def counted(measure: str, group: tuple[str, ...], minute: int, count: int) -> Series:
    series = Series()
    series.merge(IDS[measure], group, Counts([(minute, count)]), ("findings", 0), 0)
    return series


def test_the_counts_of_all_partitions_of_groups_stand_in_one_table() -> None:
    series = [counted("purpose-1m", ("Backdoor",), 61, 2), counted("purpose-1m", ("Trojan",), 61, 3)]
    assert tables(series, IDS)["purpose_1m"] == {"Backdoor@3660000": 2, "Trojan@3660000": 3}


def test_the_parts_of_a_group_are_joined_as_the_harness_writes_them() -> None:
    series = [counted("account-band-1m", ("100000000000", "High"), 0, 1)]
    assert tables(series, IDS)["account_band_1m"] == {"100000000000|High@0": 1}


def test_minutes_of_one_half_hour_are_summed_and_the_next_begins_anew() -> None:
    series = [counted("all", (), minute, 1) for minute in (0, 29, 30)]
    assert tables(series, IDS)["all_30m"] == {"all@0": 2, f"all@{HALF_HOUR_MS}": 1}
