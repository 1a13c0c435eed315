"""The short way that nearly every message takes gives what the long way gives, whatever is in the message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.core.generate.cloudtrail import RecordGenerator
from streams.core.generate.findings import FindingGenerator
from streams.core.parsing.limits import Limits
from streams.core.rules.plan import make_plan
from streams.core.source.process import process
from streams.core.source.quick_finding import decode_finding
from streams.core.windows.clock import MINUTE, RecordClock
from streams.core.windows.tally import Tally
from tests.core.generate.seeded import NOW_MS, chance, estate
from tests.core.parsing.samples import envelope, record
from tests.core.source.mutations import ABSENT, EVENTS, QUIET, USUAL, mutated, mutations
from tests.core.source.worlds import (
    MEASURES,
    NOW,
    PRINCIPALS,
    RETENTION,
    RULES,
    batch_of,
    context,
    header,
    read,
    slowly,
    told,
)

if TYPE_CHECKING:
    from tests.core.source.worlds import Outcome

PLAN = make_plan(RULES, MEASURES)


def same(short: Outcome, slow: Outcome) -> None:
    assert short.kinds == slow.kinds
    assert short.refused == slow.refused
    assert short.late == slow.late
    assert short.enriched == slow.enriched
    assert typed(short.enriched) == typed(slow.enriched)
    assert short.counts == slow.counts
    # Which rule comes first says nothing.
    assert sorted(typed(told(alert)) for alert in short.alerts) == sorted(map(typed, slow.alerts))


def typed(value: Any) -> bytes:
    """A text that tells 1 from 1.0 and from true."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=bytes.decode)


def same_with_array(values: list[bytes]) -> None:
    """An array around a message takes it the long way; the event's place in its message stays the same."""
    short, long = read(values), read([b"[%b]" % value for value in values])
    assert typed(short.enriched) == typed(long.enriched)
    assert typed(short.alerts) == typed(long.alerts)
    assert (short.kinds, short.refused, short.counts) == (long.kinds, long.refused, long.counts)


def test_findings_as_aws_writes_them_take_the_short_way() -> None:
    made = FindingGenerator(chance(7), estate())
    events = [*USUAL, *(made.make(NOW_MS) for _ in range(300))]
    long = [event["detail"]["type"] for event in events if decode_finding(orjson.dumps(event)) is None]
    assert all(kind.startswith("AttackSequence") for kind in long)
    assert len(long) < 0.05 * len(events)


@settings(deadline=None, max_examples=300)
@given(st.lists(mutations, min_size=1, max_size=4))
def test_a_message_read_the_short_way_gives_what_its_definition_gives(events: list[Any]) -> None:
    values = [mutated(event, steps) for event, steps in events]
    same(read(values), slowly(values, PLAN))


@settings(deadline=None, max_examples=100)
@given(st.lists(mutations, min_size=1, max_size=4))
def test_a_message_in_an_array_gives_the_same_alerts_with_the_same_ids(events: list[Any]) -> None:
    same_with_array([mutated(event, steps) for event, steps in events])


def test_a_service_that_has_names_in_capitals_alone_is_read_the_same_in_an_array() -> None:
    same_with_array([mutated(EVENTS[0], [(("detail", "service"), {"ConsoleLogin": "Failure"})])])


ACTION = ("detail", "service", "action")


@pytest.mark.parametrize("kind", ["PORT_PROBE", "DNS_REQUEST", "NEW_KIND"])
@pytest.mark.parametrize("beside", [{}, {"portProbeAction": {}}, {"newKindAction": {"remoteIpDetails": None}}])
def test_an_action_of_another_kind_than_it_says_has_its_ends_all_the_same(kind: str, beside: dict[str, Any]) -> None:
    action = {**EVENTS[0]["detail"]["service"]["action"], "actionType": kind, **beside}
    values = [mutated(EVENTS[0], [(ACTION, action)])]
    same(read(values), slowly(values, PLAN))
    assert read(values).enriched[0][1]["remote_addresses"]


