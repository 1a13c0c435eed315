"""The schemas of rule files: they take what the loader takes, and refuse what is misspelt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]  # Its stubs are a distribution of their own.
import pytest

from schemas.condition import CONDITIONS
from schemas.measure import Measure
from schemas.published.rule_files import FILES, schema_text
from schemas.rule import Rule, RuleOverride
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.rules.yaml_nodes import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED = Path(__file__).resolve().parents[3] / "docs" / "schema"
SCHEMAS = {what: make() for what, make in FILES.items()}
RULE: dict[str, Any] = {
    "id": "a-rule",
    "title": "A rule",
    "level": "low",
    "source": "findings",
    "query": "*",
    "condition": {"type": "immediate"},
}


def fits(what: str, document: Any) -> bool:
    return bool(jsonschema.Draft7Validator(SCHEMAS[what]).is_valid(document))


def shipped(kind: Any) -> Iterator[Any]:
    for file in read_folder(shipped_folder(kind)):
        yield from (document.value for document in read_yaml(file.text))


@pytest.mark.parametrize("what", FILES)
def test_the_published_file_is_what_the_models_say(what: str) -> None:
    # When it is not: `guardstream rules schema --what rule > docs/schema/rule.json` writes it anew.
    assert (PUBLISHED / f"{what}.json").read_text(encoding="utf-8") == schema_text(what)
    jsonschema.Draft7Validator.check_schema(SCHEMAS[what])


def test_every_shipped_file_fits() -> None:
    rules = list(shipped("rules"))
    assert len(rules) > 7
    for rule in rules:
        jsonschema.validate(rule, SCHEMAS["rule"])
    for measures in shipped("measures"):
        jsonschema.validate(measures, SCHEMAS["measure"])


@pytest.mark.parametrize("rule", list(shipped("rules")), ids=lambda rule: str(rule["id"]))
def test_no_shipped_file_fits_with_a_key_misspelt(rule: dict[str, Any]) -> None:
    for key in rule:
        assert not fits("rule", {(f"{name}x" if name == key else name): value for name, value in rule.items()})
    for part in ("condition", "tests"):
        inner = rule[part] if part == "condition" else rule[part][0]
        for key in inner:
            changed = {(f"{name}x" if name == key else name): value for name, value in inner.items()}
            assert not fits("rule", {**rule, part: changed if part == "condition" else [changed]})


@pytest.mark.parametrize(
    "changes",
    [
        {"group-by": ["account", {"user": "userIdentity.arn"}]},
        {"active": {"days": "mon-fri", "hours": "08:00-18:00", "zone": "Europe/Berlin"}},
        {"active": {"days": ["sat", "sun"]}},
        {"lists": {"accounts": [111122223333, "x"]}},
        {"exceptions": [{"query": "a:b", "reason": "c", "until": "2027-01-31"}]},
        {"tags": ["attack.t1562.008", "attack.defense-evasion", "cve.2024-1", "free"]},
        {"attack-version": "v17", "author": "Ann", "date": "2026-01-01"},
        {"condition": {"type": "less_than", "threshold": 1, "window": "10m", "for": "5m", "expect": "seen"}},
        {"condition": {"type": "less_than", "threshold": 1, "window": "10m", "expect": {"account": [1, "@x"]}}},
        {"condition": {"type": "ratio", "of": "*", "threshold": 0.5, "window": "1h30m", "of-group": "all"}},
        {"condition": {"type": "new_value", "field": "region", "learn": "3d"}},
        {"tests": [{"name": "n", "events": [{"file": "a.json", "at": "+1m", "every": "90s"}], "alerts": []}]},
    ],
)
def test_every_form_that_the_loader_takes_fits(changes: dict[str, Any]) -> None:
    groups = {} if changes.get("condition", {}).get("expect") is None else {"group-by": ["account"]}
    lists = {"lists": {"x": ["y"]}} if "expect" in changes.get("condition", {}) else {}
    rule = {**RULE, **groups, **lists, **changes}
    Rule.model_validate(rule)
    assert fits("rule", rule)
    assert fits("rule", [rule, {"override": "a-rule", "enabled": False}])


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "hihg"},
        {"id": "Not Kebab"},
        {"group-by": [{"a": "b", "c": "d"}]},
        {"group-by": "account"},
        {"active": {"days": "mon-fry"}},
        {"active": {"hours": "9-5"}},
        {"labels": {"a b": "c"}},
        {"exceptions": [{"query": "a:b"}]},
        {"exceptions": [{"query": "a:b", "reason": "c", "until": "soon"}]},
        {"tags": ["attack.T1562"]},
        {"tags": ["t1562.008"]},
        {"attack-version": "17"},
        {"condition": {"threshold": 5, "window": "10m"}},
        {"condition": {"type": "more-than", "threshold": 5, "window": "10m"}},
        {"condition": {"type": "more_than", "threshold": 5}},
        {"condition": {"type": "more_than", "threshold": 5, "window": "10m", "of": "*"}},
        {"condition": {"type": "more_than", "threshold": 5, "window": "10"}},
        {"condition": {"type": "less_than", "threshold": 0, "window": "10m"}},
        {"tests": [{"name": "n", "events": [{"event": {}, "at": "soon"}], "expect": "fires"}]},
    ],
)
def test_what_the_loader_refuses_of_a_part_does_not_fit(changes: dict[str, Any]) -> None:
    assert fits("rule", RULE)
    assert not fits("rule", {**RULE, **changes})


def test_overrides_and_measures_have_schemas_of_their_own() -> None:
    assert fits("override", [{"override": "a-rule", "threshold": 5, "for": "10m", "active": {"days": "mon-fri"}}])
    assert not fits("override", {"override": "a-rule", "query": "*"})
    assert not fits("override", RULE)
    assert fits("measure", [{"name": "a", "source": "findings", "group-by": [{"g": "security_groups"}]}])
    assert not fits("measure", [{"name": "a", "source": "nothing"}])


def test_no_reference_has_siblings_that_say_more_since_draft_7_looks_at_none() -> None:
    def siblings(schema: Any) -> set[str]:
        if isinstance(schema, list):
            return set().union(*map(siblings, schema))
        if not isinstance(schema, dict):
            return set()
        inner = set().union(*map(siblings, schema.values()))
        return inner | (set(schema) - {"$ref", "description"} if "$ref" in schema else set())

    assert {what: siblings(schema) for what, schema in SCHEMAS.items()} == {what: set() for what in FILES}


def test_every_key_that_people_write_is_described() -> None:
    models = [Rule, RuleOverride, *CONDITIONS]
    definitions = {**SCHEMAS["rule"]["definitions"], "Measure": SCHEMAS["measure"]["definitions"]["Measure"]}
    for model in (*models, Measure):
        schema = definitions[model.__name__]
        assert schema["description"]
        silent = {key for key, value in schema["properties"].items() if "description" not in value}
        assert silent <= {"type"}
