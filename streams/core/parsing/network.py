"""Who was at the other end, and which security groups were in between."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from streams.core.parsing.values import as_object, as_objects, distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def remote_addresses(service: Mapping[str, Any]) -> list[str]:
    """Return the remote addresses of a finding's ``detail.service``, IPv4 before IPv6, each once, in order.

    They come from the ``remoteIpDetails`` of the action, or of each of its port probes; for an attack sequence from
    its network endpoints.
    """
    return distinct(
        chain(
            (one.get(field) for one in _remote_ends(service) for field in ("ipAddressV4", "ipAddressV6")),
            (one.get("ip") for one in _endpoints(service)),
        )
    )


def remote_countries(service: Mapping[str, Any]) -> list[str]:
    """Return the names of the countries of a finding's remote addresses, each once, in order."""
    return distinct(
        chain(
            (as_object(one.get("country")).get("countryName") for one in _remote_ends(service)),
            (as_object(one.get("location")).get("country") for one in _endpoints(service)),
        )
    )


def security_groups(resource: Mapping[str, Any], service: Mapping[str, Any]) -> list[str]:
    """Return a finding's security groups: names, or the id where a name is missing, each once, in order.

    All groups of all interfaces of the instance, of a Lambda function's VPC, and of an attack sequence's interfaces.
    """
    interfaces = as_objects(as_object(resource.get("instanceDetails")).get("networkInterfaces"))
    vpc = as_object(as_object(resource.get("lambdaDetails")).get("vpcConfig"))
    parts = (
        as_object(as_object(one.get("data")).get("ec2NetworkInterface")) for one in _of_sequence(service, "resources")
    )
    groups = (group for one in chain(interfaces, (vpc,), parts) for group in as_objects(one.get("securityGroups")))
    return distinct(group.get("groupName") or group.get("groupId") for group in groups)


def _remote_ends(service: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for action in as_object(service.get("action")).values():
        if isinstance(action, dict):
            for one in chain((action,), as_objects(action.get("portProbeDetails"))):
                end = one.get("remoteIpDetails")
                if isinstance(end, dict):
                    yield end


def _endpoints(service: Mapping[str, Any]) -> list[dict[str, Any]]:
    return _of_sequence(service, "endpoints")


def _of_sequence(service: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    sequence = as_object(as_object(service.get("detection")).get("sequence"))
    return as_objects(sequence.get(name))
