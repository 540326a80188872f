"""Calls of Amazon Rekognition: limited in rate, paid, tried again where that helps, and ended when the run is.

botocore's own retries are off, because they wait without listening to Stop and know nothing of the cap.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004  (botocore's, of connections that were never made)
    HTTPClientError,
)

from facesorter.domain.errors import EngineUnavailable, PhotoError, Stopped
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _
from facesorter.domain.refusals import THROTTLED, refusal
from facesorter.domain.spending import StopSignal
from facesorter.engines.rekognition.prices import Meter
from facesorter.engines.rekognition.rate_limiter import RateLimiter

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

GRACE_S = 0.7
"""How long calls that are under way are waited for where the user has given them up."""

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30
"""After so long a call is given up by the client itself."""

MOST_ATTEMPTS = 5
MOST_THROTTLED_ATTEMPTS = 30
MOST_LOST_IN_A_ROW = 10
"""Connections lost by all threads together, without an answer between them, before the network is given up."""

LONGEST_WAIT_S = 5.0

_PHOTO = {
    "InvalidImageFormatException": N_("Amazon Rekognition does not read this picture."),
    "ImageTooLargeException": N_("The picture is too large for Amazon Rekognition."),
    "ValidationException": N_("Amazon Rekognition does not accept this picture."),
}

_log = logging.getLogger(__name__)


class OutOfReach(PhotoError):
    """The service cannot get at an object of S3, so that it must be read here and sent."""


class NoFaces(Exception):
    """The service found no face in the source or in the target; it does not say in which."""


class RekognitionCalls:
    """One client shared by all threads, with its meter and its rate limiter; `stop` is for good.

    Calls under way are waited for until the client's own timeout even then, because they are paid for. Setting
    `stopped` does the same from outside: by somebody who cannot reach what waits for the answers.
    """

    def __init__(
        self,
        client: RekognitionClient,
        meter: Meter,
        limiter: RateLimiter | None = None,
        stopped: StopSignal | None = None,
    ) -> None:
        self.client = client
        self.meter = meter
        self.limiter = limiter or RateLimiter()
        self._stopped = stopped or StopSignal()
        self._lost_in_a_row = 0
        self._counting = threading.Lock()
        self._under_way = 0
        self._told = False

    def stop(self) -> None:
        """Begin no call any more; the answers of those under way are waited for."""
        self._stopped.set()

    def call(self, operation: str, member: str, *, spare: bool = False, **request: Any) -> dict[str, Any]:
        """The answer of one paid call, `member` of which only a true answer has.

        `spare` says that only chance has made the call necessary. Raises `NoFaces`, `PhotoError` for this picture,
        `NoCallLeft`, `BudgetReached`, `EngineUnavailable`.
        """
        self.meter.take(spare=spare)
        charged = False
        throttled = failed = 0
        try:
            while True:
                if not self.limiter.wait(self._stopped):
                    raise Stopped(under_way=False)
                try:
                    answer = self._answer(cast("Callable[..., Any]", getattr(self.client, operation)), request)
                except (ClientError, BotoCoreError, Stopped) as error:
                    charged = _may_be_charged(error)
                    if _code(error) in THROTTLED:
                        throttled += 1
                        self._throttled(throttled)
                    else:
                        failed += 1
                        self._failed(error, failed)
                else:
                    if member not in answer:
                        raise _foreign_answer()
                    self._lost_in_a_row = 0
                    self.limiter.served()
                    return answer
                if charged:  # this attempt may be billed although its answer was lost, and the next one is another
                    self.meter.take(spare=True)
                    charged, spare = False, True
                longest = min(LONGEST_WAIT_S, 0.1 * 2 ** (throttled + failed - 1))
                self._stopped.wait(longest * random.uniform(0.5, 1))  # noqa: S311
        except BaseException:
            if not charged:
                self.meter.give_back(spare=spare)
            raise

    def _answer(self, operation: Callable[..., Any], request: dict[str, Any]) -> dict[str, Any]:
        """Call on a thread of its own, because nothing else can interrupt a connection that hangs."""
        future: Future[dict[str, Any]] = Future()

        def run() -> None:
            try:
                future.set_result(operation(**request))
            except BaseException as error:  # noqa: BLE001  (delivered, not swallowed)
                future.set_exception(error)

        with self._counting:
            self._under_way += 1
        try:
            threading.Thread(target=run, name="rekognition", daemon=True).start()
            while not self._stopped.given_up.is_set():
                try:
                    return future.result(timeout=0.1)
                except NotYet:
                    if self._stopped.is_set():
                        self._tell_of_waiting()
            try:
                return future.result(timeout=GRACE_S)
            except NotYet:
                _log.warning("A call to Amazon Rekognition was given up without its answer; it may be charged.")
                raise Stopped(under_way=True) from None
        finally:
            with self._counting:
                self._under_way -= 1

    def _tell_of_waiting(self) -> None:
        with self._counting:
            told, self._told = self._told, True
            calls = self._under_way
        if not told:
            _log.warning(
                "Waiting up to %d seconds for the answers to calls under way, which are paid for: %d.",
                CONNECT_TIMEOUT_S + READ_TIMEOUT_S,
                calls,
            )

    def _throttled(self, times: int) -> None:
        self.limiter.throttled()
        if times >= MOST_THROTTLED_ATTEMPTS:
            raise EngineUnavailable(
                _("Amazon Rekognition keeps refusing because of too many calls."),
                _("Others may be using the account. Start again later: it goes on where it was."),
            )

    def _failed(self, error: Exception, times: int) -> None:
        """Return if another attempt may help; raise what the failure means if not."""
        if isinstance(error, Stopped):
            raise error
        _log.debug("Attempt %d failed: %s", times, _code(error))
        if _code(error) == "InternalServerError":
            if times >= MOST_ATTEMPTS:
                raise PhotoError(_("Amazon Rekognition failed to look at this photo several times.")) from error
            return
        if isinstance(error, HTTPClientError | ConnectionError):
            self._lost_in_a_row += 1
            if times >= MOST_ATTEMPTS or self._lost_in_a_row >= MOST_LOST_IN_A_ROW:
                raise unreachable(self.client.meta.region_name) from error
            return
        raise meaning(error) from error


def _code(error: Exception) -> str:
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "")
    return type(error).__name__


def _may_be_charged(error: Exception) -> bool:
    """AWS charges for pictures it looked at: when it found no face too, and when its answer was lost."""
    lost = isinstance(error, HTTPClientError) and not isinstance(error, ConnectionError)
    given_up = isinstance(error, Stopped) and error.under_way
    return lost or given_up or _code(error) == "InvalidParameterException"


def meaning(error: Exception, region: str = "") -> Exception:
    """What an error of the service or of botocore means for the photo or the account, which acts in this region."""
    code = _code(error)
    if code == "InvalidParameterException":
        return NoFaces()
    if code == "InvalidS3ObjectException":
        return OutOfReach(
            _(
                "Amazon Rekognition cannot read this object: it is missing, in another region, or your account may not "
                "read it."
            )
        )
    if code in _PHOTO:
        return PhotoError(_PHOTO[code])
    refused = refusal(code)
    if refused is not None:
        return EngineUnavailable(*refused)
    if isinstance(error, HTTPClientError | ConnectionError):
        return unreachable(region)
    if isinstance(error, ClientError) and error.response.get("ResponseMetadata", {}).get("RequestId"):
        return EngineUnavailable(
            _("Amazon Rekognition refused with {code}.").format(code=code),
            _("Check account in Settings tells what is allowed."),
            _("`facesorter aws login-check` tells what is allowed."),
        )
    return _foreign_answer()


def unreachable(region: str) -> EngineUnavailable:
    """Nothing answers: because of the network, or because there is no such service in this region."""
    known = boto3.Session().get_available_regions("rekognition")
    if region and region not in known:
        return EngineUnavailable(
            _(
                "Amazon Rekognition cannot be reached in {region}, and FaceSorter does not know it to be offered there."
            ).format(region=region),
            _("Choose another region, such as {regions}, or check the connection.").format(
                regions=", ".join(known[:3])
            ),
        )
    return EngineUnavailable(
        _("Amazon Rekognition cannot be reached."), _("Check the connection and start again: it goes on where it was.")
    )


def _foreign_answer() -> EngineUnavailable:
    return EngineUnavailable(
        _("What answered is not Amazon Rekognition: perhaps the login page of this network."),
        _("Open a web page, sign in to the network, and start again; it goes on where it was."),
    )
