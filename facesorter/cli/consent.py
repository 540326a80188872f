"""What a command that sends photos to Amazon Rekognition asks and tells before it does."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from facesorter.app import App
from facesorter.cli.aws import add_account_options
from facesorter.domain import narration
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import CostEstimated
from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import CONSENT, DEFAULT_CAP, Cost, in_dollars


def add_service_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that may send photos and cost money."""
    add_account_options(parser)
    parser.add_argument("--yes", action="store_true", help=_("agree that photos are sent, at the price shown"))
    parser.add_argument(
        "--max-cost",
        type=_dollars,
        default=DEFAULT_CAP,
        metavar="DOLLARS",
        help=_("spend at most this many dollars (default 5.00)"),
    )


def _dollars(text: str) -> Decimal:
    try:
        dollars = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        raise argparse.ArgumentTypeError(_("must be an amount in dollars, such as 5.00")) from None
    if not dollars.is_finite() or dollars < 0:
        raise argparse.ArgumentTypeError(_("must be an amount in dollars, such as 5.00"))
    return dollars


def percentage(text: str) -> float:
    """A similarity as an argument."""
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(_("must be from 0 to 100"))
    return value


def require_consent(*, yes: bool) -> None:
    """Raise `WrongUse` where nobody has agreed and nobody can be asked."""
    if not yes and not sys.stdin.isatty():
        raise WrongUse(
            _("Amazon Rekognition charges per call, and photos are sent to it, so you have to agree first."),
            _("Add --yes to agree; --max-cost sets the most it may cost, and `sort --dry-run` shows the price."),
        )


def require_agreement(app: App, price: CostEstimated | None) -> None:
    """Raise `WrongUse` if photos may not be sent at this price, which is asked on the terminal.

    No price means that the user has agreed beforehand, with `--yes`.
    """
    first_time = not app.settings.upload_consent
    if first_time:
        print(_(CONSENT), file=sys.stderr)
    if price is not None and not agrees(input(question(price))):
        raise WrongUse(_("Nothing was sent."))
    if first_time:
        app.save(replace(app.settings, upload_consent=True))


def tell_price(price: CostEstimated) -> None:
    """Say what it costs, beside the results."""
    print(narration.price(price), file=sys.stderr)


def tell_receipt(spent: Cost) -> None:
    """Say what it has cost, beside the results."""
    print(_("Amazon Rekognition: {spent}.").format(spent=spent), file=sys.stderr)


def question(price: CostEstimated) -> str:
    """What is asked before photos are sent."""
    cap = in_dollars(price.cap)
    if price.cost == price.most:
        sentence = _("Send photos to Amazon Rekognition for at most {most}, never more than {cap}? [y/N] ")
        return sentence.format(most=price.most, cap=cap)
    sentence = _("Send photos to Amazon Rekognition for about {cost}, at most {most}, never more than {cap}? [y/N] ")
    return sentence.format(cost=price.cost, most=price.most, cap=cap)


def agrees(reply: str) -> bool:
    """Whether the reply to a question with [y/N] is a yes, in English or in the user's language."""
    # Translators: what may be typed for yes, in lower case, with a space between.
    return reply.strip().lower() in {"y", "yes", *_("y yes").split()}
