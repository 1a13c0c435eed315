"""Load measures from the texts of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import Errors, GuardstreamError
from schemas.measure import Measure
from streams.core.rules.entries import Entry, in_order, read_entries, without_repeats
from streams.core.rules.named_fields import field_errors
from streams.core.rules.queries import query_errors
from streams.core.rules.validate import validate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.rules.entries import RuleFile


def load_measures(folders: Sequence[Sequence[RuleFile]]) -> tuple[Measure, ...]:
    """The measures of all folders by name; raises Errors with everything that is wrong in any file."""
    measures, errors = read_measures(folders)
    if errors:
        raise Errors(in_order(errors))
    return measures


def read_measures(folders: Sequence[Sequence[RuleFile]]) -> tuple[tuple[Measure, ...], list[GuardstreamError]]:
    """The measures of all folders by name, and what is wrong with any."""
    measures: dict[str, tuple[Measure, Entry]] = {}
    errors: list[GuardstreamError] = []
    for file in (file for folder in folders for file in folder):
        entries, problems = read_entries(file)
        errors += problems
        for entry in entries:
            measure = validate(Measure, entry)
            refused = measure if isinstance(measure, list) else []
            errors += without_repeats(refused, [*query_errors(entry), *field_errors(entry)])
            if isinstance(measure, list):
                continue
            if (first := measures.get(measure.name)) is None:
                measures[measure.name] = measure, entry
            else:
                place = first[1].where(("name",)).place
                message = f"this name is taken, in {place}: choose another"
                errors.append(GuardstreamError(message, entry.where(("name",))))
    return tuple(measures[name][0] for name in sorted(measures)), errors
