"""Who was at the other end, and which security groups were in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.parsing.values import as_object, as_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

# These functions run for every finding, so they are loops, not chains of generators, and take values of the usual kinds
# without a call.


def remote_ends(service: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the remote addresses and the names of their countries of a finding's ``detail.service``.

    Each once, in order, IPv4 before IPv6. They come from the ``remoteIpDetails`` of the action, or of each of its port
    probes; for an attack sequence from its network endpoints.
    """
    addresses: list[str] = []
    countries: list[str] = []
    action = service.get("action")
    if action.__class__ is dict:
        for one in action.values():
            if one.__class__ is dict:
                if "remoteIpDetails" in one:
                    _note_end(one["remoteIpDetails"], addresses, countries)
                if "portProbeDetails" in one:
                    for probe in as_objects(one["portProbeDetails"]):
                        _note_end(probe.get("remoteIpDetails"), addresses, countries)
    if "detection" in service:
        for one in _of_sequence(service, "endpoints"):
            _note(one.get("ip"), addresses)
            _note(as_object(one.get("location")).get("country"), countries)
    return addresses, countries


def remote_addresses(service: Mapping[str, Any]) -> list[str]:
    """Return the first part of ``remote_ends``."""
    return remote_ends(service)[0]


def remote_countries(service: Mapping[str, Any]) -> list[str]:
    """Return the second part of ``remote_ends``."""
    return remote_ends(service)[1]


def security_groups(resource: Mapping[str, Any], service: Mapping[str, Any]) -> list[str]:
    """Return a finding's security groups: names, or the id where a name is missing, each once, in order.

    All groups of all interfaces of the instance, of a Lambda function's VPC, and of an attack sequence's interfaces.
    """
    names: list[str] = []
    instance = resource.get("instanceDetails")
    if instance.__class__ is dict and "networkInterfaces" in instance:
        interfaces = instance["networkInterfaces"]
        for one in interfaces if interfaces.__class__ is list else as_objects(interfaces):
            if one.__class__ is dict:
                _note_groups(one.get("securityGroups"), names)
    if "lambdaDetails" in resource:
        _note_groups(as_object(as_object(resource["lambdaDetails"]).get("vpcConfig")).get("securityGroups"), names)
    if "detection" in service:
        for one in _of_sequence(service, "resources"):
            interface = as_object(as_object(one.get("data")).get("ec2NetworkInterface"))
            _note_groups(interface.get("securityGroups"), names)
    return names


def _note_end(end: Any, addresses: list[str], countries: list[str]) -> None:
    if end.__class__ is not dict:
        return
    _note(end.get("ipAddressV4"), addresses)
    if "ipAddressV6" in end:
        _note(end["ipAddressV6"], addresses)
    country = end.get("country")
    if country.__class__ is dict:
        _note(country.get("countryName"), countries)


def _note_groups(groups: Any, names: list[str]) -> None:
    for group in groups if groups.__class__ is list else as_objects(groups):
        if group.__class__ is dict:
            name = group.get("groupName") or group.get("groupId")
            if name.__class__ is str and name not in names:
                names.append(name)


def _note(value: Any, into: list[str]) -> None:
    if value.__class__ is str and value and value not in into:
        into.append(value)


def _of_sequence(service: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    sequence = as_object(as_object(service.get("detection")).get("sequence"))
    return as_objects(sequence.get(name))
