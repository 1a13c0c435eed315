"""Fields that rules name and events don't have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.query import WHOLE, Path, Query
from streams.core.query.names import DOCUMENT, PARSED, is_known
from streams.core.rules.likeness import near

if TYPE_CHECKING:
    from schemas.measure import Source


def unknown_paths(source: Source, query: Query) -> list[Path]:
    """The fields of a query that events of the source don't have, in order."""
    return sorted(path for path in query.paths if path != WHOLE and not is_known(source, path))


def unknown_field(source: Source, path: Path) -> str:
    """What to tell about a path that events of the source don't have."""
    hint = near(path[0], PARSED[source] | DOCUMENT[source])
    return f"{'.'.join(path)} is no field of {source}{hint}"
