"""An outage is in the log, and does not fill it."""

from __future__ import annotations

import logging

from streams.adapters.sparing_log import Sparing, log_sparingly


def record(template: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("aiokafka.client", logging.ERROR, "file", 1, template, arguments, None)


def test_each_kind_of_message_comes_once_in_a_while_with_the_number_of_those_it_stands_for() -> None:
    now = 0.0
    sparing = Sparing(10, lambda: now)
    assert sparing.filter(record("no %s", "broker"))
    assert sparing.filter(record("another"))
    assert not any(sparing.filter(record("no %s", number)) for number in range(7))
    now = 10.0
    later = record("no %s", "answer")
    assert sparing.filter(later)
    assert later.getMessage() == "no answer (and 7 more of this kind)"
    now = 20.0
    assert sparing.filter(later := record("no %s", "answer"))
    assert later.getMessage() == "no answer"


def test_messages_of_librdkafka_are_told_apart_by_what_they_begin_with() -> None:
    sparing = Sparing()
    assert sparing.filter(record("%s [%s] %s", "FAIL", "producer-1", "refused"))
    assert not sparing.filter(record("%s [%s] %s", "FAIL", "producer-1", "refused again"))
    assert sparing.filter(record("%s [%s] %s", "FATAL", "producer-1", "fenced"))


def test_all_loggers_of_a_library_are_sparing_and_no_others() -> None:
    of_library, other = logging.getLogger("sparing.inner"), logging.getLogger("sparingly")
    log_sparingly({"sparing", "sparing.later"})
    assert len(logging.getLogger("sparing.later").filters) == 1
    assert [type(one) for one in of_library.filters] == [Sparing]
    assert not other.filters
