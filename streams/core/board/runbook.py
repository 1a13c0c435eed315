"""A runbook as its page shows it: steps, and what is to be typed apart from what is to be read."""

from __future__ import annotations

import re

Part = tuple[str, bool]
"""A text, and whether it is to be typed."""

_CODE = re.compile(r"`([^`\n]+)`")


def steps_of(runbook: str) -> list[list[Part]]:
    """The paragraphs of a runbook: a line that is indented goes on with the one before it."""
    lines: list[str] = []
    for line in runbook.splitlines():
        if lines and line[:1].isspace() and line.strip():
            lines[-1] += f" {line.strip()}"
        elif line.strip():
            lines.append(line.strip())
    return [_parts(line) for line in lines]


def _parts(line: str) -> list[Part]:
    """What stands between backticks is to be typed."""
    return [(text, place % 2 == 1) for place, text in enumerate(_CODE.split(line)) if text]
