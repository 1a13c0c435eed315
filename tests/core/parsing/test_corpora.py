from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import orjson
import pytest

from schemas.event import Event, Kind, Reason, Refusal
from streams.core.parsing.camel_case import lower_first
from streams.core.parsing.cloudtrail import parse_cloudtrail
from streams.core.parsing.finding import parse_finding
from streams.core.parsing.finding_type import parse_finding_type
from streams.core.parsing.problem import Problem
from streams.core.parsing.unwrap import unwrap
from tests.core.parsing.corpora import CORPORA, files

if TYPE_CHECKING:
    from pathlib import Path

_NOT_EVENTS = {"finding_shapes.json"}
_FINDINGS = [path for path in files("guardduty") if path.name not in _NOT_EVENTS]


def _ids(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", files("guardduty", "cloudtrail"), ids=_ids)
def test_every_part_of_every_file_is_an_event_or_a_refusal_in_order(path: Path) -> None:
    found = unwrap(path.read_bytes())
    assert found
    assert [one.index for one in found] == list(range(len(found)))
    assert all(isinstance(one, Event | Refusal) for one in found)


@pytest.mark.parametrize("path", [path for path in _FINDINGS if "not_findings" not in str(path)], ids=_ids)
def test_every_published_finding_has_a_type_a_severity_an_account_and_a_time(path: Path) -> None:
    findings = [one for one in unwrap(path.read_bytes()) if isinstance(one, Event) and one.kind is Kind.FINDING]
    assert findings
    for finding in findings:
        parsed = parse_finding(finding.document)
        detail = finding.document["detail"]
        if "time" in finding.document and (finding.document["time"] or detail.get("updatedAt")):
            assert isinstance(parsed, dict), parsed
            assert parsed["type_recognised"]
            assert parsed["severity_label"]
            assert parsed["account"]
            assert parsed["region"]
        else:
            assert isinstance(parsed, Problem)
            assert parsed.reason is Reason.NO_TIME


@pytest.mark.parametrize("path", [path for path in _FINDINGS if "not_findings" in str(path)], ids=_ids)
def test_what_only_looks_like_a_finding_is_none(path: Path) -> None:
    assert Kind.FINDING not in {one.kind for one in unwrap(path.read_bytes()) if isinstance(one, Event)}


def test_a_description_of_findings_is_no_finding() -> None:
    (found,) = unwrap((CORPORA / "guardduty" / "finding_shapes.json").read_bytes())
    assert isinstance(found, Event)
    assert found.kind is Kind.OTHER


@pytest.mark.parametrize("path", files("cloudtrail"), ids=_ids)
def test_lines_that_are_records_are_recognised_and_parsed_unless_they_have_no_time(path: Path) -> None:
    kinds: Counter[Kind | Reason] = Counter()
    for one in unwrap(path.read_bytes()):
        if isinstance(one, Event) and one.kind is Kind.CLOUDTRAIL:
            parsed = parse_cloudtrail(one.document)
            kinds[one.kind if isinstance(parsed, dict) else parsed.reason] += 1
    assert set(kinds) <= {Kind.CLOUDTRAIL, Reason.NO_TIME}
    if path.suffix != ".rst":
        assert kinds[Kind.CLOUDTRAIL] > kinds[Reason.NO_TIME]


def test_all_published_types_follow_the_grammar() -> None:
    types = (CORPORA / "finding_types.txt").read_text().split()
    assert len(types) > 100
    for text in types:
        assert parse_finding_type(text).recognised, text


def test_the_api_names_become_the_names_that_the_api_model_gives() -> None:
    shapes = orjson.loads((CORPORA / "guardduty" / "finding_shapes.json").read_bytes())["shapes"]
    # The name that an object has in its parent decides where one API name has two meanings.
    parents = {
        member["shape"]: member.get("locationName") or lower_first(name)
        for shape in shapes.values()
        for name, member in shape.get("members", {}).items()
    }
    lists = {shape["member"]["shape"]: parents.get(name, "") for name, shape in shapes.items() if "member" in shape}
    for shape_name, shape in shapes.items():
        parent = parents.get(shape_name) or lists.get(shape_name, "")
        for name, member in shape.get("members", {}).items():
            expected = member.get("locationName") or name[0].lower() + name[1:]
            assert lower_first(name, parent) == expected, (shape_name, name)
