"""What both kinds of event have in common once they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from streams.core.rules.classify import Classifier, EventClass

MOST_CLASSES = 50_000
"""Classes that are remembered before all are forgotten, so that no input can fill the memory."""


class Reading:
    """An event read: its class, the parsed fields that vary within the class, and its time (epoch ms).

    Of ``raw``, the event as JSON, and ``document``, the event decoded, one is given; the other is made when asked for.
    ``varying`` may be given as what makes it, for an event of which most likely nobody asks.
    """

    __slots__ = ("_document", "_raw", "_varying", "at_ms", "event_class")

    def __init__(
        self,
        event_class: EventClass,
        varying: dict[str, Any] | Callable[[], dict[str, Any]],
        at_ms: int,
        document: dict[str, Any] | None,
        raw: bytes | None = None,
    ) -> None:
        self.event_class = event_class
        self._varying = varying
        self.at_ms = at_ms
        self._document = document
        self._raw = raw

    @property
    def varying(self) -> dict[str, Any]:
        """The parsed fields that vary within the class."""
        varying = self._varying
        if not isinstance(varying, dict):
            varying = self._varying = varying()
        return varying

    @property
    def document(self) -> dict[str, Any]:
        """The event in normal form."""
        if self._document is None:
            self._document = orjson.loads(self._raw or b"{}")
        return self._document

    @property
    def raw(self) -> bytes:
        """The event in normal form, as JSON."""
        if self._raw is None:
            self._raw = orjson.dumps(self._document)
        return self._raw

    @property
    def given_raw(self) -> bytes | None:
        """The event as it came, where it came alone."""
        return self._raw

    def subject(self) -> dict[str, Any]:
        """What queries see: the document with all parsed fields over it."""
        return {**self.document, **self.event_class.parsed, **self.varying}


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
