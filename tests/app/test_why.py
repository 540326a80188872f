"""Why a photo of a run is not a person's, by what the run knows of them."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from facesorter.app import App, ThreadExecutor
from facesorter.app.why import Why
from facesorter.domain.models import Decision, Pile
from facesorter.domain.why import Hindrance
from facesorter.pipeline.enrol import Headshot, PersonRequest
from facesorter.pipeline.sort_request import SortRequest


def test_a_run_answers_by_its_own_people_and_by_what_was_said_since(app: App, data: Path, tmp_path: Path) -> None:
    heads, photos = data / "album" / "heads", tmp_path / "photos"
    photos.mkdir()
    for photo in (data / "album" / "photos" / "2009").glob("obama*.jpg"):
        shutil.copy(photo, photos)
    people = (
        PersonRequest("Barack", (Headshot(str(heads / "Barack" / "obama.jpg")),)),
        PersonRequest("Joe", (Headshot(str(heads / "Joe" / "biden.jpg")),)),
    )
    session = app.session()
    request = SortRequest(people, (str(photos),), str(tmp_path / "out"), dry_run=True)
    with closing(ThreadExecutor()) as executor:
        list(session.run(request, executor))
    queries = session.queries_here()
    assert [one.person.name for one in queries] == ["Barack", "Joe"]
    joe, barack = app.catalog.person("Joe"), app.catalog.person("Barack")
    path = str(photos / "obama1.jpg")
    found = Why(app).ask(path, joe, 80.0, queries)
    assert (found.person, found.pile, found.faces[0].other) == (joe, Pile.NOT_THEM, "Barack")
    assert found.faces[0].reasons[0].hindrance is Hindrance.SOMEBODY_ELSE

    Why(app).decide(found, Decision.YES, 0)
    assert Why(app).ask(path, joe, 80.0, queries).pile is Pile.SURE
    of_barack = Why(app).ask(path, barack, 80.0, queries)
    assert of_barack.faces[0].reasons[0].hindrance is Hindrance.DECIDED
    assert of_barack.faces[0].other == "Joe"
