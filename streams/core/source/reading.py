"""What both kinds of event have in common once they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from streams.core.enrich.accounts import ACCOUNT_FIELDS
from streams.core.query import values_at

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from streams.core.query import Path, Value
    from streams.core.rules.classify import Classifier, EventClass

MOST_CLASSES = 50_000
"""Classes that are remembered before all are forgotten, so that no input can fill the memory."""


class Reading:
    """An event read: its class, the parsed fields that vary within the class, and its time (epoch ms).

    Of ``raw``, the event as JSON, and ``document``, the event decoded, one is given; the other is made when asked for.
    ``varying`` may be given as what makes it, for an event of which most likely nobody asks.
    """

    __slots__ = ("_document", "_raw", "_varying", "at_ms", "deferred", "event_class")

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
        self.deferred: Mapping[str, Callable[[Mapping[str, Any]], Any]] | None = None
        """Parsed fields that are not in ``varying`` yet, each with what reads it from the document."""
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

    def value(self, path: Path) -> Value:
        """The value of a field, as queries see it."""
        name = path[0]
        varying = self._varying
        if varying.__class__ is not dict:
            varying = self.varying
        if name in varying:
            # Most are texts at the top.
            value = varying[name]
            return value if value.__class__ is str and len(path) == 1 else values_at(varying, path)
        if name in self.event_class.parsed:
            return values_at(self.event_class.parsed, path)
        deferred, document = self.deferred, self._document
        if deferred is not None and name in deferred:
            value = deferred[name](self.document)
            return value if value is None or value.__class__ is str else values_at({name: value}, path)
        if document is None:
            if name in ACCOUNT_FIELDS and name.encode() not in (self._raw or b""):
                # Without accounts.csv no event has them, and decoding all of it only to find that out takes long.
                return None
            document = self.document
        return values_at(document, path)

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
