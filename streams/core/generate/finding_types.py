"""The finding types that the generator knows, with how often each is seen.

Names, severities and resource roles are those of the GuardDuty User Guide ("GuardDuty finding types"); the weights are
those of an ordinary estate, where probes, policy lapses and unusual callers are common and compromise is rare. A type
that is seen in both roles has a row for each.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from streams.core.generate.estate import ResourceKind


class ActionType(StrEnum):
    """What was done, as ``service.action.actionType`` spells it."""

    CONNECTION = "NETWORK_CONNECTION"
    PROBE = "PORT_PROBE"
    API_CALL = "AWS_API_CALL"
    DNS = "DNS_REQUEST"
    KUBERNETES = "KUBERNETES_API_CALL"
    RDS_LOGIN = "RDS_LOGIN_ATTEMPT"


class FindingType(NamedTuple):
    """One row of the table; a type whose findings carry no action has None there."""

    weight: float
    name: str
    severity: float
    kind: ResourceKind
    action: ActionType | None
    role: str

    @property
    def purpose(self) -> str:
        """The threat purpose, the part before the colon."""
        return self.name.partition(":")[0]

    @property
    def is_phishing(self) -> bool:
        """Whether the threat name is PhishingDomainRequest, on which the phishing rule fires."""
        return self.name.partition("/")[2].partition("!")[0] == "PhishingDomainRequest"

    @property
    def alerts_at_once(self) -> bool:
        """Whether a shipped immediate rule (phishing, ACTOR) fires on a finding of this row."""
        return self.is_phishing or self.role == "ACTOR"


TITLES = {
    "AttackSequence": "Credentials {name} may be compromised: a sequence of suspicious calls.",
    "Backdoor": "{name} behaves as if it were under foreign control.",
    "Behavior": "{name} behaves on the network as it never did before.",
    "CredentialAccess": "Credentials were looked for at {name} in an unusual way.",
    "CryptoCurrency": "{name} talks with hosts of a cryptocurrency.",
    "DefenseEvasion": "{name} does what usually serves to escape detection.",
    "Discovery": "{name} was explored in an unusual way or from a suspicious address.",
    "Execution": "Something suspicious was executed in {name}.",
    "Exfiltration": "Data may be leaving by {name}.",
    "Impact": "{name} is involved in what may harm this or another estate.",
    "InitialAccess": "{name} was used in a way that often begins an attack.",
    "PenTest": "{name} was used from a machine made for penetration tests.",
    "Persistence": "{name} was used in a way that serves to keep access.",
    "Policy": "{name} departs from security practice.",
    "PrivilegeEscalation": "{name} was used in a way that may gain privileges.",
    "Recon": "{name} is involved in reconnaissance.",
    "Stealth": "Traces are being hidden at {name}.",
    "Trojan": "{name} behaves as if malware ran on it.",
    "UnauthorizedAccess": "{name} is involved in access that was not authorised.",
}
"""A finding's title by its threat purpose; ``{name}`` is the resource."""

_EC2, _KEY, _S3 = ResourceKind.INSTANCE, ResourceKind.ACCESS_KEY, ResourceKind.S3_BUCKET
_EKS, _BOX, _RDS = ResourceKind.EKS_CLUSTER, ResourceKind.CONTAINER, ResourceKind.RDS_INSTANCE
_FUN, _SEQ = ResourceKind.LAMBDA, ResourceKind.ATTACK_SEQUENCE
_NET, _PROBE, _API, _DNS = ActionType.CONNECTION, ActionType.PROBE, ActionType.API_CALL, ActionType.DNS
_K8S, _LOGIN = ActionType.KUBERNETES, ActionType.RDS_LOGIN
_T, _A = "TARGET", "ACTOR"

