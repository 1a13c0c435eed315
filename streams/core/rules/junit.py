"""Results of rules' tests as JUnit XML, which CI systems read.

A ``testsuite`` is a rule file, a ``testcase`` a test, its ``classname`` the rule's id. Format as Jenkins has it:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.core.rules.cases import Outcome

# XML 1.0 has no way to write these (https://www.w3.org/TR/xml/#charsets).
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(outcomes: Sequence[Outcome]) -> bytes:
    """The document, in UTF-8; ``outcomes`` are in the order of files."""
    root = Element("testsuites", _counts(outcomes, "guardstream rules test"))
    for file, cases in groupby(outcomes, key=lambda outcome: outcome.case.where.file or ""):
        in_file = list(cases)
        suite = SubElement(root, "testsuite", _counts(in_file, file))
        for outcome in in_file:
            _case(suite, outcome)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _counts(outcomes: Sequence[Outcome], name: str) -> dict[str, str]:
    failures = sum(outcome.problem is not None for outcome in outcomes)
    return {
        "name": _writable(name),
        "tests": str(len(outcomes)),
        "failures": str(failures),
        "errors": "0",
        "skipped": "0",
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }


def _case(suite: Element, outcome: Outcome) -> None:
    where = outcome.case.where
    attributes = {
        "classname": outcome.case.rule.id,
        "name": _writable(outcome.case.test.name),
        "file": _writable(where.file or ""),
        "line": str(where.line or 0),
        "time": f"{outcome.seconds:.3f}",
    }
    written = SubElement(suite, "testcase", attributes)
    if outcome.problem is not None:
        first = _writable(outcome.problem.splitlines()[0])
        failure = SubElement(written, "failure", {"message": first, "type": "unexpected"})
        failure.text = _writable(f"{where.file}:{where.line}: {outcome.problem}")


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
