from __future__ import annotations

import yaml

from streams.adapters.rule_files import read_folder, shipped_folder
from streams.cli.demo_story import EXPLANATIONS, Seen, due_s, introduction, override, quiet
from streams.core.rules.load import RuleFile, load_rules


def test_the_story_is_spread_evenly_over_its_seconds() -> None:
    assert [due_s(at, 1_000, 5_000, 40) for at in (0, 1_000, 2_000, 5_000)] == [0, 0, 10, 40]


def test_only_the_first_alert_of_each_expected_rule_is_noticed() -> None:
    seen = Seen(("a", "b"))
    assert [seen.notice("a", 3.0), seen.notice("a", 4.0), seen.notice("other", 5.0)] == [True, False, False]
    assert not seen.complete
    assert seen.notice("b", 6.0)
    assert seen.complete


def test_the_table_has_what_came_in_order_and_then_what_did_not() -> None:
    seen = Seen(("a", "b", "c"))
    seen.notice("c", 12.34)
    seen.notice("a", 20.0)
    assert [row[:2] for row in seen.rows()] == [("c", "12.3 s"), ("a", "20.0 s"), ("b", "not seen")]


def test_the_introduction_says_that_time_is_compressed() -> None:
    text = introduction(0, 7_200_000, 35)
    assert "2.0 hours" in text
    assert "35 seconds" in text
    assert "time is compressed" in text


def test_the_override_names_the_bucket_so_that_the_shipped_rule_can_match() -> None:
    text = override(("my-bucket",))
    rules = load_rules([read_folder(shipped_folder()), [RuleFile("buckets.yml", text)]])
    [rule] = [rule for rule in rules.rules if rule.id == yaml.safe_load(text)["override"]]
    assert rule.lists["guardduty-buckets"] == ("my-bucket",)
    assert not [warning for warning in rules.warnings if warning.startswith(rule.id)]


def test_the_rules_that_the_story_does_not_tell_of_are_off_in_the_demo_and_no_others() -> None:
    shipped = load_rules([read_folder(shipped_folder())]).rules
    text = quiet(rule.id for rule in shipped)
    rules = load_rules([read_folder(shipped_folder()), [RuleFile("quiet.yml", text)]])
    assert {rule.id for rule in rules.rules} == set(EXPLANATIONS)
    assert len(shipped) > len(EXPLANATIONS)
