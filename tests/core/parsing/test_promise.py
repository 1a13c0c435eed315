from __future__ import annotations

import base64
import gzip

import orjson
import pytest

from streams.core.parsing.promise import promises_events


@pytest.mark.parametrize(
    "text", [b"{}", b' [ {"a":1}]', b'"{\\"a\\":1}"', b'["x"]', b"\xef\xbb\xbf\n{", gzip.compress(b"x", mtime=0)]
)
def test_json_gzip_and_base64_of_them_promise_events(text: bytes) -> None:
    assert promises_events(text)
    assert promises_events(base64.b64encode(text * 20))
    assert promises_events(base64.encodebytes(base64.b64encode(text * 20)).decode())
    assert promises_events(orjson.dumps(orjson.dumps(base64.b64encode(text).decode()).decode()))


@pytest.mark.parametrize("text", ["", "words", "[INFO] words", "17", "The {alarm} rings.", "SGVsbG8gd29ybGQ="])
def test_prose_promises_nothing(text: str) -> None:
    assert not promises_events(text)
