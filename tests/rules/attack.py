"""The part of MITRE ATT&CK (Enterprise, version 17) that the shipped rules name: techniques, with tactics.

From https://attack.mitre.org/matrices/enterprise/cloud/ and the techniques' own pages.
"""

from __future__ import annotations

_EVASION_AND_MORE = ("defense-evasion", "persistence", "privilege-escalation", "initial-access")

TECHNIQUES = {
    "t1021": ("lateral-movement",),
    "t1021.007": ("lateral-movement",),
    "t1037": ("persistence", "privilege-escalation"),
    "t1040": ("credential-access", "discovery"),
    "t1059.009": ("execution",),
    "t1069.003": ("discovery",),
    "t1070": ("defense-evasion",),
    "t1071": ("command-and-control",),
    "t1078.004": _EVASION_AND_MORE,
    "t1087.004": ("discovery",),
    "t1098.001": ("persistence", "privilege-escalation"),
    "t1098.003": ("persistence", "privilege-escalation"),
    "t1110": ("credential-access",),
    "t1133": ("persistence", "initial-access"),
    "t1136.003": ("persistence",),
    "t1199": ("initial-access",),
    "t1204.003": ("execution",),
    "t1484.002": ("defense-evasion", "privilege-escalation"),
    "t1485": ("impact",),
    "t1485.001": ("impact",),
    "t1486": ("impact",),
    "t1490": ("impact",),
    "t1496": ("impact",),
    "t1496.001": ("impact",),
    "t1496.004": ("impact",),
    "t1526": ("discovery",),
    "t1530": ("collection",),
    "t1535": ("defense-evasion",),
    "t1537": ("exfiltration",),
    "t1546": ("persistence", "privilege-escalation"),
    "t1552": ("credential-access",),
    "t1552.001": ("credential-access",),
    "t1552.005": ("credential-access",),
    "t1555.006": ("credential-access",),
    "t1556": ("credential-access", "defense-evasion", "persistence"),
    "t1556.006": ("credential-access", "defense-evasion", "persistence"),
    "t1556.007": ("credential-access", "defense-evasion", "persistence"),
    "t1562": ("defense-evasion",),
    "t1562.001": ("defense-evasion",),
    "t1562.007": ("defense-evasion",),
    "t1562.008": ("defense-evasion",),
    "t1566": ("initial-access",),
    "t1578.002": ("defense-evasion",),
    "t1580": ("discovery",),
    "t1648": ("execution",),
    "t1651": ("execution",),
    "t1666": ("defense-evasion",),
}
