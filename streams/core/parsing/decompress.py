"""Gzip and base64, within a limit."""

from __future__ import annotations

import binascii
import gzip
import io
import zlib

from schemas.event import Reason
from streams.core.parsing.problem import Problem

GZIP_MAGIC = b"\x1f\x8b"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def decompress(data: bytes, limit: int) -> bytes | Problem:
    """Return the content of all gzip members in ``data`` (S3 exports may hold several), at most ``limit`` bytes."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            content = stream.read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        return Problem(Reason.BAD_ENCODING, f"gzip can't be read: {error}")
    if len(content) > limit:
        return Problem(Reason.TOO_LARGE, f"more than {limit} bytes after decompression")
    return content


def decode_base64(text: bytes) -> bytes | None:
    """Return what the base64 ``text`` holds, in either alphabet, padded or not, or None if it is not base64."""
    packed = b"".join(text.split()).translate(_URL_SAFE).rstrip(b"=")
    try:
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4), strict_mode=True)
    except binascii.Error:
        return None
