"""What a finding says about its resource: ``detail.resource``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.core.generate.estate import ResourceKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from streams.core.generate.estate import Resource

_LAUNCHED = "2025-03-04T06:21:17.000Z"
_LAUNCHED_S = 1_741_069_277
_INSTANCE_TYPES = ("t3.medium", "m6i.large", "c6i.xlarge", "r6g.large")
_STAGES = ("production", "staging", "sandbox")


def resource_member(resource: Resource, kind: ResourceKind | None = None) -> dict[str, Any]:
    """Return the ``resource`` member of a finding; ``kind`` where it differs from the resource's own.

    It is the same on every call: all that varies hangs on the resource's digits.
    """
    kind = kind or resource.kind
    return {"resourceType": str(kind), **_MAKERS[kind](resource)}


def name_of(resource: Resource) -> str:
    """Return the name by which titles and rules know a resource."""
    if resource.kind is ResourceKind.INSTANCE:
        return f"i-{resource.digits}"
    return access_key_id(resource) if resource.kind is ResourceKind.ACCESS_KEY else resource.name


def access_key_id(resource: Resource) -> str:
    """Return an access key id in the manner of AWS's documentation."""
    return f"ASIA{resource.digits[:9].upper()}EXAMPLE"


def _instance(resource: Resource) -> dict[str, Any]:
    digits = resource.digits
    number = int(digits, 16)
    interfaces = [_interface(resource, place) for place in range(1 + (number % 8 == 0))]
    details = {
        "instanceId": f"i-{digits}",
        "instanceType": _INSTANCE_TYPES[number % 4],
        "launchTime": _LAUNCHED,
        "networkInterfaces": interfaces,
        "tags": _tags(resource),
        "instanceState": "running",
        "availabilityZone": f"{resource.region}{'abc'[number % 3]}",
        "imageId": f"ami-{digits[::-1]}",
    }
    return {"instanceDetails": details}


def _interface(resource: Resource, place: int) -> dict[str, Any]:
    number = int(resource.digits, 16) + place
    private = f"10.{number % 32}.{number // 32 % 256}.{4 + number // 8_192 % 250}"
    groups = resource.security_groups if place == 0 else resource.security_groups[-1:]
    return {
        "networkInterfaceId": f"eni-{number % 16**17:017x}",
        "ipv6Addresses": [],
        "privateIpAddress": private,
        "privateIpAddresses": [{"privateIpAddress": private}],
        "subnetId": f"subnet-{resource.digits[4:]}0000",
        "vpcId": _vpc(resource),
        "securityGroups": [{"groupName": group.name, "groupId": group.id} for group in groups],
        "publicIp": f"203.0.113.{1 + number % 254}",
    }


def _access_key(resource: Resource) -> dict[str, Any]:
    return {"accessKeyDetails": _access_key_details(resource)}


def _access_key_details(resource: Resource) -> dict[str, Any]:
    letters = resource.digits[:9].upper()
    role = int(resource.digits, 16) % 3 != 0
    return {
        "accessKeyId": access_key_id(resource),
        "principalId": f"AROA{letters}EXAMPLE:{resource.name}" if role else f"AIDA{letters}EXAMPLE",
        "userType": "AssumedRole" if role else "IAMUser",
        "userName": resource.name,
    }


def _bucket(resource: Resource) -> dict[str, Any]:
    name = f"example-{resource.name}"
    blocks = ("ignorePublicAcls", "restrictPublicBuckets", "blockPublicAcls", "blockPublicPolicy")
    permissions = {"bucketLevelPermissions": {"blockPublicAccess": dict.fromkeys(blocks, True)}}
    details = {
        "arn": f"arn:aws:s3:::{name}",
        "name": name,
        "type": "Destination",
        "createdAt": _LAUNCHED_S,
        "owner": {"id": resource.digits * 3},
        "tags": _tags(resource),
        "defaultServerSideEncryption": {"encryptionType": "AES256"},
        "publicAccess": {"permissionConfiguration": permissions, "effectivePermission": "NOT_PUBLIC"},
    }
    return {"accessKeyDetails": _access_key_details(resource), "s3BucketDetails": [details]}


