"""The cloud on this computer: what the template says is made at moto, and a poller stands in for Lambda's.

The functions are the very ones that Lambda runs, with the environment that the template gives them.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, cast

import boto3
from botocore.exceptions import ClientError

from facesorter.duplicates import handlers

Template = dict[str, Any]

_READ_AHEAD = 60
"""Messages among which the order is lost."""


class Deployment:
    """Resources of a template at moto, by their logical ids."""

    def __init__(self, resources: Mapping[str, Any]) -> None:
        self.resources = resources
        self.names: dict[str, str] = {}
        self.pictures_keys: list[str] = []
        self.s3: Any = _client("s3")
        self.sqs: Any = _client("sqs")
        self.sns: Any = _client("sns")
        self._made: dict[str, str] = {}
        queues = self._of("AWS::SQS::Queue")
        for name in sorted(queues, key=lambda name: "RedrivePolicy" in queues[name]):
            self._make_queue(name, queues[name])
        for name in self._of("AWS::SNS::Topic"):
            self.names[name] = self.sns.create_topic(Name=name)["TopicArn"]
        for name in self._of("AWS::Rekognition::Collection"):
            self.names[name] = "FaceDuplicates"
            _client("rekognition").create_collection(CollectionId=self.names[name])
        for name, properties in self._of("AWS::S3::Bucket").items():
            self._make_bucket(name, properties)
        (self._mapping,) = self._of("AWS::Lambda::EventSourceMapping").values()
        self.function = self._environment_of(self._mapping["FunctionName"])
        self.handler = self._handler_of(self._mapping["FunctionName"])
        self.pictures = self.function["PICTURES_BUCKET"]
        self.reports = self.function["REPORTS_BUCKET"]
        self.queue = self._made[self._arn(self._mapping["EventSourceArn"])]
        (dead,) = (name for name, one in queues.items() if "RedrivePolicy" not in one)
        self.dead_letters = self.names[dead]

    def calling(self, what: str) -> Any:
        """A function by a part of its handler's name, to be called by hand."""
        (name,) = (one for one, it in self._of("AWS::Lambda::Function").items() if it.get("Handler", "").endswith(what))
        assert self._environment_of({"Ref": name}) == self.function
        return self._handler_of({"Ref": name})

    def hear(self) -> str:
        """A queue that is subscribed to the topic of pairs; its address."""
        url = self.sqs.create_queue(QueueName="heard")["QueueUrl"]
        self.sns.subscribe(TopicArn=self.function["TOPIC_ARN"], Protocol="sqs", Endpoint=self._arn_of_queue(url))
        return url

    def messages(self, url: str) -> list[str]:
        """All bodies that wait in a queue, which is emptied."""
        bodies: list[str] = []
        while found := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                bodies.append(message["Body"])
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def all_reports(self) -> dict[str, dict[str, Any]]:
        """Every report by its source; each is one line."""
        reports: dict[str, dict[str, Any]] = {}
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.reports, Prefix="reports/"):
            for found in page.get("Contents", ()):
                line = self.s3.get_object(Bucket=self.reports, Key=found["Key"])["Body"].read().decode()
                assert line.count("\n") == 1
                report = json.loads(line)
                assert report["Source"] not in reports
                reports[report["Source"]] = report
        return reports

    def _of(self, kind: str) -> dict[str, Any]:
        return {name: it.get("Properties", {}) for name, it in self.resources.items() if it["Type"] == kind}

    def _make_queue(self, name: str, properties: Mapping[str, Any]) -> None:
        attributes = {"VisibilityTimeout": str(properties.get("VisibilityTimeout", 30))}
        if "RedrivePolicy" in properties:
            policy = properties["RedrivePolicy"]
            arn = self._arn(policy["deadLetterTargetArn"])
            attributes["RedrivePolicy"] = json.dumps(
                {"deadLetterTargetArn": arn, "maxReceiveCount": policy["maxReceiveCount"]}
            )
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.names[name] = url
        self._made[self._arn_of_queue(url)] = url

    def _make_bucket(self, name: str, properties: Mapping[str, Any]) -> None:
        bucket = self.names[name] = name.lower()
        self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        queues = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", ())
        events = {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"}  # moto knows nothing of expirations
        if queues:
            configurations = [
                {"QueueArn": self._arn(one["Queue"]), "Events": [one["Event"]]}
                for one in queues
                if one["Event"] in events
            ]
            self.s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration={"QueueConfigurations": configurations}
            )

    def _arn_of_queue(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def _arn(self, value: Mapping[str, Any]) -> str:
        return self._arn_of_queue(self.names[value["Fn::GetAtt"][0]])

    def _environment_of(self, function: Mapping[str, str]) -> dict[str, str]:
        variables = self.resources[function["Ref"]]["Properties"]["Environment"]["Variables"]
        return {
            name: value if isinstance(value, str) else self.names[value["Ref"]] for name, value in variables.items()
        }

    def _handler_of(self, function: Mapping[str, str]) -> Any:
        module, _, name = self.resources[function["Ref"]]["Properties"]["Handler"].rpartition(".")
        return getattr(importlib.import_module(module), name)

    @contextmanager
    def environment(self) -> Iterator[None]:
        """The function's environment, for as long as it may be called."""
        before = {name: os.environ.get(name) for name in self.function}
        os.environ.update(self.function)
        handlers.forget_clients()
        try:
            yield
        finally:
            handlers.forget_clients()
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


class Poller:
    """What Lambda does with a queue: batches of the mapping's size, as many at once as it allows, and what a function
    reports as failed stays. Messages are delivered out of order and, as chance has it, twice."""

    def __init__(self, deployment: Deployment, seed: int, twice: float = 0.2) -> None:
        self._deployment = deployment
        self._batch = deployment._mapping["BatchSize"]
        self._partial = "ReportBatchItemFailures" in deployment._mapping["FunctionResponseTypes"]
        self.workers: int = deployment._mapping["ScalingConfig"]["MaximumConcurrency"]
        self._random = random.Random(seed)
        self._twice = twice
        self._lock = threading.Lock()
        self._waiting: list[dict[str, Any]] = []
        self._errors: list[BaseException] = []
        self._all_sent = threading.Event()
        self.delivered = Counter[str]()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Work meanwhile, and then until the queue is empty."""
        threads = [threading.Thread(target=self._guarded) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._all_sent.set()
            for thread in threads:
                thread.join()
        if self._errors:
            raise self._errors[0]

    def _guarded(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised by whoever waits
            self._errors.append(error)

    def _work(self) -> None:
        client = _client("sqs")
        while not self._errors:
            batch = self._next(client)
            if not batch:
                if self._all_sent.is_set() and self._nothing_left(client):
                    return
                time.sleep(0.2)
                continue
            answer = self._deployment.handler({"Records": batch}, None)
            assert self._partial
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            done = [record for record in batch if record["messageId"] not in failed]
            for record in batch:
                if record["messageId"] in failed:  # Lambda leaves it hidden for twelve minutes
                    with suppress(ClientError):  # another delivery of it has given it back already
                        client.change_message_visibility(
                            QueueUrl=self._deployment.queue, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
                        )
            if done:
                entries = [{"Id": str(n), "ReceiptHandle": one["receiptHandle"]} for n, one in enumerate(done)]
                client.delete_message_batch(QueueUrl=self._deployment.queue, Entries=entries)

    def _nothing_left(self, client: Any) -> bool:
        counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = client.get_queue_attributes(QueueUrl=self._deployment.queue, AttributeNames=counts)
        return not self._waiting and not any(int(answer["Attributes"][count]) for count in counts)

    def _next(self, client: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if len(self._waiting) < _READ_AHEAD:
            answer = client.receive_message(
                QueueUrl=self._deployment.queue, MaxNumberOfMessages=10, VisibilityTimeout=120
            )
            found = answer.get("Messages", [])
        records = [
            {"messageId": one["MessageId"], "receiptHandle": one["ReceiptHandle"], "body": one["Body"],
             "eventSource": "aws:sqs"}
            for one in found
        ]  # fmt: skip
        with self._lock:
            self._waiting += records
            self._waiting += [record for record in records if self._random.random() < self._twice]
            self._random.shuffle(self._waiting)
            batch, seen = [], set[str]()
            for record in list(self._waiting):
                if len(batch) < self._batch and record["messageId"] not in seen:
                    seen.add(record["messageId"])
                    batch.append(record)
                    self._waiting.remove(record)
            self.delivered.update(record["messageId"] for record in batch)
            return batch


def _client(service: str) -> Any:
    return cast(Any, boto3).client(service)


def picture(color: tuple[int, int, int] | None, second: tuple[int, int, int] | None = None) -> bytes:
    """A small picture with no, one or two painted faces."""
    from PIL import Image

    image = Image.new("RGB", (160, 100), (128, 128, 128))
    for left, one in ((20, color), (100, second)):
        if one is not None:
            image.paste(one, (left, 30, left + 40, 70))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
