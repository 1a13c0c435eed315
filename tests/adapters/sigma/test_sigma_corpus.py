"""Real Sigma rules on real records, against pySigma's SQLite backend; collected only where the collection is there."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from schemas.event import Event, Kind
from streams.adapters.sigma.collect import collect
from streams.adapters.sigma.fields import sigma_field
from streams.adapters.sigma.read import read_sigma
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.problem import Problem
from streams.core.parsing.unwrap import unwrap
from streams.core.query import values_at
from streams.core.query.values import JSON_TEXT
from streams.core.rules.load import RuleFile, load_rules
from streams.core.rules.matcher import matcher_of
from tests.adapters.sigma.sqlite_oracle import Oracle

CORPORA = Path(os.environ.get("GUARDSTREAM_CORPORA") or Path(__file__).parents[4] / "shared" / "corpora")
FILES = {
    str(path.relative_to(CORPORA)): path.read_bytes() for path in sorted((CORPORA / "sigma_aws").rglob("*.yml"))
} if CORPORA.is_dir() else {}  # fmt: skip
COUNTING = {"aws_ec2_download_userdata", "aws_enum_storage", "aws_ses_messaging_enabled", "aws_enum_listing"}
FOUND = collect(FILES)
SIGMA = {str(rule.id): rule for _, rule in read_sigma(FILES).rules}
TEXTS = (
    "awsRegion", "errorCode", "errorMessage", "eventName", "eventSource", "recipientAccountId", "sourceIPAddress",
    "userAgent", "userIdentity.arn", "userIdentity.type", "userIdentity.principalId", "userIdentity.invokedBy",
    "userIdentity.sessionContext.sessionIssuer.arn", "userIdentity.sessionContext.attributes.mfaAuthenticated",
)  # fmt: skip


@lru_cache(maxsize=1)
def records() -> list[dict[str, Any]]:
    """Every record of the collection that is read at all, in normal form."""
    found = []
    for path in sorted(path for path in (CORPORA / "cloudtrail").rglob("*") if path.is_file()):
        content = path.read_bytes()
        for part in content.splitlines() if path.suffix == ".jsonl" else [content]:
            found += [one.document for one in unwrap(part) if isinstance(one, Event) and one.kind is Kind.CLOUDTRAIL]
    return found


@lru_cache(maxsize=1)
def subjects() -> list[dict[str, Any]]:
    parsed = [(document, parse_cloudtrail(document)) for document in records()]
    return [document if isinstance(fields, Problem) else {**document, **fields} for document, fields in parsed]


@lru_cache(maxsize=1)
def oracle() -> Oracle:
    return Oracle(records())


if CORPORA.is_dir():

    def test_every_rule_on_single_events_is_imported_and_those_that_count_are_refused() -> None:
        assert {Path(one.file).stem for one in FOUND.refusals} == COUNTING
        assert all("asks for several events" in one.reason for one in FOUND.refusals)
        assert len(FOUND.imported) == len(FILES) - len(COUNTING)

    def test_the_imported_rules_load_together_without_a_warning() -> None:
        loaded = load_rules([[RuleFile(one.name, one.text) for one in FOUND.imported]])
        assert {rule.id for rule in loaded.rules} == {one.rule_id for one in FOUND.imported} <= SIGMA.keys()
        assert not loaded.warnings

    @pytest.mark.parametrize("made", FOUND.imported, ids=lambda made: str(made.name))
    def test_an_imported_rule_matches_the_records_that_the_backend_matches(made: Any) -> None:
        [rule] = load_rules([[RuleFile(made.name, made.text)]]).rules
        matcher = matcher_of(rule.query, rule.lists)
        pairs = zip(records(), subjects(), strict=True)
        ours = {at for at, (document, subject) in enumerate(pairs) if matcher.matches(subject, document)}
        assert ours == oracle().matches(SIGMA[made.rule_id])

    def test_the_comparison_has_many_records_and_most_rules_match_some() -> None:
        assert len(records()) > 4_000
        assert sum(bool(oracle().matches(SIGMA[made.rule_id])) for made in FOUND.imported) > 20

    @pytest.mark.parametrize("name", TEXTS)
    def test_what_is_taken_for_text_is_an_object_in_no_record(name: str) -> None:
        field = sigma_field(name)
        assert not field.nests
        for document in records():
            plain, whole = values_at(document, field.path), values_at(document, (*field.path, JSON_TEXT))
            assert whole == (plain if plain is None or isinstance(plain, list) else [plain])
