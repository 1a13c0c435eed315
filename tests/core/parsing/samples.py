"""Events in AWS's shapes, with values of our own."""

from __future__ import annotations

from typing import Any


def record(**changes: Any) -> dict[str, Any]:
    """Make a CloudTrail record."""
    return {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:deploy",
            "arn": "arn:aws:sts::111122223333:assumed-role/deployer/deploy",
            "accountId": "111122223333",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111122223333:role/deployer"},
                "attributes": {"creationDate": "2024-05-01T10:00:00Z", "mfaAuthenticated": "true"},
            },
        },
        "eventTime": "2024-05-01T10:20:30Z",
        "eventSource": "guardduty.amazonaws.com",
        "eventName": "DeleteDetector",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "aws-cli/2.15",
        "requestParameters": {"detectorId": "d1"},
        "responseElements": None,
        "resources": [{"ARN": "arn:aws:guardduty:eu-central-1:111122223333:detector/d1"}],
        "eventID": "5e0c2f4a-0000-4000-8000-000000000001",
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
        "recipientAccountId": "444455556666",
    } | changes


def detail(**changes: Any) -> dict[str, Any]:
    """Make a finding without its envelope."""
    return {
        "schemaVersion": "2.0",
        "accountId": "444455556666",
        "region": "eu-west-1",
        "partition": "aws",
        "id": "f0",
        "arn": "arn:aws:guardduty:eu-west-1:444455556666:detector/d1/finding/f0",
        "type": "Backdoor:EC2/C&CActivity.B!DNS",
        "resource": {
            "resourceType": "Instance",
            "instanceDetails": {
                "instanceId": "i-0abc",
                "networkInterfaces": [
                    {"securityGroups": [{"groupName": "web", "groupId": "sg-1"}, {"groupId": "sg-2"}]},
                    {"securityGroups": [{"groupName": "web", "groupId": "sg-1"}, {"groupName": "ops"}]},
                ],
            },
        },
        "service": {
            "serviceName": "guardduty",
            "action": {
                "actionType": "NETWORK_CONNECTION",
                "networkConnectionAction": {
                    "remoteIpDetails": {
                        "ipAddressV4": "198.51.100.9",
                        "ipAddressV6": "2001:db8::9",
                        "country": {"countryName": "Iceland"},
                    }
                },
            },
            "resourceRole": "ACTOR",
            "additionalInfo": {"value": '{"sample":true}', "type": "default"},
            "eventFirstSeen": "2024-05-01T09:00:00Z",
            "eventLastSeen": "2024-05-01T10:00:00.5Z",
            "archived": False,
            "count": 3,
        },
        "severity": 8,
        "createdAt": "2024-05-01T09:10:00.123Z",
        "updatedAt": "2024-05-01T10:10:00.456Z",
        "title": "The instance i-0abc asks for a bad name.",
        "description": "It asked for it three times.",
    } | changes


def envelope(kind: str = "GuardDuty Finding", **changes: Any) -> dict[str, Any]:
    """Make an EventBridge envelope, by default around a finding."""
    return {
        "version": "0",
        "id": "e0",
        "detail-type": kind,
        "source": "aws.guardduty",
        "account": "777788889999",
        "time": "2024-05-01T10:15:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": detail(),
    } | changes


def older_envelope() -> dict[str, Any]:
    """Make an envelope as examples of 2018 print it: all below ``resource`` lies in ``instanceDetails``."""
    return {
        "version": "0",
        "id": "e1",
        "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty",
        "account": "111122223333",
        "time": "2019-03-04T05:06:07Z",
        "region": "us-west-2",
        "resources": [],
        "detail": {
            "schemaVersion": "2.0",
            "accountId": "111122223333",
            "region": "us-west-2",
            "partition": "aws",
            "id": "f1",
            "arn": "arn:aws:guardduty:us-west-2:111122223333:detector/d2/finding/f1",
            "type": "Trojan:EC2/PhishingDomainRequest!DNS",
            "resource": {
                "resourceType": "Instance",
                "instanceDetails": {
                    "instanceId": "i-0def",
                    "networkInterfaces": [
                        {"securityGroups": [{"groupName": "front", "groupId": "sg-3"}], "publicIp": "192.0.2.1"}
                    ],
                    "tags": [{"key": "team", "value": "shop"}],
                    "service": {
                        "serviceName": "guardduty",
                        "detectorId": "d2",
                        "action": {
                            "actionType": "DNS_REQUEST",
                            "dnsRequestAction": {"domain": "bad.example", "protocol": "UDP", "blocked": True},
                        },
                        "resourceRole": "TARGET",
                        "additionalInfo": {"threatListName": "a list", "sample": True},
                        "eventFirstSeen": "2019-03-03T05:06:07.350Z",
                        "eventLastSeen": "2019-03-04T05:00:00.350Z",
                        "archived": False,
                        "count": 1.0,
                    },
                    "severity": 8.0,
                    "createdAt": "2019-03-03T05:06:07.350Z",
                    "updatedAt": "2019-03-04T05:00:00.350Z",
                    "title": "Someone was asked to phish",
                    "description": "A name was asked for.",
                },
            },
        },
    }


def pascal_case(value: Any) -> Any:
    """Write names as GuardDuty's API does."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal_case(child) for key, child in value.items()}
    return [pascal_case(child) for child in value] if isinstance(value, list) else value
