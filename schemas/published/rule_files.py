"""The JSON Schemas of what users write: files of rules, overrides and measures. Editors complete and check by them.

What only several keys together make wrong, and whether queries and fields are right, `guardstream rules check` knows.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from schemas import active_hours, condition, measure, rule, rule_override, rule_parts, rule_test, since_release
from schemas.duration import print_minutes
from schemas.measure import Measure
from schemas.rule import Rule, RuleOverride

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic import BaseModel

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
"""The newest that editors support in full: of later ones VS Code's YAML extension warns."""
_MODULES = (active_hours, condition, measure, rule, rule_override, rule_parts, rule_test, since_release)
_DURATION = r"^(\d{1,9}[smhdw])+$"
_LITERAL = re.compile(r"``([^`]*)``")
_KEYWORDS: Final = {"gt": "exclusiveMinimum", "ge": "minimum"}


def rule_file_schema() -> dict[str, Any]:
    """The schema of a file with rules, which may have overrides among them."""
    definitions = _definitions(Rule, RuleOverride)
    entry = {
        "if": {"type": "object", "required": ["override"]},
        "then": {"$ref": "#/definitions/RuleOverride"},
        "else": {"$ref": "#/definitions/Rule"},
    }
    return _file(
        "A file of guardstream's rules: one, or a list of them; overrides may be among them.", entry, definitions
    )


def override_file_schema() -> dict[str, Any]:
    """The schema of a file with overrides alone."""
    entry = {"$ref": "#/definitions/RuleOverride"}
    return _file(
        "A file of overrides of guardstream's rules: one, or a list of them.", entry, _definitions(RuleOverride)
    )


def measure_file_schema() -> dict[str, Any]:
    """The schema of a file with measures."""
    entry = {"$ref": "#/definitions/Measure"}
    return _file("A file of guardstream's measures: one, or a list of them.", entry, _definitions(Measure))


FILES: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "rule": rule_file_schema,
    "override": override_file_schema,
    "measure": measure_file_schema,
}
"""What there are schemas of."""


def schema_text(what: str) -> str:
    """A schema as its file in docs/schema has it; a test says when one is stale, and how to write it anew."""
    return json.dumps(FILES[what](), indent=2, ensure_ascii=False) + "\n"


def _file(title: str, entry: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "title": title,
        "if": {"type": "array"},
        "then": {"items": {"$ref": "#/definitions/Entry"}},
        "else": {"$ref": "#/definitions/Entry"},
        "definitions": {"Entry": entry, **definitions},
    }


def _definitions(*models: type[BaseModel]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in models:
        schema = model.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    for name, schema in found.items():
        _describe(name, schema)
    described: dict[str, Any] = _tidied(found)
    return dict(sorted(described.items()))


def _describe(name: str, schema: dict[str, Any]) -> None:
    """Give properties the docstrings of their fields."""
    for key, described in schema.get("properties", {}).items():
        described.pop("title", None)
        text = _docstrings().get((name, key))
        if text is not None:
            # Beside a reference only people look at it, in this draft.
            described["description"] = text


@cache
def _docstrings() -> dict[tuple[str, str], str]:
    """The docstring below each field by its class and key, those of the classes that it inherits from too."""
    found: dict[tuple[str, str], str] = {}
    bases: dict[str, list[str]] = {}
    for module in _MODULES:
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.ClassDef):
                bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                found |= {(node.name, key): text for key, text in _of_class(node)}
    for name in bases:
        for base in _ancestors(name, bases):
            inherited = {key: text for (owner, key), text in found.items() if owner == base}
            for key, text in inherited.items():
                found.setdefault((name, key), text)
    return found


def _ancestors(name: str, bases: dict[str, list[str]]) -> list[str]:
    return [one for base in bases.get(name, []) for one in (base, *_ancestors(base, bases))]


def _of_class(node: ast.ClassDef) -> Iterable[tuple[str, str]]:
    for field, after in zip(node.body, node.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            yield field.target.id.rstrip("_").replace("_", "-"), " ".join(after.value.value.split())


def _tidied(schema: Any) -> Any:
    """The schema as other tools understand it, without what only says that something may be left out."""
    if isinstance(schema, list):
        return [_tidied(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "discriminator" in schema:
        return _by_type(schema)
    tidy = {_KEYWORDS.get(key, key): _tidied(value) for key, value in schema.items()}
    if tidy.get("default", 0) is None:
        del tidy["default"]
    if isinstance(tidy.get("default"), int) and "pattern" in tidy:
        # Models keep durations as numbers, which nobody writes.
        if tidy["pattern"] == _DURATION:
            tidy["default"] = print_minutes(tidy["default"])
        else:
            del tidy["default"]
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    if isinstance(tidy.get("description"), str):
        tidy["description"] = _LITERAL.sub(r"`\1`", tidy["description"])
    return tidy


def _by_type(schema: dict[str, Any]) -> dict[str, Any]:
    """A union by the key ``type``, so that a wrong key is told as one of that type, and not as a misfit of each."""
    mapping: dict[str, str] = schema["discriminator"]["mapping"]
    cases = [
        {"if": {"properties": {"type": {"const": name}}}, "then": {"$ref": reference}}
        for name, reference in mapping.items()
    ]
    rest = {key: _tidied(value) for key, value in schema.items() if key not in {"discriminator", "oneOf"}}
    kind = {"description": "The kind of condition.", "enum": list(mapping)}
    return {**rest, "type": "object", "required": ["type"], "properties": {"type": kind}, "allOf": cases}
