"""What every `FaceEngine` keeps to, whoever recognizes; each engine's tests derive from it and give the pictures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from facesorter.domain.errors import NoFaceInHeadshot, PhotoError
from facesorter.domain.models import EncodedPicture, Portrait, Reference
from facesorter.domain.ports import Analyses, Example, FaceEngine


@dataclass(frozen=True)
class Pictures:
    """Files: `head` shows Anna alone, `photo` shows Anna among others or not, `nobody` shows no face.

    `damaged` cannot be decoded.
    """

    head: bytes
    photo: bytes
    nobody: bytes
    damaged: bytes


def picture(data: bytes) -> EncodedPicture:
    return EncodedPicture("picture", data)


class EngineContract:
    """Derived classes have fixtures `engine` and `pictures`."""

    def anna(self, engine: FaceEngine, pictures: Pictures) -> Reference:
        return engine.enrol("Anna", [Portrait(picture(pictures.head))])

    def analyses(self, engine: FaceEngine, anna: Reference, data: bytes) -> Analyses:
        return tuple(engine.analyze(query, picture(data)) for query in engine.queries([anna]))

    def test_name_is_one_word(self, engine: FaceEngine):
        assert engine.name
        assert len(engine.name.split()) == 1

    def test_faces_come_largest_first_and_within_bounds(self, engine: FaceEngine, pictures: Pictures):
        faces = engine.faces(picture(pictures.photo))
        areas = [face.box.area for face in faces]
        assert areas
        assert areas == sorted(areas, reverse=True)
        for face in faces:
            assert 0 < face.confidence <= 100
            assert all(-0.5 < value < 1.5 for value in face.box)
            assert all(0 <= value <= 100 for value in face.quality)

    def test_a_film_is_scored_by_its_frames(self, engine: FaceEngine, pictures: Pictures):
        anna = self.anna(engine, pictures)
        shown, empty = (self.analyses(engine, anna, data) for data in (pictures.photo, pictures.nobody))
        film = tuple(engine.of_film([(1.5, frame), (2.5, nobody)]) for frame, nobody in zip(shown, empty, strict=True))
        faces = engine.faces_in(film)
        assert {face.seconds for face in faces} == {1.5}
        assert {face.seconds for face in engine.faces_in(shown)} == {None}
        in_film, in_photo = engine.similarities([anna], [film, shown])
        assert max(in_film) == pytest.approx(max(in_photo), abs=0.01)
        assert len(in_film) == len(faces) <= len(in_photo)
        nobody = tuple(engine.of_film([(1.5, one)]) for one in empty)
        assert engine.faces_in(nobody) == ()
        assert engine.similarities([anna], [nobody]) == [[]]

    def test_nobody_has_no_faces(self, engine: FaceEngine, pictures: Pictures):
        assert engine.faces(picture(pictures.nobody)) == ()

    def test_a_damaged_picture_is_a_lasting_problem(self, engine: FaceEngine, pictures: Pictures):
        anna = self.anna(engine, pictures)
        with pytest.raises(PhotoError) as caught:
            self.analyses(engine, anna, pictures.damaged)
        assert caught.value.lasting

    def test_a_headshot_of_nobody_is_refused(self, engine: FaceEngine, pictures: Pictures):
        with pytest.raises(NoFaceInHeadshot):
            engine.enrol("Anna", [Portrait(picture(pictures.nobody))])

    def test_a_face_that_is_not_there_cannot_be_picked(self, engine: FaceEngine, pictures: Pictures):
        with pytest.raises(NoFaceInHeadshot):
            engine.enrol("Anna", [Portrait(picture(pictures.head), face_index=7)])

    def test_scores_are_told_by_photo_face_and_person(self, engine: FaceEngine, pictures: Pictures):
        anna = self.anna(engine, pictures)
        photos = [self.analyses(engine, anna, data) for data in (pictures.photo, pictures.nobody, pictures.head)]
        scores = engine.similarities([anna], photos)
        assert [len(faces) for faces in scores] == [len(engine.faces_in(analyses)) for analyses in photos]
        assert scores[1] == []
        assert all(0 <= score <= 100 for faces in scores for [score] in faces)
        assert max(score for [score] in scores[0]) >= 80
        assert max(score for [score] in scores[2]) >= 80

    def test_the_most_similar_faces_are_those_of_all_scores(self, engine: FaceEngine, pictures: Pictures):
        anna = self.anna(engine, pictures)
        photos = [self.analyses(engine, anna, data) for data in (pictures.nobody, pictures.photo, pictures.head)]
        photos = [photos[0], photos[1], photos[0], photos[2], photos[0]]
        (best,) = engine.highest([anna], photos)
        scores = [[score for [score] in faces] for faces in engine.similarities([anna], photos)]
        assert list(best.faces) == [faces.index(max(faces)) if faces else -1 for faces in scores]
        assert list(best.similarities) == pytest.approx([max(faces, default=0.0) for faces in scores], abs=1e-4)
        (nobody,) = engine.highest([anna], photos[:1])
        assert (list(nobody.similarities), list(nobody.faces)) == ([0.0], [-1])

    def test_packed_photos_are_the_same_photos(self, engine: FaceEngine, pictures: Pictures):
        packing = engine.packing
        if packing is None:
            pytest.skip("This engine packs nothing.")
        anna = self.anna(engine, pictures)
        nobody, photo, head = (
            self.analyses(engine, anna, data) for data in (pictures.nobody, pictures.photo, pictures.head)
        )
        for parts in ([[photo]], [[nobody]], [[]], [[nobody, photo], [], [nobody], [head, nobody, photo]]):
            photos = [one for part in parts for one in part]
            loaded = packing.load([packing.pack(part) for part in parts])
            (found,), (expected,) = loaded.highest([anna]), engine.load(photos).highest([anna])
            assert (list(found.similarities), list(found.faces)) == (list(expected.similarities), list(expected.faces))
            everywhere = {place: [0] for place in range(len(photos))}
            assert loaded.among([anna], everywhere) == engine.load(photos).among([anna], everywhere)

    def test_people_do_not_disturb_each_other(self, engine: FaceEngine, pictures: Pictures):
        anna = self.anna(engine, pictures)
        analyses = self.analyses(engine, anna, pictures.photo)
        alone = engine.similarities([anna], [analyses])
        both = [engine.analyze(query, picture(pictures.photo)) for query in engine.queries([anna, anna])]
        assert engine.similarities([anna, anna], [tuple(both)]) == [[face * 2 for face in alone[0]]]

    def test_counter_examples_take_nothing_that_is_sure(self, engine: FaceEngine, pictures: Pictures):
        anna = self.anna(engine, pictures)
        analyses = self.analyses(engine, anna, pictures.photo)
        scores = engine.similarities([anna], [analyses])[0]
        best = scores.index(max(scores))
        apart = engine.set_apart(anna, [Example(analyses, best)])
        assert apart.name == "Anna"
        assert engine.similarities([apart], [analyses])[0][best] == scores[best]
        assert engine.similarities([engine.set_apart(apart, [])], [analyses])[0] == scores

    def test_a_reference_grows_and_still_finds(self, engine: FaceEngine, pictures: Pictures):
        anna = self.anna(engine, pictures)
        analyses = self.analyses(engine, anna, pictures.photo)
        scores = engine.similarities([anna], [analyses])[0]
        best = scores.index(max(scores))
        grown = engine.grow(anna, [Example(analyses, best)])
        assert grown.name == "Anna"
        afterwards = engine.similarities([grown], [analyses])[0]
        assert all(after[0] >= before[0] - 0.01 for before, after in zip(scores, afterwards, strict=True))
        again = self.analyses(engine, grown, pictures.head)
        assert max(score for [score] in engine.similarities([grown], [again])[0]) >= 80

    def test_compare_gives_every_face_most_similar_first(self, engine: FaceEngine, pictures: Pictures):
        comparison = engine.compare(Portrait(picture(pictures.head)), picture(pictures.photo))
        scores = [match.similarity for match in comparison.matches]
        assert len(scores) == len(engine.faces(picture(pictures.photo)))
        assert scores == sorted(scores, reverse=True)
        assert scores[0] >= 80
        assert comparison.source.box == engine.faces(picture(pictures.head))[0].box

    def test_many_threads_may_ask_at_once(self, engine: FaceEngine, pictures: Pictures):
        anna = self.anna(engine, pictures)
        files = [pictures.photo, pictures.head, pictures.nobody] * 4
        with ThreadPoolExecutor(4) as pool:
            analyses = list(pool.map(lambda data: self.analyses(engine, anna, data), files))
        scores = engine.similarities([anna], analyses)
        assert scores[:3] * 4 == scores

    def test_every_face_can_be_analyzed(self, engine: FaceEngine, pictures: Pictures):
        assert len(engine.face_details(picture(pictures.photo))) == len(engine.faces(picture(pictures.photo)))
        assert engine.face_details(picture(pictures.nobody)) == []
