from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.panel import Panel
from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.board.choose import Countable, choose, countables
from streams.core.board.panels import load_panels
from streams.core.board.spans import Span
from streams.core.board.state import KEYS, NAMES, State
from streams.core.board.views import NOTHING, view
from streams.core.rules.measure_files import load_measures
from tests.core.board.store import Finding, Findings

MINUTE = 60_000
START = 1_790_000_040_000
SPAN = Span(START, START + 60 * MINUTE)
MEASURES = countables(load_measures([read_folder(shipped_folder("measures"))]))
PANELS = load_panels([read_folder(shipped_folder("panels"))])
SOME: dict[str, list[str | None]] = {
    "severity_label": ["High", "Medium", "Low", "Critical"],
    "account": ["1", "2"],
    "region": ["us-east-1", "eu-west-1", None],
    "threat_purpose": ["Backdoor", "Recon", None],
    "type": ["Backdoor:EC2/C&CActivity.B!DNS", "Recon:EC2/PortProbe"],
    "resource_type": ["Instance", None],
    "resource_id": ["i-1", "i-2"],
    "security_group": ["web", "db"],
}
findings = st.fixed_dictionaries({key: st.sampled_from(SOME[key]) for key in KEYS})
dated = st.lists(st.tuples(st.integers(-60, 59).map(lambda minute: START + minute * MINUTE), findings), max_size=20)
filters = st.dictionaries(st.sampled_from(KEYS), st.sampled_from([0, 1]), max_size=3).map(
    lambda chosen: {key: (SOME[key][place % len(SOME[key])],) for key, place in chosen.items()}
)


@settings(deadline=None, derandomize=True)
@given(dated, filters, st.sampled_from(PANELS))
def test_a_panel_shows_what_is_counted_by_hand(
    found: list[tuple[int, Finding]], chosen: dict[str, tuple[str | None, ...]], panel: Panel
) -> None:
    shown = view(panel, State(filters=chosen), SPAN, MEASURES, Findings(found))
    own = {key: tuple(values) for key, values in panel.where.items()}
    fits = [
        one
        for at, one in found
        if SPAN.start_ms <= at < SPAN.end_ms
        and all(one[key] in values for key, values in own.items())
        and all(one[key] in values for key, values in chosen.items() if NAMES[key] not in shown.left_out)
    ]
    assert shown.total == len(fits)
    by_hand = Counter(tuple(one[key] for key in shown.by) for one in fits)
    if panel.chart == "trend":
        assert {line.name: line.total for line in shown.lines if line.name != "All"} == {
            key[0]: count for key, count in by_hand.items()
        }
        assert not fits or shown.lines[0].total == len(fits)
    elif panel.chart != "number":
        assert {row.values: row.count for row in shown.rows} == dict(by_hand)
        assert all(sum(count for _, count in row.parts) in {0, row.count} for row in shown.rows)
        assert (shown.reason == NOTHING) == (not fits)


def test_a_click_on_a_row_narrows_the_page_by_it_and_another_widens_it() -> None:
    found = Findings([(START, {key: values[0] for key, values in SOME.items()})])
    [accounts] = [panel for panel in PANELS if panel.id == "accounts"]
    [row] = view(accounts, State(), SPAN, MEASURES, found).rows
    assert row.state.filters == {"account": ("1",)}
    [again] = view(accounts, row.state, SPAN, MEASURES, found).rows
    assert again.chosen
    assert again.state == State()


def test_the_coarsest_measure_that_has_the_keys_answers() -> None:
    accounts = Panel.model_validate({"id": "a", "title": "A", "chart": "bars", "by": ["account"]})
    chosen = choose(accounts, accounts.by, {}, MEASURES)
    assert chosen is not None
    assert chosen.measure.name == "findings-by-account"
    narrowed = choose(accounts, accounts.by, {"region": ("us-east-1",)}, MEASURES)
    assert narrowed is not None
    assert narrowed.measure.name == "findings-one-by-one"
    severe = choose(accounts, accounts.by, {"severity_label": ("High",)}, MEASURES)
    assert severe is not None
    assert severe.measure.name == "findings-by-account"


