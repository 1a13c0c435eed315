from __future__ import annotations

import pytest

from streams.core.alerts.text import console_link, group_text, summarise


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), ("", ""), ("x", "x"), (8, "8"), (8.0, "8"), (8.5, "8.5"), (True, "true"), (False, "false"),
        (-0.0, "0"), (1e300, "1e+300"), (2**63, "9223372036854775808"),
    ],
)  # fmt: skip
def test_equal_values_are_one_group_and_true_is_not_1(value: object, text: str | None) -> None:
    assert group_text(value) == text


def test_a_summary_names_whom_it_concerns_where_that_is_known() -> None:
    assert summarise("T", "w", {"account": "1", "region": None, "type": "x"}) == "T: w (account 1, type x)"
    assert summarise("T", "w", {"account": None}) == "T: w"


def test_a_link_leads_to_the_console_of_the_region() -> None:
    finding = console_link("eu-west-1", "abc", finding=True)["console"]
    assert (
        finding == "https://eu-west-1.console.aws.amazon.com/guardduty/home?region=eu-west-1#/findings?search=id%3Dabc"
    )
    record = console_link("eu-west-1", "5e0c-1", finding=False)["console"]
    assert record == "https://eu-west-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1#/events/5e0c-1"


@pytest.mark.parametrize(
    ("region", "event_id"), [(None, "x"), ("", "x"), ("eu-west-1", ""), ("evil.example/#", "x"), ("a b", "x")]
)
def test_there_is_no_link_where_region_or_id_are_missing_or_lead_elsewhere(region: str | None, event_id: str) -> None:
    assert console_link(region, event_id, finding=True) == {}


def test_an_id_can_not_change_the_address() -> None:
    assert console_link("eu-west-1", "a&b=/c?", finding=False)["console"].endswith("#/events/a%26b%3D%2Fc%3F")
