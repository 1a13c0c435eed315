"""Fields of Sigma rules for CloudTrail: the names are those of the record, so they mean the same path here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from streams.adapters.sigma.quoting import name
from streams.adapters.sigma.refusal import NotImportableError
from streams.core.query.fields import Reading, canonical
from streams.core.query.names import DOCUMENT
from streams.core.rules.likeness import near

# These are never objects (AWS CloudTrail User Guide, "CloudTrail record contents" and "userIdentity element"), so the
# plain field says all of them.
_TEXTS = re.compile(
    r"awsRegion|errorCode|errorMessage|event(ID|Name|Source|Time|Type|Version|Category)|apiVersion|managementEvent"
    r"|readOnly|recipientAccountId|requestID|sharedEventID|sourceIPAddress|userAgent|vpcEndpoint(Id|AccountId)"
    r"|sessionCredentialFromConsole"
    r"|userIdentity\.(type|principalId|arn|accountId|accessKeyId|userName|invokedBy|identityProvider)"
    r"|userIdentity\.sessionContext\.sessionIssuer\.(type|principalId|arn|accountId|userName)"
    r"|userIdentity\.sessionContext\.attributes\.(mfaAuthenticated|creationDate)"
    r"|tlsDetails\.(tlsVersion|cipherSuite|clientProvidedHostHeader)"
)
_READINGS = frozenset({*Reading, "json"})


@dataclass(frozen=True, slots=True)
class SigmaField:
    """A field by the name that queries give it; ``nests`` says whether its value may be an object."""

    name: str
    path: tuple[str, ...]
    nests: bool

    @property
    def with_objects(self) -> str:
        """The name under which objects are values too, each as its JSON text."""
        return f"{self.name}.json" if self.nests else self.name

    @property
    def cased(self) -> str:
        """The name under which case matters."""
        return f"{self.name}.{Reading.EXACT}"

    @property
    def cased_with_objects(self) -> str:
        """Both."""
        return f"{self.with_objects}.{Reading.EXACT}"


def sigma_field(written: str) -> SigmaField:
    """The field that a Sigma rule names; raises NotImportableError for one that records don't have."""
    keys = written.split(".")
    if not all(keys):
        raise NotImportableError(f"{written!r} is no field name")
    if found := re.search(r"[\[\]{}*?]", written):
        raise NotImportableError(
            f"the field {written} has a {found[0]}: write the keys alone, they reach every element"
        )
    if keys[0] not in DOCUMENT["cloudtrail"]:
        raise NotImportableError(f"{written} is no field of a CloudTrail record{near(keys[0], DOCUMENT['cloudtrail'])}")
    if keys[-1] in _READINGS and len(keys) > 1:
        raise NotImportableError(f"the field {written} ends with .{keys[-1]}, which here says how a value is compared")
    if canonical(tuple(keys)) != tuple(keys):
        raise NotImportableError(f"the field {written} means {'.'.join(canonical(tuple(keys)))} here")
    return SigmaField(name(keys), tuple(keys), nests=not _TEXTS.fullmatch(written))
