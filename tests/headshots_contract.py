"""What every `HeadshotService` keeps to, the window's stand-in too; derived classes have the fixtures.

`headshots` is the service; `pictures` has the paths of pictures: `anna` and `again` show one person, `stranger`
somebody else, `two` two people, `poor` a face that is hard to see, `nobody` no face, and `damaged` is no picture.
"""

from __future__ import annotations

import pytest

from facesorter.pipeline.enrol import Headshot


class HeadshotsContract:
    def test_of_a_good_picture_there_is_nothing_to_say(self, headshots, pictures):
        report = headshots.examine(pictures["anna"])
        assert report.path == pictures["anna"]
        assert (len(report.faces), report.remarks, report.error, report.preselected) == (1, ((),), None, 0)

    def test_several_faces_come_largest_first(self, headshots, pictures):
        report = headshots.examine(pictures["two"])
        areas = [face.box.area for face in report.faces]
        assert areas == sorted(areas, reverse=True)
        assert len(areas) == len(set(areas)) == len(report.remarks) == 2

    def test_what_is_wrong_with_a_face_is_told(self, headshots, pictures):
        report = headshots.examine(pictures["poor"])
        assert report.remarks[0]
        assert report.error is None

    @pytest.mark.parametrize("kind", ["nobody", "damaged"])
    def test_a_picture_that_will_not_do_is_told_of(self, headshots, pictures, kind):
        report = headshots.examine(pictures[kind])
        assert (report.path, report.faces, report.remarks, report.preselected) == (pictures[kind], (), (), None)
        assert report.error

    def test_pictures_of_one_person_are_told_from_those_of_several(self, headshots, pictures):
        one, again, other = (Headshot(pictures[kind]) for kind in ("anna", "again", "stranger"))
        assert headshots.same_person([one], 80.0)
        assert headshots.same_person([one, again], 80.0)
        assert not headshots.same_person([one, again, other], 80.0)
        assert headshots.same_person([one, again, other], 0.0)
