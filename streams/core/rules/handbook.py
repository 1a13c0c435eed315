"""The rules as a handbook in Markdown: a table, then a section a rule. The same rules give the same text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streams.core.plural import counted
from streams.core.rules.describe import describe
from streams.core.rules.describe_rule import describe_groups, describe_hours, describe_levels, tag_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.rule import Rule, RuleException

# What Markdown would take for markup in running text; URLs keep their underscores.
_MARKUP = re.compile(r"([\\`*\[\]<>|])")


def handbook(rules: Sequence[Rule]) -> str:
    """The page; rules come in the order of their ids, disabled ones too."""
    rules = sorted(rules, key=lambda rule: rule.id)
    used = sum(rule.enabled for rule in rules)
    lines = ["# Rules", "", f"In use: {counted(used, 'rule')}; disabled: {len(rules) - used:,}.", ""]
    lines += ["| rule | level | source | fires | ATT&CK |", "| --- | --- | --- | --- | --- |"]
    lines += [_row(rule) for rule in rules]
    for rule in rules:
        lines += ["", *_section(rule)]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    tags = ", ".join(_tag(tag) for tag in rule.tags if tag.startswith("attack."))
    off = "" if rule.enabled else " (disabled)"
    cells = (f"[{rule.id}](#{rule.id}){off}", _levels(rule), rule.source, _text(describe(rule.condition)), tags)
    return f"| {' | '.join(cells)} |"


def _levels(rule: Rule) -> str:
    """The levels that its alerts can have, the rule's own first."""
    others = dict.fromkeys(entry.level for entry in rule.levels if entry.level != rule.level)
    named = [f"from {rule.level_from}"] if rule.level_from else []
    return ", ".join([rule.level, *others, *named])


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}"
    yield from ("", f"**{_text(rule.title)}**")
    if rule.description.strip():
        yield from ("", _text(" ".join(rule.description.split())))
    yield from ("", *_fence(rule.query))
    yield ""
    yield f"- fires: {_text(describe(rule.condition))}, on {rule.source}" + _state(rule)
    yield f"- level: {'; '.join(_text(line) for line in describe_levels(rule))}"
    if rule.group_by:
        yield f"- for each: {_text(describe_groups(rule))}"
    if rule.active:
        yield f"- active: {describe_hours(rule.active)}"
    yield from (f"- except: `{_code(entry.query)}`: {_except(entry)}" for entry in rule.exceptions)
    if rule.tags:
        version = f" (ATT&CK {rule.attack_version})" if rule.attack_version else ""
        yield f"- tags: {', '.join(_tag(tag) for tag in rule.tags)}{version}"
    yield from _texts(rule)


def _texts(rule: Rule) -> Iterator[str]:
    if rule.falsepositives:
        yield from ("", "False positives:", "")
        yield from (f"- {_text(line)}" for line in rule.falsepositives)
    if rule.runbook.strip():
        yield from ("", "Runbook:", "", *_fence(rule.runbook.strip()))
    if rule.references:
        yield from ("", "References:", "")
        yield from (f"- <{line}>" if line.startswith("http") else f"- {_text(line)}" for line in rule.references)


def _state(rule: Rule) -> str:
    if not rule.enabled:
        return "; disabled"
    return "; dry run" if rule.dry_run else ""


def _except(entry: RuleException) -> str:
    parts = [f"owner {_text(entry.owner)}"] if entry.owner else []
    parts += [f"until {entry.until}"] if entry.until else []
    return _text(entry.reason) + (f" ({', '.join(parts)})" if parts else "")


def _tag(tag: str) -> str:
    link = tag_link(tag)
    return f"[{tag}]({link})" if link else _text(tag)


def _fence(text: str) -> list[str]:
    """A block of code, its fence longer than any in it."""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *text.splitlines(), fence]


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|")


def _text(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
