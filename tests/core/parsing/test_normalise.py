from __future__ import annotations

import copy

from streams.core.parsing.normalise import as_envelope, normalise
from tests.core.parsing.samples import detail, envelope, older_envelope, pascal_case


def test_what_is_in_normal_form_comes_back_itself() -> None:
    finding = envelope()
    assert normalise(finding) is finding


def test_a_pascal_case_detail_becomes_the_camel_case_one() -> None:
    assert normalise(envelope(detail=pascal_case(detail()))) == envelope()


def test_what_older_examples_nest_is_copied_to_its_place_today_and_left_where_it_was() -> None:
    finding = older_envelope()
    before = copy.deepcopy(finding)
    changed = normalise(finding)["detail"]
    nested = changed["resource"]["instanceDetails"]
    for name in ("service", "severity", "title", "description", "createdAt", "updatedAt"):
        assert changed[name] == nested[name]
    assert finding == before


def test_what_stands_in_its_place_already_is_kept() -> None:
    finding = older_envelope()
    finding["detail"]["severity"] = 2
    assert normalise(finding)["detail"]["severity"] == 2


def test_an_envelope_without_a_source_gets_one() -> None:
    assert normalise(envelope(source=None)) == envelope()


def test_an_object_without_a_detail_is_no_envelope() -> None:
    assert as_envelope({"source": "s", "id": 1}) is None
