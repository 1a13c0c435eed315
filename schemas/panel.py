"""A panel of the dashboard: a measure, or the field to count by, and how it is drawn. Declared as data, in YAML."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.measure import Line, Slug, Strict, Text

Chart = Literal["number", "bars", "shares", "trend", "table"]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", max_length=100)]


class Panel(Strict):
    """One panel.

    ``number`` is one count with its change against the period before; ``bars`` are the largest values of ``by``;
    ``shares`` their parts of the whole; ``trend`` is a line over time for each value of ``by`` (or one for all);
    ``table`` has a row for each combination of the keys in ``by``.

    Counts come of the measure named, or else of the coarsest measure of findings that has all keys which the panel and
    the filters ask for. A panel whose measure lacks a filter's key says that it is not narrowed by it.
    """

    id: Slug
    title: Line
    chart: Chart
    measure: Slug | None = None
    by: Annotated[tuple[Key, ...], Field(max_length=4)] = ()
    where: dict[Key, tuple[Text, ...]] = Field(default_factory=dict)
    """Values of keys that are counted; a filter of the page narrows them further."""
    drill: Key | None = None
    """The key that is counted by once one value of the first ``by`` is chosen."""
    top: Annotated[int, Field(ge=1, le=50)] = 8
    wide: bool = False
    """Whether it takes the whole width of the page."""
    description: Line | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.chart in {"bars", "shares", "table"} and not self.by:
            message = f"{self.chart} need `by`: the keys whose values are counted"
            raise ValueError(message)
        if self.chart == "number" and self.by:
            message = "a number is one count, so it has no `by`"
            raise ValueError(message)
        return self
