"""How much work one message may cause."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one message, so that no sender can stall or fill the worker.

    - ``wrapping``: steps from the message to an event; an array, a JSON string, base64 and gzip are a step each.
    - ``nesting``: arrays and objects within each other in one event. The JSON serialiser stops at 254.
    - ``size``: bytes of all JSON text that is read, counted after decompression, inner strings counted again.
    - ``event``: bytes of one event as JSON. AWS ends at a quarter of a megabyte; an alert holds an event's texts
      several times, and has to fit into a message.
    - ``events``: events and refusals together.
    """

    wrapping: int = 32
    nesting: int = 128
    size: int = 64 * 1024 * 1024
    event: int = 2 * 1024 * 1024
    events: int = 100_000
