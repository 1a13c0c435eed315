"""Panels from the texts of their files; everything that is wrong is reported at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import Errors, GuardstreamError
from schemas.panel import Panel
from streams.core.rules.entries import Entry, RuleFile, in_order, read_entries
from streams.core.rules.validate import validate

if TYPE_CHECKING:
    from collections.abc import Sequence


def load_panels(folders: Sequence[Sequence[RuleFile]]) -> tuple[Panel, ...]:
    """The panels of all folders in the order of their files; a later folder's takes the place of an earlier one's."""
    panels: dict[str, Panel] = {}
    errors: list[GuardstreamError] = []
    for folder in folders:
        places: dict[str, Entry] = {}
        for file in folder:
            entries, problems = read_entries(file)
            errors += problems
            for entry in entries:
                panel = validate(Panel, entry)
                if isinstance(panel, list):
                    errors += panel
                elif (first := places.get(panel.id)) is not None:
                    place = first.where(("id",))
                    errors.append(GuardstreamError(f"there is a panel {panel.id} already, in {place}", entry.where()))
                else:
                    places[panel.id] = entry
                    panels[panel.id] = panel
    if errors:
        raise Errors(in_order(errors))
    return tuple(panels.values())
