"""What Amazon Web Services say when they refuse an account, in sentences with a remedy.

The keys are error codes of the services and names of botocore's exceptions, so that whoever calls a service asks here
and nobody needs botocore to know the answer.
"""

from __future__ import annotations

from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _

THROTTLED = {"ThrottlingException", "ProvisionedThroughputExceededException"}
"""Codes of Amazon Rekognition for too many calls: this one was not served, and is not paid for."""

_NO_CREDENTIALS = (
    N_("No AWS credentials were found."),
    N_("Choose a profile or import an access key in Settings, under Face recognition."),
    N_("Choose a profile with --profile, or import an access key with `facesorter aws import-key FILE`."),
)
_EXPIRED = (
    N_("Your AWS session has expired."),
    N_("Sign in again (`aws sso login`, or fresh credentials) and start again: it goes on where it was."),
    "",
)
_UNKNOWN_KEY = (
    N_("AWS does not know this access key."),
    N_("It may have been deleted. Choose a profile or import another key in Settings, under Face recognition."),
    N_("It may have been deleted. `facesorter aws login-check` tells who you are and what is allowed."),
)
_WRONG_SECRET = (
    N_("AWS refused the signature: the secret key is wrong, or this computer's clock is off."),
    N_("Import the key file again in Settings, or set the clock."),
    N_("Import the key file again with `facesorter aws import-key FILE`, or set the clock."),
)
_NOT_ALLOWED = (
    N_("Your AWS account does not allow this."),
    N_("Settings show the required permissions, and Check account tells which of them are missing."),
    N_("`facesorter aws policy` shows the permissions it needs, `facesorter aws login-check` those that are missing."),
)
_NOT_SUBSCRIBED = (
    N_("Your AWS account is not signed up for this service yet."),
    N_("Sign in to the AWS console once and complete the registration, or wait until it is confirmed."),
    "",
)
_SSO = (
    N_("You are not signed in to AWS."),
    N_("Run `aws sso login` with your profile and start again: it goes on where it was."),
    "",
)
_PROFILE = (
    N_("There is no such AWS profile."),
    N_("Choose one in Settings, under Face recognition."),
    N_("`aws configure list-profiles` lists those there are."),
)

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


def refusal(code: str) -> tuple[str, str, str] | None:
    """What happened, what to do in the window, and on the command line ("" for the same), as `UserError` takes it.

    None if this error code or exception's name does not concern the account as a whole.
    """
    words = _REFUSALS.get(code)
    return words and (_(words[0]), _(words[1]), words[2] and _(words[2]))
