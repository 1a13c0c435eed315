"""Texts that may be queries: made by a grammar, by damage to real ones, at random, and to be as costly as they can."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    import random

ROOT = Path(__file__).parents[1]
FIELDS = (
    "a", "b.c", "list", "eventName", "eventSource", "sourceIPAddress", "severity", "severity_label", "threat_name",
    "userIdentity.arn", "userAgent", "detail.type", "a.keyword", "severity.numeric", "list[0].x", "requestParameters.x",
    "detail.resource.instanceDetails.service.resourceRole", "eventTime", "text", r"x\.y", "_exists_", "_missing_",
)  # fmt: skip
TERMS = (
    "x", "GetObject", "s3.amazonaws.com", "8", "-5.5", "1e3", "true", "10.0.0.0/8", "::1", "2001:db8::/32",
    "C&CActivity.B!DNS",
    "arn:aws:iam::111122223333:root", "*", "a*b", "?et*", '"a b"', "”a b”", '""', ">5", "<=2026-03-02", "[1 TO 5}",
    "{a TO *]", "[2026-03-01 TO 2026-03-02T10:00:00Z]", "/a.*b/", "/(x|y)+/", "$b.c", "@l", r"\u0041",
    r"a\:b", "ß", "İ", "nan",
)  # fmt: skip
SCRAPS = (
    "(", ")", "[", "]", "{", "}", '"', "“", "/", "\\", "-", "+", "!", "&&", "||", "~2", "^3", ":", "::", "$", "@", "*",
    "?", ">", "<=", " ", "\n", "\t", "\0", "AND", " OR ", "NOT ", " TO ", "and", "[0]", "[1]", ".keyword", ".numeric",
    "\\u", "\ud800", "\u200b", "\ufeff", "🙂", "é", "{1000}", "(?i)", "\\pL", "\\Q", "[^", "now",
)  # fmt: skip
REGEX_SCRAPS = (
    ".*", ".", "a", "b", "[ab]", "(a|b|ab)", "x+", "(a+)+", "(.*a)", "[a-z]{1,9}", r"\w", r"\pL", "(a{0,9}){0,9}",
    "(?:aa|b)*", ".{20}", "{2,60}", "?", "aaaa", "[^b]*", r"\d+",
)  # fmt: skip


@cache
def real() -> tuple[str, ...]:
    """Queries of the shipped rules and measures, and the examples of the documentation."""
    found = re.findall(r"^\| `(.+?)` \|", (ROOT / "docs" / "query-language.md").read_text("utf-8"), re.MULTILINE)
    for file in sorted((ROOT / "deploy").glob("*/*.yml")):
        for entry in yaml.safe_load_all(file.read_text("utf-8")):
            entries = entry if isinstance(entry, list) else [entry]
            found += [one["query"] for one in entries if isinstance(one, dict) and isinstance(one.get("query"), str)]
    return tuple(query.replace(r"\|", "|") for query in found)


def by_grammar(rng: random.Random, depth: int = 3) -> str:
    """Return a query that mostly can be read."""
    if depth == 0 or rng.random() < 0.3:
        leaf = rng.choice(TERMS)
        return leaf if rng.random() < 0.2 else f"{rng.choice(FIELDS)}:{leaf}"
    parts = [by_grammar(rng, depth - 1) for _ in range(rng.randint(1, 4))]
    text = parts[0]
    for part in parts[1:]:
        text += rng.choice((" ", " AND ", " OR ", " AND NOT ", " -", " +", "&&", " || ")) + part
    return rng.choice(("{}", "({})", "NOT ({})", "-({})", "a:({})")).format(text)


def by_damage(rng: random.Random) -> str:
    """Return a real query with some things wrong with it."""
    text = rng.choice(real()) if rng.random() < 0.6 else by_grammar(rng)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(text) + 1)
        end = at + rng.randint(0, 6)
        way = rng.randrange(4)
        if way == 0:
            text = text[:at] + text[end:]
        elif way == 1:
            text = text[:at] + rng.choice(SCRAPS) + text[at:]
        elif way == 2:
            text = text[:end] + text[at:end] * rng.randint(1, 9) + text[end:]
        else:
            text = text[:at] + rng.choice(real())[: rng.randint(1, 30)] + text[at:]
    return text


def at_random(rng: random.Random) -> str:
    """Return scraps and characters of any kind."""
    return "".join(
        rng.choice(SCRAPS + FIELDS + TERMS) if rng.random() < 0.6 else chr(rng.randrange(rng.choice((128, 0x11000))))
        for _ in range(rng.randint(0, 40))
    )


def costly(rng: random.Random) -> str:
    """Return what should take long: regexes, and long rows of the same kind of test."""
    prefix = rng.choice(("", "text:", "list:", "a:", "b.c:"))
    if rng.random() < 0.5:
        regex = "".join(rng.choice(REGEX_SCRAPS) for _ in range(rng.randint(1, rng.choice((6, 30, 300)))))
        return f"{prefix}/{regex}/"
    leaf = rng.choice((
        "w{}", "*{}*", "a{}b*", "?{}*", ">{}", "10.{}.0.0/16", '"a b {}"', "/.*{}a/", "[{} TO z]", ">2026-03-{}",
        "$b.c{}",
        "*a*b*{}*", '"a a a a a {}"', "/(a|b){{1,{}}}/", "_exists_:x{}", "NOT w{}", "(+w{} +a)", "::{}/120", "-5{}",
    ))  # fmt: skip
    joint = rng.choice((" ", " OR ", " AND ", " AND NOT ", " -"))
    count = rng.choice((5, 30, 200, 900))
    row = joint.join(prefix + leaf.format(rng.choice((number, number % 7))) for number in range(count))
    return row[:4_096] if rng.random() < 0.8 else rng.choice(("*a", "?*", "a ", "(", "!", "a:", "\\", '"', "/")) * 1_000


def text(rng: random.Random) -> str:
    """Return a text of any of these kinds."""
    return rng.choice((by_grammar, by_damage, at_random, costly))(rng)
