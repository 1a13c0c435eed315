"""How a model refuses what only several of its fields together make wrong."""

from __future__ import annotations

from typing import LiteralString, NoReturn

from pydantic_core import PydanticCustomError


def refuse(where: tuple[str | int, ...], message: str) -> NoReturn:
    """Refuse a model for a reason that concerns the field at ``where``, which the rule loader turns into a line."""
    kind: LiteralString = "refused"
    raise PydanticCustomError(kind, "{message}", {"message": message, "where": where})
