"""One event as alerts tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from streams.core.source.reading import Reading


class Place(NamedTuple):
    """Where an event stands in Kafka; ``index`` is its place in the message."""

    topic: str
    partition: int
    offset: int
    index: int  # type: ignore[assignment]  # The field's name hides a method of tuples that nobody needs here.


class Occurrence:
    """An event that may alert: as it was read, and where it stands. ``late`` events are history and page nobody.

    ``subject``, what queries see, is put together when first asked for.
    """

    __slots__ = ("_subject", "late", "place", "reading")

    def __init__(self, reading: Reading, place: Place, late: bool) -> None:  # noqa: FBT001 - a fact about the event
        self.reading = reading
        self.place = place
        self.late = late
        self._subject: dict[str, Any] | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The event in normal form."""
        return self.reading.document

    @property
    def raw(self) -> bytes:
        """The event as JSON."""
        return self.reading.raw

    @property
    def subject(self) -> dict[str, Any]:
        """The document with all parsed fields over it."""
        if self._subject is None:
            self._subject = self.reading.subject()
        return self._subject

    def identity(self) -> tuple[Any, ...]:
        """Which delivery this is: of a finding (account, region, id, updated at), of a record (account, event id).

        An event without an id is known by its place.
        """
        varying = self.reading.varying
        finding_id = varying.get("finding_id")
        if finding_id is not None:
            return varying["account"], varying["region"], finding_id, varying["updated_at"]
        event_id = varying.get("event_id")
        return tuple(self.place) if event_id is None else (varying["account"], event_id)

    def event_id(self) -> str:
        """The finding's or record's id, or nothing."""
        varying = self.reading.varying
        return varying.get("finding_id") or varying.get("event_id") or ""

    def words(self) -> str:
        """What happened, in a few words."""
        varying, parsed = self.reading.varying, self.reading.event_class.parsed
        if "type" in parsed:
            resource = varying["resource_id"]
            return f"{parsed['type']} on {resource}" if resource else str(parsed["type"])
        words = f"{parsed['event_name']} by {varying['principal'] or 'unknown'}"
        return words if parsed["outcome"] == "success" else f"{words} ({parsed['outcome']})"
