"""One root error that knows where it happened."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Where:
    """The place of an error, as exactly as it is known."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    rule: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None

    @property
    def place(self) -> str:
        """File, line and column alone."""
        found = self.file or ""
        if self.line is not None:
            found += f":{self.line}"
            if self.column is not None:
                found += f":{self.column}"
        return found

    def __str__(self) -> str:
        rest = [
            f"{field.name} {getattr(self, field.name)}"
            for field in fields(self)
            if field.name not in {"file", "line", "column"} and getattr(self, field.name) is not None
        ]
        return ", ".join(filter(None, [self.place, *rest]))


class GuardstreamError(Exception):
    """Something a person has to know: what is wrong, where, and what to do."""

    def __init__(self, message: str, where: Where | None = None) -> None:
        self.message = message
        self.where = where or Where()
        place = str(self.where)
        super().__init__(f"{place}: {message}" if place else message)


class Errors(GuardstreamError):  # noqa: N818 - the plural says it
    """Several errors found in one pass, so that nobody mends them one start at a time."""

    def __init__(self, errors: list[GuardstreamError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))
