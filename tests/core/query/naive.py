"""A second reading of queries, written without looks at speed: the classic parser's rules, and plain comparisons."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Judge = Callable[[dict[str, Any]], bool]


@dataclass
class Clause:
    occur: str
    judge: Judge


@dataclass
class Naive:
    """Lucene's classic parser for queries of terms, AND OR NOT + - ! && || and brackets, each parted by a space."""

    tokens: list[str]
    leaf: Callable[[str], Judge]
    at: int = field(default=0)

    def query(self) -> Judge:
        """Clauses up to the end or the closing bracket, as ``QueryParserBase.addClause`` weighs them with OR."""
        clauses: list[Clause] = []
        while self.at < len(self.tokens) and self.tokens[self.at] != ")":
            joint = self._take({"AND": "AND", "&&": "AND", "OR": "OR", "||": "OR"}) if clauses else None
            sign = self._take({"+": "+", "-": "-", "!": "-", "NOT": "-"})
            judge = self._clause()
            if clauses and joint == "AND" and clauses[-1].occur != "must_not":
                clauses[-1].occur = "must"
            occur = "must_not" if sign == "-" else "must" if sign == "+" or joint == "AND" else "should"
            clauses.append(Clause(occur, judge))
        return _judged(clauses)

    def _take(self, words: dict[str, str]) -> str | None:
        word = words.get(self.tokens[self.at])
        self.at += word is not None
        return word

    def _clause(self) -> Judge:
        word = self.tokens[self.at]
        self.at += 1
        if word != "(":
            return self.leaf(word)
        judge = self.query()
        self.at += 1
        return judge


def _judged(clauses: list[Clause]) -> Judge:
    of = {
        occur: [clause.judge for clause in clauses if clause.occur == occur] for occur in ("must", "should", "must_not")
    }

    def judge(event: dict[str, Any]) -> bool:
        required = all(one(event) for one in of["must"])
        optional = bool(of["must"]) or not of["should"] or any(one(event) for one in of["should"])
        return required and optional and not any(one(event) for one in of["must_not"])

    return judge


def values(event: Any, keys: list[str]) -> list[Any]:
    """All scalars that a path reaches, arrays opened; none of None and objects."""
    if isinstance(event, list):
        return [found for element in event for found in values(element, keys)]
    if keys:
        return values(event[keys[0]], keys[1:]) if isinstance(event, dict) and keys[0] in event else []
    return [] if event is None or isinstance(event, dict) else [event]


def word_match(term: str, value: Any) -> bool:
    """Is the term the value, or a run of whole words in it? For terms of letters and values that are text."""
    return isinstance(value, str) and (
        value.lower() == term.lower()
        or re.search(rf"(?<!\w){re.escape(term.lower())}(?!\w)", value.lower()) is not None
    )


def wildcard_match(term: str, value: Any) -> bool:
    """Does the whole value match, a letter for each ``?`` and any text for each ``*``?"""
    pattern = "".join({"*": "[^\\0]*", "?": "[^\\0]"}.get(char, re.escape(char)) for char in term.lower())
    return isinstance(value, str) and re.fullmatch(pattern, value.lower()) is not None