# fmt: off
FINDING_TYPES = tuple(FindingType(*row) for row in (
    (190, "Recon:EC2/PortProbeUnprotectedPort", 2, _EC2, _PROBE, _T),
    (6, "Recon:EC2/PortProbeEMRUnprotectedPort", 8, _EC2, _PROBE, _T),
    (12, "Recon:EC2/Portscan", 5, _EC2, _NET, _A),
    (24, "Recon:IAMUser/MaliciousIPCaller", 5, _KEY, _API, _T),
    (14, "Recon:IAMUser/MaliciousIPCaller.Custom", 5, _KEY, _API, _T),
    (12, "Recon:IAMUser/TorIPCaller", 5, _KEY, _API, _T),
    (18, "Recon:IAMUser/UserPermissions", 5, _KEY, _API, _T),
    (12, "Recon:IAMUser/NetworkPermissions", 5, _KEY, _API, _T),
    (90, "UnauthorizedAccess:EC2/SSHBruteForce", 2, _EC2, _NET, _T),
    (6, "UnauthorizedAccess:EC2/SSHBruteForce", 8, _EC2, _NET, _A),
    (42, "UnauthorizedAccess:EC2/RDPBruteForce", 2, _EC2, _NET, _T),
    (16, "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", 5, _EC2, _NET, _T),
    (14, "UnauthorizedAccess:EC2/TorIPCaller", 5, _EC2, _NET, _T),
    (4, "UnauthorizedAccess:EC2/TorClient", 8, _EC2, _NET, _T),
    (2, "UnauthorizedAccess:EC2/TorRelay", 8, _EC2, _NET, _T),
    (2, "UnauthorizedAccess:EC2/MetadataDNSRebind", 8, _EC2, _DNS, _T),
    (20, "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B", 5, _KEY, _API, _T),
    (18, "UnauthorizedAccess:IAMUser/MaliciousIPCaller", 5, _KEY, _API, _T),
    (14, "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom", 5, _KEY, _API, _T),
    (12, "UnauthorizedAccess:IAMUser/TorIPCaller", 5, _KEY, _API, _T),
    (4, "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", 8, _KEY, _API, _T),
    (3, "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS", 8, _KEY, _API, _T),
    (4, "UnauthorizedAccess:S3/MaliciousIPCaller.Custom", 8, _S3, _API, _T),
    (4, "UnauthorizedAccess:S3/TorIPCaller", 8, _S3, _API, _T),
    (5, "UnauthorizedAccess:Lambda/MaliciousIPCaller.Custom", 5, _FUN, _NET, _T),
    (2, "UnauthorizedAccess:Lambda/TorClient", 8, _FUN, _NET, _T),
    (60, "Policy:IAMUser/RootCredentialUsage", 2, _KEY, _API, _T),
    (10, "Policy:IAMUser/ShortTermRootCredentialUsage", 2, _KEY, _API, _T),
    (36, "Policy:S3/BucketBlockPublicAccessDisabled", 2, _S3, _API, _T),
    (12, "Policy:S3/AccountBlockPublicAccessDisabled", 2, _S3, _API, _T),
    (5, "Policy:S3/BucketPublicAccessGranted", 8, _S3, _API, _T),
    (5, "Policy:S3/BucketAnonymousAccessGranted", 8, _S3, _API, _T),
    (8, "Policy:Kubernetes/AdminAccessToDefaultServiceAccount", 8, _EKS, _K8S, _T),
    (5, "Policy:Kubernetes/ExposedDashboard", 5, _EKS, _K8S, _T),
    (40, "Discovery:S3/AnomalousBehavior", 2, _S3, _API, _T),
    (8, "Discovery:S3/MaliciousIPCaller.Custom", 8, _S3, _API, _T),
    (6, "Discovery:S3/TorIPCaller", 5, _S3, _API, _T),
    (12, "Discovery:Kubernetes/AnomalousBehavior.PermissionChecked", 2, _EKS, _K8S, _T),
    (5, "Discovery:Kubernetes/TorIPCaller", 5, _EKS, _K8S, _T),
    (12, "Discovery:RDS/MaliciousIPCaller", 5, _RDS, _LOGIN, _T),
    (5, "Discovery:RDS/TorIPCaller", 5, _RDS, _LOGIN, _T),
    (22, "CredentialAccess:IAMUser/AnomalousBehavior", 5, _KEY, _API, _T),
    (14, "CredentialAccess:RDS/AnomalousBehavior.FailedLogin", 2, _RDS, _LOGIN, _T),
    (8, "CredentialAccess:RDS/AnomalousBehavior.SuccessfulLogin", 5, _RDS, _LOGIN, _T),
    (2, "CredentialAccess:RDS/AnomalousBehavior.SuccessfulBruteForce", 8, _RDS, _LOGIN, _T),
    (4, "CredentialAccess:RDS/TorIPCaller.FailedLogin", 5, _RDS, _LOGIN, _T),
    (5, "CredentialAccess:Kubernetes/AnomalousBehavior.SecretsAccessed", 5, _EKS, _K8S, _T),
    (16, "DefenseEvasion:IAMUser/AnomalousBehavior", 5, _KEY, _API, _T),
    (8, "DefenseEvasion:EC2/UnusualDNSResolver", 5, _EC2, _DNS, _T),
    (6, "DefenseEvasion:EC2/UnusualDoHActivity", 5, _EC2, _NET, _T),
    (3, "DefenseEvasion:Runtime/FilelessExecution", 5, _BOX, None, _T),
    (18, "Persistence:IAMUser/AnomalousBehavior", 5, _KEY, _API, _T),
    (5, "Persistence:Kubernetes/ContainerWithSensitiveMount", 5, _EKS, _K8S, _T),
    (10, "PrivilegeEscalation:IAMUser/AnomalousBehavior", 5, _KEY, _API, _T),
    (6, "PrivilegeEscalation:Kubernetes/PrivilegedContainer", 5, _EKS, _K8S, _T),
    (5, "PrivilegeEscalation:Runtime/DockerSocketAccessed", 5, _BOX, None, _T),
    (1, "PrivilegeEscalation:Runtime/RuncContainerEscape", 8, _BOX, None, _T),
    (14, "Execution:Runtime/NewBinaryExecuted", 5, _BOX, None, _T),
    (8, "Execution:Runtime/SuspiciousTool", 2, _BOX, None, _T),
    (2, "Execution:Runtime/ReverseShell", 8, _BOX, None, _T),
    (6, "Execution:Kubernetes/ExecInKubeSystemPod", 5, _EKS, _K8S, _T),
    (14, "Stealth:IAMUser/CloudTrailLoggingDisabled", 2, _KEY, _API, _T),
    (10, "Stealth:IAMUser/PasswordPolicyChange", 2, _KEY, _API, _T),
    (12, "Stealth:S3/ServerAccessLoggingDisabled", 2, _S3, _API, _T),
    (9, "PenTest:IAMUser/KaliLinux", 5, _KEY, _API, _T),
    (5, "PenTest:S3/ParrotLinux", 5, _S3, _API, _T),
    (20, "Behavior:EC2/NetworkPortUnusual", 5, _EC2, _NET, _A),
    (14, "Behavior:EC2/TrafficVolumeUnusual", 5, _EC2, _NET, _A),
    (6, "InitialAccess:IAMUser/AnomalousBehavior", 5, _KEY, _API, _T),
    (3, "Exfiltration:S3/AnomalousBehavior", 8, _S3, _API, _T),
    (2, "Exfiltration:S3/MaliciousIPCaller", 8, _S3, _API, _T),
    (2, "Exfiltration:IAMUser/AnomalousBehavior", 8, _KEY, _API, _T),
    (10, "Impact:EC2/SuspiciousDomainRequest.Reputation", 2, _EC2, _DNS, _T),
    (5, "Impact:EC2/AbusedDomainRequest.Reputation", 5, _EC2, _DNS, _T),
    (4, "Impact:EC2/MaliciousDomainRequest.Reputation", 8, _EC2, _DNS, _T),
    (2, "Impact:EC2/BitcoinDomainRequest.Reputation", 8, _EC2, _DNS, _T),
    (3, "Impact:EC2/PortSweep", 8, _EC2, _NET, _A),
    (3, "Impact:EC2/WinRMBruteForce", 2, _EC2, _NET, _A),
    (2, "Impact:S3/AnomalousBehavior.Delete", 8, _S3, _API, _T),
    (2, "Impact:S3/AnomalousBehavior.Permission", 8, _S3, _API, _T),
    (1, "Impact:Runtime/CryptoMinerExecuted", 8, _BOX, None, _T),
    (6, "Trojan:EC2/BlackholeTraffic", 5, _EC2, _NET, _T),
    (3, "Trojan:EC2/BlackholeTraffic!DNS", 5, _EC2, _DNS, _T),
    (4, "Trojan:EC2/DropPoint", 5, _EC2, _NET, _T),
    (3, "Trojan:EC2/DropPoint!DNS", 5, _EC2, _DNS, _T),
    (2, "Trojan:EC2/DGADomainRequest.B", 8, _EC2, _DNS, _A),
    (2, "Trojan:EC2/DGADomainRequest.C!DNS", 8, _EC2, _DNS, _T),
    (1, "Trojan:EC2/DNSDataExfiltration", 8, _EC2, _DNS, _A),
    (2, "Trojan:EC2/DriveBySourceTraffic!DNS", 8, _EC2, _DNS, _T),
    (4, "Trojan:EC2/PhishingDomainRequest!DNS", 8, _EC2, _DNS, _T),
    (1, "Trojan:Runtime/PhishingDomainRequest!DNS", 8, _BOX, _DNS, _T),
    (1, "Trojan:Lambda/BlackholeTraffic", 5, _FUN, _NET, _T),
    (6, "Backdoor:EC2/C&CActivity.B!DNS", 8, _EC2, _DNS, _T),
    (4, "Backdoor:EC2/C&CActivity.B", 8, _EC2, _NET, _T),
    (4, "Backdoor:EC2/Spambot", 5, _EC2, _NET, _T),
    (2, "Backdoor:EC2/DenialOfService.Tcp", 8, _EC2, _NET, _A),
    (2, "Backdoor:EC2/DenialOfService.Udp", 8, _EC2, _NET, _A),
    (1, "Backdoor:Lambda/C&CActivity.B", 8, _FUN, _NET, _T),
    (1, "Backdoor:Runtime/C&CActivity.B!DNS", 8, _BOX, _DNS, _T),
    (5, "CryptoCurrency:EC2/BitcoinTool.B!DNS", 8, _EC2, _DNS, _T),
    (3, "CryptoCurrency:EC2/BitcoinTool.B", 8, _EC2, _NET, _T),
    (1, "CryptoCurrency:Lambda/BitcoinTool.B", 8, _FUN, _NET, _T),
    (1.5, "AttackSequence:IAM/CompromisedCredentials", 9, _SEQ, None, _T),
    (1, "AttackSequence:S3/CompromisedData", 9, _SEQ, None, _T),
))
# fmt: on
