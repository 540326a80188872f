"""What every `ComparisonService` keeps to where nothing is paid, the window's stand-in too; derived classes have the
fixtures.

`comparisons` is the service, `source` a headshot, `folder` holds `two.jpg` with two faces, `none.jpg` without any and
`damaged.jpg`, `executor` is one of the pipeline, and `account` makes sure that there is one to ask a price of.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from facesorter.domain.errors import PhotoError
from facesorter.domain.events import PhotoFailed, PhotosFound
from facesorter.domain.spending import Terms
from facesorter.pipeline.compare import PictureCompared


class ComparisonsContract:
    def test_every_face_is_a_match_the_most_similar_first(self, comparisons, source, folder):
        found = comparisons.compare(source, f"{folder}/two.jpg")
        similarities = [match.similarity for match in found.matches]
        assert len(similarities) == 2
        assert similarities == sorted(similarities, reverse=True)
        assert all(0 <= similarity <= 100 for similarity in similarities)
        assert found.unmatched == ()

    def test_a_picture_without_faces_has_no_match(self, comparisons, source, folder):
        found = comparisons.compare(source, f"{folder}/none.jpg")
        assert (found.matches, found.unmatched) == ((), ())

    def test_a_damaged_picture_is_an_error(self, comparisons, source, folder):
        with pytest.raises(PhotoError):
            comparisons.compare(source, f"{folder}/damaged.jpg")
        with pytest.raises(PhotoError):
            comparisons.analyze(f"{folder}/damaged.jpg")

    def test_of_a_folder_every_picture_is_told_once(self, comparisons, source, folder, executor):
        events = list(comparisons.compare_with_folder(source, folder, executor))
        found = [event for event in events if isinstance(event, PhotosFound)]
        compared = {event.photo.path: event.comparisons for event in events if isinstance(event, PictureCompared)}
        failed = [event.photo.path for event in events if isinstance(event, PhotoFailed)]
        assert events[0] is found[0]
        assert found[-1].total == len(events) - len(found) == 3
        assert failed == [f"{folder}/damaged.jpg"]
        assert {path: len(one[0].matches) for path, one in compared.items()} == {
            f"{folder}/none.jpg": 0,
            f"{folder}/two.jpg": 2,
        }
        assert all(len(one) == 1 for one in compared.values())

    def test_every_picture_costs_a_call(self, comparisons, source, folder, account):
        terms = Terms(most_dollars=Decimal(3))
        usual = comparisons.price_of_a_call(terms)
        of_one = comparisons.price_of_comparison(source, f"{folder}/two.jpg", terms, whole=False)
        of_all = comparisons.price_of_comparison(source, folder, terms, whole=True)
        assert (usual.cost.calls, of_one.cost.calls, of_all.cost.calls) == (1, 1, 3)
        for told in (usual, of_one, of_all):
            assert told.region
            assert told.terms.most_dollars == terms.most_dollars
            assert told.cost.dollars == told.cost.calls * usual.cost.dollars > 0
            assert told.most.calls >= told.cost.calls

    def test_what_is_said_of_each_face_is_as_rekognition_words_it(self, comparisons, folder):
        details = comparisons.analyze(f"{folder}/two.jpg")
        assert len(details) == 2
        assert all({"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"} <= one.keys() for one in details)
        assert comparisons.analyze(f"{folder}/none.jpg") == []
