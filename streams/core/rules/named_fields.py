"""The fields that an entry names outside of queries: to group by, to aggregate, to take a level from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from schemas.errors import GuardstreamError
from schemas.measure import GroupBy
from streams.core.query.names import PARSED, is_known
from streams.core.rules.fields import unknown_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streams.core.rules.entries import Entry
    from streams.core.rules.yaml_nodes import Loc

_GROUP_BY: TypeAdapter[GroupBy] = TypeAdapter(GroupBy)


def field_errors(entry: Entry) -> list[GuardstreamError]:
    """Fields that events of the source can't have; looks at what is written, whatever else is wrong with the entry."""
    source = next((known for known in PARSED if known == entry.data.get("source")), None)
    if source is None:
        return []
    return [
        GuardstreamError(f"{key}: {unknown_field(source, path)}", entry.where(loc))
        for key, loc, path in _named(entry.data)
        if not (all(path) and is_known(source, path))
    ]


def _named(data: Mapping[str, Any]) -> Iterator[tuple[str, Loc, tuple[str, ...]]]:
    """The key that names a field, the place, and the field's path."""
    try:
        for place, key in enumerate(_GROUP_BY.validate_python(data.get("group-by", ()))):
            yield "group-by", ("group-by", place), key.path
    except ValidationError:
        pass  # What is wrong there is told by the model.
    condition = data.get("condition")
    if isinstance(condition, dict) and isinstance(field := condition.get("field"), str):
        yield "field", ("condition", "field"), tuple(field.split("."))
    for name in ("field", "level-from"):
        if isinstance(field := data.get(name), str) and field:
            yield name, (name,), tuple(field.split("."))
