from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from streams.adapters.child_process import ChildProcess

if TYPE_CHECKING:
    from pathlib import Path

SLEEP = [sys.executable, "-c", "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"]


def pid_in(log: Path) -> int:
    deadline = time.monotonic() + 20
    while not (log.exists() and log.read_text().endswith("\n")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int(log.read_text().split()[-1])


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_it_is_gone_when_it_is_left(tmp_path: Path) -> None:
    with ChildProcess(SLEEP, {}, tmp_path / "log") as child:
        pid = pid_in(tmp_path / "log")
        assert child.exit_code is None
    assert gone(pid)


def test_one_that_does_not_heed_is_killed(tmp_path: Path) -> None:
    deaf = SLEEP[-1].replace("print", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print", 1)
    child = ChildProcess([sys.executable, "-c", deaf], {}, tmp_path / "log").__enter__()
    pid = pid_in(tmp_path / "log")
    child.stop(patience_s=0.2)
    assert gone(pid)


def test_its_exit_code_and_the_end_of_its_log_are_known(tmp_path: Path) -> None:
    with ChildProcess([sys.executable, "-c", "print('oops'); raise SystemExit(3)"], {}, tmp_path / "log") as child:
        deadline = time.monotonic() + 20
        while child.exit_code is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (child.exit_code, child.tail()) == (3, "oops")


def test_only_the_settings_given_to_it_reach_it(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\nfrom streams.adapters.child_process import ChildProcess\nimport sys\n"
        "names = 'import os; print(sorted(name for name in os.environ if name.startswith(\"GUARDSTREAM_\")))'\n"
        "show = [sys.executable, '-c', names]\n"
        f"with ChildProcess(show, {{'GUARDSTREAM_DATA': 'x'}}, Path({str(tmp_path / 'log')!r})) as child:\n"
        "    child._process.wait(20)\n"
    )
    environment = {**os.environ, "GUARDSTREAM_APP_ID": "theirs"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    assert (tmp_path / "log").read_text() == "['GUARDSTREAM_DATA']\n"


def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = (
        "from pathlib import Path\nfrom streams.adapters.child_process import ChildProcess\nimport time\n"
        f"with ChildProcess({SLEEP!r}, {{}}, Path({str(log)!r})):\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        pid = pid_in(log)
        parent.kill()
    assert gone(pid)
