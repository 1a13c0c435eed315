"""Every topic's name, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.measure import Source


@dataclass(frozen=True, slots=True)
class Topics:
    """Names of all topics; outputs share a prefix, inputs are the user's own."""

    findings: str = "guardduty-findings"
    cloudtrail: str = "cloudtrail-events"
    prefix: str = "guardstream."

    @property
    def enriched_findings(self) -> str:
        """Findings with their parsed fields; key: account id."""
        return f"{self.prefix}enriched-findings"

    @property
    def enriched_cloudtrail(self) -> str:
        """CloudTrail records that a rule or a setting selects; key: account id."""
        return f"{self.prefix}enriched-cloudtrail"

    @property
    def partial_counts(self) -> str:
        """Counts of one flush of one source partition, by group; read by stage 2 alone."""
        return f"{self.prefix}partial-counts"

    @property
    def rows(self) -> str:
        """Stage 2's changelog; compacted."""
        return f"{self.prefix}window-rows"

    @property
    def window_counts(self) -> str:
        """Merged counts, a message a measure, group and pane; compacted."""
        return f"{self.prefix}window-counts"

    @property
    def alerts(self) -> str:
        """Alerts; key: alert id."""
        return f"{self.prefix}alerts"

    @property
    def dry_run_alerts(self) -> str:
        """Alerts of rules that are only tried; key: alert id."""
        return f"{self.prefix}dry-run-alerts"

    @property
    def rules(self) -> str:
        """Sets of rules, each with the minute from which it holds; key: its revision."""
        return f"{self.prefix}rules"

    @property
    def lifecycle_tags(self) -> str:
        """Releases and other events in applications' lives; key: tag id; compacted."""
        return f"{self.prefix}lifecycle-tags"

    @property
    def alert_notes(self) -> str:
        """What people did with alerts; key: alert id."""
        return f"{self.prefix}alert-notes"

    @property
    def dead_letters(self) -> str:
        """What could not be read: original key and bytes, headers say why and where from."""
        return f"{self.prefix}dead-letters"

    def inputs(self) -> tuple[str, str]:
        """The two topics that AWS's events arrive in."""
        return self.findings, self.cloudtrail

    def sources(self) -> dict[str, Source]:
        """What each input has."""
        return {self.findings: "findings", self.cloudtrail: "cloudtrail"}

    def outputs(self) -> tuple[str, ...]:
        """Every topic that guardstream itself writes."""
        return (
            self.enriched_findings,
            self.enriched_cloudtrail,
            self.partial_counts,
            self.rows,
            self.window_counts,
            self.alerts,
            self.dry_run_alerts,
            self.rules,
            self.lifecycle_tags,
            self.alert_notes,
            self.dead_letters,
        )
