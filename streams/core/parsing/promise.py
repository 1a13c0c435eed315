"""Does a text look as if it held events?"""

from __future__ import annotations

import re

from streams.core.parsing.decompress import decode_base64

_HEAD = 64
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Around base64 as a JSON string, once or more.
_QUOTES = b' \t\r\n"\\'
# An object; an array of objects, texts or arrays, unlike "[INFO] words"; either of these as a JSON string, whose quotes
# and line ends may be escaped several times; or gzip.
_PROMISE = re.compile(rb'(?:\xef\xbb\xbf)?(?:[\s"\\]|(?<=\\)[nrt])*(?:\{|\[\s*(?:[\[\]{"\\]|\Z))|\x1f\x8b')


def promises_events(text: str | bytes) -> bool:
    """Say whether a text begins as JSON, gzip, or base64 of these do, so that it is worth decoding."""
    start = text.lstrip()[:_HEAD]
    return _promises(start.encode() if isinstance(start, str) else start)


def _promises(head: bytes) -> bool:
    if _PROMISE.match(head):
        return True
    packed = b"".join(head.removeprefix(_BYTE_ORDER_MARK).lstrip(_QUOTES).split())
    held = decode_base64(packed[: len(packed) // 4 * 4])
    return _promises(held) if held else False
