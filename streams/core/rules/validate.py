"""Turn an entry into a model, or into every error there is in it, each with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.condition import Immediate, LessThan, MoreThan, MoreThanUsual, Ratio
from schemas.errors import GuardstreamError
from schemas.rule import LevelWhen, MinuteCounts, RuleException, RuleTest
from streams.core.rules.fields import near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from streams.core.rules.entries import Entry
    from streams.core.rules.yaml_nodes import Loc

_NESTED: tuple[type[BaseModel], ...] = (
    Immediate, LessThan, LevelWhen, MinuteCounts, MoreThan, MoreThanUsual, Ratio, RuleException, RuleTest,
)  # fmt: skip


Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], entry: Entry, data: Mapping[str, Any] | None = None) -> Model | list[GuardstreamError]:
    """The model of an entry's data, or what is wrong with it.

    ``data`` is used in place of the entry's own where an override was applied to a rule; the errors then stand at the
    override's key of the same name.
    """
    try:
        return model.model_validate(entry.data if data is None else data)
    except ValidationError as invalid:
        return [_error(model, entry, detail) for detail in invalid.errors(include_url=False)]


def _error(model: type[BaseModel], entry: Entry, detail: ErrorDetails) -> GuardstreamError:
    kind, loc = detail["type"], detail["loc"]
    context: dict[str, Any] = detail.get("ctx", {})
    if kind == "refused":
        return GuardstreamError(detail["msg"], entry.where(present(entry.data, (*loc, *context["where"]))))
    here = present(entry.data, loc)
    if kind == "extra_forbidden":
        names = _keys(model) if len(loc) == 1 else {key for nested in _NESTED for key in _keys(nested)}
        # A key that is known elsewhere is no cure here.
        message = f"unknown key {loc[-1]}{near(str(loc[-1]), names - {str(loc[-1])})}"
        return GuardstreamError(message, entry.where(here, of_key=True))
    if kind == "missing":
        return GuardstreamError(f"the key {loc[-1]} is missing", entry.where(here))
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        types = context.get("expected_tags", "'immediate', 'more_than', 'less_than', 'ratio', 'more_than_usual'")
        return GuardstreamError(f"a condition's type is one of {types}", entry.where((*here, "type")))
    message = detail["msg"].removeprefix("Value error, ")
    return GuardstreamError(f"{_dotted(here)}{message[:1].lower()}{message[1:]}", entry.where(here))


def _keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def present(data: Any, loc: tuple[Any, ...]) -> Loc:
    """The part of a pydantic location that is really there.

    Pydantic puts the names of union members between, and expands short forms that the file does not have.
    """
    found: list[str | int] = []
    for step in loc:
        inside = step in data if isinstance(data, dict) else isinstance(data, list) and step in range(len(data))
        if inside:
            found.append(step)
            data = data[step]
    return tuple(found)


def _dotted(loc: Loc) -> str:
    return f"{'.'.join(map(str, loc))}: " if loc else ""
