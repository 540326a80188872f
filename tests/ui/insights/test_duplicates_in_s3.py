"""Pictures of customers in S3, searched for duplicates in the window, with an S3 service on this computer."""

import io

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog, QMenu
from rekognition_server import aws_environment
from s3_server import BUCKET, s3_server
from skimage import data as pictures

from facesorter.ui.insights.insights_page import DUPLICATES
from facesorter.ui.shell.routes import Route

WAIT_MS = 60_000
PLACE = f"s3://{BUCKET}/customers"


@pytest.fixture
def app(open_app, tmp_path, monkeypatch):
    with s3_server() as (address, s3):
        for name, quality in (("Anna", 92), ("Annie", 90)):
            encoded = io.BytesIO()
            Image.fromarray(pictures.astronaut()).save(encoded, "JPEG", quality=quality)
            s3.put_object(Bucket=BUCKET, Key=f"customers/{name}/1.jpg", Body=encoded.getvalue())
        for name, value in aws_environment(tmp_path, address, address).items():
            monkeypatch.setenv(name, value)
        yield open_app()


def test_a_place_in_s3_is_searched_and_leads_to_its_pictures(window, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (PLACE, True))
    window.sidebar.places[Route.INSIGHTS].click()
    page = window.pages.currentWidget()
    qtbot.waitUntil(lambda: page.duplicates is not None, timeout=WAIT_MS)
    page.tabs.setCurrentIndex(DUPLICATES)
    view = page.duplicates
    view.search.in_s3.setFocus()
    qtbot.keyClick(view.search.in_s3, Qt.Key.Key_Space)
    qtbot.waitUntil(view.search.go.isEnabled, timeout=WAIT_MS)
    assert view.search.field.text() == PLACE
    qtbot.keyClick(view.search.go, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.found is not None and not view.searching.busy, timeout=WAIT_MS)
    [card] = view.pairs.cards
    assert card.pair.names == ("Anna", "Annie")
    qtbot.mouseClick(card.faces[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(card.faces[0].findChildren(QMenu)), timeout=WAIT_MS)
    [menu] = card.faces[0].findChildren(QMenu)
    [copy] = menu.actions()
    copy.trigger()
    assert QGuiApplication.clipboard().text() == f"{PLACE}/Anna/1.jpg"
