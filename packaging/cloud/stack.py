"""The same person under different names, for a bucket that never ends: picture -> queue -> function -> reports."""

# pyright: reportArgumentType=false
# (jsii calls parameters otherwise in its interfaces than in the classes that fulfil them)

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from aws_cdk import (
    Aws,
    CfnCondition,
    CfnOutput,
    CfnParameter,
    Duration,
    Fn,
    RemovalPolicy,
    Stack,
    aws_lambda,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_rekognition as rekognition
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3vectors as s3vectors
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from accepted import accept
from catalog import add_catalog
from options import Options
from quicksight import add_quicksight
from running import TIMEOUT, FunctionMaker, Grant, may, may_list, may_objects
from watching import add_dashboard, watch

MOST_RECEIVES = 5
"""A message that failed so often goes to the dead-letter queue."""

VISIBILITY = Duration.seconds(6 * cast("int", TIMEOUT.to_seconds()))
"""Six times the timeout, as Lambda asks for: messages stay hidden while they wait within the service."""

BATCH = 5
VECTOR_SIZE = 128
"""Dimensions of what the engine on board makes of a face."""

FACES, REPORTS, NAMES, MESSAGES, DECISIONS = "faces", "reports", "names", "messages", "decisions"
"""What lies in the bucket of reports, as `facesorter.duplicates` names it."""

QUERIES = "queries"
KEEP = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]


class Faces(NamedTuple):
    """Where faces are found again, and what a function does with them."""

    actions: Sequence[str]
    arn: str

    def grant(self, verb: str) -> Grant:
        """The actions that begin with a verb; with an empty one, all."""
        return may("Faces", [action for action in self.actions if action.partition(":")[2].startswith(verb)], self.arn)


