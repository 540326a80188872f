"""Compare and Settings fit: in any font and down to a small window no sentence is cut, and only paths are shortened."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from fitting import cut_off
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QScrollArea, QStyle, QStyleOptionComboBox, QStyleOptionViewItem
from test_compare_page import ComparingApp

from facesorter.ui.compare.comparing import State
from facesorter.ui.compare.comparison_table import SimilarityDelegate
from facesorter.ui.paid.engine_choice import REKOGNITION
from facesorter.ui.shell.routes import Route
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import ElidedLabel

SIZES = [(900, 600), (1280, 800), (1920, 1080)]


@pytest.fixture
def theme(qapp, points):
    return Theme(qapp, "light")


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setattr(ComparingApp, "keys", SimpleNamespace(key=lambda: None, lasts=True), raising=False)
    return ComparingApp(tmp_path, {"two.jpg": (93, 41, 12), "damaged.jpg": "The file is damaged.", "none.jpg": ()})


@pytest.mark.parametrize("size", SIZES)
def test_no_sentence_of_a_comparison_is_cut(window, qtbot, size, tmp_path):
    window.resize(*size)
    window.go_to(Route.COMPARE)
    page = window.pages.currentWidget()
    assert cut_off(window) == []
    page.source.take("/heads/two.jpg")
    page.target.take("/photos/two.jpg")
    qtbot.waitUntil(page.go.isEnabled)
    page.start()
    qtbot.waitUntil(lambda: page.comparing.state is State.DONE)
    qtbot.waitUntil(lambda: cut_off(window) == [])
    page.analyze(page.target)
    qtbot.waitUntil(lambda: page.pane.analysis.title.text() == "3 faces")
    qtbot.waitUntil(lambda: cut_off(window) == [])
    facts = page.pane.analysis.facts
    facts.topLevelItem(1).setText(0, "Nach oben oder unten geneigt (Nickwinkel)")
    qtbot.waitUntil(lambda: facts.columnWidth(0) >= facts.sizeHintForColumn(0))
    page.target.take(str(tmp_path))
    qtbot.waitUntil(page.go.isEnabled)
    page.start()
    qtbot.waitUntil(lambda: page.comparing.state is State.DONE)
    qtbot.waitUntil(lambda: cut_off(window) == [])
    shortened = [one._whole for one in page.findChildren(ElidedLabel) if one.text() != one._whole]
    assert all(text.endswith((".jpg", ".png")) for text in shortened)


@pytest.mark.parametrize("size", SIZES)
def test_no_sentence_and_no_choice_of_the_settings_is_cut(window, qtbot, size, app):
    window.resize(*size)
    window.go_to(Route.SETTINGS)
    page = window.pages.currentWidget()
    page.account.show_settings(replace(app.settings, engine=REKOGNITION, upload_consent=True))
    qtbot.waitUntil(lambda: page.account.region.count() > 2)
    qtbot.wait(100)
    assert cut_off(window) == []
    assert page.findChild(QScrollArea).horizontalScrollBar().maximum() == 0
    for box in filter(QComboBox.isVisible, page.findChildren(QComboBox)):
        option = QStyleOptionComboBox()
        box.initStyleOption(option)
        control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = box.style().subControlRect(control, option, field, box).width()
        for place in range(box.count()):
            assert box.fontMetrics().horizontalAdvance(box.itemText(place)) <= room, box.itemText(place)


def test_the_bar_of_a_similarity_leaves_its_number_free_from_right_to_left(theme, qtbot):
    delegate = SimilarityDelegate(theme, lambda: 50.0)
    model = QStandardItemModel(1, 1)
    model.setData(model.index(0, 0), 100.0, Qt.ItemDataRole.UserRole)
    dark = {}
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        image = QImage(200, 30, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        option = QStyleOptionViewItem()
        option.rect, option.direction = image.rect(), direction
        painter = QPainter(image)
        delegate.paint(painter, option, model.index(0, 0))
        painter.end()
        painted = [x for x in range(200) if image.pixelColor(x, 15) != QColor("white")]
        dark[direction] = painted[0], painted[-1]
    left, right = dark[Qt.LayoutDirection.LeftToRight]
    assert left > 40
    assert dark[Qt.LayoutDirection.RightToLeft] == (199 - right, 199 - left)
