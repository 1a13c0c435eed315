"""What a worker says of rules that it has read from the topic `rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.parsing.times import to_rfc3339
from streams.core.plural import counted
from streams.core.rules.applied import changed_rules
from streams.core.rules.difference import difference

if TYPE_CHECKING:
    from schemas.applied import AppliedRules
    from streams.core.rules.load import RuleSet


def announce(applied: AppliedRules, folders: RuleSet) -> str:
    """From when a set holds, and whether it is another one than that of the folders the worker started with."""
    rules = changed_rules(applied.rules, applied.changes)
    number = sum(rule.enabled for rule in rules)
    hold = "holds" if number == 1 else "hold"
    told = f"{counted(number, 'applied rule')} {hold} from {to_rfc3339(applied.effective_from)[:19]}Z on"
    # What commands changed is meant to differ from the folders.
    differs = difference(applied.rules, (*folders.rules, *folders.disabled))
    others = len(differs.added) + len(differs.removed) + len(differs.changed)
    if not others:
        return told
    differ = "differs" if others == 1 else "differ"
    return f"{told}; {others} of them {differ} from the folders, which `guardstream rules apply` takes over"
