"""A made-up estate of two weeks: an ordinary trickle of findings, a release, and what came three hours after it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from schemas.alert_note import AlertNote
from streams.core.parsing.times import parse_time, to_rfc3339
from tests.web.board.world import MINUTE, NOW, TOPICS

if TYPE_CHECKING:
    from schemas.alert_note import Action
    from tests.web.board.world import World

HOUR = 60 * MINUTE
DAY = 24 * HOUR
ACCOUNTS = ("111122223333", "222233334444", "333344445555", "444455556666", "555566667777", "666677778888")
SHARES = (8, 6, 4, 3, 2, 1)
HIT = ("222233334444", "444455556666")
"""The accounts in which the release opened the way."""
REGIONS = ("eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-2")
KINDS = (
    ("Recon:EC2/PortProbeUnprotectedPort", "Low", "Instance", 26),
    ("Recon:EC2/Portscan", "Medium", "Instance", 9),
    ("UnauthorizedAccess:EC2/SSHBruteForce", "Low", "Instance", 20),
    ("UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B", "Medium", "AccessKey", 5),
    ("UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom", "High", "AccessKey", 2),
    ("Policy:S3/BucketBlockPublicAccessDisabled", "Low", "S3Bucket", 6),
    ("Discovery:S3/AnomalousBehavior", "Low", "S3Bucket", 6),
    ("Exfiltration:S3/AnomalousBehavior", "High", "S3Bucket", 1),
    ("Backdoor:EC2/C&CActivity.B!DNS", "High", "Instance", 2),
    ("CryptoCurrency:EC2/BitcoinTool.B!DNS", "High", "Instance", 2),
    ("Execution:Kubernetes/ExecInKubeSystemPod", "Medium", "EKSCluster", 3),
    ("PrivilegeEscalation:Kubernetes/PrivilegedContainer", "Medium", "EKSCluster", 2),
    ("CredentialAccess:RDS/AnomalousBehavior.FailedLogin", "Low", "RDSDBInstance", 4),
)
PHISHING = "Trojan:EC2/PhishingDomainRequest!DNS"
SEVERITY = {"Low": 2, "Medium": 5, "High": 8, "Critical": 9}
GROUPS = ("sg-web", "sg-app", "sg-bastion", "sg-batch", "sg-data")
RELEASED = parse_time("2026-11-24T04:30:00Z") or 0
THREE_HOURS_LATER = parse_time("2026-11-24T07:28:00Z") or 0
RULES = (
    ("phishing-attempt-identified", "Phishing attempt identified", "high"),
    ("backdoor-ratio-too-high", "Backdoor findings are an unusual share", "medium"),
    ("guardduty-collection-disabled", "GuardDuty was switched off", "critical"),
    ("more-than-usual-high-severity", "More High findings than usual", "high"),
    ("access-denied-burst", "Many denied calls by one principal", "medium"),
    ("unusual-region", "A region that the account never used", "low"),
)


def tell(world: World, *, days: int = 14) -> None:
    """Put all of it into a world; the same each time."""
    rng = random.Random(20261124)  # noqa: S311 - the same story each time is wanted, not secrets
    with world.at_once():
        _ordinary(world, rng, days)
        _outbreak(world, rng)
        _records(world, rng)
        _tags(world)
        _alerts(world, rng)
        world.count()
    # Notes are of alerts that are there.
    _notes(world)


def _ordinary(world: World, rng: random.Random, days: int) -> None:
    weights = [kind[-1] for kind in KINDS]
    for day in range(days, 0, -1):
        # What pages show by default is full, what lies before is there to compare with.
        for _ in range(320 if day <= 2 else 24):
            at = NOW - day * DAY + int(rng.betavariate(2, 2) * DAY)
            kind, level, resource, _ = rng.choices(KINDS, weights)[0]
            account = rng.choices(ACCOUNTS, SHARES)[0]
            _finding(world, rng, at, type=kind, severity_label=level, resource_type=resource, account=account)


def _outbreak(world: World, rng: random.Random) -> None:
    """Machines of two accounts ask for phishing domains, more and more of them, and one is taken over."""
    for number in range(130):
        at = THREE_HOURS_LATER + int(rng.expovariate(1 / 45) * MINUTE) if number else THREE_HOURS_LATER
        if at < NOW:
            level = "Critical" if number % 11 == 0 else "High"
            _finding(
                world, rng, at, type=PHISHING, severity_label=level, resource_type="Instance", account=HIT[number % 2],
                security_groups=["sg-web", *(["sg-app"] if number % 3 else [])], region="eu-west-1",
                resource_id=f"i-0a{number % 7:015x}",
            )  # fmt: skip


def _finding(world: World, rng: random.Random, at: int, **given: Any) -> None:
    name = f"{len(world.found):032x}"
    resource = {"Instance": "i-", "AccessKey": "AKIA", "S3Bucket": "bucket-", "EKSCluster": "cluster-"}
    kind, number = given["resource_type"], int(rng.random() ** 2 * 24)
    address = f"{rng.choice(('198.51.100', '203.0.113', '192.0.2'))}.{rng.randrange(1, 255)}"
    defaults = {
        "threat_purpose": given["type"].partition(":")[0],
        "threat_name": given["type"].partition("/")[2],
        "region": rng.choices(REGIONS, (6, 4, 2, 1))[0],
        "resource_id": f"{resource.get(kind, 'db-')}{number:08x}",
        "security_groups": rng.sample(GROUPS, rng.choice((1, 1, 2))) if kind == "Instance" else [],
        "remote_addresses": [address],
        "finding": {
            "id": name, "schemaVersion": "2.0", "severity": SEVERITY[given["severity_label"]], "type": given["type"],
            "title": f"{given['type'].partition('/')[2]} on {kind}", "accountId": given["account"],
        },
    }  # fmt: skip
    world.finding(to_rfc3339(at), name, **(defaults | given))


def _records(world: World, rng: random.Random) -> None:
    names = ("ConsoleLogin", "AssumeRole", "PutBucketPolicy", "CreateAccessKey", "StopLogging", "DeleteDetector")
    people = ("alice", "bruno", "chen", "deploy-bot", "eve")
    for number in range(90):
        at = NOW - int(rng.random() * DAY)
        account = rng.choices(ACCOUNTS, SHARES)[0]
        name, person = rng.choice(names), rng.choice(people)
        world.record(
            to_rfc3339(at), event_name=name, account=account, event_id=f"rec-{number}", region=rng.choice(REGIONS),
            principal=f"arn:aws:iam::{account}:user/{person}", source_address=f"203.0.113.{rng.randrange(1, 40)}",
            outcome=rng.choice(("success", "success", "success", "denied")), record={"eventName": name},
        )  # fmt: skip


def _tags(world: World) -> None:
    world.tag(
        "shop-7.3.2",
        "2026-11-23T13:10:00Z",
        name="shop 7.3.2",
        applications=("shop",),
        environment="production",
        actor="bruno",
    )
    world.tag(
        "shop-7.4.0", to_rfc3339(RELEASED), name="shop 7.4.0", applications=("shop",), actor="deploy-bot",
        environment="production",         version="7.4.0", commit="9f1c2ab77de0", repository="estate/shop",
    )  # fmt: skip
    world.tag("winter-sale", "2026-11-24T00:00:00Z", name="winter sale", kind="campaign", applications=("shop",))
    world.tag(
        "search-tuning", "2026-11-23T19:40:00Z", name="search: new index", kind="config", applications=("search",)
    )
    world.tag(
        "shop-rollback",
        "2026-11-24T09:25:00Z",
        name="shop back to 7.3.2",
        kind="rollback",
        applications=("shop",),
        actor="alice",
    )


def _alerts(world: World, rng: random.Random) -> None:
    for number in range(1, 27):
        of_outbreak = number <= 8
        rule, title, level = RULES[0] if of_outbreak else rng.choice(RULES[1:])
        account = HIT[number % 2] if of_outbreak else rng.choice(ACCOUNTS)
        at = THREE_HOURS_LATER + number * 11 * MINUTE if of_outbreak else NOW - int(rng.random() * DAY)
        ends = to_rfc3339(min(at + 25 * MINUTE, NOW)) if number % 3 == 0 else None
        count = rng.randrange(12, 60)
        world.alert(
            number, starts_at=to_rfc3339(at), ends_at=ends, status="resolved" if ends else "firing",
            rule={"id": rule, "title": title, "level": level, "revision": "b32c69c1f201"},
            group={"account": account, "region": "eu-west-1"}, measured={"count": count},
            summary=f"{count} in 10m, more than 5, in {account}, eu-west-1", labels={"team": "security"},
            annotations={"runbook": "1. Look at the domain in the evidence.\n2. Isolate the instance."},
            evidence=_evidence(number),
        )  # fmt: skip


def _evidence(number: int) -> dict[str, Any]:
    items = [
        {"topic": "guardduty-findings", "partition": place % 4, "offset": 1_000 + 17 * place, "index": 0,
         "event_id": f"{14 * 24 + 592 + number + place:032x}", "role": "counted"}
        for place in range(6)
    ]  # fmt: skip
    return {"total": 24, "items": items, "first": {"detail-type": "GuardDuty Finding", "detail": {"type": PHISHING}}}


NOTES: tuple[tuple[int, Action, str], ...] = (
    (2, "acknowledge", "Looking at the instances."), (3, "close", "Isolated."), (5, "close", ""),
)  # fmt: skip


def _notes(world: World) -> None:
    for number, action, text in NOTES:
        note = AlertNote(
            note_id=f"{number:032x}", alert_id=f"{number:032x}", action=action, by="Ann", text=text,
            at=to_rfc3339(NOW - 30 * MINUTE),
        )  # fmt: skip
        world.put(TOPICS.alert_notes, note.alert_id.encode(), note.model_dump_json().encode())
