"""Which resource a finding is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.parsing.values import as_objects, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping

# resourceType -> where the id stands: an object of the resource, and its fields, the first that is there wins. Paths
# are those of the GuardDuty API model. A finding may describe resources beside the one that it is about (an access key
# finding has the instance, an S3 finding the caller's key), so the type decides first.
_BY_TYPE: dict[str, tuple[str, ...]] = {
    "Instance": ("instanceDetails",),
    "AccessKey": ("accessKeyDetails",),
    "S3Bucket": ("s3BucketDetails",),
    "S3Object": ("s3BucketDetails",),
    "EKSCluster": ("eksClusterDetails",),
    "KubernetesCluster": ("eksClusterDetails",),
    "ECSCluster": ("ecsClusterDetails",),
    "ECSTask": ("ecsClusterDetails",),
    "Container": ("containerDetails",),
    "RDSDBInstance": ("rdsDbInstanceDetails",),
    "RDSLimitlessDB": ("rdsLimitlessDbDetails",),
    "DBInstance": ("rdsDbInstanceDetails",),
    "Lambda": ("lambdaDetails",),
    "EBSVolume": ("ebsVolumeDetails",),
    "EBSSnapshot": ("ebsSnapshotDetails",),
    "EC2Image": ("ec2ImageDetails",),
    "EBSRecoveryPoint": ("recoveryPointDetails",),
    "EC2RecoveryPoint": ("recoveryPointDetails",),
    "S3RecoveryPoint": ("recoveryPointDetails",),
}
# Order matters where a type is new or absent: what runs comes before what it runs on, the caller's key last.
_FIELDS: dict[str, tuple[str, ...]] = {
    "s3BucketDetails": ("name", "arn"),
    "lambdaDetails": ("functionName", "functionArn"),
    "rdsDbInstanceDetails": ("dbInstanceIdentifier", "dbInstanceArn", "dbClusterIdentifier"),
    "rdsLimitlessDbDetails": ("dbShardGroupIdentifier", "dbShardGroupArn", "dbClusterIdentifier"),
    "eksClusterDetails": ("name", "arn"),
    "ecsClusterDetails": ("arn", "name"),
    "containerDetails": ("id", "name", "image"),
    "ebsSnapshotDetails": ("snapshotArn",),
    "ec2ImageDetails": ("imageArn",),
    "recoveryPointDetails": ("recoveryPointArn",),
    "bedrockGuardrailDetails": ("guardrailArn", "arn", "guardrailId"),
    "modelDetails": ("modelArn", "arn", "modelId"),
    "instanceDetails": ("instanceId",),
    "ebsVolumeDetails": ("volumeArn",),
    "accessKeyDetails": ("userName", "accessKeyId", "principalId"),
}

# Where nearly every finding of the kind has its id; the rest take the long way, which begins at the same place.
_SHORT = {
    kind: (names[0], _FIELDS[names[0]][0])
    for kind, names in _BY_TYPE.items()
    if names[0] not in {"ebsVolumeDetails", "ecsClusterDetails"}
}


def resource_id(resource: Mapping[str, Any]) -> str | None:
    """Return the id of the resource that a finding is about: ``detail.resource`` in, a text or None out.

    An instance has its instance id, a bucket its name, an access key its user's name, a cluster, function, container
    or database its name or ARN; the tables above say which. Of several buckets the first is taken.
    """
    kind = resource.get("resourceType")
    short = _SHORT.get(kind) if kind.__class__ is str else None
    if short is not None:
        details = resource.get(short[0])
        if details.__class__ is dict:
            value = details.get(short[1])
            if value.__class__ is str and value:
                return value
    for name in _BY_TYPE.get(kind, ()) if isinstance(kind, str) else ():
        found = _id_in(name, resource)
        if found is not None:
            return found
    for name in _FIELDS:
        if name in resource:
            found = _id_in(name, resource)
            if found is not None:
                return found
    return None


def _id_in(name: str, resource: Mapping[str, Any]) -> str | None:
    for details in _described(name, resource):
        for field in _FIELDS[name]:
            found = as_text(details.get(field))
            if found is not None:
                return found
    return None


def _described(name: str, resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the objects that may hold the id: a cluster's task before the cluster, a scan's volumes."""
    details = as_objects(resource.get(name))
    if name == "ebsVolumeDetails":
        return [volume for one in details for volume in as_objects(one.get("scannedVolumeDetails"))]
    if name == "ecsClusterDetails":
        return [task for one in details for task in as_objects(one.get("taskDetails"))] + details
    return details
