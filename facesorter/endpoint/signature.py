"""Checks that a request was signed with the configured key (AWS Signature Version 4).

The signature is made again with botocore's own signer and compared, so that this side can never differ from the
clients' side in a detail of the canonical form.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from facesorter.endpoint.wire import ServiceError

LARGEST_SKEW = timedelta(minutes=5)
"""How far a client's clock may be off, as at AWS."""

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256\s+"
    r"Credential=(?P<access_key>[^/,\s]+)/(?P<day>\d{8})/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)/aws4_request,\s*"
    r"SignedHeaders=(?P<signed_headers>[a-z0-9;-]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_MUST_BE_SIGNED = {"host", "x-amz-date", "x-amz-target"}
"""Without these in the signature, it could be replayed elsewhere, later, or for another operation."""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """The one key that may call."""

    access_key: str
    secret: str = field(repr=False)


class HttpRequest(NamedTuple):
    """What is signed of a request; the names of `headers` are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class _Claim(NamedTuple):
    """What the Authorization header claims."""

    signed_headers: list[str]
    region: str
    service: str
    signature: str


def check(request: HttpRequest, key: AccessKey, now: datetime) -> None:
    """Raises `ServiceError`, with AWS's exception names, unless the request was signed with `key` about `now` (UTC)."""
    claim = _claim(request.headers, key, now)
    if not hmac.compare_digest(claim.signature, _signature(request, claim, key)):
        raise ServiceError(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method.",
        )


def check_head(headers: Mapping[str, str], key: AccessKey, now: datetime) -> None:
    """What `check` can say before the body has come, whose digest is part of the signature: that this key claims to
    have signed it, about `now`."""
    _claim(headers, key, now)


def _claim(headers: Mapping[str, str], key: AccessKey, now: datetime) -> _Claim:
    authorization = headers.get("authorization")
    if authorization is None:
        raise ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token")
    parts = _AUTHORIZATION.fullmatch(authorization.strip())
    if parts is None:
        raise ServiceError(
            "IncompleteSignatureException",
            "The Authorization header needs Credential, SignedHeaders and Signature of AWS4-HMAC-SHA256",
        )
    signed_headers = parts["signed_headers"].split(";")
    missing = _MUST_BE_SIGNED.difference(signed_headers) | {name for name in signed_headers if name not in headers}
    if missing:
        raise ServiceError("IncompleteSignatureException", f"Not signed or not sent: {', '.join(sorted(missing))}")
    _check_time(headers["x-amz-date"], parts["day"], now)
    if not hmac.compare_digest(parts["access_key"].encode(), key.access_key.encode()):
        raise ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.")
    return _Claim(signed_headers, parts["region"], parts["service"], parts["signature"])


def _check_time(sent: str, day: str, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(sent, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise ServiceError("IncompleteSignatureException", "X-Amz-Date must look like 20260102T030405Z") from None
    if not sent.startswith(day):
        raise ServiceError("InvalidSignatureException", "The day in Credential is not that of X-Amz-Date")
    if abs(now - signed_at) > LARGEST_SKEW:
        what = "expired" if signed_at < now else "not yet current"
        raise ServiceError("InvalidSignatureException", f"Signature {what}: {sent} is more than 5 minutes off")


def _signature(request: HttpRequest, claim: _Claim, key: AccessKey) -> str:
    headers = {name: request.headers[name] for name in claim.signed_headers}
    again = AWSRequest("POST", f"http://{request.headers['host']}{request.path}", headers=headers, data=request.body)
    again.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(Credentials(key.access_key, key.secret), claim.service, claim.region)
    return signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
