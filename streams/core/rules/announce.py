"""What a worker says of rules that it has read from the topic `rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.core.parsing.times import to_rfc3339
from streams.core.plural import counted
from streams.core.rules.applied import changed_rules
from streams.core.rules.difference import difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.applied import AppliedRules
    from streams.core.rules.load import RuleSet


def announce_all(read: Sequence[AppliedRules], folders: RuleSet | None) -> Iterator[str]:
    """Each set in a line; the last one is compared with the folders, if any."""
    for applied in read:
        yield announce(applied, folders if applied is read[-1] else None)


def announce(applied: AppliedRules, folders: RuleSet | None = None) -> str:
    """From when a set holds, and that the folders are not used.

    ``folders`` are those of a worker that starts: what only they have may be what somebody forgot to apply. Who has
    just applied something else while it runs has forgotten nothing.
    """
    rules = changed_rules(applied.rules, applied.changes)
    number = sum(rule.enabled for rule in rules)
    hold = "holds" if number == 1 else "hold"
    since = to_rfc3339(applied.effective_from)[:19]
    told = f"{counted(number, 'applied rule')} {hold} from {since}Z on; the folders of this worker are not used"
    # What commands changed is meant to differ from the folders.
    differs = difference(applied.rules, folders.all_rules if folders else applied.rules)
    others = len(differs.added) + len(differs.changed)
    if not others:
        return told
    are = "is" if others == 1 else "are"
    return f"{told}. {others} of the rules in them {are} not among those applied; `rules apply --dry-run` says which"
