"""The services of people of a real app keep to their contracts, over real photos of two people."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from albums_contract import AlbumsContract
from copies_contract import CopiesContract
from insights_contract import InsightsContract
from namesakes_contract import NamesakesContract
from people_contract import PeopleContract
from PIL import Image
from references_contract import ReferencesContract
from suggestions_contract import SuggestionsContract
from why_contract import WhyContract

from facesorter.app import App, ThreadExecutor
from facesorter.app.duplicates import Search
from facesorter.domain.events import Event, PhotoCopied, RunFinished
from facesorter.domain.models import Person
from facesorter.paths import AppPaths
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest

DATES = (datetime(2019, 5, 14, 12), datetime(2021, 5, 14, 12))
TAKEN_AT, EXIF = 0x9003, 0x8769


class Library(NamedTuple):
    """A profile that has looked through `photos`, and more pictures of the same people in folders of their own."""

    profile: Path
    photos: Path
    more: tuple[Path, Path]


@pytest.fixture(scope="module")
def library(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    made = tmp_path_factory.mktemp("library")
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 8]
    for name, folder, count in zip(("one", "two"), several, (6, 4), strict=False):
        pictures = sorted(folder.iterdir())[:8]
        for kind, part in (("photos", pictures[:count]), (f"more-{name}", pictures[count:])):
            (made / kind).mkdir(exist_ok=True)
            for picture in part:
                shutil.copy(picture, made / kind)
        for picture, day in zip(pictures, DATES, strict=False):
            date_it(made / "photos" / picture.name, day)
    with closing(App(AppPaths(made / "profile"))) as app, closing(ThreadExecutor()) as executor:
        app.open()
        list(app.people.scan([str(made / "photos")], executor))
    return Library(made / "profile", made / "photos", (made / "more-one", made / "more-two"))


def date_it(photo: Path, day: datetime) -> None:
    with Image.open(photo) as image:
        exif = image.getexif()
        exif.get_ifd(EXIF)[TAKEN_AT] = day.strftime("%Y:%m:%d %H:%M:%S")
        image.save(photo, "JPEG", quality="keep", exif=exif)


@pytest.fixture
def photos(library: Library) -> str:
    return str(library.photos)


@pytest.fixture
def again(library: Library, tmp_path: Path) -> Iterator[Callable[[], App]]:
    """Closes what was open and opens it anew; at first, it opens a profile that has looked through the photos."""
    shutil.copytree(library.profile, tmp_path / "profile")
    opened: list[App] = []

    def start() -> App:
        for one in opened:
            one.close()
        opened.append(App(AppPaths(tmp_path / "profile")))
        opened[-1].open()
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.fixture
def app(again: Callable[[], App]) -> App:
    return again()


@pytest.fixture
def executor() -> Iterator[ThreadExecutor]:
    made = ThreadExecutor(1)
    yield made
    made.close()


@pytest.fixture
def anna(app: App) -> Person:
    """Who is in most photos."""
    return app.people.name(app.people.unknown()[0].number, "Anna")


@pytest.fixture
def shot(library: Library) -> Headshot:
    return Headshot(str(min(library.more[0].iterdir())))


@pytest.fixture
def stranger(library: Library) -> Headshot:
    return Headshot(str(min(library.more[1].iterdir())))


@pytest.fixture
def damaged(tmp_path: Path) -> str:
    (tmp_path / "damaged.jpg").write_bytes(b"\xff\xd8\xff no more")
    return str(tmp_path / "damaged.jpg")


@pytest.fixture
def destination(app: App, tmp_path: Path) -> str:
    (tmp_path / "out").mkdir()
    app.save(replace(app.settings, destination=str(tmp_path / "out")))
    return str(tmp_path / "out")


@pytest.fixture
def events(
    app: App, anna: Person, shot: Headshot, photos: str, destination: str, executor: ThreadExecutor
) -> list[Event]:
    """What came of a search for Anna."""
    request = SortRequest((PersonRequest(anna.name, (shot,)),), (photos,), destination)
    return list(app.session().run(request, executor))


@pytest.fixture
def searched(anna: Person, events: list[Event]) -> Person:
    assert isinstance(events[-1], RunFinished)
    return anna


class TestPeople(PeopleContract):
    """With what the window asks for."""


class TestReferences(ReferencesContract):
    """Of somebody who is known by a group's best faces."""


class TestNamesakes(NamesakesContract):
    """Told apart by the faces of two people."""


class TestSuggestions(SuggestionsContract):
    @pytest.fixture
    def anna(self, app: App) -> Person:
        """Who is known by four of her photos; two others are a group of their own."""
        faces = app.people.faces_of(app.people.unknown()[0].number)
        app.catalog.set_apart([(faces[:2], False), (faces[2:], False)])
        number = app.albums.group_of(faces[2:])
        assert number is not None
        return app.people.name(number, "Anna")


class TestAlbums(AlbumsContract):
    """With real copies."""


class TestCopies(CopiesContract):
    @pytest.fixture
    def run_id(self, events: list[Event]) -> int:
        (finished,) = (event.run_id for event in events if isinstance(event, RunFinished))
        return finished

    @pytest.fixture
    def copies(self, events: list[Event]) -> list[str]:
        return [event.target for event in events if isinstance(event, PhotoCopied)]


class TestWhy(WhyContract):
    @pytest.fixture
    def hers(self, app: App, anna: Person) -> str:
        return app.people.photos_of(anna)[0].photo.path

    @pytest.fixture
    def other(self, app: App, anna: Person) -> str:
        (group,) = app.people.unknown()
        return app.albums.photos_of_group(group.number)[0].photo.path

    @pytest.fixture
    def unseen(self, shot: Headshot) -> str:
        return shot.path


class TestInsights(InsightsContract):
    @pytest.fixture
    def searched(self, photos: str) -> Callable[[str], Search]:
        return lambda out: Search(photos, lambda picture: picture, out, report_from=80.0, notify_from=100.0)
