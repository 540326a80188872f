"""One face against every picture of a folder: each reported once, problems beside them, no face twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes import TextEngine, a_face

from facesorter.domain.errors import EngineUnavailable, NoFaceInHeadshot, PhotoError, WrongUse
from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.models import EncodedPicture, Portrait, Reference
from facesorter.pipeline.compare import PictureCompared, compare
from facesorter.places.disk.source import FolderSource


class Threads(ThreadPoolExecutor):
    workers = 3


class LookingEngine(TextEngine):
    """Finds whoever the headshot's chosen line names."""

    def enrol(self, name, portraits):
        lines = portraits[0].picture.data.decode().splitlines()
        if lines == ["empty"]:
            raise NoFaceInHeadshot("No face was found.")
        who = lines[portraits[0].face_index or 0].split()[0]
        return Reference(name, a_face(), {who: 0.0})

    def faces_in(self, analyses):
        return tuple(a_face(0.6 * number) for number, _ in enumerate(super().faces_in(analyses)))


class StandingStill(LookingEngine):
    """Every face is found in the same place."""

    def faces_in(self, analyses):
        return tuple(a_face() for _ in super().faces_in(analyses))


@pytest.fixture
def executor():
    with Threads(3) as made:
        yield made


def portrait(text, face_index=None):
    return Portrait(EncodedPicture("me.jpg", text.encode()), face_index)


def fill(folder, **pictures):
    for name, text in pictures.items():
        (folder / f"{name}.jpg").write_text(text)
    return FolderSource([str(folder)])


def told(events):
    """Scores by file name, and reasons by file name."""
    scores, reasons = {}, {}
    for event in events:
        if isinstance(event, PictureCompared):
            name = event.photo.path.rsplit("/", 1)[-1]
            assert name not in scores
            scores[name] = [[match.similarity for match in one.matches] for one in event.comparisons]
        elif isinstance(event, PhotoFailed):
            assert event.final
            reasons[event.photo.path.rsplit("/", 1)[-1]] = event.reason
    return scores, reasons


def test_every_picture_is_told_of_once_and_problems_do_not_stop_the_rest(tmp_path, executor):
    place = fill(tmp_path, a="Anna 97 Ben 30", b="damaged", c="empty", d="Ben 90\nAnna 12\nAnna 55")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    events = list(compare([portrait("Anna 100")], place, LookingEngine(), executor))
    assert events[0] == PhotosFound(5, {".jpg": 4})
    scores, reasons = told(events)
    assert scores == {"a.jpg": [[97.0]], "c.jpg": [[]], "d.jpg": [[55.0, 12.0, 0.0]]}
    assert reasons["b.jpg"] == "The picture is damaged."
    assert "missing" in reasons["gone.jpg"]


def test_each_source_face_has_its_own_comparison(tmp_path, executor):
    place = fill(tmp_path, a="Anna 97 Ben 30\nBen 80")
    sources = [portrait("Anna 1\nBen 1", 0), portrait("Anna 1\nBen 1", 1)]
    scores, _ = told(compare(sources, place, LookingEngine(), executor))
    assert scores == {"a.jpg": [[97.0, 0.0], [80.0, 30.0]]}


def test_a_picture_is_asked_about_once_whatever_the_number_of_sources(tmp_path, executor):
    place = fill(tmp_path, a="Anna 97", b="Ben 3")
    engine = LookingEngine()
    list(compare([portrait("Anna 1"), portrait("Ben 1")], place, engine, executor))
    assert sorted(path.rsplit("/", 1)[-1] for path in engine.asked) == ["a.jpg", "b.jpg"]


def test_one_face_found_twice_meets_the_source_once_with_the_best_similarity(tmp_path, executor):
    place = fill(tmp_path, a="Anna 40\nAnna 97\nAnna 60")
    scores, _ = told(compare([portrait("Anna 1")], place, StandingStill(), executor))
    assert scores == {"a.jpg": [[97.0]]}


def test_a_source_without_a_face_ends_it_before_anything_is_listed(tmp_path, executor):
    with pytest.raises(NoFaceInHeadshot):
        next(compare([portrait("empty")], fill(tmp_path, a="Anna 1"), LookingEngine(), executor))


def test_a_folder_that_is_not_there_ends_it(tmp_path, executor):
    with pytest.raises(WrongUse, match="does not exist"):
        list(compare([portrait("Anna 1")], FolderSource([str(tmp_path / "no")]), LookingEngine(), executor))


def test_what_concerns_the_engine_ends_it(tmp_path, executor):
    class Refused(LookingEngine):
        def analyze(self, query, picture):
            raise EngineUnavailable("The account is refused.", "Log in.")

    with pytest.raises(EngineUnavailable):
        list(compare([portrait("Anna 1")], fill(tmp_path, a="Anna 1"), Refused(), executor))


def test_stopping_asks_about_nothing_more(tmp_path, executor):
    gate = threading.Event()

    class Slow(LookingEngine):
        def analyze(self, query, picture):
            if not picture.path.endswith("p00.jpg"):
                gate.wait(10)
            return super().analyze(query, picture)

        def stop(self):
            gate.set()
            super().stop()

    engine = Slow()
    events = compare(
        [portrait("Anna 1")], fill(tmp_path, **{f"p{n:02}": "Anna 9" for n in range(60)}), engine, executor
    )
    assert isinstance(next(events), PhotosFound)
    assert isinstance(next(events), PictureCompared)
    events.close()
    assert engine.stopped
    assert len(engine.asked) <= 1 + Threads.workers


def test_a_source_that_cannot_be_decoded_is_told_of(tmp_path, executor):
    class Damaged(LookingEngine):
        def enrol(self, name, portraits):
            raise PhotoError("The picture is damaged.")

    with pytest.raises(PhotoError):
        next(compare([portrait("")], fill(tmp_path, a="Anna 1"), Damaged(), executor))
