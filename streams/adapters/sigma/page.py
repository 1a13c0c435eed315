"""A rule as a YAML file that people like to read."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from streams.adapters.sigma.clauses import Written

_WIDTH = 118


class _Dumper(yaml.SafeDumper):
    """Indents lists below their keys."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)


def page(rule: dict[str, Any], written: Written, file: str) -> str:
    """The text of the file, which reads back as just this rule.

    Args:
        rule: its keys in order.
        written: the query, laid out.
        file: the name of the Sigma file, for the comment at the top.
    """
    origin = " ".join(file.split())
    head = f"# Made by `guardstream rules import` of the Sigma rule {origin}; mend that one, and import it again.\n"
    pretty = head + "".join(_entry(key, value, written) for key, value in rule.items())
    if _reads_as(pretty, rule):
        return pretty
    # Some text has what folding would change; then it is written plainly.
    return head + _dumped(rule)


def _entry(key: str, value: Any, written: Written) -> str:
    if key == "query" and len(written.lines) > 1:
        return _block(key, ">-", written.lines)
    if key == "description" and "\n" in value:
        return _block(key, "|-", value.splitlines())
    if key == "description" and len(value) > _WIDTH - len("description: "):
        lines = textwrap.wrap(value, _WIDTH, break_long_words=False, break_on_hyphens=False)
        return _block(key, ">-", lines)
    if key == "condition":
        return f"{key}: {{type: {value['type']}}}\n"
    return _dumped({key: value})


def _block(key: str, style: str, lines: list[str]) -> str:
    body = "".join(f"  {line}\n" if line.strip() else "\n" for line in lines)
    return f"{key}: {style}\n{body}"


def _dumped(value: dict[str, Any]) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False)


def _reads_as(text: str, rule: dict[str, Any]) -> bool:
    try:
        return bool(yaml.safe_load(text) == rule)
    except yaml.YAMLError:
        return False
