"""GuardDuty's API names into the names that EventBridge sends."""

from __future__ import annotations

import re
from typing import Any

# These objects are maps: their keys are data, such as AWS::EC2::Instance, and stay as they are.
_MAPS = frozenset({"affectedResources", "behavior", "profiles", "unusual"})
# Where the API model's locationName is not the name with its first letter lowered. Key: the name of the object, or None
# where the name is the same everywhere.
_RENAMED: dict[tuple[str | None, str], str] = {
    ("productCodes", "Code"): "productCodeId",
    ("productCodes", "ProductType"): "productCodeType",
    ("account", "Name"): "account",
    ("taskDetails", "TaskCreatedAt"): "createdAt",
    ("kubernetesWorkload", "KubernetesResourcesTypes"): "type",
    (None, "SourceIps"): "sourceIPs",
    (None, "Latitude"): "lat",
    (None, "Longitude"): "lon",
}
_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
# A leading acronym is lowered whole, but for the capital that begins the next word: DNSRequest, ARN, IPAddress.
_ACRONYM = re.compile(r"[A-Z]+(?![a-z0-9])|[A-Z]")


def camel_case(value: Any, parent: str = "") -> Any:
    """Return decoded JSON with PascalCase names lowered at every depth; other keys and all values stay as they are.

    ``parent`` is the camelCase name that the value has in its object. The source of the names is the GuardDuty API
    model, version 2017-11-28.
    """
    if isinstance(value, dict):
        if parent in _MAPS:
            return value
        return {name: camel_case(child, name) for name, child in _renamed(value, parent).items()}
    if isinstance(value, list):
        return [camel_case(child, parent) for child in value]
    return value


def _renamed(value: dict[str, Any], parent: str) -> dict[str, Any]:
    """Rename one object's keys; a name that is already there in camelCase wins over one that would become it."""
    renamed: dict[str, Any] = {}
    for key, child in value.items():
        name = lower_first(key, parent)
        if name == key or name not in value:
            renamed[name] = child
    return renamed


def lower_first(key: str, parent: str = "") -> str:
    """Return the camelCase name of one key of the object ``parent``."""
    renamed = _RENAMED.get((parent, key)) or _RENAMED.get((None, key))
    if renamed is not None:
        return renamed
    if not _NAME.fullmatch(key):
        return key
    return _ACRONYM.sub(lambda run: run.group().lower(), key, count=1)
