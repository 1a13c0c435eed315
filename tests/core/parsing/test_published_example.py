from __future__ import annotations

from schemas.event import Reason, Refusal
from streams.core.parsing.unwrap import unwrap
from tests.core.parsing.corpora import SEED


def test_the_published_example_is_one_refusal_as_printed() -> None:
    texts = [path.read_text() for path in sorted(SEED.glob("*.txt"))]
    assert texts
    for text in texts:
        printed = text[text.index("{", text.index("Here is an example log")) : text.rindex("}") + 1]
        for value in (printed, printed.replace("\u00a0", " ")):
            (refusal,) = unwrap(value.encode())
            assert isinstance(refusal, Refusal)
            assert refusal.reason is Reason.NOT_JSON
