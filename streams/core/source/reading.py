"""What both kinds of event have in common once they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from streams.core.rules.classify import Classifier, EventClass

MOST_CLASSES = 50_000
"""Classes that are remembered before all are forgotten, so that no input can fill the memory."""


@dataclass(slots=True)
class Reading:
    """An event read: its class, the parsed fields that vary within the class, and its time (epoch ms)."""

    event_class: EventClass
    varying: dict[str, Any]
    at_ms: int

    def subject(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """What queries see: the document with all parsed fields over it."""
        return {**document, **self.event_class.parsed, **self.varying}


class Classes:
    """Classes by their key: the values of the fixed fields, and their types, since true and 1 are equal to Python."""

    def __init__(self, classifier: Classifier) -> None:
        self._known: dict[Hashable, EventClass] = {}
        self._classifier = classifier

    def get(self, key: Hashable) -> EventClass | None:
        """The class, where one was seen; raises TypeError for a key with a list or an object in it."""
        return self._known.get(key)

    def remember(self, key: Hashable, event_class: EventClass) -> None:
        """Keep a class."""
        if len(self._known) >= MOST_CLASSES:
            self._known.clear()
            self._classifier.forget()
        self._known[key] = event_class
