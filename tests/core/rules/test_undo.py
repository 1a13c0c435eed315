"""Single changes that commands made are taken back, and no others."""

from __future__ import annotations

import pytest

from schemas.errors import GuardstreamError
from streams.core.rules.applied import changed_rules
from streams.core.rules.undo import without_exception, without_key
from tests.core.rules.test_applied import change, rule


def excepted(*queries: str) -> dict[str, object]:
    return {"exceptions": [{"query": query, "reason": "ours"} for query in queries]}


@pytest.mark.parametrize("which", ["x:2", "3"])
def test_an_exception_is_taken_back_by_its_query_or_its_number_in_the_rule(which: str) -> None:
    own = rule("a").model_copy(
        update={"exceptions": changed_rules([rule("a")], [change("a", **excepted("x:0"))])[0].exceptions}
    )
    changes = [
        change("a", **excepted("x:1"), level="high"),
        change("b", **excepted("x:2")),
        change("a", **excepted("x:2")),
    ]
    whole, _ = changed_rules([own, rule("b")], changes)
    left = without_exception(changes, whole, which)
    assert left == changes[:2]
    for stays in ("x:0", "1"):
        with pytest.raises(GuardstreamError, match="stands in the rule's files"):
            without_exception(changes, whole, stays)
    with pytest.raises(GuardstreamError, match="excepted are: x:1, x:2"):
        without_exception(changes, whole, "9")


def test_a_key_is_taken_back_from_all_changes_and_what_changes_nothing_any_more_is_gone() -> None:
    changes = [change("a", level="high"), change("a", level="low", **{"dry-run": True}), change("b", level="high")]
    left = without_key(changes, "a", "level")
    assert [(one.override.override, one.override.level, one.override.dry_run) for one in left] == [
        ("a", None, True),
        ("b", "high", None),
    ]
    assert without_key(left, "a", "dry-run") == changes[2:]
    with pytest.raises(GuardstreamError, match="no command has changed levl of a; changed are: level, dry-run"):
        without_key(changes, "a", "levl")
