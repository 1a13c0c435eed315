"""The handbook of rules."""

from __future__ import annotations

from streams.adapters.rule_files import read_folder, shipped_folder
from streams.core.rules.handbook import handbook
from streams.core.rules.load import load_rules
from tests.core.rules.rule_files import rule_set, rule_text


def test_the_same_rules_give_the_same_page_whatever_their_order() -> None:
    rules = load_rules([read_folder(shipped_folder())]).all_rules
    page = handbook(rules)
    assert page == handbook(rules[::-1])
    for rule in rules:
        assert f"\n## {rule.id}\n" in page
        assert f"| [{rule.id}](#{rule.id})" in page


def test_a_section_has_what_the_rule_says_and_its_texts_make_no_markup() -> None:
    text = rule_text(
        title="A <b>rule</b> | with [markup]",
        query="event_name:(A OR B)",
        runbook="1. Run:\n```\nls\n```",
        falsepositives=["Drills."],
        references=["https://example.com/a_b", "The book"],
        exceptions=[{"query": "region:`a`", "reason": "drill", "owner": "Ann", "until": "2027-01-01"}],
        group_by=["account", {"user": "userIdentity.arn"}],
        levels=[{"level": "high", "when": "region:x"}],
        tags=["attack.t1562.008", "attack.defense-evasion"],
        enabled=False,
    )
    page = handbook(rule_set(text).all_rules)
    assert "In use: 0 rules; disabled: 1." in page
    assert "**A \\<b\\>rule\\</b\\> \\| with \\[markup\\]**" in page
    assert "```text\nevent_name:(A OR B)\n```" in page
    assert "````text\n1. Run:\n```\nls\n```\n````" in page
    assert "- for each: account, user (userIdentity.arn)" in page
    assert "- level: high if region:x; low otherwise" in page
    assert "- except: `region:'a'`: drill (owner Ann, until 2027-01-01)" in page
    assert (
        "[attack.t1562.008](https://attack.mitre.org/techniques/T1562/008/), attack.defense-evasion (ATT&CK v17)"
        in page
    )
    assert "- <https://example.com/a_b>\n- The book\n" in page
    assert "| [a-rule](#a-rule) (disabled) | low, high | cloudtrail | at once |" in page
