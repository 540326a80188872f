"""A day below a thumbnail is written in its longest form that there is room for."""

from datetime import datetime

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QFontMetrics

from facesorter.domain.groups import DatedPhoto
from facesorter.domain.models import Photo
from facesorter.ui.people.captions import caption, caption_within

DATED = DatedPhoto(Photo(1, "/photos/a.jpg", 1, 1), None, datetime(2023, 9, 14))


@pytest.fixture
def english():
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("english")
def test_a_day_is_shortened_and_not_cut(qapp):
    metrics = QFontMetrics(qapp.font())
    forms = ["September 14, 2023", "Sep 14, 2023", "9/14/23"]
    assert caption(DATED) == forms[0]
    assert [caption_within(DATED, metrics, metrics.horizontalAdvance(form) + 2) for form in forms] == forms


def test_the_name_of_a_file_is_cut_in_its_middle(qapp):
    metrics = QFontMetrics(qapp.font())
    undated = DatedPhoto(Photo(1, "/photos/a photo of the summer.jpg", 1, 1), None, None)
    told = caption_within(undated, metrics, metrics.horizontalAdvance("a photo of th"))
    assert told.startswith("a ")
    assert "…" in told
    assert told.endswith("jpg")
