"""The stand-in of the window's tests keeps to what the real session keeps to."""

import pytest
from made_up import MadeUpApp
from session_contract import SessionContract

from facesorter.app import ThreadExecutor
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort import SortRequest


class TestMadeUpSession(SessionContract):
    @pytest.fixture
    def app(self, tmp_path):
        return MadeUpApp(tmp_path)

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

    @pytest.fixture
    def executor(self):
        made = ThreadExecutor(1)
        yield made
        made.close()
