from __future__ import annotations

import orjson

from schemas.event import Event, Kind
from streams.core.generate.control import control_message
from streams.core.parsing.unwrap import unwrap
from tests.core.generate.seeded import NOW_MS


def test_a_control_message_is_recognised_as_what_it_is() -> None:
    assert [one.kind for one in unwrap(orjson.dumps(control_message(NOW_MS))) if isinstance(one, Event)] == [
        Kind.CONTROL
    ]
