"""How a model refuses what only several of its fields together make wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString, NoReturn, TypeAlias

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Iterable

Refusal: TypeAlias = tuple[tuple[str | int, ...], str]
"""Which field is concerned, by its place in the model, and what is wrong, in a sentence."""


def refuse(where: tuple[str | int, ...], message: str) -> NoReturn:
    """Refuse a model for a reason that concerns the field at ``where``, which the rule loader turns into a line."""
    refuse_all([(where, message)])
    raise AssertionError(message)


def refuse_all(found: Iterable[Refusal]) -> None:
    """Refuse a model for all these reasons at once, or do nothing if there is none."""
    refusals = list(found)
    if refusals:
        kind: LiteralString = "refused"
        message = "; ".join(message for _, message in refusals)
        raise PydanticCustomError(kind, "{message}", {"message": message, "refusals": refusals})
