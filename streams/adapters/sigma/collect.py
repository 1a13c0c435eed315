"""All rules of some Sigma files: those that are imported, ready to be written, and those that are not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from schemas.errors import Errors
from streams.adapters.sigma.convert import convert
from streams.adapters.sigma.page import page
from streams.adapters.sigma.read import read_sigma
from streams.adapters.sigma.refusal import NotImportableError, Refusal
from streams.core.query import compile_query, warnings
from streams.core.rules.load import RuleFile, load_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sigma.rule import SigmaRule


@dataclass(frozen=True, slots=True)
class Imported:
    """A rule that matches what the Sigma rule matches: the name of its file, and the file's text."""

    name: str
    text: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of every rule, in the order of the files."""

    imported: tuple[Imported, ...]
    refusals: tuple[Refusal, ...]


def collect(files: Mapping[str, bytes]) -> Collected:
    """Import the rules of files, given as bytes by name; the same files always give the same texts."""
    read = read_sigma(files)
    refusals = read.refusals
    imported: dict[str, Imported] = {}
    for file, rule in read.rules:
        try:
            made = _imported(file, rule, imported)
        except NotImportableError as refused:
            refusals.append(Refusal(file, str(rule.title or ""), str(refused)))
        else:
            imported[made.name] = made
    order = {file: place for place, file in enumerate(files)}
    return Collected(tuple(imported.values()), tuple(sorted(refusals, key=lambda one: order[one.file])))


def _imported(file: str, rule: SigmaRule, before: Mapping[str, Imported]) -> Imported:
    made, written = convert(file, rule)
    if same := [one.name for one in before.values() if one.rule_id == made["id"]]:
        raise NotImportableError(f"its id {made['id']} is that of another rule already, which became {same[0]}")
    name = _free_name(file, before)
    text = page(made, written, PurePath(file).name)
    _check(name, text, made)
    return Imported(name, text, made["id"])


def _free_name(file: str, taken: Mapping[str, Imported]) -> str:
    """The file's own name, numbered where it is taken: a file may hold several rules, and folders the same name."""
    stem = PurePath(file).stem
    number = 1
    while (name := f"{stem}.yml" if number == 1 else f"{stem}-{number}.yml") in taken:
        number += 1
    return name


def _check(name: str, text: str, made: dict[str, Any]) -> None:
    """Load what will be written, so that nobody finds out later that it can't be, or that it warns."""
    try:
        found = load_rules([[RuleFile(name, text)]])
    except Errors as error:
        # What follows shows the place in the query, which nobody wrote.
        problem = error.errors[0].message.partition("\n")[0]
        raise NotImportableError(f"the rule made of it can't be loaded: {problem}") from error
    lists = {one: frozenset(values) for one, values in made.get("lists", {}).items()}
    if doubts := [*found.warnings, *warnings(compile_query(made["query"], lists))]:
        raise NotImportableError(f"the rule made of it would be in doubt: {doubts[0]}")
