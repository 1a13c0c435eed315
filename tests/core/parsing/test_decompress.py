from __future__ import annotations

import base64
import gzip

from hypothesis import given
from hypothesis import strategies as st

from schemas.event import Reason
from streams.core.parsing.decompress import decode_base64, decompress
from streams.core.parsing.problem import Problem


@given(st.binary(max_size=200))
def test_base64_is_read_in_either_alphabet_with_or_without_padding_and_line_breaks(data: bytes) -> None:
    for text in (base64.b64encode(data), base64.urlsafe_b64encode(data), base64.encodebytes(data)):
        assert decode_base64(text) == data
        assert decode_base64(text.rstrip(b"=\n")) == data


def test_what_is_no_base64_is_none() -> None:
    assert decode_base64(b"no, words") is None
    assert decode_base64(b"abcde") is None


@given(st.binary(max_size=200), st.integers(0, 300))
def test_content_is_returned_up_to_the_limit_and_no_further(data: bytes, limit: int) -> None:
    found = decompress(gzip.compress(data), limit)
    if len(data) <= limit:
        assert found == data
    else:
        assert isinstance(found, Problem)
        assert found.reason is Reason.TOO_LARGE
