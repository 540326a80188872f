"""The user's AWS account: who it is, what it may do, and clients that act for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, InvalidRegionError
from botocore.utils import validate_region_name

from facesorter.domain.errors import EngineUnavailable, PhotoError, WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.names import PREFIX
from facesorter.domain.places import below, root_name, s3_place
from facesorter.engines.rekognition.calls import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, NoFaces, meaning
from facesorter.engines.rekognition.credentials import KeyStore, key_beside_the_program

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_s3 import S3Client


class Identity(NamedTuple):
    """Who AWS takes the user for."""

    account: str
    arn: str


def known_profiles() -> list[str]:
    """The profiles of the AWS configuration of this computer; none if it cannot be read."""
    try:
        return sorted(boto3.Session().available_profiles)
    except BotoCoreError:
        return []


class Account:
    """Credentials in this order: a named profile (SSO too), an imported key or one that was named for this run, what
    botocore finds by itself, a key file beside the program.

    Raises `EngineUnavailable` if there is no such profile.
    """

    def __init__(self, profile: str, region: str, keys: KeyStore, calls_at_once: int) -> None:
        self._calls_at_once = calls_at_once
        key = None if profile else keys.key()
        try:
            if not profile and key is None and boto3.Session().get_credentials() is None:
                key = key_beside_the_program()
            self._session = boto3.Session(
                profile_name=profile or None,
                region_name=region or os.environ.get("AWS_REGION") or None,
                aws_access_key_id=key.key_id if key else None,
                aws_secret_access_key=key.secret if key else None,
            )
        except BotoCoreError as error:
            raise meaning(error) from error

    @property
    def region(self) -> str:
        """Raises `WrongUse` if none is set anywhere, or one that cannot be."""
        region = self._session.region_name
        if not region:
            raise WrongUse(
                _("No AWS region is set."),
                _("Choose one in Settings, under Face recognition."),
                _("Name one with --region, such as --region eu-west-1."),
            )
        try:
            validate_region_name(region)
        except InvalidRegionError:
            raise WrongUse(
                _("{region} is no AWS region.").format(region=region), _("Write one such as eu-west-1.")
            ) from None
        return region

    def rekognition(self) -> RekognitionClient:
        """A client that tries once: see `RekognitionCalls`."""
        return self._client("rekognition", {"total_max_attempts": 1})

    def s3(self) -> S3Client:
        """A client that tries up to five times by itself."""
        return self._client("s3", {"mode": "standard", "total_max_attempts": 5})

    def sns(self, region: str) -> Any:
        """A client for the topics of a region; it tries once, since a topic that got a message tells of it twice."""
        return self._client("sns", {"total_max_attempts": 1}, region)

    def _client(self, service: str, retries: dict[str, Any], region: str = "") -> Any:
        config = Config(
            retries=cast("Any", retries),
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            max_pool_connections=self._calls_at_once,
        )
        return cast("Any", self._session).client(service, region_name=region or self.region, config=config)

    def identity(self) -> Identity:
        """Asks AWS, for free. Raises `EngineUnavailable` with what to do."""
        try:
            who = self._client("sts", {"total_max_attempts": 2}).get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise meaning(error, self.region) from error
        return Identity(who["Account"], who["Arn"])

    def allowed(self) -> dict[str, bool]:
        """Which operations the account may use, tried with a picture that is none, which costs nothing."""
        client, nothing = self.rekognition(), {"Bytes": b"\0"}
        return {
            "rekognition:CompareFaces": self._is_allowed(
                client.compare_faces, SourceImage=nothing, TargetImage=nothing
            ),
            "rekognition:DetectFaces": self._is_allowed(client.detect_faces, Image=nothing),
        }

    def _is_allowed(self, operation: Any, **request: Any) -> bool:
        """Whether the picture is what is refused. Raises `EngineUnavailable` for anything but a missing permission."""
        try:
            operation(**request)
        except (BotoCoreError, ClientError) as error:
            if (
                isinstance(error, ClientError)
                and error.response.get("Error", {}).get("Code") == "AccessDeniedException"
            ):
                return False
            what = meaning(error, self.region)
            if not isinstance(what, PhotoError | NoFaces):
                raise what from error
            return True
        raise EngineUnavailable(
            _("What answered is not Amazon Rekognition: it took nothing for a picture."),
            _("Check the address it is called at."),
        )


def minimal_policy(buckets: Sequence[str] = (), copies: Sequence[str] = ()) -> dict[str, Any]:
    """The permissions FaceSorter needs, as an IAM policy: comparing faces, reading photos in these buckets, and writing
    only into the `PhotosWith...` folders of these places (`s3://bucket/prefix`) for copies.
    """
    statements: list[dict[str, Any]] = [
        {
            "Sid": "CompareFaces",
            "Effect": "Allow",
            "Action": ["rekognition:CompareFaces", "rekognition:DetectFaces"],
            "Resource": "*",
        }
    ]
    targets = [s3_place(place) for place in copies]
    listed = dict.fromkeys([*buckets, *(target.bucket for target in targets)])
    if listed:
        statements.append(
            {
                "Sid": "ListBuckets",
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
                "Resource": [f"arn:aws:s3:::{bucket}" for bucket in listed],
            }
        )
    if buckets:
        statements.append(
            {
                "Sid": "ReadPhotos",
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{bucket}/*" for bucket in dict.fromkeys(buckets)],
            }
        )
    if targets:
        folders = [root_name(below(str(target), PREFIX)) for target in targets]
        statements.append(
            {
                "Sid": "WriteCopies",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                "Resource": [f"arn:aws:s3:::{folder}*" for folder in dict.fromkeys(folders)],
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}
