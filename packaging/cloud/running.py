"""Functions, each with a role of its own that may do what it needs and no more."""

# pyright: reportArgumentType=false
# (jsii calls parameters otherwise in its interfaces than in the classes that fulfil them)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as functions
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from accepted import accept

TIMEOUT = Duration.seconds(120)


class Grant(NamedTuple):
    """What a function may do, and the findings of cdk-nag that this is meant to make."""

    statement: iam.PolicyStatement
    findings: Sequence[str] = ()


def may(sid: str, actions: Sequence[str], resource: str) -> Grant:
    """These actions on a resource, by its ARN."""
    return Grant(iam.PolicyStatement(sid=sid, actions=actions, resources=[resource]))


def may_objects(sid: str, bucket: s3.Bucket, actions: Sequence[str], folders: Sequence[str]) -> Grant:
    """These actions on the objects in folders of a bucket; in an empty one, on all."""
    keys = [f"{folder}/*" if folder else "*" for folder in folders]
    name = Stack.of(bucket).get_logical_id(cast("s3.CfnBucket", bucket.node.default_child))
    return Grant(
        iam.PolicyStatement(sid=sid, actions=actions, resources=[bucket.arn_for_objects(key) for key in keys]),
        [f"AwsSolutions::AwsSolutions-IAM5[Resource::<{name}.Arn>/{key}]" for key in keys],
    )


def may_list(sid: str, bucket: s3.Bucket) -> Grant:
    """Without it S3 says "forbidden" of what is not there."""
    return may(sid, ["s3:ListBucket"], bucket.bucket_arn)


@dataclass(frozen=True, slots=True)
class FunctionMaker:
    """Makes a stack's functions. `code` is a folder with the package or, for an image, with a Dockerfile."""

    stack: Stack
    code: str
    in_image: bool
    environment: Mapping[str, str]

    def make(
        self, name: str, handler: str, allowed: Sequence[Grant], timeout: Duration = TIMEOUT
    ) -> functions.Function:
        """A function that runs this handler of `facesorter.duplicates.handlers`."""
        log = logs.LogGroup(
            self.stack, f"{name}Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self.stack, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        writing = may("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], log.log_group_arn)
        policy = iam.Policy(
            self.stack, f"{name}Policy", roles=[role], statements=[grant.statement for grant in (*allowed, writing)]
        )
        accept(
            policy,
            "Pictures and reports are named by whoever uploads; the function may reach those of its own folders alone.",
            *(finding for grant in allowed for finding in grant.findings),
        )
        full_name = f"facesorter.duplicates.handlers.{handler}"
        if self.in_image:
            function: functions.Function = functions.DockerImageFunction(
                self.stack,
                name,
                code=functions.DockerImageCode.from_image_asset(self.code, cmd=[full_name]),
                architecture=functions.Architecture.X86_64,
                memory_size=3008,
                timeout=timeout,
                role=role,
                log_group=log,
                environment=self.environment,
            )
        else:
            function = functions.Function(
                self.stack,
                name,
                code=functions.Code.from_asset(self.code),
                runtime=functions.Runtime.PYTHON_3_14,
                handler=full_name,
                architecture=functions.Architecture.ARM_64,
                memory_size=512,
                timeout=timeout,
                role=role,
                log_group=log,
                environment=self.environment,
            )
        function.node.add_dependency(policy)
        return function
