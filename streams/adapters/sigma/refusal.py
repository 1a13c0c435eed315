"""What can't be imported, and why."""

from __future__ import annotations

from dataclasses import dataclass


class NotImportableError(Exception):
    """A Sigma rule, or a part of one, that no rule of ours would match alike; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that was not imported: its file, its title (empty where the file has none to tell), and the reason."""

    file: str
    title: str
    reason: str

    def __str__(self) -> str:
        named = f"{self.file}: {self.title}" if self.title else self.file
        return f"{named}: {self.reason}"