ROLE, KIND = ("detail", "service", "resourceRole"), ("detail", "resource", "resourceType")


@settings(deadline=None, max_examples=50)
@given(st.sampled_from([ROLE, KIND, ("detail", "severity"), ("source",)]), st.permutations([True, 1, 1.0, "1", "true"]))
def test_values_that_python_takes_for_equal_make_classes_of_their_own(path: tuple[str, ...], values: list[Any]) -> None:
    messages = [mutated(EVENTS[0], [(path, value)]) for value in values]
    same(read(messages), slowly(messages, PLAN))


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(["errorCode", "eventSource", "eventName"]), st.permutations([True, 1, 1.0, "1", "true", "", None])
)
def test_values_of_records_that_python_takes_for_equal_make_classes_of_their_own(name: str, values: list[Any]) -> None:
    messages = [mutated(EVENTS[5], [((name,), value)]) for value in values]
    same(read(messages), slowly(messages, PLAN))


def test_generated_findings_and_records_give_what_their_definitions_give() -> None:
    rng = chance(7)
    made = FindingGenerator(rng, estate(), sample_share=0.1, archived_share=0.1)
    calls = RecordGenerator(rng, estate())
    values = [orjson.dumps(maker.make(NOW_MS + n * 977)) for n in range(150) for maker in (made, calls)]
    same(read(values, now=NOW_MS + 300_000), slowly(values, PLAN, now=NOW_MS + 300_000))


def test_every_record_of_a_class_is_counted_by_a_field_that_varies_in_it() -> None:
    values = [orjson.dumps(record(userIdentity={"arn": f"arn:{name}"})) for name in "abcab"]
    plan = make_plan([], [PRINCIPALS])
    counts = read(values, context(plan, enrich_records="none")).counts
    assert {group: count for (_, group, _, _), count in counts.items()} == {
        ("arn:a",): 2,
        ("arn:b",): 2,
        ("arn:c",): 1,
    }


@pytest.mark.parametrize("info", [1, True, 1.5, "sample", ["sample"], "x"])
def test_additional_info_of_a_wrong_kind_is_read_as_absent(info: object) -> None:
    value = orjson.dumps(envelope(detail={**QUIET, "service": {**QUIET["service"], "additionalInfo": info}}))
    same(read([value]), slowly([value], PLAN))


@pytest.mark.parametrize("name", [["x"], {"x": 1}, 5, True])
@pytest.mark.parametrize("answer", [{}, {"x": "Failure"}, None, "x"])
def test_an_event_name_of_a_wrong_kind_is_a_dead_letter(name: object, answer: object) -> None:
    value = orjson.dumps(record(eventName=name, responseElements=answer))
    assert read([value]).refused == [("wrong-type", "0")]


def test_a_finding_that_is_archived_in_words_does_not_archive_those_after_it() -> None:
    values = [
        mutated(EVENTS[0], [(("detail", "service", "archived"), value)]) for value in ("true", ABSENT, "true", None)
    ]
    same(read(values), slowly(values, PLAN))


def test_a_sign_in_that_failed_without_a_code_stays_one_with_an_empty_code() -> None:
    values = [mutated(EVENTS[7], [(("errorCode",), code)]) for code in ("", ABSENT, "", None)]
    same(read(values), slowly(values, PLAN))


def test_a_finding_without_a_source_gets_its_source() -> None:
    value = mutated(EVENTS[0], [(("source",), ABSENT)])
    [(_, enriched)] = read([value]).enriched
    assert enriched["source"] == "aws.guardduty"


