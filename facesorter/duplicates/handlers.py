"""The functions that Lambda runs: `match` for the queue, `erase` and `decide` by hand. Everything else is told by the
environment, as `packaging/cloud` sets it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import unquote_plus

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from facesorter.duplicates.channels import NotDelivered, Topic
from facesorter.duplicates.collection import Collection, RekognitionCollection
from facesorter.duplicates.decisions import Decisions
from facesorter.duplicates.naming import rule_named
from facesorter.duplicates.notices import Notice
from facesorter.duplicates.reports import Source
from facesorter.duplicates.store import S3Store, Store, code_of
from facesorter.duplicates.updating import Busy, Updater

MESSAGES = "messages"
"""The folder of the messages that were sent; they are the memory of what was said."""

_TIME_TO_SPARE_MS = 30_000
"""With less left, a function begins no further picture; its message comes again."""

_ONCE = {"rekognition", "sns"}
"""Services that are not asked again by botocore: a call whose answer was lost is paid for, a message has arrived."""

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 8}, connect_timeout=5, read_timeout=30)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """What a function works with, made once and used for every message that it gets."""

    bucket: str
    store: Store
    decisions: Decisions
    updater: Updater
    delete_picture: Callable[[str], None]


def match(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Bring the pictures up to date that a batch of the queue names; the answer names the messages that failed."""
    failures: list[dict[str, str]] = []
    for message in event["Records"]:
        try:
            left = context.get_remaining_time_in_millis() if context is not None else _TIME_TO_SPARE_MS
            if left < _TIME_TO_SPARE_MS:
                raise Busy
            for key in _keys(message["body"]):
                _room().updater.update(key)
        except Exception as error:  # noqa: BLE001 - the others of the batch are done, and this one is reported
            # Keys hold people's names, and logs outlive an erasure; the message's id leads to it as long as it exists.
            code = code_of(error) if isinstance(error, ClientError) else ""
            _log.warning("Message %s failed: %s %s", message["messageId"], type(error).__name__, code)
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


def erase(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Erase `{"name": ...}` with all pictures, faces, reports, messages and decisions; how many pictures.

    May be called again, and must be where it ran out of time. `ValueError` without a name.
    """
    name = event.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError('Call it with {"name": "..."}.')
    room = _room()
    count = room.updater.erase(name, room.delete_picture)
    room.decisions.forget(name)
    for place in list(room.store.names(f"{MESSAGES}/")):
        kept = room.store.read(place)
        if kept is not None and name in json.loads(kept.text)["Names"]:
            room.store.remove(place)
    return {"erased": count}


def decide(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Remember `{"same": [NAME, NAME]}`, `{"different": ...}` or `{"undecided": ...}`. `ValueError` otherwise."""
    match list(event.items()):
        case [("same" | "different" | "undecided" as word, [str(one), str(other)])]:
            _decisions().decide(one, other, None if word == "undecided" else word)
            return {"decided": [one, other]}
        case _:
            raise ValueError('Call it with {"same": ["...", "..."]}, "different" or "undecided".')


def _keys(body: str) -> Iterator[str]:
    """The pictures that an event of S3 is about: not those of other buckets, and nothing for its test."""
    bucket = os.environ["PICTURES_BUCKET"]
    for record in json.loads(body).get("Records", ()):
        if record["s3"]["bucket"]["name"] == bucket:
            key = unquote_plus(record["s3"]["object"]["key"])
            if not key.endswith("/"):  # what consoles make of a folder
                yield key


@cache
def _room() -> Room:
    settings = os.environ
    bucket = settings["PICTURES_BUCKET"]
    s3, store, decisions = _s3(), _store(), _decisions()
    topic = Topic(_client("sns"), settings["TOPIC_ARN"])

    def version(key: str) -> str | None:
        try:
            return s3.head_object(Bucket=bucket, Key=key)["ETag"]
        except ClientError as error:
            if code_of(error) in {"404", "NoSuchKey", "NotFound"}:
                return None
            raise

    def delete_picture(key: str) -> None:
        s3.delete_object(Bucket=bucket, Key=key)

    def tell(notices: Sequence[Notice]) -> None:
        _tell(notices, store, decisions, topic)

    updater = Updater(
        Source(bucket, float(settings["REPORT_FROM"])),
        rule_named(settings["NAMES"]),
        _collection(bucket),
        store,
        version,
        tell,
        float(settings["NOTIFY_FROM"]),
    )
    return Room(bucket, store, decisions, updater, delete_picture)


def _collection(bucket: str) -> Collection:
    if "VECTOR_INDEX" in os.environ:
        from facesorter.duplicates.vectors import vector_collection

        return vector_collection(_client("s3vectors"), os.environ["VECTOR_INDEX"], _s3(), bucket)

    def where_it_lies(key: str) -> dict[str, Any]:
        return {"S3Object": {"Bucket": bucket, "Name": key}}

    return RekognitionCollection(_client("rekognition"), os.environ["COLLECTION"], where_it_lies)


def _tell(notices: Sequence[Notice], store: Store, decisions: Decisions, topic: Topic) -> None:
    """Publish what is new. That it is sent is written down first, and taken back only where SNS has refused."""
    for notice in notices:
        place = f"{MESSAGES}/{notice.id}.json"
        if decisions.of(notice.names) is not None or store.read(place) is not None:
            continue
        message = notice.message()
        if not store.write(place, json.dumps(message) + "\n", None):
            continue
        try:
            topic.send(message)
        except NotDelivered:
            store.remove(place)
            raise


@cache
def _store() -> Store:
    return S3Store(_s3(), os.environ["REPORTS_BUCKET"])


@cache
def _decisions() -> Decisions:
    return Decisions(_store())


@cache
def _s3() -> Any:
    return _client("s3")


def _client(service: str) -> Any:
    config = _CONFIG.merge(Config(retries={"total_max_attempts": 1})) if service in _ONCE else _CONFIG
    return cast("Any", boto3).client(service, config=config)


def forget_clients() -> None:
    """Read the environment anew with the next event; what only a program needs that plays several functions."""
    for made in (_room, _store, _decisions, _s3):
        with suppress(AttributeError):
            made.cache_clear()
