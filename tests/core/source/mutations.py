"""Events of every kind, and odd values in every place that is read."""

from __future__ import annotations

import copy
from typing import Any

import orjson
from hypothesis import strategies as st

from tests.core.parsing.samples import detail, envelope, older_envelope, pascal_case, record

SAMPLE = detail()
QUIET = {**SAMPLE, "service": {**SAMPLE["service"], "additionalInfo": {}}}
END = {"ipAddressV4": "203.0.113.7", "country": {"countryName": "T\u00fcrkiye"}}


def about(kind: str, action: dict[str, Any] | None = None, **resource: Any) -> dict[str, Any]:
    """A finding about a resource of this kind, as AWS writes it today."""
    service = {**SAMPLE["service"], "additionalInfo": {"value": "{}", "type": "default"}, "action": action}
    if action is None:
        del service["action"]
    return envelope(detail={**SAMPLE, "service": service, "resource": {"resourceType": kind, **resource}})


USUAL: list[dict[str, Any]] = [
    about(
        "Instance",
        {
            "actionType": "PORT_PROBE",
            "portProbeAction": {"portProbeDetails": [{"remoteIpDetails": END}, {"remoteIpDetails": END}, {}]},
        },
        instanceDetails={"instanceId": "i-0abc", "networkInterfaces": [{"securityGroups": [{"groupId": "sg-1"}]}]},
    ),
    about(
        "Lambda",
        {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {"remoteIpDetails": END}},
        lambdaDetails={"functionName": "f", "vpcConfig": {"securityGroups": [{"groupName": "web"}, {}]}},
    ),
    about("RDSDBInstance", None, rdsDbInstanceDetails={"dbInstanceIdentifier": "db"}),
    about("Container", None, containerDetails={"id": "c"}, eksClusterDetails={"name": "not this"}),
    about(
        "S3Bucket", None, s3BucketDetails=[{"name": "first"}, {"name": "second"}], accessKeyDetails={"userName": "u"}
    ),
]
EVENTS: list[dict[str, Any]] = [
    envelope(detail=QUIET),
    envelope(),
    older_envelope(),
    detail(),
    pascal_case(detail()),
    record(),
    record(errorCode="AccessDenied"),
    record(eventName="ConsoleLogin", responseElements={"ConsoleLogin": "Failure"}),
    *USUAL,
]
PATHS: list[tuple[str, ...]] = [
    ("detail-type",), ("source",), ("account",), ("region",), ("time",), ("id",), ("resources",), ("detail",),
    ("detail", "type"), ("detail", "severity"), ("detail", "accountId"), ("detail", "region"), ("detail", "id"),
    ("detail", "title"), ("detail", "updatedAt"), ("detail", "createdAt"), ("detail", "service"),
    ("detail", "service", "resourceRole"), ("detail", "service", "archived"), ("detail", "service", "additionalInfo"),
    ("detail", "service", "additionalInfo", "sample"), ("detail", "service", "action"),
    ("detail", "service", "eventFirstSeen"), ("detail", "resource"), ("detail", "resource", "resourceType"),
    ("detail", "resource", "instanceDetails"), ("detail", "resource", "instanceDetails", "service"),
    ("detail", "service", "additionalInfo", "value"), ("detail", "service", "detection"),
    ("detail", "service", "action", "actionType"), ("detail", "service", "action", "portProbeAction"),
    ("detail", "service", "action", "portProbeAction", "portProbeDetails"), ("detail", "resource", "lambdaDetails"),
    ("detail", "resource", "lambdaDetails", "functionName"), ("detail", "resource", "s3BucketDetails"),
    ("detail", "resource", "containerDetails"), ("detail", "resource", "rdsDbInstanceDetails"),
    ("detail", "resource", "instanceDetails", "severity"), ("detail", "resource", "instanceDetails", "description"),
    ("detail", "Type"), ("detail", "description"),
    ("eventSource",), ("eventName",), ("eventTime",), ("eventID",), ("errorCode",), ("recipientAccountId",),
    ("awsRegion",), ("userIdentity",), ("userIdentity", "arn"), ("userIdentity", "type"), ("responseElements",),
    ("serviceEventDetails",), ("eventCategory",), ("sourceIPAddress",), ("resources",),
]  # fmt: skip
ABSENT = object()
ODD: list[Any] = [
    ABSENT, None, True, False, 0, 1, 1.0, 0.0, 8, 8.0, "8", "1", "true", "false", "", "ACTOR", "Insight", "aws:s3",
    [], {}, ["ACTOR"], [1, True], [[]], {"sample": True}, {"value": "sample"}, {"ConsoleLogin": "Failure"}, "eu-west-1",
    -1, 11, "2024-05-01T10:20:31Z", 1714558831, "2099-01-01T00:00:00Z", "AccessDenied", 2**63, 1e300, "x" * 300,
    ["x", None, {"a": 1}], '{"sample":true}', {"sequence": {"endpoints": [{"ip": "198.51.100.1"}]}}, "PORT_PROBE",
    {"id": "", "name": "n"}, [{"remoteIpDetails": {"ipAddressV6": "::1"}}],
]  # fmt: skip
changes = st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(ODD)), max_size=3)
mutations = st.tuples(st.sampled_from(EVENTS), changes)


def mutated(event: dict[str, Any], steps: list[tuple[tuple[str, ...], Any]]) -> bytes:
    event = copy.deepcopy(event)
    for path, value in steps:
        here: Any = event
        for key in path[:-1]:
            here = here.get(key) if isinstance(here, dict) else None
        if isinstance(here, dict):
            if value is ABSENT:
                here.pop(path[-1], None)
            else:
                here[path[-1]] = copy.deepcopy(value)
    return orjson.dumps(event)
