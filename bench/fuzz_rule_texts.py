"""Files of rules that may load: real ones with other values, keys, structure or characters, and what YAML allows."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from bench import fuzz_texts
from streams.core.rules.yaml_nodes import read_yaml

if TYPE_CHECKING:
    import random

ROOT = Path(__file__).parents[1]
BASE = {"id": "example", "title": "E", "level": "low", "source": "cloudtrail", "query": "*"}
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)

CONDITIONS: tuple[dict[str, Any], ...] = (
    {"type": "immediate", "repeat": "once", "renotify": "12h", "forget": "3d"},
    {"type": "immediate", "repeat": "rising", "forget": "1m"},
    {"type": "more_than", "threshold": 0, "window": "2m"},
    {"type": "more_than", "threshold": 1, "window": "3m", "windows": "tumbling", "aggregate": "unique",
     "field": "region"},
    {"type": "more_than", "threshold": 1, "window": "3m", "aggregate": "sum", "field": "severity", "for": "1m"},
    {"type": "more_than", "threshold": 1, "window": "3m", "aggregate": "max", "field": "additionalEventData.bytes"},
    {"type": "less_than", "threshold": 1, "window": "5m", "expect": "seen", "retire-after": "1d"},
    {"type": "less_than", "threshold": 2, "window": "5m", "judged-on": "event_time"},
    {"type": "ratio", "of": "*", "threshold": 0.1, "window": "5m", "minimum": 1, "confident": True},
    {"type": "ratio", "of": "a:1", "threshold": 0.1, "window": "5m", "when-zero": "fires", "of-group": "all"},
    {"type": "ratio", "of": "*", "threshold": 0.9, "window": "5m", "direction": "below"},
    {"type": "new_value", "field": "region", "learn": "1m", "forget": "1d"},
    {"type": "time_relative", "threshold": 1, "window": "5m", "before": "1h", "minimum": 0, "when-zero": "fires"},
    {"type": "more_than_usual", "threshold": 0, "window": "15m", "false-alarms": 0.5, "times": 2, "learn": "1d"},
    {"type": "less_than_usual", "window": "1h", "minimum": 3, "false-alarms": 900},
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 10**30, -(10**30), 0.1, 1e308, -1e308, 1e-320, float("inf"), float("nan"),
    2**63, 2**53 + 1, "", " ", "x", "0", "1m", "1h30m", "90s", "0m", "-5m", "999999999d", "1m" * 400, "14d",
    "36500d", "28d", "30m", "60m", "1d", "7d", "@l", "@nolist", "*", "_exists_:region", "a.b", "a..b", ".",
    "region", "account", "severity_label", "severity", "seen", "once", "rising", "every", "all", "below", "above",
    "fires", "silent", "counted", "ignored", "tumbling", "unique", "sum", "max", "findings", "cloudtrail",
    "critical", "informational", "Europe/Berlin", "UTC", "Mars/Base", "../../etc/passwd", "Pacific/Apia",
    "America/Sao_Paulo", "Etc/GMT+12", "mon-fri", "sat-mon", "sun", "mon-mon", "00:00-24:00", "22:00-06:00",
    "24:00-24:00", "08:00-08:00", "00:00-00:00", "2027-01-31", "2026-02-30", "0001-01-01", "9999-12-31",
    "2026-03-02T09:00:00Z", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00+14:00", "2026-03-29T02:30:00+01:00",
    "\ud800", "\x00", "\u0085", "\ufeff", "🙂" * 30, "İ", "ß", "a" * 5_000, "attack.t1562.008", "attack.x", "<<",
    "&a", "|", [], {}, [None], [[]], [{}], ["region"], [{"u": "a.b"}], ["a"] * 20, [0, 1], {"a": None},
    {"account": ["@l", "1"]}, {"region": []}, {"l": ["x"]}, {"": ""}, {"\ud800": 1},
)  # fmt: skip
KEYS = (
    "id", "override", "name", "title", "level", "levels", "level-from", "source", "query", "group-by", "condition",
    "lists", "exceptions", "active", "dry-run", "enabled", "labels", "annotations", "tests", "tags", "samples",
    "archived", "until", "threshold", "window", "windows", "for", "keep-firing-for", "minimum", "of", "field",
    "aggregate", "expect", "repeat", "renotify", "forget", "learn", "before", "season", "history",
    "minimum-history", "sensitivity", "direction", "when", "above", "below", "because", "reason", "days", "hours",
    "zone", "event", "events", "counts", "alerts", "start", "at", "arrives", "times", "every", "set", "file",
    "count", "numerator", "denominator", "retire-after", "judged-on", "<<", "when-zero", "of-group", "confident",
    "date", "modified", "attack-version", "runbook", "references", "group_by",
)  # fmt: skip
SCRAPS = (
    "\n", "\n---\n", "\n...\n", "\t", " ", "  ", "- ", ": ", "? ", "{", "}", "[", "]", ",", "&a ", "*a", "*call",
    "<<: *a", "!!", "!!python/object:x.y ", "!x ", "| \n", "> \n", "'", '"', "#", "%YAML 9.9\n", "%TAG ! x\n",
    "\x00", "\x85", "\u2028", "\ufeff", "\ud800", "\udcff", "🙂", "null", "~", "true", "0777", "1_000", "0x10",
    ".inf", ".nan", "1e400", "9" * 40, "2026-03-02", "=",
)  # fmt: skip
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@cache
def real() -> tuple[str, ...]:
    """Files of shipped rules, and the examples of the documentation, pieces of a rule made whole."""
    found = [file.read_text("utf-8") for file in sorted((ROOT / "deploy" / "rules").glob("*.yml"))]
    for page in ("README.md", "docs/rules.md", "docs/rules-reference.md"):
        found += _BLOCK.findall((ROOT / page).read_text("utf-8"))
    return tuple(found)


@cache
def entries() -> tuple[dict[str, Any], ...]:
    """Every rule and override of these, as values; those of the reference that show some keys, with what they lack."""
    found = []
    for text in real():
        for document in read_yaml(text):
            listed = document.value if isinstance(document.value, list) else [document.value]
            for entry in listed:
                whole = entry.keys() & {"id", "override", "name"}
                found.append(entry if whole else {**BASE, "condition": {"type": "immediate"}, **entry})
    return tuple(found)


def text(rng: random.Random) -> str:
    """Return a text of any of these kinds."""
    way = rng.random()
    if way < 0.45:
        return by_value(rng)
    if way < 0.7:
        return by_condition(rng)
    return by_damage(rng) if way < 0.95 else by_size(rng)


def by_value(rng: random.Random) -> str:
    """Return a real rule, or several, with some values and keys replaced."""
    chosen = deepcopy(rng.choices(entries(), k=rng.choice((1, 1, 1, 2))))
    for _ in range(rng.randint(0, 3)):
        change(rng, chosen)
    return written(chosen[0] if len(chosen) == 1 else chosen)


def by_condition(rng: random.Random) -> str:
    """Return a rule with a condition and keys of any kind, most of which fit."""
    rule: dict[str, Any] = {**BASE, "source": rng.choice(("findings", "cloudtrail")), "condition": {}}
    rule["condition"] = deepcopy(rng.choice(CONDITIONS))
    if rng.random() < 0.3:
        rule["condition"] |= {"for": rng.choice(("1m", "5m")), "keep-firing-for": rng.choice(("1m", "10m"))}
    if rng.random() < 0.3:
        rule["condition"]["since-release"] = {"within": rng.choice(("1m", "6h", "7d", "8d")), "application": ["shop"]}
    if rng.random() < 0.6:
        rule["group-by"] = rng.choice((["account"], ["region", "account"], [{"who": "principal"}], ["security_groups"]))
    if rng.random() < 0.3:
        rule["active"] = {"hours": "22:00-06:00", "zone": rng.choice(("Europe/Berlin", "Pacific/Apia"))}
    if rng.random() < 0.4:
        rule["query"] = fuzz_texts.text(rng)
    if rng.random() < 0.3:
        rule["exceptions"] = [{"query": fuzz_texts.by_grammar(rng, 2), "reason": "r", "until": "2027-01-31"}]
    if rng.random() < 0.3:
        rule["levels"] = [{"level": "high", rng.choice(("above", "below")): rng.choice((0, 0.5, 1, 100))}]
    if rng.random() < 0.3:
        rule["lists"] = {"l": rng.choice((["x"], [], ["10.0.0.0/8", "GetObject"]))}
        rule["query"] = "a:@l OR region:*"
    for _ in range(rng.randint(0, 2)):
        change(rng, [rule])
    return written(rule)


def change(rng: random.Random, root: list[Any]) -> None:
    """Change one thing somewhere in it: another value, key or type, one less, one twice, one deeper."""
    if not (spots := _spots(root)):
        return
    parent, key = rng.choice(spots)
    way = rng.randrange(7)
    if way == 0:
        del parent[key]
    elif way == 1 and isinstance(parent, dict):
        parent[rng.choice(KEYS)] = parent.pop(key)
    elif way == 2 and isinstance(parent, dict):
        parent[rng.choice(KEYS)] = deepcopy(rng.choice(VALUES))
    elif way == 3 and isinstance(parent, list):
        parent.append(deepcopy(parent[key]))
    elif way == 4:
        parent[key] = rng.choice(([parent[key]], {rng.choice(KEYS): parent[key]}))
    elif way == 5 and isinstance(parent[key], str):
        parent[key] = fuzz_texts.text(rng)
    else:
        parent[key] = deepcopy(rng.choice(VALUES))


def _spots(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a value, as its container and its key there; events of tests are one place each."""
    found: list[tuple[Any, Any]] = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        found.append((value, key))
        if isinstance(inner, dict | list) and key != "event":
            found += _spots(inner)
    return found


