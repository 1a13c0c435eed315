"""AWS's usual shape of a finding: the parts that are read, under AWS's own names, by which the decoder finds them."""

from __future__ import annotations

from typing import Any

import msgspec

from streams.core.parsing.sample import says_sample


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

    def is_usual(self) -> bool:
        """Whether it is of a known kind, and no other kind is there beside it."""
        named = CALLS.get(self.actionType)
        present = (
            (self.networkConnectionAction is not None)
            + (self.awsApiCallAction is not None)
            + (self.dnsRequestAction is not None)
            + (self.kubernetesApiCallAction is not None)
            + (self.rdsLoginAttemptAction is not None)
            + (self.portProbeAction is not None)
        )
        return named is not None and present == (getattr(self, named) is not None)

    def call(self) -> Call | None:
        """The action itself; raises KeyError for one of an unknown kind."""
        return getattr(self, CALLS[self.actionType])  # type: ignore[no-any-return]


CALLS = {
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

    def is_usual(self) -> bool:
        """Whether it says something by a name as AWS writes it; else it may be written in capitals."""
        return (
            self.resourceRole is not None
            or self.action is not None
            or self.archived is not None
            or self.eventFirstSeen is not None
            or self.eventLastSeen is not None
        )


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
        part, name = IDS[self.resourceType]
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


IDS = {
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
