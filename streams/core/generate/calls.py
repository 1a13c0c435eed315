"""The AWS API calls that the generator knows, with how often each is seen.

Weights are those of an ordinary estate, where machines read far more than people change. ``{...}`` in parameters and
ARNs are blanks: ``account``, ``region``, ``detector`` (GuardDuty's), ``name`` and ``digits`` (17 hexadecimal ones).
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Call(NamedTuple):
    """One API call; ``by`` is the AWS service that usually makes it on its own, ``resource`` a type and an ARN.

    ``arguments`` become ``requestParameters``, ``answer`` becomes ``responseElements``: AWS leaves the latter null for
    calls that only read.
    """

    weight: float
    service: str
    name: str
    read_only: bool = True
    arguments: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    resource: tuple[str, str] | None = None
    by: str | None = None

    @property
    def event_source(self) -> str:
        """The endpoint, as ``eventSource`` spells it."""
        return f"{self.service}.amazonaws.com"


READ = True
WRITE = False
"""For ``read_only``, so that a row of a table can be read."""

_BUCKET = {"bucketName": "example-{name}", "Host": "example-{name}.s3.{region}.amazonaws.com"}
_OBJECT = {**_BUCKET, "key": "2025/{digits}.json.gz"}
_BUCKET_ARN = ("AWS::S3::Bucket", "arn:aws:s3:::example-{name}")
_OBJECT_ARN = ("AWS::S3::Object", "arn:aws:s3:::example-{name}/2025/{digits}.json.gz")
_KEY_ARN = ("AWS::KMS::Key", "arn:aws:kms:{region}:{account}:key/{digits}")
_SECRET_ARN = ("AWS::SecretsManager::Secret", "arn:aws:secretsmanager:{region}:{account}:secret:{name}")
_ROLE_ARN = ("AWS::IAM::Role", "arn:aws:iam::{account}:role/{name}")
_CIPHER = {"encryptionAlgorithm": "SYMMETRIC_DEFAULT", "keyId": "arn:aws:kms:{region}:{account}:key/{digits}"}
_CONTEXT = {"encryptionContext": {"aws:s3:arn": "arn:aws:s3:::example-{name}"}}
_ASSUME = {"roleArn": "arn:aws:iam::{account}:role/{name}", "roleSessionName": "{name}-{digits}"}
_ASSUMED = {
    "credentials": {"accessKeyId": "ASIAEXAMPLE{name}", "expiration": "Jan 1, 2030, 0:00:00 AM"},
    "assumedRoleUser": {"arn": "arn:aws:sts::{account}:assumed-role/{name}/{digits}"},
}
_FILTER = {"filterSet": {"items": [{"name": "vpc-id", "valueSet": {"items": [{"value": "vpc-{digits}"}]}}]}}
_LOGS = {"logGroupName": "/example/{name}", "logStreamName": "{digits}"}
_PARAMETER = {"name": "/example/{name}", "withDecryption": True}
_INSTANCE = {"instancesSet": {"items": [{"instanceId": "i-{digits}"}]}}
_LAMBDA = "arn:aws:lambda:{region}:{account}:function:{name}"
_DETECTOR = {"detectorId": "{detector}", "maxResults": 50}

BACKGROUND = (
    Call(150, "sts", "AssumeRole", READ, _ASSUME, _ASSUMED, _ROLE_ARN, "lambda"),
    Call(40, "sts", "GetCallerIdentity"),
    Call(110, "kms", "Decrypt", READ, _CIPHER | _CONTEXT, None, _KEY_ARN, "s3"),
    Call(50, "kms", "GenerateDataKey", READ, _CIPHER | _CONTEXT | {"keySpec": "AES_256"}, None, _KEY_ARN, "s3"),
    Call(12, "kms", "DescribeKey", READ, {"keyId": "{digits}"}, None, _KEY_ARN),
    Call(90, "s3", "PutObject", WRITE, _OBJECT, None, _OBJECT_ARN, "cloudtrail"),
    Call(70, "s3", "GetObject", READ, _OBJECT, None, _OBJECT_ARN),
    Call(26, "s3", "GetBucketAcl", READ, _BUCKET | {"acl": ""}, None, _BUCKET_ARN, "cloudtrail"),
    Call(14, "s3", "ListBuckets", READ, {"Host": "s3.{region}.amazonaws.com"}),
    Call(12, "s3", "ListObjects", READ, _BUCKET | {"prefix": "2025/"}, None, _BUCKET_ARN),
    Call(6, "s3", "GetBucketPolicy", READ, _BUCKET | {"policy": ""}, None, _BUCKET_ARN),
    Call(6, "s3", "DeleteObject", WRITE, _OBJECT, None, _OBJECT_ARN),
    Call(0.4, "s3", "PutBucketPolicy", WRITE, _BUCKET | {"policy": ""}, None, _BUCKET_ARN),
    Call(44, "ec2", "DescribeInstances", READ, _INSTANCE | {"filterSet": {}}),
    Call(24, "ec2", "DescribeSecurityGroups", READ, _FILTER | {"securityGroupSet": {}}),
    Call(20, "ec2", "DescribeNetworkInterfaces", READ, _FILTER | {"networkInterfaceIdSet": {}}),
    Call(18, "ec2", "DescribeVolumes", READ, {"filterSet": {}, "volumeSet": {}}),
    Call(16, "ec2", "DescribeSubnets", READ, _FILTER | {"subnetSet": {}}),
    Call(14, "ec2", "DescribeTags", READ, _FILTER),
    Call(12, "ec2", "DescribeRouteTables", READ, _FILTER | {"routeTableIdSet": {}}),
    Call(6, "ec2", "CreateTags", WRITE, {"resourcesSet": {"items": [{"resourceId": "i-{digits}"}]}}, {"_return": True}),
    Call(4, "ec2", "RunInstances", WRITE, _INSTANCE, {"instancesSet": {"items": [{"instanceId": "i-{digits}"}]}}),
    Call(3, "ec2", "TerminateInstances", WRITE, _INSTANCE, _INSTANCE),
    Call(1, "ec2", "AuthorizeSecurityGroupIngress", WRITE, {"groupId": "sg-{digits}"}, {"_return": True}),
    Call(22, "iam", "GetRole", READ, {"roleName": "{name}"}),
    Call(14, "iam", "ListAttachedRolePolicies", READ, {"roleName": "{name}"}),
    Call(10, "iam", "ListRoles", READ, {"maxItems": 100}),
    Call(8, "iam", "GetUser"),
    Call(1, "iam", "CreateRole", WRITE, {"roleName": "{name}"}, {"role": {"roleName": "{name}"}}, _ROLE_ARN),
    Call(
        1,
        "iam",
        "AttachRolePolicy",
        WRITE,
        {"roleName": "{name}", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    ),
    Call(26, "logs", "CreateLogStream", WRITE, _LOGS, None, None, "lambda"),
    Call(12, "logs", "DescribeLogGroups", READ, {"limit": 50}),
    Call(24, "lambda", "Invoke", WRITE, {"functionName": _LAMBDA}, None, ("AWS::Lambda::Function", _LAMBDA)),
    Call(12, "lambda", "ListFunctions20150331"),
    Call(8, "lambda", "GetFunction20150331v2", READ, {"functionName": "{name}"}),
    Call(24, "ssm", "UpdateInstanceInformation", WRITE, {"instanceId": "i-{digits}", "agentVersion": "3.3.1"}),
    Call(20, "ssm", "GetParameter", READ, _PARAMETER),
    Call(22, "secretsmanager", "GetSecretValue", READ, {"secretId": "{name}"}, None, _SECRET_ARN),
    Call(6, "secretsmanager", "DescribeSecret", READ, {"secretId": "{name}"}, None, _SECRET_ARN),
    Call(16, "monitoring", "DescribeAlarms", READ, {"maxRecords": 100}),
    Call(16, "rds", "DescribeDBInstances", READ, {"dBInstanceIdentifier": "{name}"}),
    Call(14, "dynamodb", "DescribeTable", READ, {"tableName": "{name}"}),
    Call(14, "ecr", "BatchGetImage", READ, {"repositoryName": "{name}", "registryId": "{account}"}, None, None, "ecs"),
    Call(10, "ecs", "DescribeServices", READ, {"cluster": "{name}", "services": ["{name}"]}),
    Call(10, "eks", "DescribeCluster", READ, {"name": "{name}"}),
    Call(8, "cloudformation", "DescribeStacks", READ, {"stackName": "{name}"}),
    Call(8, "elasticloadbalancing", "DescribeTargetHealth", READ, {"targetGroupArn": "{name}/{digits}"}),
    Call(6, "autoscaling", "DescribeAutoScalingGroups", READ, {"maxRecords": 100}),
    Call(6, "config", "PutEvaluations", WRITE, {"testMode": False}, None, None, "config"),
    Call(5, "cloudtrail", "DescribeTrails", READ, {"includeShadowTrails": True}),
    Call(5, "organizations", "ListAccounts"),
    Call(6, "guardduty", "ListDetectors"),
    Call(5, "guardduty", "GetFindings", READ, _DETECTOR),
    Call(4, "guardduty", "ListFindings", READ, _DETECTOR),
    Call(3, "guardduty", "GetDetector", READ, {"detectorId": "{detector}"}),
)
"""What goes on all day; none of it alters GuardDuty, CloudTrail or the bucket of findings."""
