"""In a window that is read from the right, charts are too."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from facesorter.ui.insights.plotting import bring_in
from facesorter.ui.insights.series import Bars, Series

BARS = Bars(("2018", "2019", "2020"), (Series("Anna", (2, 1, 3)),), (("first", "second", "third"),))


@pytest.fixture(params=[Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft], ids=["left", "right"])
def direction(qapp, request):
    qapp.setLayoutDirection(request.param)
    yield request.param
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def make_chart(direction, theme, qtbot):
    def made_of(*, across):
        list(bring_in())
        from facesorter.ui.insights.bar_chart import BarChart

        chart = BarChart(theme, "Photos", across=across)
        qtbot.addWidget(chart)
        chart.resize(500, 300)
        chart.show_bars(BARS)
        chart.show()
        qtbot.waitExposed(chart)
        qtbot.waitUntil(lambda: chart.from_plot(0, 0) != chart.from_plot(1, 1))
        return chart

    return made_of


def sign(direction):
    return -1 if direction is Qt.LayoutDirection.RightToLeft else 1


def test_bars_below_each_other_grow_from_where_the_names_are(direction, make_chart):
    chart = make_chart(across=True)
    names, values = chart._names, chart.plot.vb
    right, left = (names, values) if sign(direction) < 0 else (values, names)
    assert left.sceneBoundingRect().right() <= right.sceneBoundingRect().left() + 1
    assert names.orientation == ("right" if right is names else "left")
    growth = sign(direction) * (chart.from_plot(3, 0).x() - chart.from_plot(0, 0).x())
    assert growth > 0


def test_bars_beside_each_other_are_walked_in_the_order_that_is_seen(direction, make_chart):
    chart = make_chart(across=False)
    assert sign(direction) * (chart.spot_of(1, 0).x() - chart.spot_of(0, 0).x()) > 0
    heard = []
    chart.say = heard.append
    chart.setFocus()
    onward = Qt.Key.Key_Right if sign(direction) > 0 else Qt.Key.Key_Left
    for _press in range(2):
        QTest.keyClick(chart, onward)
    assert heard == ["first", "second"]
    assert chart._at(chart.spot_of(1, 0)) == (1, 0)
