"""What events say reaches people as text, and does nothing to their terminals."""

from __future__ import annotations

import io

from rich.table import Table
from rich.text import Text

from streams.cli.console import PlainConsole


def printed(renderable: object) -> str:
    written = io.StringIO()
    PlainConsole(file=written, width=80, force_terminal=True).print(renderable)
    return written.getvalue()


def test_control_characters_of_events_are_shown_and_not_sent_to_the_terminal() -> None:
    table = Table("resource")
    table.add_row(Text("\x1b[31mi-evil\x1b]0;pwn\x9b"))
    for shown in (printed(table), printed(Text("\x1b[31mi-evil\x1b]0;pwn\x9b"))):
        assert "\\x1b[31mi-evil" in shown
        assert "\x1b[31m" not in shown
        assert "\x1b]0" not in shown
        assert "\x9b" not in shown


def test_our_own_colours_stay() -> None:
    assert "\x1b[" in printed(Text("high", style="red"))
