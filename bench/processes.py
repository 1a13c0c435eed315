"""CPU time and memory of processes, from Linux's /proc."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of processes and of the children that they have reaped."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(value) for value in fields[11:15])
    return total / _TICK


def busy_seconds() -> float:
    """How long all cores of the machine were busy."""
    user, nice, system, _, _, irq, softirq = Path("/proc/stat").read_text().split()[1:8]
    return sum(map(int, (user, nice, system, irq, softirq))) / _TICK


def resident_mb(pid: int, *, peak: bool = False) -> float:
    """Resident memory of a process now, or at its highest, in MB."""
    wanted = "VmHWM:" if peak else "VmRSS:"
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(wanted):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def hold_to(pid: int, cores: float) -> Path:
    """Hold a process to a share of a core, in a control group of its own (needs root); returns the group's folder."""
    period_us = 20_000
    quota_us = int(cores * period_us)
    root = Path("/sys/fs/cgroup")
    older = root / "cpu"
    folder = (older if older.is_dir() else root) / f"guardstream-bench-{pid}"
    folder.mkdir()
    if older.is_dir():
        (folder / "cpu.cfs_period_us").write_text(str(period_us))
        (folder / "cpu.cfs_quota_us").write_text(str(quota_us))
    else:
        (folder / "cpu.max").write_text(f"{quota_us} {period_us}")
    (folder / "cgroup.procs").write_text(str(pid))
    return folder
