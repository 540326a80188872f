"""What the search for duplicates in the cloud costs for a number of pictures, before anything is deployed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from facesorter.domain.spending import Cost
from facesorter.engines.rekognition.prices import price_in
from facesorter.paths import resource

_SECONDS = Decimal("1.5")
_GIGABYTES = Decimal("0.5")
_WRITES, _READS, _QUEUE_REQUESTS = 6, 12, 3
"""Of a picture that is like two others, as `tests/bench/duplicates.py` counts them, and the function's size."""


@dataclass(frozen=True, slots=True)
class CloudPrice:
    """`rekognition` at the price of the first calls of a month, which is the highest; `others` and `monthly` in
    dollars. `as_of` are the days of both tables."""

    rekognition: Cost
    others: Decimal
    monthly: Decimal
    as_of: tuple[date, date]
    listed: bool


def price_of(pictures: int, faces: float, region: str) -> CloudPrice:
    """What so many pictures with so many faces each cost: one IndexFaces each, and one SearchFaces a face."""
    prices = tomllib.loads(resource("cloud_prices.toml").read_text("utf-8"), parse_float=Decimal)
    call = price_in(region)
    found = round(pictures * faces)
    a_picture = (
        _SECONDS * _GIGABYTES * prices["lambda_gigabyte_second"]
        + prices["lambda_call"]
        + _QUEUE_REQUESTS * prices["queue_request"]
        + _WRITES * prices["s3_write"]
        + _READS * prices["s3_read"]
    )
    return CloudPrice(
        call.of(pictures + found),
        pictures * a_picture,
        found * prices["face_month"],
        (call.as_of, prices["as_of"]),
        call.listed,
    )
