"""Tags of rules as Sigma writes them: what it is about, in the words of MITRE ATT&CK or of others.

Source: https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-appendix-tags.md
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from schemas.measure import Line, Text

_ATTACK = r"attack\.(?:t\d{4}(?:\.\d{3})?|ta\d{4}|[gsc]\d{4}|[a-z]+(?:[-_][a-z]+)*)"
_ATTACK_TAG = re.compile(_ATTACK, re.ASCII)
TECHNIQUE_TAG = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.ASCII)
_MEANS_ATTACK = re.compile(r"attack[.\s:_-]|(?:mitre[.\s:_-]*)?t\d{4}", re.ASCII | re.IGNORECASE)

TACTICS: tuple[str, ...] = (
    "reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation",
    "defense-evasion", "stealth", "defense-impairment", "credential-access", "discovery", "lateral-movement",
    "collection", "command-and-control", "exfiltration", "impact",
)  # fmt: skip
"""The tactics of ATT&CK for Enterprise (https://attack.mitre.org/tactics/enterprise/).

Version 19 parted defense-evasion into stealth and defense-impairment; rules whose tags are of versions before have it.
"""


def _tag(text: str) -> str:
    if not _MEANS_ATTACK.match(text) or _ATTACK_TAG.fullmatch(text):
        return text
    message = (
        f"{text!r} is no ATT&CK tag: write a technique as attack.t1562.008, a tactic as attack.defense-evasion, "
        "in lower case"
    )
    raise ValueError(message)


def _version(text: str) -> str:
    if re.fullmatch(r"v\d{1,2}(?:\.\d)?", text, re.ASCII):
        return text
    message = f"{text!r} is no version of ATT&CK: write it as v17"
    raise ValueError(message)


Tag = Annotated[
    Line,
    StringConstraints(max_length=100),
    AfterValidator(_tag),
    WithJsonSchema(
        {"type": "string", "pattern": rf"^(?:{_ATTACK}|(?![Aa][Tt][Tt][Aa][Cc][Kk][.\s:_-]|[Tt]\d{{4}}).+)$"}
    ),
]
"""A tag; one of ATT&CK's is ``attack.`` and a technique, tactic, group or software: ``attack.t1562.008``."""

AttackVersion = Annotated[
    Text, AfterValidator(_version), WithJsonSchema({"type": "string", "pattern": r"^v\d{1,2}(?:\.\d)?$"})
]
"""A version of ATT&CK, as ``v17``."""
