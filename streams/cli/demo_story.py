"""What the demo says: when each play is due, what each alert means, and the table at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas.tag import LifecycleTag
from streams.cli.instants import clock
from streams.core.generate.acts import ACTS, RELEASE_BEFORE_MS
from streams.core.generate.cues import MINUTE_MS
from streams.core.parsing.times import to_rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Each shipped rule that the demo provokes, with the line that explains its alert.
EXPLANATIONS = {
    "phishing-attempt-identified": "A machine asked for the address of a phishing domain. One such finding is enough.",
    "actor-identified": "A resource of yours did this to others: GuardDuty gives it the role ACTOR.",
    "more-than-usual-high-severity": "An hour had far more High findings than this hour of the day has as a rule.",
    "backdoor-ratio-too-high": "Of the findings of half an hour more than a tenth are of the purpose Backdoor.",
    "guardduty-collection-disabled": "Somebody switched GuardDuty off, or tried to. Only CloudTrail can tell.",
    "guardduty-bucket-access-changed": "Somebody changed who may read the bucket in which findings are kept.",
    "no-guardduty-logs": "For ten minutes nothing came from GuardDuty though the way is open: silence is a sign.",
}


def due_s(at_ms: int, begin_ms: int, end_ms: int, story_s: float) -> float:
    """Return how many seconds after the story's beginning a play is due, so that it takes ``story_s`` seconds."""
    return story_s * max(0, at_ms - begin_ms) / max(1, end_ms - begin_ms)


@dataclass(slots=True)
class Seen:
    """Which of the expected alerts came, each with the seconds from the broker being up to its first sight."""

    expected: tuple[str, ...]
    after_s: dict[str, float] = field(default_factory=dict)

    def notice(self, rule: str, after_s: float) -> bool:
        """Remember an alert; whether it is the first of a rule that is expected."""
        if rule not in self.expected or rule in self.after_s:
            return False
        self.after_s[rule] = after_s
        return True

    @property
    def complete(self) -> bool:
        """Whether every expected alert came."""
        return len(self.after_s) == len(self.expected)

    def rows(self) -> list[tuple[str, str, str]]:
        """Return rule, seconds, and what it means, in the order in which they came; what did not come is last."""
        came = sorted(self.after_s.items(), key=lambda item: item[1])
        missing = [(rule, "not seen", EXPLANATIONS.get(rule, "")) for rule in self.expected if rule not in self.after_s]
        return [(rule, f"{seconds:.1f} s", EXPLANATIONS.get(rule, "")) for rule, seconds in came] + missing


def introduction(begin_ms: int, end_ms: int, story_s: float) -> str:
    """Say plainly that time is compressed."""
    hours = (end_ms - begin_ms) / 3_600_000
    return (
        f"The story is made up, in the shapes that AWS delivers. It tells {hours:.1f} hours, from {clock(begin_ms)} to "
        f"{clock(end_ms)}, in {story_s:.0f} seconds: time is compressed through the Kafka records' timestamps."
    )


def release(story_ms: int) -> LifecycleTag:
    """The release that opened the way, some hours before the first act of a story that begins then."""
    started = story_ms + ACTS[0].minute * MINUTE_MS - RELEASE_BEFORE_MS
    return LifecycleTag(
        id="demo-shop-7.4.0",
        name="shop 7.4.0",
        version="7.4.0",
        applications=("shop",),
        environment="production",
        started_at=to_rfc3339(started),
        actor="the pipeline",
        source="cli",
    )


def override(buckets: tuple[str, ...]) -> str:
    """Return the rule override, as YAML, that names the buckets in which findings are kept."""
    return f"override: guardduty-bucket-access-changed\nlists: {{guardduty-buckets: [{', '.join(buckets)}]}}\n"


def quiet(rules: Iterable[str]) -> str:
    """Return overrides, as YAML, that switch off those rules that the story doesn't tell of.

    Everyday findings are of every kind, so rules of the pack would fire on the days before the story.
    """
    return "".join(f"- {{override: {rule}, enabled: false}}\n" for rule in sorted(rules) if rule not in EXPLANATIONS)
