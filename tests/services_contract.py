"""What all `Services` keep to, the window's stand-in too; derived classes have the fixtures.

`app` are the services, `photo` is the path of one that can be read, and `missing` of one that cannot.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from facesorter.domain.changes import Subject
from facesorter.domain.errors import PhotoError


class ServicesContract:
    def test_settings_are_kept(self, app):
        threshold = app.settings.threshold
        app.save(replace(app.settings, threshold=threshold - 1, look_first=True))
        assert (app.settings.threshold, app.settings.look_first) == (threshold - 1, True)

    def test_a_photo_is_read(self, app, photo):
        data = app.read(photo)
        assert isinstance(data, bytes)
        assert data

    def test_a_photo_that_cannot_be_read_is_an_error(self, app, missing):
        with pytest.raises(PhotoError):
            app.read(missing)

    def test_each_session_is_a_new_one(self, app):
        one, other = app.session(), app.session()
        assert one is not other
        one.close()
        other.close()

    def test_before_a_search_nothing_is_left_to_check(self, app):
        assert app.unfinished(app.settings.threshold) == []

    def test_whoever_subscribes_hears_of_changes(self, app):
        heard = []
        leave = app.changes.subscribe(heard.append)
        app.changes.tell(Subject.PEOPLE)
        leave()
        app.changes.tell(Subject.COPIES)
        assert [change.subjects for change in heard] == [{Subject.PEOPLE}]
