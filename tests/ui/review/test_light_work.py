"""What the window's thread does while photos stream in, and while answers are taken in, is little at a time."""

import threading

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facesorter.domain.models import Decision, Pile
from facesorter.ui.review.photo_table import PhotoTable
from facesorter.ui.review.run_state import State
from facesorter.ui.widgets.calm_bar import CalmBar


class Paints(QObject):
    """Counts how often something is painted."""

    count = 0

    def eventFilter(self, _watched, event):  # noqa: N802 - Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_progress_does_not_paint_the_rest_of_the_window_at_once(qtbot):
    window, beside, bar, paints = QWidget(), QWidget(), CalmBar(), Paints()
    qtbot.addWidget(window)
    beside.setMinimumSize(50, 50)
    layout = QVBoxLayout(window)
    layout.addWidget(beside)
    layout.addWidget(bar)
    bar.setRange(0, 10)
    window.show()
    qtbot.waitExposed(window)
    qtbot.wait(20)
    beside.installEventFilter(paints)
    shown = Paints()
    bar.installEventFilter(shown)
    beside.update()
    bar.setValue(5)
    assert paints.count == shown.count == 0
    qtbot.waitUntil(lambda: paints.count and shown.count)
    assert bar.value() == 5


def test_photos_that_were_scored_anew_are_found_again_on_a_worker(ready, qtbot, app, monkeypatch):
    app.photos, app.learns = 300, 1
    ready.start()
    qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED, timeout=20000)
    asked_on = []
    ordinary = PhotoTable.rows_of

    def rows_of(table, photo_ids):
        asked_on.append(threading.get_ident())
        return ordinary(table, photo_ids)

    monkeypatch.setattr(PhotoTable, "rows_of", rows_of)
    review = ready.outcome.review
    review.tabs.choose(Pile.CHECK)
    review.grid.setCurrentIndex(review.grid.pile_model.index(0))
    before = ready.outcome.run.results.similarities(0)
    review.decide(Decision.YES)
    qtbot.waitUntil(lambda: list(ready.outcome.run.results.similarities(0)) != list(before), timeout=5000)
    assert asked_on
    assert threading.get_ident() not in asked_on
