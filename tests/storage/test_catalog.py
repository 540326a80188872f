"""What the catalog promises the pipeline."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facesorter.domain.errors import WrongUse
from facesorter.domain.listing import FolderEntry, Listing
from facesorter.domain.models import NO_TIME, Decision, Metadata, Person, Photo
from facesorter.domain.names import merging_key, one_spelling
from facesorter.domain.ports import AnalyzedPhoto, Catalog
from facesorter.storage.catalog import SqliteCatalog
from facesorter.storage.database import Database
from facesorter.storage.journal import SqliteJournal

FOLDER = os.path.join(os.sep, "photos")
Q = ("faces",)


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with closing(Database(":memory:")) as database:
        yield SqliteCatalog(database)


def listing(
    *names: str, folder: str = FOLDER, size: int = 7, problems: Mapping[str, str] | None = None, whole: bool = True
) -> Listing:
    return Listing(folder, tuple(FolderEntry(name, size, 1000) for name in sorted(names)), problems or {}, whole)


def scan(catalog: Catalog, *listings: Listing) -> None:
    catalog.clear_selection()
    for one in listings:
        catalog.select(one)


def all_answered(catalog: Catalog, queries: Sequence[str] = Q, chunk: int = 2000) -> list[AnalyzedPhoto]:
    return [one for page in catalog.analyzed(queries, chunk) for one in page]


def names(photos: Sequence[Photo]) -> list[str]:
    return [os.path.basename(photo.path) for photo in photos]


def waiting(catalog: Catalog, queries: Sequence[str] = Q) -> list[str]:
    return names(list(catalog.unanalyzed(queries)))


def photo(catalog: Catalog, name: str) -> Photo:
    (found,) = [one.photo for one in all_answered(catalog) if os.path.basename(one.photo.path) == name]
    return found


def test_a_new_catalog_has_nothing_selected(catalog: Catalog) -> None:
    assert catalog.selected() == 0
    assert list(catalog.analyzed(Q)) == []
    assert list(catalog.unanalyzed(Q)) == []


def test_selected_photos_come_in_the_order_they_were_selected(catalog: Catalog) -> None:
    scan(catalog, listing("b.jpg", "a.jpg", folder="/z"), listing("c.jpg", folder="/a"))
    found = [one.photo for one in all_answered(catalog)]
    assert [one.path for one in found] == [os.path.join("/z", "a.jpg"), os.path.join("/z", "b.jpg"), "/a/c.jpg"]
    assert [(one.size, one.modified_ns, one.content) for one in found] == [(7, 1000, None)] * 3
    assert catalog.selected() == 3


def test_an_answer_is_given_back_with_the_content(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg"))
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A" * 32, {"faces": b"answer"})
    (one,) = all_answered(catalog)
    assert (one.analyses, one.problem, one.photo.content) == ((b"answer",), None, b"A" * 32)
    assert waiting(catalog) == []


def test_answers_come_in_the_order_of_the_questions_and_only_when_all_are_there(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg"))
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {"one": b"1", "two": b"2"})
    for queries, analyses in ((("one", "two"), (b"1", b"2")), (("two", "one"), (b"2", b"1")), (("one", "new"), None)):
        assert all_answered(catalog, queries)[0].analyses == analyses
    assert catalog.missing(b"A", ("new", "one", "newer")) == ("new", "newer")
    assert catalog.missing(b"never seen", Q) == Q
    assert waiting(catalog, ("one", "new")) == ["a.jpg"]
    assert waiting(catalog, ("one", "two")) == []


def test_an_answer_can_be_replaced(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg"))
    for answer in (b"old", b"new"):
        catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {"faces": answer})
    assert all_answered(catalog)[0].analyses == (b"new",)


def test_identical_photos_share_their_answer(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg", "copy of a.jpg"))
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {"faces": b"answer"})
    assert waiting(catalog) == ["copy of a.jpg"]
    assert catalog.missing(b"A", Q) == ()
    catalog.record_analyses(photo(catalog, "copy of a.jpg"), b"A", {})
    assert [one.analyses for one in all_answered(catalog)] == [(b"answer",)] * 2


def test_unchanged_photos_keep_their_answers_and_changed_ones_must_be_read_again(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"))
    for name in ("a.jpg", "b.jpg"):
        catalog.record_analyses(photo(catalog, name), name.encode(), {"faces": b"answer"})
    before = photo(catalog, "a.jpg")
    scan(catalog, listing("a.jpg", "b.jpg"))
    assert waiting(catalog) == []
    entries = (FolderEntry("a.jpg", 7, 1000), FolderEntry("b.jpg", 7, 1001))
    scan(catalog, Listing(FOLDER, entries, {}))
    assert waiting(catalog) == ["b.jpg"]
    assert photo(catalog, "a.jpg") == before
    scan(catalog, listing("a.jpg", size=8))
    assert waiting(catalog) == ["a.jpg"]


def test_what_is_gone_is_forgotten_and_what_is_new_is_found(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"))
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {"faces": b"answer"})
    scan(catalog, listing("b.jpg", "c.jpg"))
    assert waiting(catalog) == ["b.jpg", "c.jpg"]
    scan(catalog, listing("a.jpg"))
    assert waiting(catalog) == ["a.jpg"]
    assert catalog.missing(b"A", Q) == ()
    scan(catalog, listing())
    assert catalog.selected() == 0


def test_a_part_of_a_folder_forgets_nothing_of_the_rest(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"))
    for name in ("a.jpg", "b.jpg"):
        catalog.record_analyses(photo(catalog, name), name.encode(), {"faces": b"answer"})
    scan(catalog, listing("b.jpg", whole=False), listing("c.jpg", "b.jpg", whole=False))
    assert names([one.photo for one in all_answered(catalog)]) == ["b.jpg", "c.jpg"]
    assert waiting(catalog) == ["c.jpg"]
    scan(catalog, listing("a.jpg", "b.jpg"))
    assert names([one.photo for one in all_answered(catalog)]) == ["a.jpg", "b.jpg"]
    assert waiting(catalog) == []


def test_a_whole_listing_that_is_like_a_part_before_forgets_the_rest(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"))
    scan(catalog, listing("b.jpg", whole=False))
    scan(catalog, listing("b.jpg"))
    assert names([one.photo for one in all_answered(catalog)]) == ["b.jpg"]


def test_a_lasting_problem_stays_with_the_bytes(catalog: Catalog) -> None:
    scan(catalog, listing("bad.jpg", "twin.jpg"))
    catalog.record_problem(photo(catalog, "bad.jpg"), "It is damaged.", b"B")
    catalog.record_analyses(photo(catalog, "twin.jpg"), b"B", {})
    scan(catalog, listing("bad.jpg", "twin.jpg"))
    assert waiting(catalog) == []
    assert [(one.analyses, one.problem) for one in all_answered(catalog)] == [(None, "It is damaged.")] * 2
    scan(catalog, listing("bad.jpg", "twin.jpg", size=8))
    assert waiting(catalog) == ["bad.jpg", "twin.jpg"]


def test_a_passing_problem_is_of_this_run_only(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg"))
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {"one": b"1"})
    catalog.record_problem(photo(catalog, "a.jpg"), "The file is missing.")
    assert waiting(catalog) == []
    assert [(one.analyses, one.problem) for one in all_answered(catalog)] == [(None, "The file is missing.")]
    scan(catalog, listing("a.jpg"))
    assert waiting(catalog) == ["a.jpg"]
    assert all_answered(catalog, ("one",))[0].problem is None


def test_what_could_not_be_listed_is_a_selected_photo_with_a_problem(catalog: Catalog) -> None:
    path = os.path.join(FOLDER, "locked.jpg")
    catalog.clear_selection()
    (unlisted,) = catalog.select(listing("a.jpg", problems={path: "There is no right to read it."}))
    assert unlisted.path == path
    assert catalog.selected() == 2
    assert {os.path.basename(one.photo.path): one.problem for one in all_answered(catalog)} == {
        "a.jpg": None,
        "locked.jpg": "There is no right to read it.",
    }
    assert catalog.analyzed_photo(unlisted.id, Q).photo == unlisted
    assert waiting(catalog) == ["a.jpg"]
    scan(catalog, listing("a.jpg", "locked.jpg"))
    assert waiting(catalog) == ["a.jpg", "locked.jpg"]


@pytest.mark.parametrize("folder", [os.path.join(FOLDER, "locked"), "s3://bucket/locked"])
def test_a_folder_that_could_not_be_listed_counts_as_one_and_its_photos_are_not_forgotten(
    catalog: Catalog, folder: str
) -> None:
    scan(catalog, listing("a.jpg", folder=folder))
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {"faces": b"answer"})
    catalog.clear_selection()
    (unlisted,) = catalog.select(listing(folder=folder, problems={folder: "No right."}, whole=False))
    (one,) = all_answered(catalog)
    assert (one.photo, one.photo.path, one.problem) == (unlisted, folder, "No right.")
    scan(catalog, listing("a.jpg", folder=folder))
    assert waiting(catalog) == []
    assert catalog.selected() == 1


def test_names_that_are_not_text_survive(catalog: Catalog) -> None:
    folder, name = os.fsdecode(b"/photos/\xff"), os.fsdecode(b"Zo\xeb \xfe.jpg")
    scan(catalog, listing(name, folder=folder))
    (one,) = all_answered(catalog)
    assert os.fsencode(one.photo.path) == b"/photos/\xff/Zo\xeb \xfe.jpg"
    scan(catalog, listing(name, folder=folder))
    assert catalog.selected() == 1


@pytest.mark.parametrize("folder", ["s3://bucket", "s3://bucket/", "s3://bucket/year/2024"])
def test_objects_in_a_bucket_have_their_address(catalog: Catalog, folder: str) -> None:
    scan(catalog, listing("a.jpg", folder=folder))
    assert all_answered(catalog)[0].photo.path == folder.rstrip("/") + "/a.jpg"


def test_recording_while_iterating_skips_and_repeats_nothing(catalog: Catalog) -> None:
    scan(catalog, *(listing(*(f"{number:04}.jpg" for number in range(700)), folder=f"/{folder}") for folder in "ab"))
    seen: list[str] = []
    for number, one in enumerate(catalog.unanalyzed(Q)):
        seen.append(one.path)
        if number % 3 == 0:
            catalog.record_problem(one, "Damaged.", one.path.encode())
        else:
            catalog.record_analyses(one, one.path.encode(), {"faces": one.path.encode()})
    assert len(seen) == len(set(seen)) == 1400
    for page in catalog.analyzed(Q, chunk=100):
        assert len(page) == 100
        for one in page:
            assert one.problem == "Damaged." or one.analyses == (one.photo.path.encode(),)
            catalog.record_problem(one.photo, "Vanished.")
    assert {one.problem for one in all_answered(catalog)} == {"Vanished."}


def test_one_photo_by_its_id(catalog: Catalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"))
    one = photo(catalog, "b.jpg")
    catalog.record_analyses(one, b"B", {"faces": b"answer"})
    assert catalog.analyzed_photo(one.id, Q).analyses == (b"answer",)
    assert catalog.analyzed_photo(one.id, ()).photo.content == b"B"
    with pytest.raises(LookupError):
        catalog.analyzed_photo(12345, Q)


def test_everything_but_the_selection_is_there_the_next_time(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        scan(catalog, listing("a.jpg", "b.jpg"))
        catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {"faces": b"answer"})
        anna = catalog.person("Anna")
        catalog.decide(anna, {b"A": Decision.YES})
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        assert catalog.selected() == 0
        scan(catalog, listing("a.jpg", "b.jpg"))
        assert [one.analyses for one in all_answered(catalog)] == [(b"answer",), None]
        assert catalog.person("Anna") == anna
        assert catalog.decisions(anna) == {b"A": Decision.YES}


def test_a_person_is_known_by_this_name_however_it_is_spelled(catalog: Catalog) -> None:
    people = [catalog.person(name) for name in ("Zoë", "zoë", "Anna", "An/na", "An_na", "CON", "..x")]
    assert [catalog.person(one.name) for one in people] == people
    assert people[0].folder_name == "PhotosWithZoë"
    assert people[1].folder_name == "PhotosWithzoë (2)"
    assert [catalog.person(name) for name in ("Zoe\u0308", " Zoë", "Zoë\n")] == [people[0]] * 3
    assert len({merging_key(one.folder_name) for one in people}) == len(people)
    with pytest.raises(WrongUse):
        catalog.person("//")


@pytest.mark.parametrize("taken_down", ["Zoe\u0308", "Zo\u00eb ", "  Zo\u00eb"])
def test_a_person_taken_down_in_another_spelling_is_found_and_forgotten(tmp_path: Path, taken_down: str) -> None:
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        zoe = catalog.person("Zo\u00eb")
        catalog.decide(zoe, {b"A": Decision.YES})
        SqliteJournal(database).begin_run([Person(zoe.id, taken_down, zoe.folder_name)], "/copies")
        with database.writing() as connection:
            connection.execute("UPDATE people SET name = ?", (taken_down.encode(),))
        assert catalog.person("Zo\u00eb") == catalog.person("Zoe\u0308") == zoe
        assert catalog.decisions(zoe) == {b"A": Decision.YES}
        assert catalog.knows("Zo\u00eb")
        assert catalog.forget("Zo\u00eb")
        assert not catalog.knows(taken_down)
        with database.reading() as connection:
            assert connection.execute("SELECT * FROM run_people").fetchall() == []


def test_of_two_people_taken_down_alike_the_one_spelled_so_is_meant(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        others, ann = catalog.person("Anna"), catalog.person("Ann")
        with database.writing() as connection:
            twin = b"Ann ", merging_key("PhotosWithAnn (2)"), others.id
            connection.execute("UPDATE people SET name = ?, folder_key = ? WHERE id = ?", twin)
        assert catalog.person("Ann ") == ann


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(codec=None), max_size=8), max_size=8))
def test_no_two_people_share_a_folder(wanted: list[str]) -> None:
    with closing(Database(":memory:")) as database:
        catalog = SqliteCatalog(database)
        folders: dict[str, str] = {}
        for name in wanted:
            try:
                folders[one_spelling(name)] = catalog.person(name).folder_name
            except WrongUse:
                continue
        assert len({merging_key(folder) for folder in folders.values()}) == len(folders)


def test_a_decision_can_be_changed_and_taken_back(catalog: Catalog) -> None:
    anna, ben = catalog.person("Anna"), catalog.person("Ben")
    catalog.decide(anna, {b"A": Decision.YES})
    catalog.decide(ben, {b"A": Decision.NO})
    catalog.decide(anna, {b"A": Decision.UNSURE})
    assert catalog.decisions(anna) == {b"A": Decision.UNSURE}
    catalog.decide(anna, {b"A": None})
    assert catalog.decisions(anna) == {}
    assert catalog.decisions(ben) == {b"A": Decision.NO}


def test_many_decisions_are_one_transaction(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        anna = catalog.person("Anna")
        catalog.decide(anna, {b"A": Decision.YES, b"B": Decision.YES})
        statements: list[str] = []
        with database.reading() as connection:
            connection.set_trace_callback(statements.append)
        catalog.decide(anna, {b"A": None, b"B": Decision.NO, b"C": Decision.UNSURE})
        assert catalog.decisions(anna) == {b"B": Decision.NO, b"C": Decision.UNSURE}
        assert statements.count("COMMIT") == 1


def test_a_decision_is_durable_at_once(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalog.db")) as database:
        catalog = SqliteCatalog(database)
        catalog.decide(catalog.person("Anna"), {b"A": Decision.YES})
        with database.reading() as connection:
            assert not connection.in_transaction


def test_an_unchanged_folder_is_selected_without_touching_its_photos(catalog: SqliteCatalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"))
    catalog.commit()
    statements: list[str] = []
    with catalog._database.reading() as connection:
        connection.set_trace_callback(statements.append)
        scan(catalog, listing("a.jpg", "b.jpg"))
        connection.set_trace_callback(None)
    assert not [
        one for one in statements if one.startswith(("INSERT INTO photos", "UPDATE photos", "DELETE FROM photos"))
    ]
    assert catalog.selected() == 2


def test_an_analysis_is_found_by_content_alone(catalog: SqliteCatalog) -> None:
    catalog.record_analyses(Photo(0, "", 0, 0), b"content", {"one": b"yes", "two": b""})
    assert [catalog.analysis(b"content", query) for query in ("one", "two", "three")] == [b"yes", b"", None]
    assert catalog.analysis(b"other", "one") is None
    assert catalog.known_photos() == 0


def test_a_damaged_analysis_is_not_believed_and_made_anew(catalog: SqliteCatalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"))
    for name in ("a.jpg", "b.jpg"):
        catalog.record_analyses(photo(catalog, name), name.encode(), {"faces": b"analysis"})
    with catalog._database.writing() as connection:
        connection.execute("UPDATE analyses SET analysis = CAST(x'00' || substr(analysis, 2) AS BLOB) WHERE id = 1")
    assert [one.analyses for one in all_answered(catalog)] == [None, (b"analysis",)]
    assert waiting(catalog) == ["a.jpg"]
    assert catalog.analysis(b"a.jpg", "faces") is None


def test_two_selections_do_not_disturb_each_other(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalog.db")) as database:
        watched, looked_at = SqliteCatalog(database), SqliteCatalog(database)
        scan(watched, listing("a.jpg", "b.jpg", "c.jpg"))
        watched.record_problem(photo(watched, "c.jpg"), "The file is missing.")
        scan(looked_at, listing("d.jpg", folder="/other"))
        assert names([one.photo for one in all_answered(watched)]) == ["a.jpg", "b.jpg", "c.jpg"]
        assert waiting(watched) == ["a.jpg", "b.jpg"]
        assert waiting(looked_at) == ["d.jpg"]
        scan(looked_at, listing("b.jpg", "c.jpg"))
        assert names([one.photo for one in all_answered(watched, chunk=1)]) == ["b.jpg", "c.jpg"]
        assert waiting(looked_at) == ["b.jpg", "c.jpg"]
        looked_at.discard()
        assert watched.selected() == 3


def test_what_a_picture_says_of_itself_is_kept(catalog: SqliteCatalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"))
    metadata = Metadata(7, datetime(2024, 5, 6, 7, 8, 9), "Canon EOS 5D")
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {}, metadata)
    catalog.record_analyses(photo(catalog, "b.jpg"), b"B", {"faces": b"analysis"}, Metadata(8))
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {"faces": b"analysis"})
    assert catalog.metadata([b"B", b"A", b"C"]) == {b"A": metadata, b"B": Metadata(8)}


def test_photos_are_found_by_what_they_hold(catalog: SqliteCatalog) -> None:
    scan(catalog, listing("a.jpg", "b.jpg"), listing("c.jpg", folder="/other"), in_bucket("d.jpg", b"tag 7"))
    for name, content in (("a.jpg", b"A"), ("b.jpg", b"B"), ("c.jpg", b"A")):
        catalog.record_analyses(photo(catalog, name), content, {"faces": content})
    catalog.clear_selection()
    assert names(list(catalog.photos_of([b"B", b"A", b"tag 7", b"none"]))) == ["b.jpg", "a.jpg", "c.jpg", "d.jpg"]
    assert list(catalog.stored_analyses(Q, chunk=1)) == [[(b"A", (b"A",))], [(b"B", (b"B",))]]


def test_what_could_not_be_listed_has_no_time(catalog: SqliteCatalog) -> None:
    path = os.path.join(FOLDER, "locked.jpg")
    (unlisted,) = catalog.select(listing(problems={path: "There is no right to read it."}))
    assert unlisted.modified_ns == NO_TIME
    assert photo(catalog, "locked.jpg").modified_ns == NO_TIME


def in_bucket(name: str, tag: bytes, size: int = 7) -> Listing:
    return Listing("s3://bucket/", (FolderEntry(name, size, 1000, tag),), {}, whole=False)


def test_an_object_has_answers_before_its_content_is_known_and_keeps_them_afterwards(catalog: Catalog) -> None:
    scan(catalog, in_bucket("a.jpg", b"tag 7"))
    one = photo(catalog, "a.jpg")
    assert (one.content, one.object) == (None, b"tag 7")
    catalog.record_analyses(one, b"tag 7", {"faces": b"answer"})
    (found,) = all_answered(catalog)
    assert (found.analyses, found.photo.content) == ((b"answer",), None)
    assert (waiting(catalog), catalog.missing(b"tag 7", Q)) == ([], ())
    catalog.record_analyses(one, b"A", {"other": b"of the bytes"})
    (found,) = all_answered(catalog, ("other", "faces"))
    assert (found.analyses, found.photo.identities) == ((b"of the bytes", b"answer"), (b"A", b"tag 7"))
    assert waiting(catalog, ("other", "faces")) == []
    assert waiting(catalog, ("other", "faces", "new")) == ["a.jpg"]


def test_the_same_object_under_another_key_is_answered_and_a_changed_one_is_not(catalog: Catalog) -> None:
    scan(catalog, in_bucket("a.jpg", b"tag 7"))
    catalog.record_analyses(photo(catalog, "a.jpg"), b"tag 7", {"faces": b"answer"})
    catalog.record_analyses(photo(catalog, "a.jpg"), b"A", {})
    scan(catalog, in_bucket("a.jpg", b"other 7"), in_bucket("b.jpg", b"tag 7"))
    assert photo(catalog, "a.jpg").identities == (b"other 7",)  # although its size and time are what they were
    assert photo(catalog, "b.jpg").identities == (b"tag 7",)
    assert waiting(catalog) == ["a.jpg"]
