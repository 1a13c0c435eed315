"""What all commands share: where they print, in which of two formats, and how they fail."""

from __future__ import annotations

import logging
import os
import re
import sys
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
    from collections.abc import Iterable

    from rich.console import ConsoleOptions, RenderableType

INTERRUPTED = 130
WRONG = 2
PIPE_WIDTH = 240


class Format(StrEnum):
    """For people, or for programs: one JSON object a line."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for one object a line.")]


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class PlainConsole(Console):
    """A console on which texts of events do nothing to the terminal: control characters are shown escaped."""

    def on_broken_pipe(self) -> None:
        """Let the command end as it does when a pipe is closed elsewhere, not with rich's exit code 1."""
        raise BrokenPipeError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render as rich does, with what is no text made visible."""
        for segment in super().render(renderable, options):
            if segment.control is None and _CONTROL.search(segment.text):
                visible = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", segment.text)
                yield Segment(visible, segment.style)
            else:
                yield segment


def out() -> Console:
    """Return the console of standard output as it is now; made anew, so that a redirected stream is found."""
    # Where nobody looks, in a pipe or a file, rows are not to be broken at the width of an old terminal.
    return PlainConsole(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def err() -> Console:
    """Return the console of standard error, for progress, notes and errors."""
    return PlainConsole(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """Print one JSON object on one line, at once."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode() + "\n")
    sys.stdout.flush()


class Commands(TyperGroup):
    """A group whose commands fail as people expect: a paragraph and exit code 2, or quietly when they are stopped."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; GuardstreamError is printed, Ctrl-C and a closed pipe are quiet (exit 130)."""
        # The clients log each attempt to reach a broker; what matters of it is in our own errors.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except GuardstreamError as error:
            err().print(Text(str(error), style="red"), soft_wrap=True)
            raise typer.Exit(WRONG) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # Python flushes standard output once more when it ends, and would complain of the closed pipe then.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(INTERRUPTED) from None
        return result
