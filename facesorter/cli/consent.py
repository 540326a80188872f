"""What a command that sends photos to Amazon Rekognition asks and tells before it does."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from facesorter.bootstrap import Workshop
from facesorter.cli.aws import add_account_options
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import CostEstimated, Event
from facesorter.domain.spending import CONSENT, DEFAULT_CAP, in_dollars


def add_service_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that may send photos and cost money."""
    add_account_options(parser)
    parser.add_argument("--yes", action="store_true", help="agree that photos are sent, at the price shown")
    parser.add_argument(
        "--max-cost", type=_dollars, default=DEFAULT_CAP, metavar="DOLLARS", help="never spend more (default 5.00)"
    )


def _dollars(text: str) -> Decimal:
    try:
        dollars = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        raise argparse.ArgumentTypeError("must be a sum of dollars, such as 5.00") from None
    if not dollars.is_finite() or dollars < 0:
        raise argparse.ArgumentTypeError("must be a sum of dollars, such as 5.00")
    return dollars


def require_consent(options: argparse.Namespace) -> None:
    """Raise `WrongUse` where nobody has agreed and nobody can be asked."""
    if not options.yes and not options.dry_run and not sys.stdin.isatty():
        raise WrongUse(
            "Amazon Rekognition is paid by the call, and photos are sent to it: you have to agree first.",
            "Add --yes to agree (--max-cost sets the most it may cost), or --dry-run to see the price.",
        )


def agreed(workshop: Workshop, estimates: Callable[[], Iterable[Event]], tell: Callable[[Event], None], *,
           yes: bool, thrift: str) -> bool:  # fmt: skip
    """Whether the photos may be sent at that price: by `--yes`, or asked on the terminal after the price is shown."""
    if not workshop.settings.upload_consent:
        print(CONSENT, file=sys.stderr)
    if not yes:
        price = ""
        for event in estimates():
            tell(event)
            if isinstance(event, CostEstimated) and event.thrift == thrift:
                price = f"{event.cost}, never more than {in_dollars(event.cap)}"
        if input(f"Send photos to Amazon Rekognition, at most {price}? [y/N] ").strip().lower() not in {"y", "yes"}:
            print("Nothing was sent.", file=sys.stderr)
            return False
    if not workshop.settings.upload_consent:
        workshop.save(replace(workshop.settings, upload_consent=True))
    return True
