"""The stand-ins of the window's tests keep to what the real services keep to."""

import pytest
from comparisons_contract import ComparisonsContract
from headshots_contract import HeadshotsContract
from made_up import MadeUpApp, MadeUpComparisons, MadeUpHeadshots, MadeUpNames
from names_contract import NamesContract
from services_contract import ServicesContract
from session_contract import SessionContract

from facesorter.app import ThreadExecutor
from facesorter.app.services import ComparisonService, HeadshotService, NameService
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.named_people import NamedPerson
from facesorter.pipeline.sort_request import SortRequest


@pytest.fixture
def executor():
    made = ThreadExecutor(1)
    yield made
    made.close()


class TestMadeUpSession(SessionContract):
    @pytest.fixture
    def app(self, tmp_path):
        made = MadeUpApp(tmp_path)
        yield made
        made.close()

    @pytest.fixture
    def session(self, app):
        return app.session()

    @pytest.fixture
    def another(self, app):
        return app.session()

    @pytest.fixture
    def request_(self):
        people = tuple(PersonRequest(name, (Headshot(f"/{name}.jpg"),)) for name in ("Anna", "Ben"))
        return SortRequest(people, ("/photos",), "/copies")


class TestMadeUpServices(ServicesContract):
    @pytest.fixture
    def app(self, tmp_path):
        made = MadeUpApp(tmp_path)
        yield made
        made.close()

    @pytest.fixture
    def photo(self):
        return "/photos/1.jpg"

    @pytest.fixture
    def missing(self):
        return "/photos/unreadable.jpg"


class TestMadeUpHeadshots(HeadshotsContract):
    @pytest.fixture
    def headshots(self) -> HeadshotService:
        return MadeUpHeadshots()

    @pytest.fixture
    def pictures(self):
        kinds = ("anna", "again", "stranger", "two", "nobody", "damaged")
        return {kind: f"/{kind}.jpg" for kind in kinds} | {"poor": "/blurred.jpg"}


class TestMadeUpNames(NamesContract):
    @pytest.fixture
    def names(self) -> NameService:
        return MadeUpNames(NamedPerson("Anna", 2, 2), NamedPerson("Ben", 1, 0))

    @pytest.fixture
    def places(self):
        return ["/photos"]


class TestMadeUpComparisons(ComparisonsContract):
    @pytest.fixture
    def comparisons(self) -> ComparisonService:
        return MadeUpComparisons({"two.jpg": (12, 93), "none.jpg": (), "damaged.jpg": "The file is damaged."})

    @pytest.fixture
    def account(self) -> None:
        """The stand-in has a price of its own."""

    @pytest.fixture
    def source(self):
        return Headshot("/anna.jpg")

    @pytest.fixture
    def folder(self):
        return "/photos"
