"""Reading objects of S3, and what it says when that is refused, in words."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from facesorter.domain.errors import PhotoError, SourceUnavailable, StorageUnavailable, WrongUse
from facesorter.domain.figures import decimal
from facesorter.domain.giants import MOST_PHOTO_BYTES
from facesorter.domain.messages import gettext as _
from facesorter.domain.places import s3_place
from facesorter.domain.refusals import refusal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SNIFFED_BYTES = 4096
"""The list of brands by which HEIF and AVIF are known may be as long."""

_MISSING = {"NoSuchKey", "404", "NotFound"}
_ARCHIVED = {"InvalidObjectState"}
_CHANGED = {"PreconditionFailed", "412"}
_FORBIDDEN = {"AccessDenied", "403", "Forbidden"}


def if_still(known: bytes | None) -> dict[str, Any]:
    """The condition that an object is the one of which this is known."""
    return {} if known is None else {"IfMatch": known.rpartition(b" ")[0].decode()}


def read_object(client: S3Client, path: str, known: bytes | None = None) -> bytes:
    """The bytes of the object at `s3://bucket/key`, if what is known of it still holds.

    Raises `PhotoError` for this object, `StorageUnavailable` for the account or network.
    """
    return read_known(client, path, known)[0]


def read_known(client: S3Client, path: str, known: bytes | None = None) -> tuple[bytes, bytes | None]:
    """As `read_object`; with the bytes what S3 says of them (`listing.FolderEntry.object`), None if it says nothing."""
    place = s3_place(path)
    with _in_words(path):
        answer = client.get_object(Bucket=place.bucket, Key=place.key, **if_still(known))
        return body_of(answer), f"{answer['ETag']} {answer['ContentLength']}".encode() if answer.get("ETag") else None


def body_of(answer: Mapping[str, Any]) -> bytes:
    """The bytes that came as an answer of `get_object`. Raises `PhotoError` for what is too large for a picture."""
    with answer["Body"] as body:
        if answer["ContentLength"] > MOST_PHOTO_BYTES:
            size = decimal(answer["ContentLength"] / 1e9)
            raise PhotoError(_("It has {size} GB, which is too large to be read.").format(size=size))
        return body.read()


def beginning(client: S3Client, path: str) -> bytes:
    """The first bytes of an object, enough to tell a picture by. Raises `PhotoError`, `StorageUnavailable`."""
    place = s3_place(path)
    with _in_words(path):
        answer = client.get_object(Bucket=place.bucket, Key=place.key, Range=f"bytes=0-{SNIFFED_BYTES - 1}")
        return answer["Body"].read(SNIFFED_BYTES)


def require_unchanged(client: S3Client, path: str, known: bytes) -> None:
    """Raises as `read_object` if the object is not any more what is known of it."""
    place = s3_place(path)
    with _in_words(path):
        client.head_object(Bucket=place.bucket, Key=place.key, **if_still(known))


@contextmanager
def _in_words(path: str) -> Generator[None]:
    """Errors of reading an object as `PhotoError`, or `StorageUnavailable` if more than this object is concerned."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        code = error_code(error)
        if code in _CHANGED:
            raise PhotoError(_("It changed since it was found; the next run will look at it anew.")) from error
        if code in _MISSING:
            raise PhotoError(_("The object is missing: it was moved or deleted.")) from error
        if code in _FORBIDDEN:
            raise PhotoError(_("Your AWS account may not read it.")) from error
        if code in _ARCHIVED:
            raise PhotoError(_("It lies in an archive of S3 and must be restored first.")) from error
        raise place_error(error, path) from error


def bucket_region(client: S3Client, bucket: str) -> str | None:
    """The region of a bucket, if S3 tells."""
    try:
        return client.head_bucket(Bucket=bucket).get("BucketRegion")
    except (BotoCoreError, ClientError):
        return None


def error_code(error: BotoCoreError | ClientError) -> str:
    """The service's code of an error, or the name of botocore's exception."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "")
    return type(error).__name__


def place_error(error: BotoCoreError | ClientError, place: str) -> WrongUse | StorageUnavailable:
    """What a place in S3 refused, in words, with what to do."""
    code = error_code(error)
    if code == "NoSuchBucket":
        return WrongUse(_("There is no bucket for {place}.").format(place=place), _("Check the spelling."))
    if code in {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}:
        return WrongUse(
            _("The bucket of {place} is in another region.").format(place=place),
            _("Choose that region in Settings, under Face recognition."),
            _("Name that region with --region."),
        )
    if code in _FORBIDDEN:
        return StorageUnavailable(
            _("Your AWS account may not list or read {place}.").format(place=place),
            _("Ask your administrator for s3:ListBucket on the bucket and s3:GetObject on what is in it."),
            _("`facesorter aws policy --bucket NAME` prints the permissions it needs."),
        )
    refused = refusal(code)
    if refused is not None:
        return StorageUnavailable(*refused)
    if isinstance(error, ClientError) and error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) < 500:
        return StorageUnavailable(
            _("S3 refused {place} with {code}.").format(place=place, code=code),
            _("Check account in Settings may tell why."),
            _("`facesorter aws login-check` may tell why."),
        )
    return SourceUnavailable(
        _("{place} cannot be reached.").format(place=place), _("Check the connection, then go on.")
    )
