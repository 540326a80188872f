"""The sums that Insights draws of a profile's catalog."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal

import pytest

from facesorter.app import App
from facesorter.app.insights import Together, people_figures, spendings
from facesorter.app.people import People
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision, Metadata
from facesorter.domain.spending import Cost


def content(number: int) -> bytes:
    return hashlib.sha256(b"photo %d" % number).digest()


@pytest.fixture
def photos(app: App) -> App:
    """Six photos of 2019 to 2021, two of each year, and one without a date that lies in the folder twice."""
    catalog = app.new_catalog()
    names = [*(f"{number}.jpg" for number in range(7)), "again.jpg"]
    catalog.select(Listing("/photos", tuple(FolderEntry(name, 5, 7) for name in names), {}))
    for photo in catalog.unanalyzed(("query",)):
        name = photo.path.removeprefix("/photos/").removesuffix(".jpg")
        number = 6 if name == "again" else int(name)
        taken = None if number == 6 else datetime(2019 + number // 2, 5, 14)
        catalog.record_analyses(photo, content(number), {"query": b"x"}, Metadata(5, taken, None))
    return app


def test_photos_are_counted_by_person_and_year_as_on_a_persons_page(photos: App) -> None:
    catalog = photos.catalog
    anna, ben, cleo = map(catalog.person, ("Anna", "Ben", "Cleo"))
    catalog.decide(anna, {content(number): Decision.YES for number in (0, 1, 2, 6)})
    catalog.decide(ben, {content(number): Decision.YES for number in (1, 2, 5)})
    catalog.decide(ben, {content(0): Decision.NO})
    found = people_figures(photos)
    assert [(one.person.name, one.photos, one.by_year) for one in found.people] == [
        ("Anna", 5, {2019: 2, 2020: 1, None: 2}),
        ("Ben", 3, {2019: 1, 2020: 1, 2021: 1}),
    ]
    assert found.together == (Together(anna.id, ben.id, 2),)
    for one in found.people:
        shown = People(photos).photos_of(one.person)
        years = [photo.taken_at and photo.taken_at.year for photo in shown]
        assert {year: years.count(year) for year in years} == one.by_year

    People(photos).hide(ben, hidden=True)
    catalog.decide(cleo, {content(5): Decision.YES})
    found = people_figures(photos)
    assert [one.person.name for one in found.people] == ["Anna", "Cleo"]
    assert found.together == ()


def test_what_was_spent_is_summed_by_month_and_work(app: App) -> None:
    for work, calls in (("sort", 3), ("sort", 4), ("compare", 1)):
        app.figures.note_spending(work, "eu-west-1", Cost(calls, calls * Decimal("0.00125")))
    month = datetime.now().strftime("%Y-%m")
    assert spendings(app) == [
        (month, "compare", Cost(1, Decimal("0.00125"))),
        (month, "sort", Cost(7, Decimal("0.00875"))),
    ]
