"""Make docs/demo.svg from a real run of the demo: ``python -m bench.demo_picture``."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from io import StringIO
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bench.rig import ROOT

WIDTH, HEIGHT = 132, 50
RUN = "from streams.cli.main import app; app(prog_name='guardstream')"


def play(seconds: int) -> str:
    """Run the demo on a terminal of its own, and return all that it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
    demo = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", RUN, "demo", "--seconds", str(seconds)], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    written = bytearray()
    while True:
        try:
            read = os.read(ours, 65_536)
        except OSError:  # Linux ends a terminal's reading so, once nobody holds its other side.
            break
        if not read:
            break
        written += read
    if demo.wait():
        sys.exit(f"the demo failed:\n{written.decode(errors='replace')[-2000:]}")
    return written.decode().replace("\r\n", "\n")


def main(seconds: Annotated[int, typer.Option(help="How long the demo runs.")] = 60) -> None:
    """Run the demo and draw its terminal."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi("$ make demo\n" + play(seconds)))
    console.save_svg(str(ROOT / "docs" / "demo.svg"), title="guardstream demo")


if __name__ == "__main__":
    typer.run(main)
