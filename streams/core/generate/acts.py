"""The acts of the demo's story, one account's fall: each act provokes one of the shipped alerts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.generate import incidents
from streams.core.generate.control import control_message
from streams.core.generate.cues import MINUTE_MS, SECOND_MS, Cue, finding_type
from streams.core.generate.estate import FINDINGS_BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streams.core.generate.cues import Cast
    from streams.core.generate.finding_types import FindingType

RELEASE_BEFORE_MS = 3 * 60 * MINUTE_MS
"""How long before the first act the release was that opened the way."""

SILENCE_MINUTE = 131
"""The minute of the story from which no finding comes any more."""

STORY_MINUTES = 170
"""The length of the story: the silence is known 20 minutes after it began, and there is room for slow watermarks."""

_FINDING_DELAY_MS = 15 * SECOND_MS
_RECORD_DELAY_MS = 40 * SECOND_MS
_HIGHS, _HIGHS_MINUTES = 40, 14
_BACKDOORS, _BACKDOORS_MINUTES = 24, 18
_PHISHING = finding_type("Trojan:EC2/PhishingDomainRequest!DNS")
_SSH_ACTOR = finding_type("UnauthorizedAccess:EC2/SSHBruteForce", "ACTOR")
_SPAMBOT = finding_type("Backdoor:EC2/Spambot")
_CONTROLLED = finding_type("Backdoor:EC2/C&CActivity.B!DNS")


class Act(NamedTuple):
    """A part of the story: its first and last minute, the rule that it provokes, and what happens in it.

    ``plan`` takes the cast and the instant (epoch milliseconds) at which the act begins. Nearly all of it befalls
    the estate's first account, which has a resource of every kind.
    """

    minute: int
    until: int
    rule: str
    plan: Callable[[Cast, int], Iterator[Cue]]


def _phishing(cast: Cast, at_ms: int) -> Iterator[Cue]:
    yield _finding(
        cast, at_ms, _PHISHING, f"an instance in account {_who(cast)} asked for the domain of a phishing site"
    )
    other = next(one for one in cast.estate.accounts[1:] if cast.estate.resources_of(one, _PHISHING.kind))
    make = partial(cast.of_type, _PHISHING, other)
    yield Cue(at_ms + 4 * MINUTE_MS, "findings", _FINDING_DELAY_MS, make, note=f"and one in account {other.id}")


def _actor(cast: Cast, at_ms: int) -> Iterator[Cue]:
    yield _finding(cast, at_ms, _SSH_ACTOR, f"an instance in account {_who(cast)} guesses passwords of other hosts")


def _burst(cast: Cast, at_ms: int) -> Iterator[Cue]:
    note = f"High findings pour in from account {_who(cast)}: {_HIGHS} in {_HIGHS_MINUTES} minutes"
    make = partial(cast.high_in, cast.estate.accounts[0])
    for number in range(_HIGHS):
        then_ms = at_ms + number * _HIGHS_MINUTES * MINUTE_MS // _HIGHS
        yield Cue(then_ms, "findings", _FINDING_DELAY_MS, make, note=None if number else note)


def _backdoors(cast: Cast, at_ms: int) -> Iterator[Cue]:
    note = f"instances in account {_who(cast)} obey somebody else: Backdoor findings pass a tenth of all"
    for number in range(_BACKDOORS):
        then_ms = at_ms + number * _BACKDOORS_MINUTES * MINUTE_MS // _BACKDOORS
        # Spam bots are of Medium severity: were all of them High, the act before would go on.
        yield _finding(cast, then_ms, _SPAMBOT if number % 6 else _CONTROLLED, None if number else note)


def _disabled(cast: Cast, at_ms: int) -> Iterator[Cue]:
    refused = f"someone tried to delete GuardDuty's detector in account {_who(cast)}, and was refused"
    yield _record(cast, at_ms, partial(incidents.delete_detector, denied=True), refused)
    off = f"someone switched GuardDuty off in account {_who(cast)}"
    yield _record(cast, at_ms + MINUTE_MS, incidents.update_detector, off)


def _bucket(cast: Cast, at_ms: int) -> Iterator[Cue]:
    make = partial(incidents.put_bucket_policy, bucket=FINDINGS_BUCKET)
    yield _record(cast, at_ms, make, f"someone gave the bucket {FINDINGS_BUCKET} a policy that keeps GuardDuty out")


def _silence(_: Cast, at_ms: int) -> Iterator[Cue]:
    # What tells of it is a control message, for there is no finding any more.
    note = "no finding has come for ten minutes, while CloudTrail goes on"
    yield Cue(at_ms + 10 * MINUTE_MS, "findings", 0, control_message, 0, note)


ACTS = (
    Act(18, 22, "phishing-attempt-identified", _phishing),
    Act(30, 30, "actor-identified", _actor),
    Act(42, 42 + _HIGHS_MINUTES, "more-than-usual-high-severity", _burst),
    Act(84, 84 + _BACKDOORS_MINUTES, "backdoor-ratio-too-high", _backdoors),
    Act(126, 127, "guardduty-collection-disabled", _disabled),
    Act(130, 130, "guardduty-bucket-access-changed", _bucket),
    Act(SILENCE_MINUTE, SILENCE_MINUTE + 10, "no-guardduty-logs", _silence),
)
"""In the order of the story; after an act with a window there is room for the ten minutes that windows stay open."""


def _finding(cast: Cast, at_ms: int, kind: FindingType, note: str | None) -> Cue:
    make = partial(cast.of_type, kind, cast.estate.accounts[0])
    return Cue(at_ms, "findings", _FINDING_DELAY_MS, make, note=note)


def _record(cast: Cast, at_ms: int, deed: Callable[..., dict[str, Any]], note: str) -> Cue:
    account, region = cast.estate.accounts[0], cast.estate.regions[0]

    def make(then_ms: int) -> dict[str, Any]:
        return deed(cast.rng, incidents.Scene(account, region, then_ms))

    return Cue(at_ms, "cloudtrail", _RECORD_DELAY_MS, make, note=note)


def _who(cast: Cast) -> str:
    account = cast.estate.accounts[0]
    return f"{account.id} ({account.name})"
