"""What every `InsightService` keeps to; derived classes have the fixtures.

`app` are the services of a profile whose photos in `photos` were looked through for everybody: of one person there are
six, of another four, and nobody has a name. `searched(folder)` is a search for people under several names which
reports into that folder and costs nothing; each picture is somebody's of the name of its file.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from contracts import ServiceContract

from facesorter.app.duplicates import Found
from facesorter.domain.errors import WrongUse
from facesorter.domain.models import Decision


class InsightsContract(ServiceContract):
    @pytest.fixture
    def both(self, app):
        """Zoë, with most photos, and Adam."""
        names = zip(app.people.unknown(), ("Zoë", "Adam"), strict=True)
        return [app.people.name(group.number, name) for group, name in names]

    def test_before_anybody_has_a_name_there_is_nothing_to_draw(self, app):
        figures = app.insights.people()
        assert (figures.people, figures.together) == ((), ())
        assert list(app.insights.spendings()) == []

    def test_figures_are_those_of_peoples_pages_whoever_is_in_most_first(self, app, both, told):
        told.clear()
        found = app.insights.people().people
        assert [(one.person.name, one.photos) for one in found] == [("Zoë", 6), ("Adam", 4)]
        for one in found:
            taken = [photo.taken_at and photo.taken_at.year for photo in app.people.photos_of(one.person)]
            assert one.by_year == {year: taken.count(year) for year in taken}
        assert told == [], "nothing is written by asking"

    def test_people_in_the_same_photos_are_told_to_be_together(self, app, both):
        zoe, adam = both
        assert app.insights.people().together == ()
        photos = [one.photo for one in app.people.photos_of(adam)[:3]]
        app.session().decide(zoe, [(photo, Decision.YES) for photo in photos])
        (together,) = app.insights.people().together
        assert ({together.one, together.other}, together.photos) == ({zoe.id, adam.id}, 3)

    def test_whoever_is_hidden_is_in_no_figure(self, app, both):
        zoe, adam = both
        app.people.hide(zoe, hidden=True)
        assert [one.person for one in app.insights.people().people] == [adam]

    def test_a_search_for_duplicates_ends_with_what_was_found(self, app, searched, tmp_path):
        search = searched(str(tmp_path / "out"))
        *_events, last = app.insights.find_duplicates(search)
        assert isinstance(last, Found)
        assert (last.summary.pictures, last.summary.looked_at) == (10, 10)
        pairs = app.insights.found_pairs(search.out)
        assert pairs.out == search.out
        list(pairs.refresh())
        assert sum(pairs.outcomes().values()) == 10
        count = pairs.count(search.report_from)
        assert (count.pairs, count.decided) == (6 * 5 // 2 + 4 * 3 // 2, 0), "everybody's photos are alike"
        *_events, last = app.insights.find_duplicates(search)
        assert (last.summary.pictures, last.summary.looked_at) == (10, 0), "what is known is not looked at again"

    def test_a_search_in_what_is_no_folder_is_refused(self, app, searched, tmp_path):
        search = replace(searched(str(tmp_path / "out")), source=str(tmp_path / "nothing"))
        with pytest.raises(WrongUse):
            list(app.insights.find_duplicates(search))
        assert not (tmp_path / "out").exists()

    def test_before_a_search_there_are_no_pairs(self, app, tmp_path):
        pairs = app.insights.found_pairs(str(tmp_path / "out"))
        assert list(pairs.refresh()) == []
        assert pairs.pairs(0.0) == []
        assert pairs.place == ""
