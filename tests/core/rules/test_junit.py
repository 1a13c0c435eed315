"""JUnit XML of rules' tests."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from streams.core.rules.cases import Outcome, cases_of
from streams.core.rules.junit import junit_xml
from tests.core.rules.rule_files import CALL, rule_set, rule_text


def test_a_file_is_a_suite_and_a_test_a_case_of_its_rule_with_time_and_failure() -> None:
    tests = [{"name": name, "event": CALL, "expect": "fires"} for name in ("one", "a < b & \x1b[0m")]
    cases = cases_of(rule_set(rule_text(tests=tests), rule_text(id="b-rule", tests=tests[:1])))
    problems = [None, "expected this,\n    but was \x00 that", None]
    outcomes = [Outcome(case, problem, 0.25) for case, problem in zip(cases, problems, strict=True)]
    root = fromstring(junit_xml(outcomes))  # noqa: S314 - what is read was written just before
    assert {**root.attrib} == {
        "name": "guardstream rules test", "tests": "3", "failures": "1", "errors": "0", "skipped": "0", "time": "0.750",
    }  # fmt: skip
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("1/rules.yml", "2", "1"), ("2/rules.yml", "1", "0"),
    ]  # fmt: skip
    passed, failed = root[0]
    assert (passed.get("classname"), passed.get("name"), passed.get("time"), len(passed)) == (
        "a-rule",
        "one",
        "0.250",
        0,
    )
    assert failed.get("name") == "a < b & \ufffd[0m"
    assert failed[0].get("message") == "expected this,"
    assert failed[0].text == "1/rules.yml:1: expected this,\n    but was \ufffd that"


def test_no_tests_are_a_document_too() -> None:
    assert fromstring(junit_xml([])).get("tests") == "0"  # noqa: S314 - as above
