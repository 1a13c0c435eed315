from streams.core.rules.known import KnownRule, find_rule
from streams.core.rules.plan import make_plan
from streams.core.rules.timeline import Timeline
from tests.core.replay.cases import rule_of

FIRST = rule_of({"type": "immediate"}, query="a:1")
SECOND = rule_of({"type": "more_than", "threshold": 2, "window": "5m"})


def test_a_rule_is_found_by_its_revision_and_as_it_is_today() -> None:
    timeline = Timeline(make_plan([FIRST], ()), {"cloudtrail": 0})
    timeline.add(60_000, make_plan([SECOND], ()), "second")
    timeline.add(120_000, make_plan([], ()), "third")
    assert find_rule(timeline, "r", FIRST.revision, 60_000) == KnownRule(FIRST, SECOND)
    assert find_rule(timeline, "r", SECOND.revision, 120_000) == KnownRule(SECOND, None)
    assert find_rule(timeline, "r", "other", 0) == KnownRule(None, FIRST)
    assert find_rule(timeline, "other", FIRST.revision, 0).judged_by is None
