"""The quick way to read a finding: a typed decoder for AWS's usual shape, which skips what is not needed.

It takes half of what decoding the whole and looking up each value takes. Whatever differs from the usual shape in a way
that matters (another type of value, another kind of resource or action, older nesting, capitals, bytes that are no
UTF-8) is not read here but the long way, so that there is one reading of it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from streams.core.parsing.limits import Limits
from streams.core.parsing.normalise import FINDING_TYPE
from streams.core.parsing.sample import says_sample

MOST_BRACKETS = Limits().nesting
LOOK_INTO = 256
"""The bytes in which an EventBridge envelope names its detail-type."""


class _Part(msgspec.Struct, gc=False):
    pass


class Country(_Part):
    """Where an address lies."""

    countryName: str | None = None


class RemoteEnd(_Part):
    """The other end of a connection or call."""

    ipAddressV4: str | None = None
    ipAddressV6: str | None = None
    country: Country | None = None

    def addresses(self) -> list[str]:
        """None, one, or one of each kind."""
        four, six = self.ipAddressV4, self.ipAddressV6
        if not six or six == four:
            return [four] if four else []
        return [four, six] if four else [six]

    def countries(self) -> list[str]:
        """The country's name, or nothing."""
        country = self.country
        return [country.countryName] if country is not None and country.countryName else []


class Probe(_Part):
    """One port that was probed."""

    remoteIpDetails: RemoteEnd | None = None


class Call(_Part):
    """What was done, of whatever kind it is."""

    remoteIpDetails: RemoteEnd | None = None
    portProbeDetails: list[Probe] | None = None


class Action(_Part):
    """One of the kinds of action is there."""

    actionType: str
    networkConnectionAction: Call | None = None
    awsApiCallAction: Call | None = None
    dnsRequestAction: Call | None = None
    kubernetesApiCallAction: Call | None = None
    rdsLoginAttemptAction: Call | None = None
    portProbeAction: Call | None = None

    def call(self) -> Call | None:
        """The action itself; raises KeyError for one of an unknown kind."""
        return getattr(self, _CALLS[self.actionType])  # type: ignore[no-any-return]


_CALLS = {
    "NETWORK_CONNECTION": "networkConnectionAction",
    "AWS_API_CALL": "awsApiCallAction",
    "DNS_REQUEST": "dnsRequestAction",
    "KUBERNETES_API_CALL": "kubernetesApiCallAction",
    "RDS_LOGIN_ATTEMPT": "rdsLoginAttemptAction",
    "PORT_PROBE": "portProbeAction",
}


class Info(_Part):
    """Whether the finding is a sample."""

    sample: bool | None = None
    value: str | None = None

    def is_sample(self) -> bool:
        """Whether it says so, in itself or in the JSON of its value."""
        return bool(self.sample) or (self.value is not None and says_sample(self.value))


class Detection(_Part):
    """How it was found out; a sequence has resources and ends of its own, and is read the long way."""

    sequence: Any = None


class Service(_Part):
    """What GuardDuty saw, and when."""

    action: Action | None = None
    eventFirstSeen: str | None = None
    eventLastSeen: str | None = None
    resourceRole: str | None = None
    archived: bool | None = None
    additionalInfo: Info | None = None
    detection: Detection | None = None


class SecurityGroup(_Part):
    """One security group of a network interface."""

    groupName: str | None = None
    groupId: str | None = None


class Interface(_Part):
    """One network interface of an instance."""

    securityGroups: list[SecurityGroup] | None = None


class Instance(_Part):
    """A resource of the kind Instance."""

    instanceId: str | None = None
    networkInterfaces: list[Interface] | None = None


class AccessKey(_Part):
    """A resource of the kind AccessKey."""

    userName: str | None = None


class Named(_Part):
    """A resource whose id is its name: a bucket or a cluster."""

    name: str | None = None


class Container(_Part):
    """A resource of the kind Container."""

    id: str | None = None


class Database(_Part):
    """A resource of the kind RDSDBInstance."""

    dbInstanceIdentifier: str | None = None


class Vpc(_Part):
    """The network that a function runs in."""

    securityGroups: list[SecurityGroup] | None = None


class Function(_Part):
    """A resource of the kind Lambda."""

    functionName: str | None = None
    vpcConfig: Vpc | None = None


