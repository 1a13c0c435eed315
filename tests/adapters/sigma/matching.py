"""What tests of the import share: a rule from its detection, and which events it matches once it is imported."""

import json
from collections.abc import Sequence
from typing import Any

from sigma.rule import SigmaRule

from schemas.rule import Rule
from streams.adapters.sigma.collect import Collected, collect
from streams.core.query import compile_query
from streams.core.rules.load import RuleFile, load_rules

ID = "0b1c4e9a-1f6e-4d3c-9b6a-3f7d6f1c2a10"


def sigma_rule(detection: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A Sigma rule for CloudTrail with this detection; its condition is `sel` unless it says another one."""
    logsource = {"product": "aws", "service": "cloudtrail"}
    rule = {"title": "A rule", "id": ID, "status": "test", "level": "low", "logsource": logsource}
    return rule | {"detection": {"condition": "sel", **detection}} | parts


def imported_as(rule: dict[str, Any]) -> Collected:
    """What becomes of a rule in a file of its own (JSON is YAML)."""
    return collect({"folder/a_rule.yml": json.dumps(rule).encode()})


def imported(rule: dict[str, Any]) -> Rule:
    """The rule that a Sigma rule becomes, loaded from what would be written."""
    found = imported_as(rule)
    assert not found.refusals, found.refusals
    [one] = found.imported
    loaded = load_rules([[RuleFile(one.name, one.text)]])
    assert not loaded.warnings
    [made] = [*loaded.rules, *loaded.disabled]
    return made


def matched(rule: Rule, events: Sequence[dict[str, Any]]) -> set[int]:
    """The places of the events that a rule's query matches."""
    query = compile_query(rule.query, {name: frozenset(values) for name, values in rule.lists.items()})
    return {at for at, event in enumerate(events) if query.matches(event)}


def parsed(rule: dict[str, Any]) -> SigmaRule:
    """The rule as pySigma has it, for the oracle."""
    return SigmaRule.from_dict(rule)


def refusal(rule: dict[str, Any]) -> str:
    """The reason for which a rule is refused."""
    found = imported_as(rule)
    assert not found.imported, [one.text for one in found.imported]
    [one] = found.refusals
    return one.reason