def test_a_measure_that_counts_events_several_times_answers_only_what_asks_for_its_key() -> None:
    panel = Panel.model_validate({"id": "a", "title": "A", "chart": "bars", "by": ["account"]})
    several = Countable("by-group", ("account", "group"), frozenset({"group"}))
    assert choose(panel, panel.by, {}, [several]) is None
    asked = choose(panel, panel.by, {"group": ("web",)}, [several])
    assert asked is not None
    # An event with both values would count twice; one without any was never counted.
    assert choose(panel, panel.by, {"group": ("web", "db")}, [several]) is None
    assert choose(panel, panel.by, {"group": (None,)}, [several]) is None


def test_a_panel_says_which_filters_its_measure_can_not_be_narrowed_by() -> None:
    panel = Panel.model_validate(
        {"id": "calls", "title": "Calls", "chart": "bars", "by": ["event_source"], "measure": "cloudtrail-events"}
    )
    asked = choose(panel, panel.by, {"account": ("1",), "region": ("us-east-1",)}, MEASURES)
    assert asked is not None
    assert (asked.where, asked.left_out) == ({"account": ("1",)}, ("region",))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"by": ["moon"]},
            (
                "no measure counts all findings by moon: add one with group-by: [moon] to a folder of "
                "GUARDSTREAM_MEASURES, and name it in the panel"
            ),
        ),
        ({"by": ["account", "moon"]}, "by moon: add one with group-by: [account, moon] to"),
        ({"by": ["moon"], "measure": "tides"}, "there is no measure tides: GUARDSTREAM_MEASURES names the folders"),
        (
            {"by": ["moon"], "measure": "findings-by-region"},
            "the measure findings-by-region does not count by moon, but by region, severity_label",
        ),
        ({"by": ["region"], "measure": "findings"}, "does not count by region, but by nothing"),
    ],
)
def test_a_panel_without_a_measure_says_what_is_missing(parts: dict[str, object], said: str) -> None:
    panel = Panel.model_validate({"id": "x", "title": "X", "chart": "bars", **parts})
    assert said in (view(panel, State(), SPAN, MEASURES, Findings([])).reason or "")


def test_a_number_narrows_the_page_by_what_it_counts_and_then_widens_it() -> None:
    found = Findings([(START, {key: values[0] for key, values in SOME.items()})])
    grave = Panel.model_validate(
        {"id": "g", "title": "G", "chart": "number", "where": {"severity_label": ["Critical", "High"]}}
    )
    shown = view(grave, State(), SPAN, MEASURES, found)
    assert shown.narrowed == State(filters={"severity_label": ("Critical", "High")})
    assert not shown.chosen
    assert shown.narrowed is not None
    again = view(grave, shown.narrowed, SPAN, MEASURES, found)
    assert (again.total, again.chosen, again.narrowed) == (1, True, State())
    everything = Panel.model_validate({"id": "e", "title": "E", "chart": "number"})
    assert view(everything, State(), SPAN, MEASURES, found).narrowed is None


def test_a_line_narrows_the_page_and_is_alone_then() -> None:
    first = {key: values[0] for key, values in SOME.items()}
    found = Findings([(START, first), (START + MINUTE, {**first, "severity_label": "Low"})])
    [trend] = [panel for panel in PANELS if panel.chart == "trend"]
    everything, high, low = view(trend, State(), SPAN, MEASURES, found).lines
    assert (everything.name, everything.total, everything.state) == ("All", 2, None)
    assert low.state == State(filters={"severity_label": ("Low",)})
    assert high.state is not None
    [alone] = view(trend, high.state, SPAN, MEASURES, found).lines
    assert (alone.name, alone.total, alone.chosen, alone.state) == ("High", 1, True, State())


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        ({"id": "x", "title": "X", "chart": "bars"}, "need `by`"),
        ({"id": "x", "title": "X", "chart": "number", "by": ["account"]}, "no `by`"),
    ],
)
def test_a_panel_that_can_not_be_drawn_is_refused(panel: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Panel.model_validate(panel)