class Resource(_Part):
    """What the finding is about, and what it describes beside that."""

    resourceType: str
    instanceDetails: Instance | None = None
    accessKeyDetails: AccessKey | None = None
    s3BucketDetails: list[Named] | None = None
    eksClusterDetails: Named | None = None
    containerDetails: Container | None = None
    rdsDbInstanceDetails: Database | None = None
    lambdaDetails: Function | None = None

    def id(self) -> str | None:
        """Its id, or None; raises KeyError for a resource of an unusual kind."""
        part, name = _IDS[self.resourceType]
        details = getattr(self, part)
        if details.__class__ is list:
            details = details[0] if details else None
        return getattr(details, name, None)

    def security_groups(self) -> list[str]:
        """Names, or the id where a name is missing, each once, in order."""
        names: list[str] = []
        if self.instanceDetails is not None:
            for interface in self.instanceDetails.networkInterfaces or ():
                _note_groups(interface.securityGroups, names)
        if self.lambdaDetails is not None and self.lambdaDetails.vpcConfig is not None:
            _note_groups(self.lambdaDetails.vpcConfig.securityGroups, names)
        return names


_IDS = {
    "Instance": ("instanceDetails", "instanceId"),
    "AccessKey": ("accessKeyDetails", "userName"),
    "S3Bucket": ("s3BucketDetails", "name"),
    "EKSCluster": ("eksClusterDetails", "name"),
    "Container": ("containerDetails", "id"),
    "RDSDBInstance": ("rdsDbInstanceDetails", "dbInstanceIdentifier"),
    "Lambda": ("lambdaDetails", "functionName"),
}


def _note_groups(groups: list[SecurityGroup] | None, names: list[str]) -> None:
    for group in groups or ():
        name = group.groupName or group.groupId
        if name and name not in names:
            names.append(name)


class Detail(_Part):
    """The finding itself."""

    type: str
    severity: float
    accountId: str
    region: str
    id: str
    title: str
    description: str
    createdAt: str
    updatedAt: str
    service: Service
    resource: Resource


class Envelope(_Part, rename={"detail_type": "detail-type"}):
    """The parts of a finding's envelope that are read."""

    detail_type: str
    source: str
    time: str
    detail: Detail
    eventName: Any = None


_decode = msgspec.json.Decoder(Envelope).decode


def decode_finding(value: bytes | None) -> Envelope | None:
    """A message that is one finding in the usual shape; None for anything else, which says nothing of it."""
    if value is None or b'"detail-type"' not in value[:LOOK_INTO]:
        return None
    try:
        if not value.isascii():
            value.decode()  # What the decoder skips it does not judge.
        envelope = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return envelope if _is_usual(envelope) and value.count(b"{") + value.count(b"[") <= MOST_BRACKETS else None


def _is_usual(envelope: Envelope) -> bool:
    detail = envelope.detail
    service, resource = detail.service, detail.resource
    detection = service.detection
    return (
        envelope.detail_type == FINDING_TYPE
        and envelope.eventName is None
        and bool(envelope.source and detail.accountId and detail.region and detail.id and detail.title)
        and 0 <= detail.severity <= 10  # noqa: PLR2004 - severities; anything else is refused the long way
        and (service.action is None or service.action.actionType in _CALLS)
        and resource.resourceType in _IDS
        and (detection is None or detection.sequence is None)
        and bool(resource.id())
    )


def remote_ends(action: Action | None) -> tuple[list[str], list[str]]:
    """Addresses and names of countries at the other ends, each once, in order."""
    call = None if action is None else action.call()
    if call is None:
        return [], []
    end = call.remoteIpDetails
    if call.portProbeDetails is None:
        return ([], []) if end is None else (end.addresses(), end.countries())
    ends = [end, *[probe.remoteIpDetails for probe in call.portProbeDetails]]
    addresses = [address for end in ends if end is not None for address in end.addresses()]
    countries = [country for end in ends if end is not None for country in end.countries()]
    return list(dict.fromkeys(addresses)), list(dict.fromkeys(countries))


Key = tuple[Any, ...]


def key_of(envelope: Envelope) -> Key:
    """What the fixed fields follow from."""
    detail = envelope.detail
    service = detail.service
    info = service.additionalInfo
    return (
        detail.type,
        detail.severity,
        service.resourceRole,
        detail.resource.resourceType,
        envelope.source,
        service.archived,
        info is not None and info.is_sample(),
    )
