"""What a finding says was done: ``service.action``, and what stands in its place where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.generate.chance import hex_digits, uuid
from streams.core.generate.finding_types import ActionType
from streams.core.generate.instants import millis
from streams.core.generate.remote import domain, remote_ip_details

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.core.generate.chance import Chance

_PORTS = ((22, "SSH"), (443, "HTTPS"), (80, "HTTP"), (3389, "RDP"), (25, "SMTP"), (6379, "Unknown"), (8080, "Unknown"))
_API_CALLS = (
    ("GetCallerIdentity", "sts.amazonaws.com"),
    ("ListBuckets", "s3.amazonaws.com"),
    ("GetObject", "s3.amazonaws.com"),
    ("PutBucketPublicAccessBlock", "s3.amazonaws.com"),
    ("DescribeInstances", "ec2.amazonaws.com"),
    ("DescribeSecurityGroups", "ec2.amazonaws.com"),
    ("ListUsers", "iam.amazonaws.com"),
    ("CreateAccessKey", "iam.amazonaws.com"),
    ("AttachUserPolicy", "iam.amazonaws.com"),
    ("GetSecretValue", "secretsmanager.amazonaws.com"),
    ("ConsoleLogin", "signin.amazonaws.com"),
)
_AGENTS = ("kubectl/v1.31.2 (linux/amd64) kubernetes/5864a46", "Go-http-client/2.0", "python-requests/2.32.3")
_EXECUTABLES = ("/tmp/kworkerd", "/usr/bin/socat", "/dev/shm/.x", "/usr/local/bin/miner")  # noqa: S108  # Only names.


def action(rng: Chance, kind: ActionType) -> dict[str, Any]:
    """Return a ``service.action`` member of one kind."""
    return {"actionType": str(kind), **_MAKERS[kind](rng)}


def runtime_details(rng: Chance, ms: int) -> dict[str, Any]:
    """Return the ``service.runtimeDetails`` of a process that began at ``ms`` (since the epoch)."""
    path = rng.choice(_EXECUTABLES)
    process = {
        "name": path.rpartition("/")[2],
        "executablePath": path,
        "executableSha256": hex_digits(rng, 64),
        "namespacePid": rng.randrange(2, 400),
        "pid": rng.randrange(400, 32_000),
        "startTime": ms // 1000,
        "uuid": hex_digits(rng, 32),
        "user": "root",
        "userId": 0,
        "euid": 0,
    }
    return {"process": process}


def attack_sequence(rng: Chance, access_key: str, ms: int) -> dict[str, Any]:
    """Return the ``service.detection`` of a sequence of two signals that ended at ``ms`` (since the epoch)."""
    names = ("Recon:IAMUser/TorIPCaller", "Stealth:IAMUser/CloudTrailLoggingDisabled")
    signals = [
        {
            "uid": uuid(rng),
            "type": "FINDING",
            "name": name,
            "createdAt": millis(ms - 3_600_000),
            "updatedAt": millis(ms),
            "firstSeenAt": millis(ms - 3_600_000),
            "lastSeenAt": millis(ms),
            "severity": 5.0,
            "count": rng.randrange(1, 9),
            "resourceUids": [access_key],
        }
        for name in names
    ]
    return {
        "sequence": {
            "uid": uuid(rng),
            "description": "Calls of reconnaissance were followed by calls that hide traces.",
            "resources": [{"uid": access_key, "resourceType": "ACCESS_KEY"}],
            "signals": signals,
            "sequenceIndicators": [{"key": "ATTACK_TACTIC", "values": ["Discovery", "Defense Evasion"]}],
        }
    }


def _connection(rng: Chance) -> dict[str, Any]:
    port, port_name = rng.choice(_PORTS)
    details = {
        "connectionDirection": rng.choice(("INBOUND", "OUTBOUND")),
        "remoteIpDetails": remote_ip_details(rng),
        "remotePortDetails": {"port": rng.randrange(1_024, 65_536), "portName": "Unknown"},
        "localPortDetails": {"port": port, "portName": port_name},
        "localIpDetails": {"ipAddressV4": _private_address(rng)},
        "protocol": "TCP",
        "blocked": False,
    }
    return {"networkConnectionAction": details}


def _probe(rng: Chance) -> dict[str, Any]:
    port, port_name = rng.choice(_PORTS)
    details = {
        "localPortDetails": {"port": port, "portName": port_name},
        "remoteIpDetails": remote_ip_details(rng),
        "localIpDetails": {"ipAddressV4": _private_address(rng)},
    }
    return {"portProbeAction": {"portProbeDetails": [details], "blocked": False}}


def _api_call(rng: Chance) -> dict[str, Any]:
    api, service = rng.choice(_API_CALLS)
    details = {
        "api": api,
        "serviceName": service,
        "callerType": "Remote IP",
        "remoteIpDetails": remote_ip_details(rng),
        "affectedResources": {},
    }
    return {"awsApiCallAction": details}


def _dns(rng: Chance) -> dict[str, Any]:
    return {"dnsRequestAction": {"domain": domain(rng), "protocol": "UDP", "blocked": False}}


def _kubernetes(rng: Chance) -> dict[str, Any]:
    resource = rng.choice(("secrets", "pods", "rolebindings", "daemonsets"))
    details = {
        "requestUri": f"/api/v1/namespaces/default/{resource}",
        "verb": rng.choice(("get", "list", "create")),
        "resource": resource,
        "namespace": "default",
        "sourceIPs": [],
        "userAgent": rng.choice(_AGENTS),
        "remoteIpDetails": remote_ip_details(rng),
        "statusCode": rng.choice((200, 200, 201, 403)),
    }
    return {"kubernetesApiCallAction": details}


def _rds_login(rng: Chance) -> dict[str, Any]:
    attributes = {
        "user": rng.choice(("admin", "postgres", "report")),
        "application": "psql",
        "failedLoginAttempts": rng.randrange(0, 40),
        "successfulLoginAttempts": rng.randrange(0, 2),
    }
    # The member's capital letter is AWS's own.
    return {"rdsLoginAttemptAction": {"remoteIpDetails": remote_ip_details(rng), "LoginAttributes": [attributes]}}


def _private_address(rng: Chance) -> str:
    return f"10.{rng.randrange(0, 32)}.{rng.randrange(0, 256)}.{rng.randrange(4, 255)}"


_MAKERS: dict[ActionType, Callable[[Chance], dict[str, Any]]] = {
    ActionType.CONNECTION: _connection,
    ActionType.PROBE: _probe,
    ActionType.API_CALL: _api_call,
    ActionType.DNS: _dns,
    ActionType.KUBERNETES: _kubernetes,
    ActionType.RDS_LOGIN: _rds_login,
}
