"""What the app knows about people."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from facesorter.app import App, ThreadExecutor
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import Decision, FaceKey


def test_whoever_a_face_was_said_to_be_last_has_it(app: App, data: Path, tmp_path: Path) -> None:
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for folder in several[:2]:
        shutil.copytree(folder, tmp_path / "photos" / folder.name)
    with closing(ThreadExecutor()) as executor:
        for _event in scan_for_everybody(app, [str(tmp_path / "photos")], executor):
            pass
    people = People(app)
    first, second, *_rest = people.unknown()
    ben, anna = people.name(first.number, "Ben"), people.name(second.number, "Anna")

    def owners(face: FaceKey) -> list[str]:
        return [one.name for one in (anna, ben) if face in people.faces_of(one)]

    of_both = [people.faces_of(ben)[0], people.faces_of(anna)[0]]
    for now, face in ((anna, of_both[0]), (ben, of_both[1]), (anna, of_both[1])):
        app.catalog.decide_faces(now, {face: Decision.YES})
        assert owners(face) == [now.name]

    portrait = people.faces_of(anna)[-1]
    people.split(anna, [portrait], "Ben")
    assert owners(portrait) == ["Ben"], "though Anna was known by it, and is known for a shorter time"
    people.split(ben, [portrait])
    assert not owners(portrait)
    app.catalog.decide(anna, {portrait.content: Decision.YES})
    assert owners(portrait) == ["Anna"]
    assert not any(portrait in people.faces_of(group.number) for group in people.unknown(1))


def test_a_photo_in_s3_is_one_of_a_persons_photos_once(app: App) -> None:
    catalog = app.new_catalog()
    catalog.select(Listing("s3://album/trip", (FolderEntry("a.jpg", 5, 7, b'"tag" 5'),), {}))
    (listed,) = catalog.unanalyzed(("query",))
    anna = catalog.person("Anna")
    catalog.decide(anna, dict.fromkeys(listed.identities, Decision.YES))
    catalog.record_analyses(listed, b"c" * 32, {"query": b"nothing"})
    photo = catalog.analyzed_photo(listed.id, ("query",)).photo
    assert len(photo.identities) == 2
    catalog.decide(anna, dict.fromkeys(photo.identities, Decision.YES))
    assert [one.photo.path for one in People(app).photos_of(anna)] == ["s3://album/trip/a.jpg"]
    assert [one.pictures for one in People(app).everybody()] == [1]
