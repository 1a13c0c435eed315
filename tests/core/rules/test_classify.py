from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.measure import GroupKey, Measure
from schemas.rule import Rule
from streams.core.rules.classify import Classifier, groups_of, takes
from streams.core.rules.plan import make_plan

if TYPE_CHECKING:
    from streams.core.rules.classify import EventClass

FIXED = frozenset({("type",), ("threat_purpose",), ("label",), ("sample",), ("archived",)})
SUBJECT = {"type": "t", "label": "High", "account": "1", "region": "r", "names": ["a", "b", "a"]}


def rule(name: str, query: str, condition: Any = None, **changes: Any) -> Rule:
    written = {
        "id": name, "title": name, "level": "low", "source": "findings", "query": query,
        "condition": condition or {"type": "immediate"}, **changes,
    }  # fmt: skip
    return Rule.model_validate(written)


def measure(name: str, *keys: Any, **changes: Any) -> Measure:
    return Measure.model_validate({"name": name, "source": "findings", "group-by": keys, **changes})


def classifier(rules: list[Rule], measures: list[Measure]) -> Classifier:
    plan = make_plan(rules, measures)
    return Classifier(plan.counted_of("findings"), plan.immediate_of("findings"), FIXED)


def classify(rules: list[Rule], measures: list[Measure], **changes: Any) -> EventClass:
    subject = {**SUBJECT, **changes}
    return classifier(rules, measures).classify(subject, subject)


def ids(rules: list[Any]) -> list[str]:
    return [one.rule.id for one in rules]


def test_rules_are_decided_left_to_each_event_or_ruled_out() -> None:
    rules = [
        rule("fires", "threat_purpose:backdoor"),
        rule("not", "threat_purpose:recon"),
        rule("later", "threat_purpose:backdoor AND region:r"),
        rule("never", "threat_purpose:recon AND region:r"),
    ]
    made = classify(rules, [], threat_purpose="Backdoor")
    assert (ids(made.alerting), ids(made.undecided.items if made.undecided else [])) == (["fires"], ["later"])


def test_samples_and_archived_findings_are_left_out_of_what_does_not_ask_for_them() -> None:
    rules = [rule("plain", "*"), rule("hides-samples", "*", samples=False), rule("all", "*", archived=True)]
    assert ids(classify(rules, [], sample=True).alerting) == ["plain", "all"]
    assert ids(classify(rules, [], archived=True).alerting) == ["all"]
    measures = [measure("m"), measure("n", archived=True, samples=True)]
    [bundle] = classify([], measures, archived=True, sample=True).on_event_time
    assert len(bundle.spreads) == 1


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("samples", [False, True])
def test_what_asks_for_everything_takes_everything(archived: bool, samples: bool) -> None:  # noqa: FBT001 - flags of a rule
    assert takes(archived, samples, {})
    assert takes(archived, samples, {"archived": True}) == archived
    assert takes(archived, samples, {"sample": True}) == samples


def test_measures_that_vary_in_the_same_fields_are_counted_together() -> None:
    measures = [
        measure("one"),
        measure("two", "label"),
        measure("three", "account", "label"),
        measure("four", "type", "account"),
    ]
    made = classify([], measures)
    bundles = {
        bundle.fields: [(spread.group, spread.holes) for spread in bundle.spreads] for bundle in made.on_event_time
    }
    assert bundles == {
        (): [((), ()), (("High",), ())],
        ("account",): [((None, "High"), (0,)), (("t", None), (1,))],
    }


def test_classes_that_count_alike_share_a_bundle() -> None:
    shared = classifier([], [measure("one", "account")])
    made = [shared.classify({**SUBJECT, "type": name}, {}) for name in "ab"]
    assert made[0].on_event_time[0] is made[1].on_event_time[0]


def test_what_arrives_is_counted_apart_from_what_happened() -> None:
    made = classify([rule("silent", "*", {"type": "less_than", "threshold": 1, "window": "5m"})], [measure("m")])
    assert (len(made.on_event_time), len(made.on_arrival)) == (1, 1)


def test_a_measure_with_exceptions_or_other_fields_is_left_to_each_event() -> None:
    window = {"type": "more_than", "threshold": 1, "window": "5m"}
    spared = [{"query": "type:t", "reason": "r"}]
    made = classify([rule("spares", "*", window, exceptions=spared), rule("reads", "region:r", window)], [])
    assert [counted.name for counted in (made.undecided_counts.items if made.undecided_counts else [])] == [
        "spares",
        "reads",
    ]
    told = [spread.measure for bundle in made.on_event_time for spread in bundle.spreads]
    assert len(told) == 1, "what the exception kept from the rule"


def test_evidence_knows_its_group_where_the_class_fixes_it() -> None:
    window = {"type": "more_than", "threshold": 1, "window": "5m"}
    made = classify(
        [rule("one", "*", window, **{"group-by": ["type"]}), rule("two", "*", window, **{"group-by": ["account"]})], []
    )
    assert [group for _, group in made.evidence] == [("t",), None]


def keys(*fields: str) -> tuple[GroupKey, ...]:
    return tuple(GroupKey(name=field, field=field) for field in fields)


def test_an_event_is_in_a_group_for_each_combination_of_its_values_without_repeats() -> None:
    assert groups_of(SUBJECT, keys("names", "type")) == [("a", "t"), ("b", "t")]
    assert groups_of(SUBJECT, keys()) == [()]


def test_an_absent_value_is_a_group_and_an_empty_list_is_none() -> None:
    assert groups_of(SUBJECT, keys("absent")) == [(None,)]
    assert groups_of({"names": []}, keys("names")) == []
    assert groups_of({"a": {"b": 1.0}}, keys("a.b")) == [("1",)]
    assert groups_of({"names": [1, True, 1.0]}, keys("names")) == [("1",), ("true",)]
