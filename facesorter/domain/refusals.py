"""What Amazon Web Services say when they refuse an account, in sentences with a remedy.

The keys are error codes of the services and names of botocore's exceptions, so that whoever calls a service asks here
and nobody needs botocore to know the answer.
"""

from __future__ import annotations

_LOGIN = "Settings, or `facesorter aws login-check`, tell who you are and what is allowed."
_NO_CREDENTIALS = (
    "No AWS credentials were found.",
    "Choose a profile or import an access key: in the settings, or with `facesorter aws import-key FILE`.",
)
_EXPIRED = (
    "Your AWS session has expired.",
    "Sign in again (`aws sso login`, or fresh credentials) and start again: it goes on where it was.",
)
_UNKNOWN_KEY = ("AWS does not know this access key.", f"It may have been deleted. {_LOGIN}")
_WRONG_SECRET = (
    "AWS refused the signature: the secret key is wrong, or this computer's clock is off.",
    f"Import the key file again, or set the clock. {_LOGIN}",
)
_NOT_ALLOWED = (
    "Your AWS account does not allow this.",
    f"Settings, or `facesorter aws policy`, show the permissions it needs. {_LOGIN}",
)
_NOT_SUBSCRIBED = (
    "Your AWS account is not signed up for this service yet.",
    "Sign in to the AWS console once and complete the registration, or wait until it is confirmed.",
)
_SSO = (
    "You are not signed in to AWS.",
    "Run `aws sso login` with your profile and start again: it goes on where it was.",
)
_PROFILE = ("There is no such AWS profile.", "`aws configure list-profiles` lists those there are.")

_REFUSALS = {
    "AccessDenied": _NOT_ALLOWED,
    "AccessDeniedException": _NOT_ALLOWED,
    "AllAccessDisabled": _NOT_ALLOWED,
    "UnauthorizedOperation": _NOT_ALLOWED,
    "UnrecognizedClientException": _UNKNOWN_KEY,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "InvalidAccessKeyId": _UNKNOWN_KEY,
    "MissingAuthenticationToken": _NO_CREDENTIALS,
    "MissingAuthenticationTokenException": _NO_CREDENTIALS,
    "NoCredentialsError": _NO_CREDENTIALS,
    "PartialCredentialsError": _NO_CREDENTIALS,
    "CredentialRetrievalError": _NO_CREDENTIALS,
    "InvalidSignatureException": _WRONG_SECRET,
    "IncompleteSignatureException": _WRONG_SECRET,
    "SignatureDoesNotMatch": _WRONG_SECRET,
    "RequestTimeTooSkewed": _WRONG_SECRET,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _EXPIRED,
    "TokenRetrievalError": _SSO,
    "SSOTokenLoadError": _SSO,
    "SSOError": _SSO,
    "UnauthorizedSSOTokenError": _SSO,
    "LoginRefreshRequired": _SSO,
    "SubscriptionRequiredException": _NOT_SUBSCRIBED,
    "OptInRequired": _NOT_SUBSCRIBED,
    "NotSignedUp": _NOT_SUBSCRIBED,
    "ProfileNotFound": _PROFILE,
}


def refusal(code: str) -> tuple[str, str] | None:
    """What happened and what to do, if this error code or exception's name concerns the account as a whole."""
    return _REFUSALS.get(code)
