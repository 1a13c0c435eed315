"""What is told to the author of a query that can't be read."""

from __future__ import annotations

from schemas.errors import GuardstreamError

# A query may be one line of four thousand characters; the place is shown with this much of the line on either side.
_CONTEXT = 60
_LONGEST = 240


class QueryError(GuardstreamError):
    """A query that can't be read: what is wrong, a caret under the place, and what would be right.

    Attributes:
        text: the query, as given.
        position: 0-based index into ``text``, in characters; ``len(text)`` is the end.
        problem: what is wrong, in one line.
        advice: what would be right, in one line.
    """

    def __init__(self, text: str, position: int, problem: str, advice: str) -> None:
        self.text = text
        self.position = min(max(position, 0), len(text))
        self.problem = _cut(problem)
        self.advice = _cut(advice)
        super().__init__(f"{self.problem}\n{pointed_at(text, self.position)}\n{self.advice}")


def _cut(sentence: str) -> str:
    """A sentence may quote a term, and a term may be very long."""
    return sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}…"


def pointed_at(text: str, position: int) -> str:
    """The line of a text that holds the place, cut to a readable width, and a caret below the place."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : end if end >= 0 else len(text)]
    column = position - start
    left = max(0, column - _CONTEXT)
    right = min(len(line), column + _CONTEXT)
    before = "…" if left else ""
    after = "…" if right < len(line) else ""
    shown = "".join(char if char.isprintable() else " " for char in line[left:right])
    return f"  {before}{shown}{after}\n  {' ' * (len(before) + column - left)}^"
