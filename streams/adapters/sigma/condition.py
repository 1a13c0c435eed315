"""A Sigma rule's condition as one query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)

from streams.adapters.sigma.clauses import Node, all_of, any_of, negated
from streams.adapters.sigma.fields import sigma_field
from streams.adapters.sigma.refusal import NotImportableError
from streams.adapters.sigma.values import field_clause, keyword_clause

if TYPE_CHECKING:
    from sigma.rule.detection import SigmaDetections

SEVERAL_EVENTS = "asks for several events at once; write a rule that counts, with a window"
"""Why what looks at more than one event is refused."""


def condition_of(detections: SigmaDetections) -> Node:
    """What the conditions of a rule pick together: each of several is a query of its own.

    Raises NotImportableError for what our language can't say, and pySigma's SigmaError for what it can't read.
    """
    for condition in detections.condition:
        if not isinstance(condition, str):
            raise NotImportableError(f"its condition {condition!r} is no text")
        if "|" in condition:
            raise NotImportableError(f"its condition `{condition}` {SEVERAL_EVENTS}")
    if "timeframe" in detections.detections:
        raise NotImportableError(f"its timeframe {SEVERAL_EVENTS}")
    return any_of([_node(condition.parsed) for condition in detections.parsed_condition])


def _node(condition: object) -> Node:
    if isinstance(condition, ConditionFieldEqualsValueExpression):
        return field_clause(sigma_field(condition.field), condition.value)
    if isinstance(condition, ConditionValueExpression):
        return keyword_clause(condition.value)
    if isinstance(condition, ConditionNOT):
        return negated(_node(condition.args[0]))
    if isinstance(condition, ConditionAND):
        return all_of([_node(part) for part in condition.args])
    if isinstance(condition, ConditionOR):
        return any_of([_node(part) for part in condition.args])
    raise NotImportableError("its condition is empty, or of a kind that is not known")
