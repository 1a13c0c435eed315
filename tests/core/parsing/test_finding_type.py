from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.parsing.finding_type import FindingType, parse_finding_type

PART = st.text(st.characters(exclude_characters=":/.!", exclude_categories=["Z", "C"]), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Backdoor:EC2/C&CActivity.B!DNS", ("Backdoor", "EC2", "C&CActivity", "B", "DNS")),
        ("Recon:EC2/PortProbeUnprotectedPort", ("Recon", "EC2", "PortProbeUnprotectedPort", None, None)),
        ("Trojan:EC2/DropPoint!DNS", ("Trojan", "EC2", "DropPoint", None, "DNS")),
        ("Discovery:S3/BucketEnumeration.Unusual", ("Discovery", "S3", "BucketEnumeration", "Unusual", None)),
    ],
)
def test_a_type_has_its_parts_and_variant_and_artifact_may_be_absent(text: str, parts: tuple[str | None, ...]) -> None:
    found = parse_finding_type(text)
    assert found.recognised
    assert (found.purpose, found.resource_affected, found.family, found.variant, found.artifact) == parts


def test_the_name_is_family_and_variant_together() -> None:
    assert parse_finding_type("Backdoor:EC2/C&CActivity.B!DNS").name == "C&CActivity.B"
    assert parse_finding_type("Trojan:EC2/DropPoint!DNS").name == "DropPoint"


@pytest.mark.parametrize(
    "text",
    ["", "Recon", "Recon:EC2", "Recon/EC2:Probe", "Recon:EC2/", ":EC2/Probe", "Recon:EC2/A.B.C", "Recon:EC2/A!B!C",
     "Recon:EC2/A!B.C", " Recon:EC2/A", "Recon:EC2/A\n", "Recon:EC2/A B", "A:B/" + "c" * 300],
)  # fmt: skip
def test_a_type_that_does_not_follow_the_grammar_is_kept_whole_and_flagged(text: str) -> None:
    assert parse_finding_type(text) == FindingType(text, recognised=False)
    assert parse_finding_type(text).name is None


@given(PART, PART, PART, st.none() | PART, st.none() | PART)
def test_any_type_that_follows_the_grammar_comes_apart_into_the_parts_it_was_made_of(
    purpose: str, affected: str, family: str, variant: str | None, artifact: str | None
) -> None:
    text = f"{purpose}:{affected}/{family}" + (f".{variant}" if variant else "") + (f"!{artifact}" if artifact else "")
    assert parse_finding_type(text) == FindingType(
        text, recognised=True, purpose=purpose, resource_affected=affected, family=family, variant=variant,
        artifact=artifact,
    )  # fmt: skip
