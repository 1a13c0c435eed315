"""CloudTrail records of particular deeds: those that rules look for, and their harmless neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from streams.core.generate import identities
from streams.core.generate.calls import WRITE, Call
from streams.core.generate.chance import uuid
from streams.core.generate.cloudtrail import denied as refusal
from streams.core.generate.instants import seconds
from streams.core.generate.record_layout import Blanks, lay_out

if TYPE_CHECKING:
    from streams.core.generate.chance import Chance
    from streams.core.generate.estate import Account

_SESSION_MS = 1_200_000

DISABLE_DETECTOR = Call(1, "guardduty", "UpdateDetector", WRITE, {"detectorId": "{detector}", "enable": False})
ENABLE_DETECTOR = Call(1, "guardduty", "UpdateDetector", WRITE, {"detectorId": "{detector}", "enable": True})
DELETE_DETECTOR = Call(1, "guardduty", "DeleteDetector", WRITE, {"detectorId": "{detector}"})
_TRAIL = "arn:aws:cloudtrail:{region}:{account}:trail/{trail}"
_STOP_LOGGING = Call(1, "cloudtrail", "StopLogging", WRITE, {"name": _TRAIL}, None, ("AWS::CloudTrail::Trail", _TRAIL))
_CONSOLE_LOGIN = Call(1, "signin", "ConsoleLogin", WRITE, None, {"ConsoleLogin": "Success"})
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": {"Service": "guardduty.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::{bucket}/*",
        }
    ],
}
_PUT_BUCKET_POLICY = Call(
    1,
    "s3",
    "PutBucketPolicy",
    WRITE,
    {"bucketName": "{bucket}", "Host": "{bucket}.s3.{region}.amazonaws.com", "policy": "", "bucketPolicy": _POLICY},
    None,
    ("AWS::S3::Bucket", "arn:aws:s3:::{bucket}"),
)


class Scene(NamedTuple):
    """Where and when: an account, one of its regions, and milliseconds since the epoch."""

    account: Account
    region: str
    at_ms: int


def update_detector(rng: Chance, scene: Scene, *, enable: bool = WRITE, denied: bool = False) -> dict[str, Any]:
    """Return a record of GuardDuty's detector being switched off or on, or of the attempt."""
    return _record(rng, scene, ENABLE_DETECTOR if enable else DISABLE_DETECTOR, denied=denied)


def delete_detector(rng: Chance, scene: Scene, *, denied: bool = False) -> dict[str, Any]:
    """Return a record of GuardDuty's detector being deleted, or of the attempt."""
    return _record(rng, scene, DELETE_DETECTOR, denied=denied)


def put_bucket_policy(rng: Chance, scene: Scene, bucket: str, *, denied: bool = False) -> dict[str, Any]:
    """Return a record of a bucket being given a policy that keeps GuardDuty from writing, or of the attempt."""
    return _record(rng, scene, _PUT_BUCKET_POLICY, {"bucket": bucket}, denied=denied)


def stop_logging(rng: Chance, scene: Scene, trail: str = "example-trail", *, denied: bool = False) -> dict[str, Any]:
    """Return a record of a CloudTrail trail being stopped, or of the attempt."""
    return _record(rng, scene, _STOP_LOGGING, {"trail": trail}, denied=denied)


def console_login(rng: Chance, scene: Scene, *, mfa: bool = True, succeeds: bool = True) -> dict[str, Any]:
    """Return a record of a user signing in to the console, with or without a second factor, or failing to."""
    call = _CONSOLE_LOGIN if succeeds else _CONSOLE_LOGIN._replace(answer={"ConsoleLogin": "Failure"})
    caller = identities.user(rng, scene.account.id, seconds(scene.at_ms), mfa=mfa)
    # Before the sign-in there is neither a session nor a key.
    known = {name: value for name, value in caller.identity.items() if name not in {"sessionContext", "accessKeyId"}}
    blanks = _blanks(rng, scene, call, caller._replace(identity=known), {})
    record = lay_out(
        blanks._replace(
            event_type="AwsConsoleSignIn",
            additional={
                "LoginTo": "https://console.aws.amazon.com/console/home",
                "MobileVersion": "No",
                "MFAUsed": "Yes" if mfa else "No",
            },
        )
    )
    return record if succeeds else record | {"errorMessage": "Failed authentication"}


def _record(
    rng: Chance, scene: Scene, call: Call, words: dict[str, str] | None = None, *, denied: bool
) -> dict[str, Any]:
    since = seconds(scene.at_ms - _SESSION_MS)
    caller = identities.user(rng, scene.account.id, since, mfa=False)
    error = refusal(call, caller.identity["arn"]) if denied else None
    return lay_out(_blanks(rng, scene, call, caller, words or {})._replace(error=error))


def _blanks(rng: Chance, scene: Scene, call: Call, caller: identities.Caller, words: dict[str, str]) -> Blanks:
    account = scene.account.id
    known = {"account": account, "region": scene.region, "detector": scene.account.detectors[scene.region]}
    return Blanks(call, caller, account, scene.region, seconds(scene.at_ms), uuid(rng), uuid(rng), known | words)
