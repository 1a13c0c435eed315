"""Decide which messages a text becomes."""

from __future__ import annotations

from streams.core.intake.batch import batches
from streams.core.intake.cut import cut
from streams.core.intake.describe import Described, describe


def plan_messages(data: bytes, *, whole: bool, max_bytes: int) -> list[Described]:
    """Turn a text into messages: one for each JSON value in it, large batches split to at most ``max_bytes``.

    A text that is ``whole`` (a whole file), is no JSON and holds nothing that can be read becomes one message with
    exactly its bytes, so that its dead letter is the file itself and not a line of it.
    """
    pieces = cut(data)
    messages = [describe(message) for piece in pieces for message in batches(piece, max_bytes)]
    if (
        whole
        and not any(message.kinds for message in messages)
        and not all(piece[:1] in {b"{", b"["} for piece in pieces)
    ):
        return [describe(data)]
    return messages