class FaceDuplicates(Stack):
    """Everything but what people look at it with. `code` is a folder with the package, or with a Dockerfile too."""

    def __init__(self, scope: Construct, name: str, *, options: Options, code: str) -> None:
        super().__init__(scope, name, description="Finds the same person under different names in a bucket.")
        self._options = options
        email = CfnParameter(
            self,
            "NotificationEmail",
            default="",
            allowed_pattern=r"^$|^[^@\s]+@[^@\s]+$",
            constraint_description="an e-mail address, or nothing",
            description="Who is told of pairs of names and of alarms; AWS asks this address to confirm. Empty: nobody.",
        )
        self._told = CfnCondition(self, "SomebodyIsTold", expression=Fn.condition_not(Fn.condition_equals(email, "")))
        self._email = email
        self._dead = self._queue("DeadLetters", retention=Duration.days(14))
        self._work = self._queue(
            "Work",
            visibility=VISIBILITY,
            dead_letters=sqs.DeadLetterQueue(max_receive_count=MOST_RECEIVES, queue=self._dead),
        )
        self._pictures = self._picture_bucket()
        self._reports = self._report_bucket()
        self._pairs = self._topic("Pairs", encrypted=True)
        alarms = self._topic("Alarms", encrypted=False)  # CloudWatch cannot publish under AWS's own key
        in_image = options.engine == "local"
        faces, where = self._vectors() if in_image else self._collection()
        told = {
            **where,
            "PICTURES_BUCKET": self._pictures.bucket_name,
            "REPORTS_BUCKET": self._reports.bucket_name,
            "NAMES": options.names,
            "REPORT_FROM": f"{options.report_from:g}",
            "NOTIFY_FROM": f"{options.notify_from:g}",
            "TOPIC_ARN": self._pairs.topic_arn,
        }
        functions = FunctionMaker(self, code, in_image, told)
        match = self._match(functions, faces)
        self._add_people_functions(functions, faces)
        add_catalog(self, self._reports, options.scan_limit_mb)
        folders = {"reports": REPORTS, "decisions": DECISIONS, "queries": QUERIES}
        add_quicksight(self, self._reports, folders, options.notify_from)
        watched = watch(self, match, self._work, self._dead, alarms)
        add_dashboard(self, match, self._work, self._dead, watched)
        for what, value in (
            ("PicturesBucket", self._pictures.bucket_name),
            ("ReportsBucket", self._reports.bucket_name),
            ("WorkQueue", self._work.queue_url),
            ("DeadLetterQueue", self._dead.queue_url),
        ):
            CfnOutput(self, what, value=value)

    def _queue(
        self,
        name: str,
        *,
        visibility: Duration | None = None,
        retention: Duration = Duration.days(4),  # noqa: B008 - a constant
        dead_letters: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=visibility,
            retention_period=retention,
            dead_letter_queue=dead_letters,
        )

    def _bucket(self, name: str, rules: Sequence[s3.LifecycleRule]) -> s3.Bucket:
        delete = self._options.delete_pictures
        bucket = s3.Bucket(
            self,
            name,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=False,
            removal_policy=RemovalPolicy.DESTROY if delete else RemovalPolicy.RETAIN,
            auto_delete_objects=delete,
            lifecycle_rules=[
                s3.LifecycleRule(id="unfinished-uploads", abort_incomplete_multipart_upload_after=Duration.days(1)),
                *rules,
            ],
        )
        accept(
            bucket,
            "An access log would hold people's names, which are in the keys, for ever and beyond erasure.",
            "AwsSolutions-S1",
        )
        return bucket

    def _picture_bucket(self) -> s3.Bucket:
        rules = [
            s3.LifecycleRule(
                id="looked-at-once",
                transitions=[
                    s3.Transition(storage_class=s3.StorageClass.INTELLIGENT_TIERING, transition_after=Duration.days(30))
                ],
            )
        ]
        if self._options.keep_days:
            rules.append(s3.LifecycleRule(id="keep-days", expiration=Duration.days(self._options.keep_days)))
        bucket = self._bucket("Pictures", rules)
        # S3 asks whether it may send when it is told to. The bucket's own ARN here would make a circle of it and the
        # policy, so any bucket of this account may; the function takes no other bucket's pictures.
        self._work.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LetOurBucketsSend",
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self._work.queue_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        plain = cast("s3.CfnBucket", bucket.node.default_child)
        plain.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(event=event, queue=self._work.queue_arn)
                for event in ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*")
            ]
        )
        policy = self._work.node.find_child("Policy")
        bucket.node.add_dependency(policy)
        return bucket

    def _report_bucket(self) -> s3.Bucket:
        return self._bucket(
            "Reports",
            [s3.LifecycleRule(id="answers-of-athena", prefix=f"{QUERIES}/", expiration=Duration.days(7))],
        )

    def _topic(self, name: str, *, encrypted: bool) -> sns.Topic:
        key = kms.Alias.from_alias_name(self, f"{name}Key", "alias/aws/sns") if encrypted else None
        topic = sns.Topic(self, name, enforce_ssl=True, master_key=key)
        subscription = sns.CfnSubscription(
            self,
            f"{name}Subscription",
            topic_arn=topic.topic_arn,
            protocol="email",
            endpoint=self._email.value_as_string,
        )
        subscription.cfn_options.condition = self._told
        return topic

    def _collection(self) -> tuple[Faces, dict[str, str]]:
        """A collection of Amazon Rekognition, and what may be done with it."""
        collection = rekognition.CfnCollection(self, "Faces", collection_id=self.stack_name)
        actions = ["rekognition:IndexFaces", "rekognition:SearchFaces", "rekognition:DeleteFaces"]
        return Faces(actions, collection.attr_arn), {"COLLECTION": collection.ref}

    def _vectors(self) -> tuple[Faces, dict[str, str]]:
        """An index of S3 Vectors, which the engine in the image fills, and what may be done with it."""
        bucket = s3vectors.CfnVectorBucket(
            self,
            "VectorBucket",
            encryption_configuration=s3vectors.CfnVectorBucket.EncryptionConfigurationProperty(sse_type="AES256"),
        )
        index = s3vectors.CfnIndex(
            self,
            "Faces",
            vector_bucket_arn=bucket.attr_vector_bucket_arn,
            index_name="faces",
            data_type="float32",
            dimension=VECTOR_SIZE,
            distance_metric="cosine",
        )
        actions = [f"s3vectors:{what}Vectors" for what in ("Put", "Query", "Get", "Delete")]
        return Faces(actions, index.attr_index_arn), {"VECTOR_INDEX": index.attr_index_arn}

    def _match(self, functions: FunctionMaker, faces: Faces) -> aws_lambda.Function:
        function = functions.make(
            "Match",
            "match",
            [
                faces.grant(""),
                may_objects("ReadPictures", self._pictures, ["s3:GetObject"], [""]),
                may_list("ListPictures", self._pictures),
                may_objects("Keep", self._reports, KEEP, [FACES, REPORTS, NAMES, MESSAGES]),
                may_objects("ReadDecisions", self._reports, ["s3:GetObject"], [DECISIONS]),
                may_list("ListReports", self._reports),
                may("Tell", ["sns:Publish"], self._pairs.topic_arn),
            ],
        )
        function.add_event_source(
            event_sources.SqsEventSource(
                self._work,
                batch_size=BATCH,
                report_batch_item_failures=True,
                max_concurrency=self._options.workers,
            )
        )
        return function

    def _add_people_functions(self, functions: FunctionMaker, faces: Faces) -> None:
        """What is called by hand: to erase one person, and to say whether two names are one person."""
        erase = functions.make(
            "Erase",
            "erase",
            [
                faces.grant("Delete"),
                may_objects("DeletePictures", self._pictures, ["s3:DeleteObject"], [""]),
                may_objects("Keep", self._reports, KEEP, [FACES, REPORTS, NAMES, MESSAGES, DECISIONS]),
                may_list("ListReports", self._reports),
            ],
            timeout=Duration.minutes(15),
        )
        decide = functions.make(
            "Decide",
            "decide",
            [may_objects("Keep", self._reports, KEEP, [DECISIONS]), may_list("ListReports", self._reports)],
        )
        CfnOutput(self, "EraseFunction", value=erase.function_name)
        CfnOutput(self, "DecideFunction", value=decide.function_name)
