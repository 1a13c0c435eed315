from __future__ import annotations

from typing import Any

import pytest

from streams.core.parsing.resource_id import resource_id

KEY = {"accessKeyDetails": {"userName": "u", "accessKeyId": "k"}}
INSTANCE = {"instanceDetails": {"instanceId": "i-1"}}
BUCKETS = {"s3BucketDetails": [{"name": "b1", "arn": "a1"}, {"name": "b2"}]}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"resourceType": "Instance", **INSTANCE, **KEY}, "i-1"),
        ({"resourceType": "AccessKey", **INSTANCE, **KEY}, "u"),
        ({"resourceType": "AccessKey", "accessKeyDetails": {"accessKeyId": "k"}}, "k"),
        ({"resourceType": "S3Bucket", **INSTANCE, **BUCKETS, **KEY}, "b1"),
        ({"resourceType": "EKSCluster", "eksClusterDetails": {"name": "c", "arn": "a"}, **KEY}, "c"),
        ({"resourceType": "ECSCluster", "ecsClusterDetails": {"arn": "c", "taskDetails": {"arn": "t"}}}, "t"),
        ({"resourceType": "ECSCluster", "ecsClusterDetails": {"arn": "c"}}, "c"),
        ({"resourceType": "Container", "containerDetails": {"id": "d"}, **INSTANCE}, "d"),
        ({"resourceType": "RDSDBInstance", "rdsDbInstanceDetails": {"dbInstanceIdentifier": "db"}}, "db"),
        ({"resourceType": "DBInstance", "rdsDbInstanceDetails": [{"dbInstanceIdentifier": "db"}]}, "db"),
        ({"resourceType": "Lambda", "lambdaDetails": {"functionName": "f"}}, "f"),
        ({"resourceType": "EBSVolume", "ebsVolumeDetails": {"scannedVolumeDetails": [{"volumeArn": "v"}]}}, "v"),
        ({"resourceType": "EBSSnapshot", "ebsSnapshotDetails": {"snapshotArn": "s"}}, "s"),
        ({"resourceType": "Novelty", **BUCKETS, **KEY}, "b1"),
        ({"resourceType": "Instance", **KEY}, "u"),
        ({"resourceType": "AttackSequence"}, None),
        ({"resourceType": ["Instance"], "instanceDetails": "text", "s3BucketDetails": [None, {"name": 5}]}, None),
    ],
)
def test_the_id_is_that_of_the_resource_the_finding_is_about(resource: dict[str, Any], expected: str | None) -> None:
    assert resource_id(resource) == expected
