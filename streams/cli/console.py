"""What all commands share: where they print, in which of two formats, and how they fail."""

from __future__ import annotations

import logging
import os
import re
import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.segment import Segment
from rich.text import Text
from typer.core import TyperGroup

from schemas.errors import GuardstreamError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from rich.console import ConsoleOptions, RenderableType

INTERRUPTED = 130
UNHEARD = 141
"""The exit code where the reader of a pipe has had enough: what a shell says of programs that SIGPIPE ended."""
WRONG = 2


class Format(StrEnum):
    """For people, or for programs: one JSON object a line."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for one object a line.")]


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    """The text with control characters escaped, so that what events say does nothing to a terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


class PlainConsole(Console):
    """A console on which texts of events do nothing to the terminal: control characters are shown escaped."""

    def on_broken_pipe(self) -> None:
        """Let the command end as it does when a pipe is closed elsewhere, not with rich's exit code 1."""
        raise BrokenPipeError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render as rich does, with what is no text made visible."""
        for segment in super().render(renderable, options):
            if segment.control is None and _CONTROL.search(segment.text):
                yield Segment(visible(segment.text), segment.style)
            else:
                yield segment


def out() -> Console:
    """Return the console of standard output as it is now; made anew, so that a redirected stream is found."""
    # Where nobody looks, in a pipe or a file, lines are not to be broken at the width of an old terminal.
    return PlainConsole(highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    """Return the console of standard error, for progress, notes and errors."""
    return PlainConsole(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def print_json(value: Any) -> None:
    """Print one JSON object on one line, at once."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode() + "\n")
    sys.stdout.flush()


class Commands(TyperGroup):
    """A group whose commands fail as people expect: a paragraph and exit code 2, or quietly when they are stopped."""

    def make_context(self, *arguments: Any, **named: Any) -> Any:
        """Read the command line, which also prints the help."""
        with _quiet_where_nobody_hears():
            return super().make_context(*arguments, **named)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; GuardstreamError is printed, Ctrl-C (exit 130) and a closed pipe (141) are quiet."""
        # The clients log each attempt to reach a broker; what matters of it is in our own errors.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        with _quiet_where_nobody_hears():
            try:
                return super().invoke(ctx)
            except GuardstreamError as error:
                err().print(Text(str(error), style="red"), soft_wrap=True)
                raise typer.Exit(WRONG) from None
            except KeyboardInterrupt:
                raise typer.Exit(INTERRUPTED) from None


@contextmanager
def _quiet_where_nobody_hears() -> Iterator[None]:
    """End the command without a word where the reader of its output is gone, as `head` is when it has its lines."""
    try:
        try:
            yield
        finally:
            # What is held until the very end would fail where nobody can catch it, also after an exit code.
            sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            # Python flushes them once more when it ends, and would complain of the closed pipe then.
            if not _can_flush(stream):
                os.dup2(nowhere, stream.fileno())
        raise typer.Exit(UNHEARD) from None


def _can_flush(stream: TextIO) -> bool:
    try:
        stream.flush()
    except BrokenPipeError:
        return False
    return True
