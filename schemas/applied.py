"""A set of rules as it is applied while workers run: what the topic `rules` holds, a message a set."""

from __future__ import annotations

import zlib
from typing import Self

import orjson
from pydantic import Field, ValidationError

from schemas.errors import GuardstreamError
from schemas.measure import Measure, Strict, Text, digest
from schemas.rule import Rule, RuleOverride  # noqa: TC001 - pydantic asks for them at run time

MOST_BYTES = 64 << 20
"""What a set may have unpacked: enough for tens of thousands of rules."""


class Change(Strict):
    """What somebody changed by a command: an override, by whom and why, and since when (RFC 3339)."""

    override: RuleOverride
    reason: Text
    at: Text
    owner: Text | None = None


class AppliedRules(Strict):
    """Rules and measures that hold from ``effective_from`` (epoch ms, a whole minute) on.

    ``rules`` are those of the folders, disabled ones too and without their tests; ``changes`` are put on them in order,
    and stay when rules are applied from folders again.
    """

    effective_from: int = Field(ge=0)
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    changes: tuple[Change, ...] = ()
    note: Text = ""

    @property
    def name(self) -> str:
        """Its instant and a hash of what it holds."""
        meaning = [
            [[rule.id, rule.revision, rule.enabled] for rule in self.rules],
            [measure.id for measure in self.measures],
            [change.model_dump(mode="json") for change in self.changes],
        ]
        return f"{self.effective_from:013d}-{digest(meaning)}"

    def encode(self) -> bytes:
        """As packed JSON."""
        written = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return zlib.compress(orjson.dumps(written), 9)

    @classmethod
    def decode(cls, value: bytes) -> Self:
        """The inverse of ``encode``; raises GuardstreamError for anything else."""
        try:
            unpacker = zlib.decompressobj()
            written = unpacker.decompress(value, MOST_BYTES)
            return cls.model_validate(orjson.loads(written))
        except (zlib.error, orjson.JSONDecodeError, ValidationError) as error:
            message = f"this is no set of rules that this version can read: {error}"
            raise GuardstreamError(message) from error