def written(value: Any) -> str:
    """Return it as YAML in flow style."""
    return _flow(value) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value!r}" if value == value and abs(value) != float("inf") else f".{str(value)[-3:]}"  # noqa: PLR0124
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        # A key of JSON is a key of YAML, unless a lone half of a character is in it, which is then written as it is.
        try:
            return orjson.dumps(value).decode() if value != "<<" else value
        except orjson.JSONEncodeError:
            return f'"{value}"'
    return {None: "null", True: "true", False: "false"}[value]


def by_damage(rng: random.Random) -> str:
    """Return a real file with some things wrong with its text."""
    damaged = rng.choice(real())
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(damaged) + 1)
        end = at + rng.randint(0, 12)
        way = rng.randrange(4)
        if way == 0:
            damaged = damaged[:at] + damaged[end:]
        elif way == 1:
            damaged = damaged[:at] + rng.choice(SCRAPS) + damaged[at:]
        elif way == 2:
            lines = damaged.split("\n")
            place = rng.randrange(len(lines))
            indent = rng.choice(("", " ", "  ", "      "))
            lines[place] = rng.choice((indent + lines[place].strip(), lines[place] + "\n" + lines[place]))
            damaged = "\n".join(lines)
        else:
            damaged = damaged[:at] + str(rng.choice(VALUES))[:60] + damaged[end:]
    return damaged


