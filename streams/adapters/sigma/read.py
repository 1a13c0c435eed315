"""Sigma files into what pySigma makes of them, each rule or the reason why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.rule.base import SigmaYAMLLoader

from streams.adapters.sigma.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sigma.rule import SigmaRule

_CORRELATION = "a correlation rule asks for several events; write a rule that counts, with a window"
_FILTER = "a filter changes other rules; put what it leaves out into an exception of theirs"
_BASE = "it alerts only as a part of the correlation rule {}, which can't be imported"
# What an extended condition may name; its operators are no rules, and do no harm.
_NAMES = re.compile(r"[\w-]+")


@dataclass(slots=True)
class Read:
    """Rules of event by file in the order of the files, and what else was found."""

    rules: list[tuple[str, SigmaRule]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def read_sigma(files: Mapping[str, bytes]) -> Read:
    """Read the contents of files by their names: every rule in them is in ``rules`` or in ``refusals``."""
    read = Read()
    based_on: dict[str, str] = {}
    for file, content in files.items():
        try:
            # pySigma's loader, since YAML's own keeps the last of two equal keys: a rule that matches more.
            loaded = yaml.load_all(content.decode("utf-8-sig"), SigmaYAMLLoader)
            documents = [one for one in loaded if one is not None]
        except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
            read.refusals.append(Refusal(file, "", f"it is no YAML that can be read: {_one_line(error)}"))
            continue
        if not documents:
            read.refusals.append(Refusal(file, "", "there is no rule in it"))
        based_on |= _served(documents)
        for batch in _batches(documents):
            _take(file, batch, read)
    _refuse_bases(read, based_on)
    return read


def _batches(documents: list[Any]) -> Iterable[list[Any]]:
    """Documents that are read together: all where one says what others have in common, else each alone."""
    if any(isinstance(one, dict) and "action" in one for one in documents):
        return [documents]
    return [[one] for one in documents]


def _take(file: str, documents: list[Any], read: Read) -> None:
    """Sort what is in some documents."""
    title = next((str(one["title"]) for one in documents if isinstance(one, dict) and one.get("title")), "")
    if not all(isinstance(one, dict) for one in documents):
        read.refusals.append(Refusal(file, title, "a Sigma rule is a mapping of keys to values"))
        return
    try:
        found = SigmaCollection.from_dicts(
            documents, collect_errors=True, collect_filters=True, resolve_references=False
        )
    except (SigmaError, AttributeError, TypeError, ValueError, KeyError, RecursionError) as error:
        read.refusals.append(Refusal(file, title, f"pySigma can't read it: {_one_line(error)}"))
        return
    for rule in found.rules:
        if isinstance(rule, SigmaCorrelationRule):
            read.refusals.append(Refusal(file, str(rule.title), _CORRELATION))
        else:
            read.rules.append((file, rule))
    read.refusals += [Refusal(file, str(one.title), _FILTER) for one in found.filters]
    if not found.rules and not found.filters:
        reason = _one_line(found.errors[0]) if found.errors else "there is no rule in it"
        read.refusals.append(Refusal(file, title, reason))


def _served(documents: list[Any]) -> dict[str, str]:
    """Names and ids, in lower case, of rules that serve a correlation, and the title of that.

    It looks at what is written, since also a correlation that pySigma can't read says which rules are parts of one.
    """
    found: dict[str, str] = {}
    for one in documents:
        correlation = one.get("correlation") if isinstance(one, dict) else None
        if not isinstance(correlation, dict) or correlation.get("generate"):
            continue
        rules, condition = correlation.get("rules"), correlation.get("condition")
        names = rules if isinstance(rules, list) else [rules]
        names += _NAMES.findall(condition) if isinstance(condition, str) else []
        found |= {str(name).lower(): str(one.get("title")) for name in names if name}
    return found


def _refuse_bases(read: Read, based_on: Mapping[str, str]) -> None:
    """Rules that a correlation uses do not alert by themselves, unless it says so."""
    kept = []
    for file, rule in read.rules:
        serves = next(
            (based_on[one] for one in (str(rule.id).lower(), str(rule.name).lower()) if one in based_on), None
        )
        if serves is None:
            kept.append((file, rule))
        else:
            read.refusals.append(Refusal(file, str(rule.title), _BASE.format(serves)))
    read.rules = kept


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
