"""Tables: columns for a terminal, and a line a row with tabs between for a pipe or a file."""

from __future__ import annotations

import re
import sys
from itertools import repeat
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from streams.cli.console import out, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Cell = str | Text
_BREAKS = re.compile(r"[\t ]*[\t\r\n][\t\r\n ]*")


def print_table(
    heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, styles: Iterable[str] = repeat(""), whole: int = 0
) -> None:
    """Print rows below their heads, if there are any.

    ``styles`` are those of whole rows, and the first ``whole`` columns are not broken where a terminal is narrow. Where
    nobody looks nothing is padded, broken or cut, so that other programs can read it.
    """
    if not sys.stdout.isatty():
        if heads:
            _write(heads)
        for row in rows:
            _write(row)
        return
    table = Table(*heads, box=None, show_header=bool(heads), pad_edge=False)
    for column in table.columns[:whole]:
        column.no_wrap = True
    for row, style in zip(rows, styles, strict=False):
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row), style=style)
    out().print(table)


def print_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Print what there is to say of one thing: names in a column, and beside each its text, in as many lines as it has.

    It is read from top to bottom, also in a pager, so lines are left to the terminal to break.
    """
    pairs = list(pairs)
    width = max((len(name) for name, _ in pairs), default=0) + 2
    for name, text in pairs:
        for number, line in enumerate(text.splitlines() or [""]):
            head = name if number == 0 else ""
            out().print(Text.assemble((f"{head:<{width}}" if line else head, "dim"), line), soft_wrap=True)


def _write(cells: Iterable[Cell]) -> None:
    texts = (_BREAKS.sub(" ", str(cell)) for cell in cells)
    sys.stdout.write(visible("\t".join(texts).rstrip()) + "\n")
