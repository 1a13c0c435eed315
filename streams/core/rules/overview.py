"""The rules as `guardstream rules list` shows them: one row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.core.rules.describe import describe
from streams.core.rules.describe_rule import is_over

if TYPE_CHECKING:
    import datetime as dt

    from schemas.rule import Rule, RuleException
    from streams.core.rules.load import RuleSet


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rules a person wants to see; None does not choose.

    A ``tag`` takes what is below it too: ``attack.t1562`` takes ``attack.t1562.008``.
    """

    level: str | None = None
    source: str | None = None
    tag: str | None = None
    disabled: bool = False

    def takes(self, rule: Rule) -> bool:
        """Whether this rule is one of them; ``level`` is any that its alerts can have."""
        levels = {rule.level, *(entry.level for entry in rule.levels)}
        wanted = self.tag.lower() if self.tag else None
        tagged = any(tag.lower() == wanted or tag.lower().startswith(f"{wanted}.") for tag in rule.tags)
        return (
            (self.level is None or self.level in levels)
            and self.source in {None, rule.source}
            and (wanted is None or tagged)
            and not (self.disabled and rule.enabled)
        )


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """An exception of a rule; ``until`` is a day (RFC 3339), and ``expired`` says that it has come."""

    query: str
    reason: str
    owner: str | None
    until: str | None
    expired: bool

    @property
    def ends(self) -> str:
        """When it ends, in words."""
        if self.until is None:
            return "no end"
        return f"EXPIRED {self.until}" if self.expired else f"until {self.until}"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in one row."""

    id: str
    title: str
    level: str
    source: str
    condition: str
    status: str
    tests: int
    enabled: bool
    dry_run: bool
    exceptions: tuple[ExceptionRow, ...]
    tags: tuple[str, ...]
    revision: str
    file: str | None
    line: int | None

    @property
    def state(self) -> str:
        """Whether and how it is in use."""
        if not self.enabled:
            return "disabled"
        return "dry run" if self.dry_run else "on"


def list_rules(rule_set: RuleSet, wanted: Wanted, today: dt.date) -> list[RuleRow]:
    """The rules that are wanted, by id; ``today`` is a day in UTC."""
    return [_row(rule_set, rule, today) for rule in rule_set.all_rules if wanted.takes(rule)]


def _row(rule_set: RuleSet, rule: Rule, today: dt.date) -> RuleRow:
    origin = rule_set.origins[rule.id]
    where = origin.entry.where()
    return RuleRow(
        id=rule.id,
        title=rule.title,
        level=rule.level,
        source=rule.source,
        condition=describe(rule.condition),
        status=rule.status,
        tests=len(rule.tests) + sum(len(change.tests) for change in origin.overrides),
        enabled=rule.enabled,
        dry_run=rule.dry_run,
        exceptions=tuple(_exception(entry, today) for entry in rule.exceptions),
        tags=rule.tags,
        revision=rule.revision,
        file=where.file,
        line=where.line,
    )


def _exception(entry: RuleException, today: dt.date) -> ExceptionRow:
    until = entry.until.isoformat() if entry.until else None
    return ExceptionRow(entry.query, entry.reason, entry.owner, until, is_over(entry, today))