def by_size(rng: random.Random) -> str:
    """Return what should take long: deep, wide, long, or short but standing for much."""
    rule = "id: a\ntitle: t\nlevel: low\nsource: findings\nquery: '*'\ncondition: {type: immediate}\n"
    deep = rng.choice((20, 39, 41, 1_000, 100_000))
    wide = rng.choice((100, 10_000))
    return rng.choice((
        lambda: rule + "annotations: " + "[" * deep + "]" * deep,
        lambda: rule + "annotations: " + "{a: " * deep + "}" * deep,
        lambda: "- " * deep + "x",
        lambda: "? " * deep + "x",
        lambda: BOMB + rule,
        lambda: "a: &a {b: *a}\n" + rule,
        lambda: rule + "labels: {" + ", ".join(f"k{number}: v" for number in range(wide)) + "}",
        lambda: rule + "lists: {l: [" + ", ".join(f"v{number}" for number in range(wide)) + "]}\n",
        lambda: rule + "tags: [" + "x, " * wide + "x]",
        lambda: "\n---\n".join([rule.replace("id: a", f"id: a{number}") for number in range(wide // 100)]),
        lambda: "\n---\n".join([rule] * (wide // 100)),
        lambda: rule + "levels: [" + "{level: low, when: 'a:b'}, " * (wide // 10) + "]",
        lambda: rule + "exceptions: [" + "{query: 'a:b', reason: r}, " * (wide // 10) + "]",
        lambda: rule + "x: &a {" + ", ".join(f"k{number}: v" for number in range(wide)) + "}\ny: {" + "<<: *a, " * 50
        + "}",
        lambda: rule + "description: " + "x" * rng.choice((10_000, 999_000, 1_100_000)),
        lambda: rule.replace("'*'", "'" + "(" * wide + "'"),
        lambda: rule + "tests: [" + "{name: x, event: {}, expect: fires}, " * (wide // 10) + "]",
        lambda: "#" * wide + rule + "#" * wide,
    ))()  # fmt: skip
