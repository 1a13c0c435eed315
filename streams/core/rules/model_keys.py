"""Which keys a model takes at which place, so that an unknown one can be answered with those that are known there."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from schemas.condition import CONDITIONS

CONDITION_TYPES: tuple[str, ...] = tuple(model.model_fields["type"].default for model in CONDITIONS)


def keys_of(model: type[BaseModel]) -> set[str]:
    """A model's keys as they are written."""
    return {field.alias or name for name, field in model.model_fields.items()}


def model_at(model: type[BaseModel], loc: tuple[Any, ...]) -> type[BaseModel] | None:
    """The model of what stands at a location of pydantic's in a model; None where no model is."""
    here: Any = model
    for step in loc:
        if step.__class__ is int:
            continue  # A place in a list of such models.
        if isinstance(here, type) and issubclass(here, BaseModel):
            names = {field.alias or name: field for name, field in here.model_fields.items()} | dict(
                here.model_fields.items()
            )
            if step not in names:
                return None
            here = _inside(names[step].annotation, None)
        elif isinstance(here, tuple):
            # A union of conditions: the next step names its type.
            here = next((one for one in here if one.model_fields["type"].default == step), None)
        else:
            return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _inside(annotation: Any, default: Any) -> Any:
    """The model, or the models of a union of conditions, that an annotation is about, however it is wrapped."""
    found = _models(annotation)
    if len(found) > 1:
        return tuple(found)
    return found[0] if found else default


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return [annotation] if issubclass(annotation, BaseModel) else []
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        arguments = arguments[:1]
    return [found for argument in arguments for found in _models(argument)]


@cache
def places_of(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """Every key that the model or a part of it takes, with the names of those parts; the model itself is ``""``.

    Conditions are named by their types.
    """
    found: dict[str, list[str]] = {}
    for key in keys_of(model):
        found.setdefault(key, []).append("")
    for name, field in model.model_fields.items():
        inside = _inside(field.annotation, ())
        for part in inside if isinstance(inside, tuple) else (inside,):
            label = field.alias or name
            if label == "condition":
                label = part.model_fields["type"].default
            for key in keys_of(part):
                found.setdefault(key, []).append(label)
    return {key: tuple(places) for key, places in found.items()}
