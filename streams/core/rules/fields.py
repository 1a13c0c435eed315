"""Fields that rules name and events don't have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.query.names import DOCUMENT, PARSED
from streams.core.rules.likeness import near

if TYPE_CHECKING:
    from schemas.measure import Source


def unknown_field(source: Source, path: tuple[str, ...]) -> str:
    """What to tell about a path that events of the source don't have."""
    hint = near(path[0], PARSED[source] | DOCUMENT[source])
    return f"{'.'.join(path)} is no field of {source}{hint}"
