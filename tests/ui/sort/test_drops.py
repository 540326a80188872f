"""Dropping: files, folders, addresses of other computers, and mixtures of them, on each card and on the welcome."""

import threading

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from facesorter.ui.widgets import drops
from facesorter.ui.widgets.card import paths_in


def drop(widget, *addresses):
    """Drop these, paths or addresses, on a widget, as a file manager would."""
    data = QMimeData()
    lines = (
        one if "://" in one else QUrl.fromLocalFile(one).toString(QUrl.ComponentFormattingOption.FullyEncoded)
        for one in addresses
    )
    data.setData("text/uri-list", "\r\n".join(lines).encode())
    middle = widget.rect().center()
    entered = QDragEnterEvent(
        middle, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, entered)
    assert entered.isAccepted()
    dropped = QDropEvent(
        QPointF(middle), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, dropped)


@pytest.fixture
def page(window):
    return window.sort


@pytest.fixture
def holiday(tmp_path):
    made = tmp_path / "Holiday"
    made.mkdir()
    (made / "a b.jpg").write_bytes(b"x")
    (made / "letter.docx").write_bytes(b"x")
    return made


def said(page, qtbot):
    qtbot.waitUntil(page.banner.isVisible)
    return page.banner.accessibleName()


@pytest.mark.parametrize("card", ["who", "where", "welcome"])
class TestWhatCannotBeOpened:
    def test_a_share_is_said_to_be_elsewhere(self, page, qtbot, card):
        drop(getattr(page, card), "smb://nas/photos")
        assert "smb://nas/photos cannot be opened: it is not on this computer." in said(page, qtbot)
        assert page.where.folders == ()

    def test_so_is_another_host(self, page, qtbot, card):
        drop(getattr(page, card), "file://otherhost/photos")
        assert "file://otherhost/photos cannot be opened" in said(page, qtbot)

    def test_a_path_that_is_not_there(self, page, qtbot, card):
        drop(getattr(page, card), "/nowhere/at/all.jpg")
        assert "all.jpg cannot be found." in said(page, qtbot)
        assert page.where.folders == ()

    def test_what_is_no_picture(self, page, qtbot, card, holiday):
        drop(getattr(page, card), str(holiday / "letter.docx"))
        assert "letter.docx is not a picture that FaceSorter can read." in said(page, qtbot)
        assert page.where.folders == ()
        assert page.who.current.shots == []

    def test_of_a_mixture_what_can_be_used_is_used_and_the_rest_is_named(self, page, qtbot, card, holiday):
        drop(getattr(page, card), str(holiday), "smb://nas/x", str(holiday / "letter.docx"), "/nowhere")
        sentence = said(page, qtbot)
        assert all(part in sentence for part in ("smb://nas/x", "letter.docx", "nowhere cannot be found"))
        if card == "who":
            qtbot.waitUntil(lambda: [draft.name for draft in page.who.drafts] == ["Holiday"])
        else:
            assert page.where.folders == (str(holiday),)


class TestWhatCanBe:
    def test_a_picture_on_where_adds_its_folder_and_says_so(self, page, qtbot, holiday):
        drop(page.where, str(holiday / "a b.jpg"))
        assert "all photos in Holiday were added" in said(page, qtbot)
        assert page.where.folders == (str(holiday),)

    def test_the_welcome_sorts_pictures_from_folders(self, page, qtbot, holiday, tmp_path):
        drop(page.welcome, str(holiday / "a b.jpg"), str(tmp_path))
        qtbot.waitUntil(lambda: page.where.folders == (str(tmp_path),))
        assert [shot.path for shot in page.who.current.shots] == [str(holiday / "a b.jpg")]
        assert page.welcome.property("card") == ""

    def test_an_empty_folder_on_who_is_said_to_be_empty(self, page, qtbot, tmp_path):
        (tmp_path / "Empty").mkdir()
        drop(page.who, str(tmp_path / "Empty"))
        assert "There are no pictures in Empty." in said(page, qtbot)

    def test_places_in_s3(self, page, qtbot):
        drop(page.where, "s3://family/2019")
        qtbot.waitUntil(lambda: page.where.folders == ("s3://family/2019",))

    def test_files_of_this_computer_by_its_name(self):
        import socket

        data = QMimeData()
        data.setData("text/uri-list", f"file://{socket.gethostname()}/a%20b\r\nfile://localhost/c\r\n# no\r\n".encode())
        assert paths_in(data)[:2] == ["/a b", "/c"]


def test_the_window_never_waits_for_a_dead_share(page, qtbot, monkeypatch, holiday):
    """As if the disk of the folder did not answer: the window goes on, and takes it when it does."""
    gate, asked = threading.Event(), []
    isdir = drops.os.path.isdir

    def slow(path):
        if str(path) == str(holiday):
            asked.append(threading.current_thread())
            gate.wait(10)
        return isdir(path)

    monkeypatch.setattr(drops.os.path, "isdir", slow)
    drop(page.where, str(holiday))
    qtbot.waitUntil(lambda: bool(asked))
    assert page.where.folders == ()
    gate.set()
    qtbot.waitUntil(lambda: page.where.folders == (str(holiday),))
    assert threading.main_thread() not in asked


def test_many_names_are_counted():
    assert drops.named([f"/x/{letter}.doc" for letter in "abcde"]) == "a.doc, b.doc, c.doc and 2 more"
    assert drops.named(["/x/a.doc", "/y/"]) == "a.doc, y"
