"""Take back single changes that commands made, of the applied ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import GuardstreamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.applied import Change
    from schemas.rule import Rule


def without_exception(changes: Sequence[Change], rule: Rule, which: str) -> list[Change]:
    """The changes but an exception of a rule (with its changes): ``which`` is its query, or its number in the rule.

    Raises GuardstreamError for one that no command made.
    """
    applied = [entry for change in of_rule(changes, rule.id) for entry in change.override.exceptions]
    if which.isdigit() and 0 < int(which) <= len(rule.exceptions):
        which = rule.exceptions[int(which) - 1].query
    if which not in (known := [entry.query for entry in applied]):
        if which in (entry.query for entry in rule.exceptions):
            message = (
                f"the exception {which} of {rule.id} stands in the rule's files: take it out there, and apply them"
            )
        else:
            message = f"no command has excepted {which} from {rule.id}; {_list('excepted are', known)}"
        raise GuardstreamError(message)
    left = [
        _with(change, exceptions=tuple(entry for entry in change.override.exceptions if entry.query != which))
        if change.override.override == rule.id
        else change
        for change in changes
    ]
    return [change for change in left if keys_of(change)]


def without_key(changes: Sequence[Change], rule_id: str, key: str) -> list[Change]:
    """The changes but those of one key of a rule, such as threshold, which is then as the rule's files have it.

    Raises GuardstreamError where no command changed it.
    """
    known = list(dict.fromkeys(name for change in of_rule(changes, rule_id) for name in keys_of(change)))
    if key not in known or key == "exceptions":
        names = [name for name in known if name != "exceptions"]
        raise GuardstreamError(f"no command has changed {key} of {rule_id}; {_list('changed are', names)}")
    left = [
        _with(change, **{key.replace("-", "_"): None}) if change.override.override == rule_id else change
        for change in changes
    ]
    return [change for change in left if keys_of(change)]


def of_rule(changes: Sequence[Change], rule_id: str) -> list[Change]:
    """The changes of one rule, in order."""
    return [change for change in changes if change.override.override == rule_id]


def keys_of(change: Change) -> list[str]:
    """What a change changes, as it is written in files."""
    written = change.override.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return [key for key in written if key != "override"]


def _with(change: Change, **keys: object) -> Change:
    return change.model_copy(update={"override": change.override.model_copy(update=keys)})


def _list(what: str, names: Sequence[str]) -> str:
    return f"{what}: {', '.join(names)}" if names else "nothing of it was changed by a command"
