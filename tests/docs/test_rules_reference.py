"""The examples in README and in the reference of rules load, and their tests pass; no key and no finding is left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from schemas.condition import CONDITIONS
from schemas.rule import Rule, RuleOverride
from schemas.rule_test import MinuteCounts, RuleTest, TestEvent, TestRelease
from schemas.since_release import SinceRelease
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.rules.cases import cases_of, run_case
from streams.core.rules.entries import read_entries
from streams.core.rules.load import RuleFile, RuleSet, load_measures, load_rules
from streams.core.rules.model_keys import CONDITION_TYPES, keys_of
from streams.core.rules.yaml_nodes import read_yaml

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "rules-reference.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHIPPED = read_folder(shipped_folder())
BASE = {"id": "example", "title": "Example", "level": "low", "source": "cloudtrail", "query": "'*'"}
PIECE = "\n".join(f"{key}: {value}" for key, value in BASE.items()) + "\ncondition: {type: immediate}\n"


def examples() -> list[tuple[str, RuleFile]]:
    found = []
    for page in ("README.md", "docs/rules.md", "docs/rules-reference.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for block in _BLOCK.finditer(text):
            # Blank lines before it, so that errors name the line of the page.
            line = text.count("\n", 0, block.start(1))
            found.append((f"{page}:{line + 1}", RuleFile(page, "\n" * line + block[1])))
    return found


def kind(file: RuleFile) -> str:
    """Whether a block holds rules, overrides, measures, or a piece of a rule."""
    [document] = read_yaml(file.text)
    first = document.value[0] if isinstance(document.value, list) else document.value
    return next((what for what in ("id", "override", "name") if what in first), "piece")


def whole(file: RuleFile) -> RuleFile:
    """A piece with what it lacks, on lines of their own below it."""
    [entry], _ = read_entries(file)
    missing = [line for line in PIECE.splitlines() if line.split(":")[0] not in entry.data]
    return RuleFile(file.path, file.text + "\n".join(missing))


def loaded(file: RuleFile) -> RuleSet:
    what = kind(file)
    if what == "override":
        return load_rules([SHIPPED, [file]])
    return load_rules([[whole(file) if what == "piece" else file]])


@pytest.mark.parametrize("file", [file for _, file in examples()], ids=[name for name, _ in examples()])
def test_every_example_loads_without_a_warning_and_its_tests_pass(file: RuleFile) -> None:
    if kind(file) == "name":
        assert load_measures([[file]])
        return
    rules = loaded(file)
    assert all(run_case(case, {}) is None for case in cases_of(rules))
    own = [warning for warning in rules.warnings if kind(file) != "override"]
    assert [warning for warning in own if "is empty" not in warning] == []


def test_every_key_of_rules_conditions_overrides_and_tests_stands_in_an_example() -> None:
    written: dict[str, set[str]] = {"rule": set(), "override": set(), "test": set(), "event": set(), "counts": set()}
    written |= {"release": set(), "since-release": set()}
    conditions: dict[str, set[str]] = {name: set() for name in CONDITION_TYPES}
    for _, file in examples():
        [document] = read_yaml(file.text)
        for entry in document.value if isinstance(document.value, list) else [document.value]:
            written["override" if "override" in entry else "rule"] |= set(entry)
            condition = entry.get("condition")
            if condition:
                conditions[condition["type"]] |= set(condition)
                written["since-release"] |= set(condition.get("since-release", {}))
            _note_tests(entry, written)
    assert keys_of(Rule) <= written["rule"]
    assert keys_of(RuleOverride) - {"tests"} <= written["override"]
    assert keys_of(RuleTest) - {"start", "until"} <= written["test"]
    assert keys_of(TestEvent) - {"file", "arrives"} <= written["event"]
    assert keys_of(MinuteCounts) - {"count", "history"} <= written["counts"]
    assert keys_of(TestRelease) <= written["release"]
    assert keys_of(SinceRelease) <= written["since-release"]
    shared = {"for", "keep-firing-for", "windows", "since-release"}
    told = {model.model_fields["type"].default: keys_of(model) - shared for model in CONDITIONS}
    missing = {name: keys - conditions[name] for name, keys in told.items()}
    # Shared ideas are shown once.
    assert missing == {
        "immediate": set(), "more_than": set(), "new_value": set(), "more_than_usual": set(), "less_than_usual": set(),
        "less_than": {"aggregate", "field", "judged-on"}, "ratio": {"of-group", "when-zero"},
        "time_relative": {"direction", "when-zero"},
    }  # fmt: skip


def _note_tests(entry: dict[str, Any], written: dict[str, set[str]]) -> None:
    for test in entry.get("tests", []):
        written["test"] |= set(test)
        written["counts"] |= set(test.get("counts", {}))
        for event in test.get("events", []):
            written["event"] |= set(event)
        for release in test.get("releases", []):
            written["release"] |= set(release)


def test_every_key_is_told_of_in_words() -> None:
    models: list[type[BaseModel]] = [Rule, RuleOverride, RuleTest, TestEvent, TestRelease, MinuteCounts, SinceRelease, *CONDITIONS]
    prose = _BLOCK.sub("", REFERENCE)
    examples_too = REFERENCE
    for model in models:
        for key in keys_of(model):
            assert re.search(rf"\b{re.escape(key)}\b", prose) or re.search(rf"^\s*-?\s*{key}:.*", examples_too, re.M), key


def test_every_finding_of_lint_is_in_the_table_and_no_other() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "streams" / "core" / "rules").glob("lint*.py")]
    codes = {code for source in sources for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)", ?\(', source)}
    codes |= {code for source in sources for code in re.findall(r'Doubt\("([a-z-]+)"', source)}
    codes |= {"overridden-but-disabled"}
    table = REFERENCE.split("## What `guardstream rules lint` finds")[1]
    told = {code for line in table.splitlines() if line.startswith("| `") for code in re.findall(r"`([a-z-]+)`", line.split("|")[1])}
    assert told == codes
