"""From a decoded JSON object to the values that a field path reaches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import orjson

Path: TypeAlias = tuple[str, ...]
Scalar: TypeAlias = str | int | float | bool
Value: TypeAlias = Scalar | list[Scalar] | None

WHOLE: Path = ("*",)
"""Stands for every scalar value of the original document: what a term without a field searches."""

JSON_TEXT = "json()"
"""Last in a path: objects that the path reaches are values too, each as its JSON text."""
_NO_KEYS = frozenset({*WHOLE, JSON_TEXT})


def values_at(subject: Mapping[str, Any], path: Path) -> Value:  # noqa: PLR0911 - it is the hottest of all functions
    """The value of a field, as queries see it.

    Args:
        subject: a decoded JSON object. For ``WHOLE`` give the original document, so that keys that parsing added are
            not searched.
        path: key by key from the top; arrays on the way are walked element by element.

    Returns:
        None if absent (also ``null``, ``{}`` and ``[]``: objects are not values), a scalar if no array lies on the
        way, else the list of all scalars reached, in document order. For a path that ends with ``JSON_TEXT`` a list,
        in which objects stand as their JSON text, without spaces and with their keys in the order of the document.
    """
    if path[-1] in _NO_KEYS:
        if path == WHOLE:
            return _scalars(subject) or None
        if path[-1] == JSON_TEXT:
            return [text for value in _reached([subject], path[:-1]) if (text := _text(value)) is not None] or None
    here: Any = subject
    for depth, key in enumerate(path):
        # JSON's objects are plain dicts, and to ask for them first is much faster than to ask for a Mapping.
        if here.__class__ is dict:
            here = here.get(key)
        elif isinstance(here, list | tuple):
            return _through_arrays(here, path[depth:]) or None
        elif isinstance(here, Mapping):
            here = here.get(key)
        else:
            return None
    if here.__class__ is str or here is None:
        return here
    if isinstance(here, list | tuple):
        return _through_arrays(here, ()) or None
    return here if isinstance(here, str | int | float) else None


def _through_arrays(elements: Sequence[Any], path: Path) -> list[Scalar]:
    return [value for value in _reached(elements, path) if isinstance(value, str | int | float)]


def _reached(elements: Sequence[Any], path: Path) -> list[Any]:
    reached = _flat(elements)
    for key in path:
        reached = _flat([element[key] for element in reached if isinstance(element, Mapping) and key in element])
    return reached


def _text(value: Any) -> Scalar | None:
    """A scalar as it is, an object as JSON; None for null, and for what no JSON text can be made of."""
    if not isinstance(value, Mapping):
        return value if isinstance(value, str | int | float) else None
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        pass
    try:
        # Half of a surrogate pair, a very large integer: orjson takes neither.
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return None


def _flat(elements: Sequence[Any]) -> list[Any]:
    """The elements in order, arrays replaced by what they hold; a stack, since data may nest deeper than calls."""
    if not any(isinstance(element, list | tuple) for element in elements):
        return list(elements)
    flat = []
    stack = list(reversed(elements))
    while stack:
        element = stack.pop()
        if isinstance(element, list | tuple):
            stack.extend(reversed(element))
        else:
            flat.append(element)
    return flat


def _scalars(document: Mapping[str, Any]) -> list[Scalar]:
    found: list[Scalar] = []
    stack: list[Any] = [document]
    while stack:
        here = stack.pop()
        if isinstance(here, str | int | float):
            found.append(here)
        elif isinstance(here, Mapping):
            stack.extend(reversed(list(here.values())))
        elif isinstance(here, list | tuple):
            stack.extend(reversed(here))
    return found