def test_a_message_that_nests_too_deep_is_a_dead_letter() -> None:
    deep = b"[" * 200 + b"]" * 200
    value = orjson.dumps(EVENTS[0])[:-1] + b',"deep":' + deep + b"}"
    assert read([value]).refused == [("too-deep", "0")]
    value = orjson.dumps(EVENTS[5])[:-1] + b',"deep":' + deep + b"}"
    assert read([value]).refused == [("too-deep", "0")]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(mutations, min_size=1, max_size=6),
    st.lists(st.integers(0, 6), max_size=3),
)
@example([(EVENTS[5], [(("userIdentity", "arn"), "arn:a")]), (EVENTS[5], [(("userIdentity", "arn"), "arn:b")])], [1])
def test_a_repeated_flush_is_the_same_byte_for_byte_however_its_fetches_were_cut(
    events: list[Any], cuts: list[int]
) -> None:
    plan = make_plan(RULES, [*MEASURES, PRINCIPALS])
    batch = batch_of([mutated(event, steps) for event, steps in events], step=7_000)

    def flush(where: Any, places: list[int]) -> list[tuple[int, bytes]]:
        tally, clock = Tally(), RecordClock()
        for first, last in zip([0, *places], [*places, batch.end], strict=True):
            process(batch.from_offset(first).until(last), clock, tally, where)
        made = tally.partials(header(0, batch.end, clock.now), 3, RETENTION)
        return [(target, partial.encode()) for target, partial in made.items()]

    warm = context(plan, enrich_records="matched")
    first = flush(warm, [])
    assert flush(warm, sorted(cuts)) == first
    # A successor has seen none of these classes.
    assert flush(context(plan, enrich_records="matched"), sorted(cuts)) == first


def test_a_late_event_is_counted_as_late_alerts_as_history_and_moves_no_clock() -> None:
    clock, tally = RecordClock(), Tally()
    future = mutated(EVENTS[0], [(("time",), "2099-01-01T00:00:00Z")])
    past = mutated(EVENTS[0], [(("time",), "2020-01-01T00:00:00Z")])
    effects = process(batch_of([future, past, orjson.dumps(EVENTS[0])]), clock, tally, context())
    assert clock.now == NOW
    assert effects.late == 1
    history = {orjson.loads(value)["starts_at"]: orjson.loads(value)["historical"] for _, value in effects.alerts}
    assert history == {
        "2099-01-01T00:00:00.000Z": False,
        "2020-01-01T00:00:00.000Z": True,
        "2024-05-01T10:15:00.000Z": False,
    }


@pytest.mark.parametrize(("behind", "late"), [(10 * MINUTE, False), (11 * MINUTE, True)])
def test_an_event_is_late_once_its_whole_minute_lies_before_the_watermark(behind: int, late: bool) -> None:  # noqa: FBT001 - the expected answer
    event_time = 1_714_558_500_000  # 10:15:00, the sample's.
    assert read([orjson.dumps(EVENTS[0])], now=event_time + behind).late == late


@pytest.mark.parametrize(
    ("choice", "expected"), [("none", []), ("matched", ["DeleteDetector"]), ("all", ["x", "DeleteDetector"])]
)
def test_the_setting_says_which_records_are_enriched(choice: str, expected: list[str]) -> None:
    values = [orjson.dumps(record(eventName=name)) for name in ("x", "DeleteDetector")]
    made = read(values, context(enrich_records=choice))
    assert [message["event_name"] for _, message in made.enriched] == expected


def test_a_dead_letter_has_the_bytes_as_they_came_and_says_why_and_where_from() -> None:
    effects = process(batch_of([b"{", None], start=41), RecordClock(), Tally(), context())
    first, second = effects.dead_letters
    assert (first.key, first.value, second.value) == (b"key", b"{", None)
    headers = dict(first.headers)
    assert headers.pop("detail")
    assert headers == {"reason": b"not-json", "topic": b"in", "partition": b"3", "offset": b"41", "index": b"0"}
    assert dict(second.headers)["reason"] == b"empty"


@pytest.mark.parametrize("name", ["accountId", "id"])
def test_an_event_that_is_too_large_is_one_dead_letter_though_it_has_the_usual_shape(name: str) -> None:
    large = mutated(EVENTS[0], [(("detail", name), "x" * Limits().event)])
    found = read([large, orjson.dumps(EVENTS[0])])
    assert len(found.refused) == 1
    assert found.kinds["finding"] == 1
