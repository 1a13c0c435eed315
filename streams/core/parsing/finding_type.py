"""The grammar of finding types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# Longer texts are no types, and would only fill the memory of those seen.
_LONGEST = 256
# Whatever is no separator may stand in a part, so that AWS's future names need no change here.
_PART = r"[^\s:/.!]+"
_GRAMMAR = re.compile(
    rf"(?P<purpose>{_PART}):(?P<resource_affected>{_PART})/(?P<family>{_PART})(?:\.(?P<variant>{_PART}))?(?:!(?P<artifact>{_PART}))?"
)


@dataclass(frozen=True, slots=True)
class FindingType:
    """A finding type and its parts; all parts are None when ``recognised`` is False."""

    whole: str
    recognised: bool
    purpose: str | None = None
    resource_affected: str | None = None
    family: str | None = None
    variant: str | None = None
    artifact: str | None = None

    @property
    def name(self) -> str | None:
        """Family and variant together, as they stand in the type."""
        return self.family if self.variant is None else f"{self.family}.{self.variant}"


def parse_finding_type(text: str) -> FindingType:
    """Split ``ThreatPurpose:ResourceTypeAffected/ThreatFamilyName.ThreatFamilyVariant!Artifact`` into its parts.

    Variant and artifact are optional. A text that does not follow this grammar, which the GuardDuty user guide gives
    under "GuardDuty finding format", is kept whole and not recognised.
    """
    return _parse(text) if len(text) <= _LONGEST else FindingType(text, recognised=False)


@lru_cache(maxsize=4096)
def _parse(text: str) -> FindingType:
    match = _GRAMMAR.fullmatch(text)
    return (
        FindingType(text, recognised=False)
        if match is None
        else FindingType(text, recognised=True, **match.groupdict())
    )
