"""Bodies of requests, of which no more is read than is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from fastapi import Request

MOST_BYTES = 65_536
"""Of a tag. GitHub's webhooks are the largest, with about 20 KB."""


class TooLargeError(ValueError):
    """A body has more bytes than are taken."""


def is_said_larger(request: Request, most: int = MOST_BYTES) -> bool:
    """Whether a request says that its body has more bytes than are taken."""
    said = request.headers.get("content-length", "")
    return said.isascii() and said.isdigit() and int(said[:20]) > most


async def read_body(request: Request, most: int = MOST_BYTES) -> bytes:
    """The body; raises TooLargeError as soon as it is known to be larger, without reading the rest."""
    if is_said_larger(request, most):
        raise TooLargeError
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLargeError
        parts.append(part)
    return b"".join(parts)


def read_json(body: bytes) -> Any:
    """What a body holds as JSON; raises ValueError. Texts that are no Unicode are no JSON, too."""
    return orjson.loads(body)
