from __future__ import annotations

import pytest

from streams.core.generate.actions import action, attack_sequence, runtime_details
from streams.core.generate.finding_types import ActionType
from tests.core.generate.seeded import NOW_MS, chance

_MEMBERS = {
    ActionType.CONNECTION: "networkConnectionAction",
    ActionType.PROBE: "portProbeAction",
    ActionType.API_CALL: "awsApiCallAction",
    ActionType.DNS: "dnsRequestAction",
    ActionType.KUBERNETES: "kubernetesApiCallAction",
    ActionType.RDS_LOGIN: "rdsLoginAttemptAction",
}


@pytest.mark.parametrize("kind", ActionType)
def test_an_action_carries_the_member_that_goes_with_its_type(kind: ActionType) -> None:
    made = action(chance(), kind)
    assert made.keys() == {"actionType", _MEMBERS[kind]}
    assert made["actionType"] == kind


def test_a_dns_request_asks_for_a_domain_that_nobody_can_own() -> None:
    rng = chance()
    domains = [action(rng, ActionType.DNS)["dnsRequestAction"]["domain"] for _ in range(50)]
    assert all(domain.endswith(".example") for domain in domains)


def test_a_process_is_named_after_its_executable() -> None:
    process = runtime_details(chance(), NOW_MS)["process"]
    assert process["executablePath"].endswith(f"/{process['name']}")
    assert process["startTime"] == NOW_MS // 1_000


def test_a_sequence_s_signals_are_about_the_key_that_it_began_with() -> None:
    sequence = attack_sequence(chance(), "ASIAEXAMPLE", NOW_MS)["sequence"]
    assert [signal["resourceUids"] for signal in sequence["signals"]] == [["ASIAEXAMPLE"], ["ASIAEXAMPLE"]]
