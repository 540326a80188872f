"""`facesorter duplicates price`: what the search for duplicates in the cloud costs, before anything is deployed."""

from __future__ import annotations

import argparse
import json

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import in_dollars


def tell_cloud_price(options: argparse.Namespace, number: str) -> int:
    """Print it; the exit code. Raises `WrongUse` for what is no number."""
    from facesorter.duplicates.pricing import price_of

    if not number.isascii() or not number.isdigit() or not 0 <= options.faces <= 100:
        raise WrongUse(
            _("That is no number of pictures."),
            _("Write for example `facesorter duplicates price 100000 --faces 1.5`."),
        )
    region: str = options.region or "us-east-1"
    price = price_of(int(number), options.faces, region)
    if options.json:
        outcome = {
            "pictures": int(number),
            "calls": price.rekognition.calls,
            "rekognition": float(price.rekognition.dollars),
            "others": float(price.others),
            "monthly": float(price.monthly),
            "as_of": [day.isoformat() for day in price.as_of],
        }
        print(json.dumps(outcome))
        return 0
    print(
        _(
            "Amazon Rekognition in {region}, at most: {cost} (prices of {day}; beyond a million calls a month less)."
        ).format(region=region, cost=price.rekognition, day=price.as_of[0])
    )
    if not price.listed:
        print(_("The price of this region is not known; a high one was assumed."))
    print(
        _("Functions, queue and storage, about: {dollars} (prices of {day}).").format(
            dollars=in_dollars(price.others), day=price.as_of[1]
        )
    )
    print(_("Keeping the faces, each month: {dollars}.").format(dollars=in_dollars(price.monthly)))
    print(_("With engine=local, Rekognition is asked nothing; the function then runs longer instead."))
    return 0
