"""One Sigma rule as one of ours: every part has its place, or the rule is refused."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, get_args

from sigma.exceptions import SigmaError
from sigma.rule.detection import EmptySigmaDetections
from sigma.rule.logsource import EmptyLogSource

from schemas.rule import Level
from streams.adapters.sigma.clauses import Written, write
from streams.adapters.sigma.condition import SEVERAL_EVENTS, condition_of
from streams.adapters.sigma.refusal import NotImportableError

if TYPE_CHECKING:
    from sigma.rule import SigmaRule

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_ID = 100
# Sigma's status of rules that nobody should run any more: they are written, and switched off.
_RETIRED = frozenset({"deprecated", "unsupported"})
_STATUSES = frozenset({"stable", "test", "experimental"})


def convert(file: str, rule: SigmaRule) -> tuple[dict[str, Any], Written]:
    """The keys of our rule in the order in which they are written, and its query laid out.

    Raises NotImportableError with the reason. Mistakes in what is only for people (dates, tags, a status that is none)
    refuse nothing: such a part is left out.
    """
    if isinstance(rule.detection, EmptySigmaDetections) or isinstance(rule.logsource, EmptyLogSource):
        raise NotImportableError(f"pySigma can't read it: {_reason(rule)}")
    _check_source(rule)
    if "timeframe" in rule.custom_attributes:
        raise NotImportableError(f"its timeframe {SEVERAL_EVENTS}")
    try:
        written = write(condition_of(rule.detection))
    except (SigmaError, RecursionError) as error:
        raise NotImportableError(f"pySigma can't read it: {_line(error)}") from error
    status = _named(rule.status)
    made: dict[str, Any] = {
        "id": _id(file, rule),
        "title": _line(rule.title or PurePath(file).stem),
        "description": _text(rule.description),
        "level": _level(rule),
        "status": status if status in _STATUSES else "experimental",
        "enabled": False if status in _RETIRED else None,
        "source": "cloudtrail",
        "query": written.query,
        "condition": {"type": "immediate"},
        "lists": {name: list(values) for name, values in written.lists.items()},
        "annotations": _annotations(file, rule, status),
        "references": _texts(rule.references),
        "tags": [str(tag) for tag in rule.tags],
        "falsepositives": _texts(rule.falsepositives),
    }
    return {key: value for key, value in made.items() if value not in (None, "", [], {})}, written


def _check_source(rule: SigmaRule) -> None:
    source = rule.logsource
    product, service = (str(part or "").lower() for part in (source.product, source.service))
    if service == "cloudtrail" and product in {"", "aws"}:
        if rule.taxonomy not in {None, "sigma"}:
            raise NotImportableError(
                f"its taxonomy is {rule.taxonomy}: its fields are not those of CloudTrail's records"
            )
        return
    parts = {"product": source.product, "service": source.service, "category": source.category}
    named = ", ".join(f"{key} {value}" for key, value in parts.items() if value)
    if service == "guardduty":
        why = "Sigma has no agreed names for the fields of findings, so write a rule on findings"
    else:
        why = "guardstream reads CloudTrail's records: product aws, service cloudtrail"
    raise NotImportableError(f"its log source is {named}; {why}")


def _id(file: str, rule: SigmaRule) -> str:
    """Sigma's own id where it can be one of ours, which every UUID can; else one made of the title."""
    own = str(rule.id or "").lower()
    if _SLUG.fullmatch(own) and len(own) <= _LONGEST_ID:
        return own
    made = "-".join(re.findall(r"[a-z0-9]+", f"{rule.title or PurePath(file).stem}".lower()))
    return made[:_LONGEST_ID].strip("-") or "untitled"


def _level(rule: SigmaRule) -> str:
    """A rule without a level that we know is of medium level, as most are."""
    level = _named(rule.level)
    return level if level in get_args(Level) else "medium"


def _annotations(file: str, rule: SigmaRule, status: str) -> dict[str, str]:
    """What has no key here, the author first: the licence of SigmaHQ's rules asks for it beside what they find."""
    found = {
        "sigma_author": _line(rule.author),
        "sigma_license": _line(rule.license),
        "sigma_file": PurePath(file).name,
        "sigma_id": str(rule.id) if rule.id and str(rule.id) != _id(file, rule) else "",
        "sigma_date": _line(rule.date),
        "sigma_modified": _line(rule.modified),
        "sigma_status": "" if status in _STATUSES else status,
        "sigma_fields": ", ".join(_texts(rule.fields)),
        "sigma_level": "" if _named(rule.level) in get_args(Level) else _named(rule.level) or "none",
    }
    return {name: text for name, text in found.items() if text}


def _reason(rule: SigmaRule) -> str:
    return "; ".join(_line(error) for error in rule.errors) or "it has no detection"


def _named(value: Any) -> str:
    """The name of pySigma's constant, or what the rule says where it is none of them."""
    return _line(getattr(value, "name", value)).lower()


def _texts(values: Any) -> list[str]:
    """A list of texts, also where the rule has one text, or none."""
    listed = values if isinstance(values, list) else [values]
    return [text for text in (_text(value) for value in listed) if text]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _line(value: Any) -> str:
    return " ".join(_text(value).split())
