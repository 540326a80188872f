"""Works out what a run costs before it is begun, and what a second opinion on one would cost. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from facesorter.app.prepare import paid_engine, person_queries, photos_of
from facesorter.app.profile import Profile
from facesorter.domain.events import Event
from facesorter.domain.ports import Executor
from facesorter.domain.spending import PricedTerms, SavingsMode, Terms
from facesorter.pipeline.estimate import estimate, estimated_calls, priced
from facesorter.pipeline.second_opinion import First, Second
from facesorter.pipeline.sort import Sort
from facesorter.pipeline.sort_request import SortRequest
from facesorter.storage.catalog import SqliteCatalog


def price_of_run(profile: Profile, request: SortRequest, catalog: SqliteCatalog) -> PricedTerms:
    """What the request costs at most, of the photos selected in the catalog; nothing is looked at.

    Raises `UserError` if there is no account, no region or no headshot that will do.
    """
    return _price(profile, request, request.terms or Terms(), _first(profile, request, catalog))


def estimate_each_way(
    profile: Profile, request: SortRequest, catalog: SqliteCatalog, executor: Executor
) -> Iterator[Event]:
    """What the request would cost in each way; `CostEstimated` for each. Photos are looked at on this computer.

    Of photos in S3 they would all be downloaded for that.
    """
    first, terms = _first(profile, request, catalog), request.terms or Terms()
    with paid_engine(profile, request, replace(terms, savings=SavingsMode.NONE)) as (_second, meter, _executor):
        source = photos_of(profile, request, [one.person for one in first.person_queries])

        def second(savings: SavingsMode) -> Second:
            with paid_engine(profile, request, replace(terms, savings=savings)) as (paid, _meter, _executor):
                return paid

        yield from estimate(first, second, source, executor, meter)


def price_of_second_opinion(
    profile: Profile, sort: Sort, catalog: SqliteCatalog, threshold: float, terms: Terms
) -> PricedTerms:
    """What it costs to ask Amazon Rekognition about what a run left to check. Raises as `price_of_run`."""
    queries = tuple(replace(one, decisions=catalog.decisions(one.person), grown=None) for one in sort.person_queries)
    return _price(profile, sort.request, terms, First(sort.engine, queries, threshold, catalog))


def _first(profile: Profile, request: SortRequest, catalog: SqliteCatalog) -> First:
    engine = profile.engine
    return First(engine, person_queries(profile, request, engine)[0], request.threshold, catalog)


def _price(profile: Profile, request: SortRequest, terms: Terms, first: First) -> PricedTerms:
    with paid_engine(profile, request, terms) as (paid, meter, _executor):
        return priced(profile.cloud.account.region, terms, meter, estimated_calls(first, paid))