def _cluster(resource: Resource) -> dict[str, Any]:
    user = {
        "username": f"arn:aws:sts::{resource.account.id}:assumed-role/{resource.name}/session",
        "uid": f"aws-iam-authenticator:{resource.account.id}:AROA{resource.digits[:9].upper()}EXAMPLE",
        "groups": ["system:authenticated"],
    }
    return {
        "eksClusterDetails": _cluster_details(resource),
        "kubernetesDetails": {"kubernetesUserDetails": user},
    }


def _cluster_details(resource: Resource) -> dict[str, Any]:
    return {
        "name": resource.name,
        "arn": f"arn:aws:eks:{resource.region}:{resource.account.id}:cluster/{resource.name}",
        "createdAt": _LAUNCHED_S,
        "vpcId": _vpc(resource),
        "status": "ACTIVE",
        "tags": _tags(resource),
    }


def _container(resource: Resource) -> dict[str, Any]:
    workload = {
        "name": f"{resource.name}-{resource.digits[:5]}",
        "type": "pods",
        "uid": f"{resource.digits[:8]}-0000-4000-8000-{resource.digits[5:]}",
        "namespace": "default",
        "hostNetwork": False,
    }
    container = {
        "id": resource.digits + resource.digits[:15],
        "name": resource.name,
        "containerRuntime": "containerd",
        "image": f"registry.example/{resource.name}:1.{int(resource.digits, 16) % 40}",
        "securityContext": {"privileged": False},
    }
    return {
        "eksClusterDetails": _cluster_details(resource),
        "kubernetesDetails": {"kubernetesWorkloadDetails": workload},
        "containerDetails": container,
    }


def _database(resource: Resource) -> dict[str, Any]:
    details = {
        "dbInstanceIdentifier": resource.name,
        "engine": "Aurora PostgreSQL",
        "engineVersion": "16.4",
        "dbClusterIdentifier": f"{resource.name}-cluster",
        "dbInstanceArn": f"arn:aws:rds:{resource.region}:{resource.account.id}:db:{resource.name}",
        "tags": _tags(resource),
    }
    user = {"user": "report", "application": "psql", "database": "orders", "ssl": "TLSv1.3", "authMethod": "password"}
    return {"rdsDbInstanceDetails": details, "rdsDbUserDetails": user}


def _function(resource: Resource) -> dict[str, Any]:
    groups = [{"groupName": group.name, "groupId": group.id} for group in resource.security_groups]
    details = {
        "functionArn": f"arn:aws:lambda:{resource.region}:{resource.account.id}:function:{resource.name}",
        "functionName": resource.name,
        "description": "",
        "lastModifiedAt": _LAUNCHED_S,
        "revisionId": f"{resource.digits[:8]}-0000-4000-8000-{resource.digits[5:]}",
        "functionVersion": "$LATEST",
        "role": f"arn:aws:iam::{resource.account.id}:role/{resource.name}",
        "vpcConfig": {
            "subnetIds": [f"subnet-{resource.digits[4:]}0000"],
            "vpcId": _vpc(resource),
            "securityGroups": groups,
        },
        "tags": _tags(resource),
    }
    return {"lambdaDetails": details}


def _nothing(_: Resource) -> dict[str, Any]:
    return {}


def _vpc(resource: Resource) -> str:
    return f"vpc-{resource.account.detectors[resource.region][:17]}"


def _tags(resource: Resource) -> list[dict[str, str]]:
    number = int(resource.digits, 16)
    return [{"key": "stage", "value": _STAGES[number % 3]}] if number % 2 else []


_MAKERS: dict[ResourceKind, Callable[[Resource], dict[str, Any]]] = {
    ResourceKind.INSTANCE: _instance,
    ResourceKind.ACCESS_KEY: _access_key,
    ResourceKind.S3_BUCKET: _bucket,
    ResourceKind.EKS_CLUSTER: _cluster,
    ResourceKind.CONTAINER: _container,
    ResourceKind.RDS_INSTANCE: _database,
    ResourceKind.LAMBDA: _function,
    ResourceKind.ATTACK_SEQUENCE: _nothing,
}
