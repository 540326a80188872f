"""The two faces to compare keep their size; a banner moves nothing."""

import pytest
from fitting import cut_off
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton

from facesorter.domain.models import Pile


@pytest.fixture
def looking(finished, window, qtbot):
    """The page with a photo to check in view, at the default size."""
    window.resize(1280, 800)
    review = finished.outcome.review
    review.tabs.choose(Pile.CHECK)
    qtbot.keyClick(review.grid, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: review.detail._photo.shows_something)
    return finished


def test_the_faces_stay_large_and_the_photo_yields_first(looking, qtbot):
    detail = looking.outcome.review.detail
    for explained in (False, True, False):
        detail.why.setChecked(explained)
        qtbot.wait(20)
        for face in (detail._faces.reference, detail._face):
            assert face.height() >= 160
            assert face.width() >= 160
        assert detail._photo.isVisible() != explained or detail._photo.height() >= 56
        assert detail._reasons.isVisible() == explained
        assert detail.rect().contains(detail.why.geometry())


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768), (900, 600)])
def test_a_banner_moves_nothing(looking, window, qtbot, size):
    window.resize(*size)
    qtbot.wait(600)

    def places():
        buttons = [one for one in window.findChildren(QAbstractButton) if one.isVisible()]
        return {one: one.mapTo(window, QPoint()) for one in buttons if not looking.banner.isAncestorOf(one)}

    before = places()
    for what in ("The disk is full.", "The folder Pictures is out of reach. " * 6):
        looking.banner.say(what, "Make room on it.")
        qtbot.wait(30)
        assert places() == before
        assert looking.banner.isVisible()
        assert looking.rect().contains(looking.banner.geometry())
        assert looking.banner._text.height() >= looking.banner._text.heightForWidth(looking.banner._text.width())
    looking.banner.close_button.click()
    qtbot.wait(30)
    assert places() == before


def test_no_word_is_cut_where_it_is_as_narrow_as_can_be(finished, qtbot):
    review = finished.outcome.review
    review.grid.setCurrentIndex(review.grid.pile_model.index(1))
    review.detail.why.setText("Why is this one among the results of the search?")
    review.splitter.setSizes([10_000, 1])
    qtbot.waitUntil(lambda: review.detail.why.width() >= review.detail.why.sizeHint().width())
    assert cut_off(review.detail) == []


def test_it_keeps_its_width_whatever_is_laid_out_anew(finished, qtbot, theme):
    review = finished.outcome.review
    review.grid.setCurrentIndex(review.grid.pile_model.index(1))
    qtbot.waitUntil(lambda: review.detail._face.shows_something)
    width = review.detail.width()
    for look in ("dark", "light", "dark", "light"):
        theme.choose(look)
        qtbot.wait(20)
        assert review.detail.width() == width
