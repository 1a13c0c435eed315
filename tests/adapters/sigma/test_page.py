from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.sigma.clauses import Written
from streams.adapters.sigma.page import page

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t :#'\"-"), max_size=200
)


def test_a_file_is_laid_out_for_people() -> None:
    rule = {
        "id": "a-rule",
        "title": "Colon: and so on",
        "description": "First line.\n\nSecond # line.",
        "query": "eventName:A AND eventSource:B",
        "condition": {"type": "immediate"},
        "annotations": {"sigma_date": "2026-01-02"},
        "tags": ["attack.t1078"],
    }
    assert page(rule, Written(["eventName:A AND", "eventSource:B"]), "x.yml") == (
        "# Made by `guardstream rules import` of the Sigma rule x.yml; mend that one, and import it again.\n"
        "id: a-rule\n"
        "title: 'Colon: and so on'\n"
        "description: |-\n"
        "  First line.\n"
        "\n"
        "  Second # line.\n"
        "query: >-\n"
        "  eventName:A AND\n"
        "  eventSource:B\n"
        "condition: {type: immediate}\n"
        "annotations:\n"
        "  sigma_date: '2026-01-02'\n"
        "tags:\n"
        "  - attack.t1078\n"
    )


def test_a_long_description_is_folded() -> None:
    text = page({"description": "word " * 60 + "end"}, Written(), "x.yml")
    assert "description: >-\n  word word" in text
    assert all(len(line) <= 120 for line in text.splitlines())


@given(TEXT, TEXT, st.lists(TEXT, min_size=1, max_size=4))
def test_any_text_reads_back_as_it_was(title: str, description: str, lines: list[str]) -> None:
    rule: dict[str, Any] = {"title": title, "description": description, "query": " ".join(lines)}
    assert yaml.safe_load(page(rule, Written(lines), "x\ny.yml")) == rule
