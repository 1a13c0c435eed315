from __future__ import annotations

import pytest

from streams.core.parsing.network import remote_addresses, remote_countries, security_groups

END = {"ipAddressV4": "192.0.2.1", "country": {"countryName": "Peru"}}


@pytest.mark.parametrize(
    "action", ["networkConnectionAction", "awsApiCallAction", "kubernetesApiCallAction", "rdsLoginAttemptAction"]
)
def test_the_remote_end_of_any_action_is_found(action: str) -> None:
    service = {"action": {"actionType": "X", action: {"remoteIpDetails": END}}}
    assert remote_addresses(service) == ["192.0.2.1"]
    assert remote_countries(service) == ["Peru"]


def test_each_port_probe_adds_its_address_once() -> None:
    probes = [{"remoteIpDetails": END}, {"remoteIpDetails": {"ipAddressV6": "2001:db8::1"}}, {"remoteIpDetails": END}]
    service = {"action": {"portProbeAction": {"portProbeDetails": probes}}}
    assert remote_addresses(service) == ["192.0.2.1", "2001:db8::1"]
    assert remote_countries(service) == ["Peru"]


def test_an_attack_sequence_has_the_addresses_of_its_endpoints_and_the_groups_of_its_interfaces() -> None:
    sequence = {
        "endpoints": [{"ip": "192.0.2.7", "location": {"country": "Chile"}}, {"domain": "bad.example"}],
        "resources": [{"data": {"ec2NetworkInterface": {"securityGroups": [{"groupId": "sg-9"}]}}}],
    }
    service = {"detection": {"sequence": sequence}}
    assert (remote_addresses(service), remote_countries(service)) == (["192.0.2.7"], ["Chile"])
    assert security_groups({}, service) == ["sg-9"]


def test_a_function_has_the_groups_of_its_network() -> None:
    resource = {"lambdaDetails": {"vpcConfig": {"securityGroups": [{"groupName": "", "groupId": "sg-1"}]}}}
    assert security_groups(resource, {}) == ["sg-1"]
