from __future__ import annotations

from collections import Counter

import pytest

from streams.core.generate.finding_types import FINDING_TYPES, TITLES, FindingType
from streams.core.parsing.finding_type import parse_finding_type


def test_the_table_has_at_least_sixty_types() -> None:
    assert len({row.name for row in FINDING_TYPES}) >= 60


def test_no_type_has_two_rows_of_one_role() -> None:
    assert max(Counter((row.name, row.role) for row in FINDING_TYPES).values()) == 1


@pytest.mark.parametrize("row", FINDING_TYPES, ids=[f"{row.name}-{row.role}" for row in FINDING_TYPES])
def test_every_row_follows_the_grammar_of_types_and_has_a_severity_and_a_title(row: FindingType) -> None:
    parsed = parse_finding_type(row.name)
    assert parsed.recognised
    assert parsed.purpose == row.purpose
    assert (parsed.name == "PhishingDomainRequest") == row.is_phishing
    assert 1 <= row.severity <= 9
    assert row.role in {"TARGET", "ACTOR"}
    assert "{name}" in TITLES[row.purpose]


def test_compromise_is_rarer_than_probes_and_policy() -> None:
    weights: Counter[str] = Counter()
    for row in FINDING_TYPES:
        weights[row.purpose] += row.weight  # type: ignore[assignment]  # Weights may be fractions; Counter sums them all the same.
    for common in ("Recon", "UnauthorizedAccess", "Policy"):
        for rare in ("Backdoor", "Trojan", "CryptoCurrency", "Impact", "AttackSequence"):
            assert weights[common] > 3 * weights[rare]
