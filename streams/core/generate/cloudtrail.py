"""Make CloudTrail records of an ordinary day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.generate import identities
from streams.core.generate.calls import BACKGROUND
from streams.core.generate.chance import Weighted, hex_digits, uuid, zipf_weights
from streams.core.generate.instants import seconds
from streams.core.generate.record_layout import Blanks, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.core.generate.calls import Call
    from streams.core.generate.chance import Chance
    from streams.core.generate.estate import Estate

_HOUR_MS = 3_600_000
_SERVICE_SHARE = 0.6
_NAMES = ("shop-web", "billing-app", "search-db", "data-batch", "mobile-queue", "platform-build", "media-cache")


class RecordGenerator:
    """Records of an estate, one after another.

    ``denied_share`` of the calls are refused (AccessDenied); ``failed_share`` fail for another reason.
    """

    def __init__(
        self,
        rng: Chance,
        estate: Estate,
        *,
        calls: Iterable[Call] = BACKGROUND,
        denied_share: float = 0.025,
        failed_share: float = 0.01,
    ) -> None:
        self._rng = rng
        self._estate = estate
        rows = tuple(calls)
        self._calls = Weighted(rows, [row.weight for row in rows])
        self._regions = Weighted(estate.regions, zipf_weights(len(estate.regions)))
        self._denied_share = denied_share
        self._failed_share = failed_share

    def make(self, at_ms: int) -> dict[str, Any]:
        """Return a record of a call made at ``at_ms`` (since the epoch)."""
        account = self._estate.pick_account(self._rng)
        since = seconds(at_ms - at_ms % _HOUR_MS - _HOUR_MS)
        return lay_out(self.blanks(account.id, self.pick_region(), seconds(at_ms), since))

    def pick_region(self) -> str:
        """Draw a region by its share of calls."""
        return self._regions.pick(self._rng)

    def blanks(self, account: str, region: str, time: str, since: str) -> Blanks:
        """Draw what a record tells, given where and when; ``since`` is when the caller's session began."""
        rng = self._rng
        call = self._calls.pick(rng)
        by_service = call.by is not None and rng.random() < _SERVICE_SHARE
        caller = identities.service(call.by) if call.by and by_service else identities.any_caller(rng, account, since)
        words = {
            "account": account,
            "region": region,
            "detector": hex_digits(rng, 32),
            "digits": hex_digits(rng, 17),
            "name": rng.choice(_NAMES),
        }
        error = None if by_service else self._error(call, str(caller.identity.get("arn")))
        return Blanks(call, caller, account, region, time, uuid(rng), uuid(rng), words, error)

    def _error(self, call: Call, arn: str) -> tuple[str, str] | None:
        chance = self._rng.random()
        if chance < self._denied_share:
            return denied(call, arn)
        if chance < self._denied_share + self._failed_share:
            return "ThrottlingException", "Rate exceeded"
        return None


def denied(call: Call, arn: str) -> tuple[str, str]:
    """Return the error code and message with which a service refuses a call by ``arn``; EC2 has a code of its own."""
    code = "Client.UnauthorizedOperation" if call.service == "ec2" else "AccessDenied"
    return code, f"User: {arn} is not authorized to perform: {call.service}:{call.name}"
