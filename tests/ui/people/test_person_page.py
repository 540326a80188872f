"""A person's page in the real window: opened by a click, with their photos by date."""

import os
import shutil
import threading
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from fitting import cut_off
from PIL import Image
from PySide6.QtCore import QDate, QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QFont, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QLabel, QMessageBox, QPushButton

from facesorter.app import ThreadExecutor, export
from facesorter.app.people import People
from facesorter.app.people_scan import scan_for_everybody
from facesorter.domain.errors import PhotoError
from facesorter.domain.models import Decision
from facesorter.duplicates.local_index import MIGRATIONS
from facesorter.duplicates.paid_index import PAID_MIGRATION
from facesorter.storage.database import Database
from facesorter.ui.people.birth_dialog import BirthDialog
from facesorter.ui.people.cards import PersonCard
from facesorter.ui.people.face_picker import FacePicker
from facesorter.ui.people.person_page import PersonPage
from facesorter.ui.people.rename_dialog import RenameDialog
from facesorter.ui.people.with_whom import ALL, EITHER, ONLY, WITH, WITHOUT
from facesorter.ui.shell import words
from facesorter.ui.shell.main_window import MainWindow
from facesorter.ui.shell.routes import Route
from facesorter.ui.widgets import file_dialogs, in_folder

WAIT_MS = 20_000
TAKEN_TAG = 0x9003


@pytest.fixture
def photos(data, tmp_path):
    """Three photos each of three people, of 2003, 2011 and without a date."""
    several = [one for one in sorted((data / "lfw").iterdir()) if one.is_dir() and len(list(one.iterdir())) >= 4]
    for person in several[:3]:
        (tmp_path / "photos" / person.name).mkdir(parents=True)
        for photo, year in zip(sorted(person.iterdir())[:3], (2003, 2011, None), strict=True):
            copy = tmp_path / "photos" / person.name / f"{year}.jpg"
            if year is None:
                shutil.copy(photo, copy)
            else:
                exif = Image.Exif()
                exif.get_ifd(0x8769)[TAKEN_TAG] = f"{year}:05:14 10:00:00"
                Image.open(photo).save(copy, quality=95, exif=exif)
    return tmp_path / "photos"


@pytest.fixture
def known(photos, open_app):
    """A profile that knows Anna and Ben, three photos each, and a group without a name."""
    app, executor = open_app(), ThreadExecutor()
    list(scan_for_everybody(app, [str(photos)], executor))
    executor.close()
    for group, name in zip(People(app).unknown(), ("Anna", "Ben"), strict=False):
        People(app).name(group.number, name)
    return app


@pytest.fixture
def place(known, qtbot, jobs, theme, relay):
    """People in the window."""
    window = MainWindow(known, jobs, theme, relay)
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window.show()
    window.sidebar.places[Route.PEOPLE].click()
    made = window.pages.currentWidget()
    qtbot.waitUntil(lambda: len(cards(made)) == 2, timeout=WAIT_MS)
    yield made
    window.close()


def cards(place):
    return {card.accessibleName(): card for card in place.findChildren(PersonCard) if not card.isHidden()}


@pytest.fixture
def anna(place, qtbot):
    """Anna's page."""
    qtbot.mouseClick(cards(place)["Anna, 3 photos"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(place.one.grid.album.photos) == 3, timeout=WAIT_MS)
    return place.one


def test_a_click_on_somebody_shows_their_photos_the_newest_first(place, anna, qtbot, monkeypatch):
    assert place.currentWidget() is anna
    assert anna.name.text() == "Anna"
    assert anna.summary.text() == "3 photos · 2003\u20132011"
    captions = [anna.grid.album.index(row).data() for row in range(3)]
    assert captions == [words.day(datetime(2011, 5, 14)), words.day(datetime(2003, 5, 14)), "None.jpg"]
    known = anna._thumbnails._kept
    qtbot.waitUntil(lambda: len(known) == 3 and all(one.pixmap for one in known.values()), timeout=WAIT_MS)

    shown = []
    monkeypatch.setattr(in_folder, "reveal", lambda path: shown.append(path) or True)
    middle = anna.grid.visualRect(anna.grid.album.index(1)).center()
    qtbot.mouseClick(anna.grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseDClick(anna.grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: len(shown) == 1, timeout=WAIT_MS)
    anna.grid.setCurrentIndex(anna.grid.album.index(1))
    qtbot.keyClick(anna.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(shown) == 2, timeout=WAIT_MS)
    assert shown == [anna.shown.photos[1].photo.path] * 2
    assert shown[0].endswith("2003.jpg")

    qtbot.mouseClick(anna.back, Qt.MouseButton.LeftButton)
    assert place.currentWidget() is place.everybody


@pytest.mark.parametrize(("key", "chosen"), [(Qt.Key.Key_End, 2), (Qt.Key.Key_Home, 0)])
def test_home_and_end_lead_to_the_ends_of_the_photos_at_once(anna, qtbot, key, chosen):
    anna.grid.selectionModel().clear()
    qtbot.keyClick(anna.grid, key)
    assert [index.row() for index in anna.grid.selectionModel().selectedIndexes()] == [chosen]


def test_the_page_of_somebody_without_photos_keeps_its_shape(place, anna, known, qtbot):
    def places():
        return [(one.y(), one.height()) for one in (anna.back, anna.name, anna.with_whom)]

    with_photos = places()
    place.open(known.catalog.person("Cleo"))
    qtbot.waitUntil(lambda: anna.shown is not None and anna._nothing.isVisible(), timeout=WAIT_MS)
    anna.layout().activate()
    assert places() == with_photos
    assert not anna.grid.isVisible()
    assert anna._nothing.text() == "There is no photo of this person in the folders that were looked through."


def test_all_photos_are_shown_when_the_other_person_has_another_name(place, anna, known, qtbot):
    known.catalog.decide(known.catalog.person("Ben"), {anna.shown.photos[0].photo.content: Decision.YES})
    anna.with_whom.whom.setCurrentText("Ben")
    anna.with_whom.how.setCurrentIndex(WITH)
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 1, timeout=WAIT_MS)
    anna.back.click()
    known.catalog.rename(known.catalog.person("Ben"), "Zoe")
    place.open(anna.person)
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 3, timeout=WAIT_MS)
    assert anna.with_whom.choice == (ALL, "Zoe")
    assert anna.with_whom.whom.isHidden()


def test_what_could_not_be_read_is_read_when_the_page_is_opened_again(place, anna, photos, qtbot):
    kept = anna._thumbnails._kept
    qtbot.waitUntil(lambda: len(kept) == 3, timeout=WAIT_MS)
    anna.back.click()
    away = photos.rename(photos.with_name("away"))
    place.open(anna.person)
    qtbot.waitUntil(lambda: len(kept) == 3 and not any(one.pixmap for one in kept.values()), timeout=WAIT_MS)
    anna.back.click()
    away.rename(photos)
    place.open(anna.person)
    qtbot.waitUntil(lambda: len(kept) == 3 and all(one.pixmap for one in kept.values()), timeout=WAIT_MS)


def test_keys_open_a_person_and_the_sidebar_leads_back(place, qtbot):
    card = cards(place)["Ben, 3 photos"]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(place.one.grid.album.photos) == 3, timeout=WAIT_MS)
    assert place.one.name.text() == "Ben"
    place.window().sidebar.places[Route.PEOPLE].click()
    assert place.currentWidget() is place.everybody


def choose(page, text):
    """Open the menu and choose this."""
    page.changes.menu.aboutToShow.emit()
    (action,) = [one for one in page.changes.menu.actions() if one.text() == text]
    action.trigger()


def rename_to(monkeypatch, name, *, with_folder=False):
    """What is typed when the page asks for another name."""

    def answer(dialog):
        dialog.show()
        QTest.keyClicks(dialog.name, name)
        assert not with_folder or not dialog.follow.isHidden()
        if with_folder:
            QTest.keyClick(dialog.follow, Qt.Key.Key_Space)
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
        return dialog.result()

    monkeypatch.setattr(RenameDialog, "exec", answer)


def test_a_person_is_renamed_and_hidden_and_shown_again(place, anna, qtbot, monkeypatch):
    rename_to(monkeypatch, "Ben")
    qtbot.mouseClick(anna.changes.rename_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not anna.banner.isHidden(), timeout=WAIT_MS)
    assert anna.banner.accessibleName() == "There is already somebody named Ben. Choose another name."
    assert anna.name.text() == "Anna"
    qtbot.waitUntil(anna.changes.rename_button.isEnabled, timeout=WAIT_MS)

    rename_to(monkeypatch, " Annie ")
    qtbot.mouseClick(anna.changes.rename_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: anna.name.text() == "Annie", timeout=WAIT_MS)

    qtbot.waitUntil(anna.changes.more_button.isEnabled, timeout=WAIT_MS)
    choose(anna, "Hide")
    qtbot.waitUntil(lambda: anna.summary.text().endswith("hidden"), timeout=WAIT_MS)
    anna.back.click()
    qtbot.waitUntil(lambda: set(cards(place)) == {"Ben, 3 photos"}, timeout=WAIT_MS)
    place.everybody.apart.hidden_button.click()
    qtbot.waitUntil(lambda: "Annie, 3 photos, hidden" in cards(place), timeout=WAIT_MS)
    cards(place)["Annie, 3 photos, hidden"].click()
    qtbot.waitUntil(anna.changes.more_button.isEnabled, timeout=WAIT_MS)
    choose(anna, "Show again")
    qtbot.waitUntil(lambda: not anna.summary.text().endswith("hidden"), timeout=WAIT_MS)
    anna.back.click()
    qtbot.waitUntil(lambda: set(cards(place)) == {"Annie, 3 photos", "Ben, 3 photos"}, timeout=WAIT_MS)


def test_two_people_are_merged_and_taken_apart_again(place, anna, qtbot, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getItem", lambda page, title, question, names, *more, **how: (names[0], True))
    choose(anna, "Merge with…")
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 6, timeout=WAIT_MS)
    assert "with Ben" in anna.summary.text()
    assert [photo.taken_at and photo.taken_at.year for photo in anna.shown.photos] == [
        2011,
        2011,
        2003,
        2003,
        None,
        None,
    ]
    choose(anna, "Take Ben apart again")
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 3, timeout=WAIT_MS)
    anna.back.click()
    qtbot.waitUntil(lambda: set(cards(place)) == {"Anna, 3 photos", "Ben, 3 photos"}, timeout=WAIT_MS)


def test_who_was_merged_is_told_beside_the_photos_and_taken_apart_by_a_key(place, anna, known, qtbot):
    merged = anna.changes.merged
    assert merged.isHidden()
    known.people.merge(known.people.find("Anna"), known.people.find("Ben"))
    qtbot.waitUntil(merged.isVisible, timeout=WAIT_MS)
    (said,) = merged.findChildren(QLabel)
    assert said.text() == f"Merged with Ben on {words.day(datetime.now())}."
    (link,) = merged.findChildren(QPushButton)
    assert (link.text(), link.accessibleDescription()) == ("Take apart", "Take Ben apart again")
    link.setFocus()
    qtbot.keyClick(link, Qt.Key.Key_Space)
    qtbot.waitUntil(merged.isHidden, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 3, timeout=WAIT_MS)
    assert known.people.knows("Ben")


def test_a_birth_date_is_said_and_taken_back(anna, known, qtbot, monkeypatch):
    def say(dialog):
        dialog.date.setDate(QDate(2005, 3, 1))
        dialog.save.click()
        return dialog.result()

    monkeypatch.setattr(BirthDialog, "exec", say)
    choose(anna, "Birth date…")
    qtbot.waitUntil(lambda: f"born {words.day(date(2005, 3, 1))}" in anna.summary.text(), timeout=WAIT_MS)
    assert People(known).details(anna.person).born == date(2005, 3, 1)

    monkeypatch.setattr(BirthDialog, "exec", lambda dialog: dialog.unknown.click() or dialog.result())
    qtbot.waitUntil(anna.changes.more_button.isEnabled, timeout=WAIT_MS)
    choose(anna, "Birth date…")
    qtbot.waitUntil(lambda: "born" not in anna.summary.text(), timeout=WAIT_MS)
    assert People(known).details(anna.person).born is None


def test_the_usual_answer_to_whether_to_forget_keeps_somebody(place, anna, known, qtbot, monkeypatch):
    window = place.window()
    window.sort.who.add_person("Anna", [])
    asked = []

    def answer(question, role):
        asked.append(question.text())
        assert question.defaultButton().text() == "Keep it"
        next(one for one in question.buttons() if question.buttonRole(one) is role).click()

    monkeypatch.setattr(QMessageBox, "exec", lambda one: answer(one, QMessageBox.ButtonRole.RejectRole))
    choose(anna, "Forget…")
    assert known.catalog.knows("Anna")
    monkeypatch.setattr(QMessageBox, "exec", lambda one: answer(one, QMessageBox.ButtonRole.DestructiveRole))
    choose(anna, "Forget…")
    qtbot.waitUntil(lambda: place.currentWidget() is place.everybody, timeout=WAIT_MS)
    assert asked == ["Forget Anna?"] * 2
    assert not known.catalog.knows("Anna")
    assert "Anna" not in [draft.name for draft in window.sort.who.drafts]
    qtbot.waitUntil(lambda: "Anna, 3 photos" not in cards(place), timeout=WAIT_MS)


def test_nobody_is_forgotten_while_photos_are_searched(place, anna, known, monkeypatch):
    monkeypatch.setattr(type(place.everybody), "scanning", True)
    choose(anna, "Forget…")
    assert anna.banner.accessibleName().startswith("Nobody can be forgotten while photos are searched.")
    assert known.catalog.knows("Anna")


def test_without_a_headshot_the_welcome_leads_to_people(place, qtbot):
    window = place.window()
    window.sidebar.places[Route.SORT].click()
    assert window.sort.welcome.everybody.text() == "Who is in these photos?"
    window.sort.welcome.everybody.click()
    assert window.pages.currentWidget() is place
    assert window.sidebar.places[Route.PEOPLE].isChecked()


def test_photos_with_and_without_somebody_else_are_shown_on_request(anna, known, qtbot):
    both = anna.shown.photos[0]
    known.catalog.decide(known.catalog.person("Ben"), {both.photo.content: Decision.YES})

    def years(how):
        anna.with_whom.how.setCurrentIndex(how)
        qtbot.waitUntil(anna.changes.more_button.isEnabled, timeout=WAIT_MS)
        return [photo.taken_at and photo.taken_at.year for photo in anna.grid.album.photos]

    assert years(WITH) == [2011]
    assert years(WITHOUT) == [2003, None]
    assert years(EITHER) == [2011, 2011, 2003, 2003, None, None]
    assert years(ONLY) == [2003, None]
    assert anna.with_whom.whom.isHidden()
    assert years(ALL) == [2011, 2003, None]


def test_photos_of_two_people_get_a_folder_that_is_kept_up_to_date(anna, known, tmp_path, qtbot):
    known.save(replace(known.settings, destination=str(tmp_path / "copies")))
    both, other = (one.photo for one in anna.shown.photos[:2])
    known.catalog.decide(known.catalog.person("Ben"), {both.content: Decision.YES})
    link = anna.copy_set
    assert not link.isVisible()
    anna.with_whom.how.setCurrentIndex(WITH)
    qtbot.waitUntil(lambda: link.isVisible() and link.text() == "Copy them to PhotosWithAnnaAndBen", timeout=WAIT_MS)
    folder = tmp_path / "copies" / "PhotosWithAnnaAndBen"
    qtbot.keyClick(link, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: link.text() == "PhotosWithAnnaAndBen is up to date", timeout=WAIT_MS)
    assert os.listdir(folder) == [Path(both.path).name]
    assert anna.banner.accessibleName() == "1 photo was copied to PhotosWithAnnaAndBen."

    known.catalog.decide(known.catalog.person("Ben"), {both.content: Decision.NO, other.content: Decision.YES})
    anna.show_person(anna.person)
    qtbot.waitUntil(lambda: link.text() == "PhotosWithAnnaAndBen: copy 1 more, take back 1", timeout=WAIT_MS)
    qtbot.keyClick(link, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: link.text() == "PhotosWithAnnaAndBen is up to date", timeout=WAIT_MS)
    assert os.listdir(folder) == [Path(other.path).name]
    assert anna.banner.accessibleName() == "1 photo was copied to PhotosWithAnnaAndBen. 1 copy was taken back."


@pytest.fixture
def large_font(qapp):
    before = qapp.font()
    qapp.setFont(QFont(before.family(), 16))
    yield
    qapp.setFont(before)


@pytest.mark.usefixtures("large_font")
def test_what_can_be_done_with_a_set_is_seen_whole_in_a_large_font(request, qtbot):
    page = request.getfixturevalue("anna")
    page.with_whom.how.setCurrentIndex(WITHOUT)
    qtbot.waitUntil(page.copy_set.isVisible, timeout=WAIT_MS)
    page.copy_set.setText("In PhotosWithAnnaWithoutBen kopieren")
    page.photo_actions.copies_button.setText("1 Kopie zur\u00fccknehmen")
    page.photo_actions.copies_button.show()
    qtbot.waitUntil(lambda: cut_off(page) == [])
    for box in (page.with_whom.how, page.with_whom.whom):
        assert box.width() >= box.minimumSizeHint().width()


def test_the_long_name_of_a_folder_is_shortened_and_told_whole(anna, known, qtbot):
    known.people.rename(known.people.find("Ben"), "Benjamin Maximilian Wilcke of Oberammergau")
    anna.show_person(anna.person)
    qtbot.waitUntil(lambda: "Benjamin" in anna.with_whom.whom.itemText(0), timeout=WAIT_MS)
    anna.with_whom.how.setCurrentIndex(WITHOUT)
    folder = "PhotosWithAnnaWithoutBenjamin Maximilian Wilcke of Oberammergau"
    qtbot.waitUntil(lambda: anna.copy_set.toolTip() == folder, timeout=WAIT_MS)
    assert anna.copy_set.text() == "Copy them to PhotosWithAnnaWith\u2026ke of Oberammergau"


def test_a_set_whose_folder_is_somebodys_is_refused_in_a_sentence(anna, known, tmp_path, qtbot):
    known.save(replace(known.settings, destination=str(tmp_path / "copies")))
    known.catalog.person("OnlyAnna")
    anna.with_whom.how.setCurrentIndex(ONLY)
    qtbot.waitUntil(anna.copy_set.isVisible, timeout=WAIT_MS)
    qtbot.keyClick(anna.copy_set, Qt.Key.Key_Space)
    qtbot.waitUntil(anna.banner.isVisible, timeout=WAIT_MS)
    assert anna.banner.accessibleName() == "PhotosWithOnlyAnna is a person's folder. Give that person another name."
    assert not (tmp_path / "copies").exists()


@pytest.fixture
def searched(place, photos, tmp_path, qtbot):
    """The Sort page after a search for Anna by one of her photos."""
    sort = place.window().sort
    headshot = sorted(place.one._app.catalog.photos_of([_a_face_of_anna(place).content]), key=lambda one: one.path)[0]
    shutil.copy(headshot.path, tmp_path / "anna.jpg")
    sort.who.add_person("Anna", [str(tmp_path / "anna.jpg")])
    sort.where.add_folders([str(photos)])
    sort.where.copies_to.destination = str(tmp_path / "copies")
    qtbot.waitUntil(sort.go.isEnabled, timeout=WAIT_MS)
    sort.start()
    qtbot.waitUntil(lambda: bool(sort.outcome.run.copies.plans), timeout=WAIT_MS)
    return sort


def _a_face_of_anna(place):
    people = People(place.one._app)
    return people.faces_of(place.one._app.catalog.person("Anna"))[0]


def forget(page, monkeypatch):
    """Choose *Forget…* and agree."""
    destructive = QMessageBox.ButtonRole.DestructiveRole
    monkeypatch.setattr(
        QMessageBox, "exec", lambda one: next(b for b in one.buttons() if one.buttonRole(b) is destructive).click()
    )
    choose(page, "Forget…")


def test_the_folder_of_copies_follows_a_name_on_request_and_goes_back(anna, searched, tmp_path, qtbot, monkeypatch):
    def copies():
        return {one.name: len(list(one.iterdir())) for one in (tmp_path / "copies").iterdir()}

    qtbot.waitUntil(lambda: anna.shown is not None and bool(anna.shown.folders), timeout=WAIT_MS)
    before = copies()
    assert list(before) == ["PhotosWithAnna"]
    rename_to(monkeypatch, "Annie", with_folder=True)
    anna.changes.rename_button.click()
    qtbot.waitUntil(lambda: anna.name.text() == "Annie" and anna.banner.isVisible(), timeout=WAIT_MS)
    assert anna.banner.accessibleName() == "Anna is called Annie now, and the folder PhotosWithAnnie."
    assert copies() == {"PhotosWithAnnie": before["PhotosWithAnna"]}
    assert searched.outcome.run.results.person(0).folder_name == "PhotosWithAnnie", "or later copies went elsewhere"
    assert (
        not searched.outcome.run.copies.plans[0].to_copy
        or "PhotosWithAnnie" in searched.outcome.run.copies.plans[0].to_copy[0].folder
    )

    qtbot.keyClick(anna.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: anna.name.text() == "Anna", timeout=WAIT_MS)
    assert copies() == before


def test_the_line_below_the_name_says_whether_the_folder_of_copies_has_all_photos(
    anna, known, searched, tmp_path, qtbot
):
    copies = tmp_path / "copies" / "PhotosWithAnna"
    qtbot.waitUntil(lambda: "PhotosWithAnna" in anna.summary.text(), timeout=WAIT_MS)
    left = 3 - len(list(copies.iterdir()))
    told = {
        0: "PhotosWithAnna is up to date",
        1: "1 photo is not in PhotosWithAnna yet",
        2: "2 photos are not in PhotosWithAnna yet",
    }
    qtbot.waitUntil(lambda: told[left] in anna.summary.text(), timeout=WAIT_MS)
    ben = known.people.find("Ben")
    known.people.name(known.people.unknown()[0].number, "Anna", same_person=True)
    more = f"{left + 3} photos are not in PhotosWithAnna yet"
    qtbot.waitUntil(lambda: more in anna.summary.text(), timeout=WAIT_MS)
    assert known.albums.not_copied(ben, known.people.photos_of(ben)) is None


def test_no_folder_is_renamed_while_photos_are_searched(place, anna, searched, tmp_path, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: anna.shown is not None and bool(anna.shown.folders), timeout=WAIT_MS)
    monkeypatch.setattr(type(place.everybody), "scanning", True)
    rename_to(monkeypatch, "Annie", with_folder=True)
    anna.changes.rename_button.click()
    assert anna.banner.accessibleName().startswith("No folder can be renamed while photos are searched.")
    assert anna.name.text() == "Anna"
    assert (tmp_path / "copies" / "PhotosWithAnna").is_dir()


def names(grid):
    return [Path(one.photo.path).name for one in grid.album.photos]


def test_wrong_photos_are_taken_out_with_one_key_and_their_copies_on_request(anna, searched, known, tmp_path, qtbot):
    qtbot.waitUntil(lambda: anna.shown is not None and bool(anna.shown.folders), timeout=WAIT_MS)
    folder = tmp_path / "copies" / "PhotosWithAnna"
    assert len(list(folder.iterdir())) == 3
    anna.grid.setFocus()
    qtbot.keyClick(anna.grid, Qt.Key.Key_N)
    assert len(anna.grid.album.photos) == 3, "nothing is chosen"
    qtbot.keyClick(anna.grid, Qt.Key.Key_Home)
    qtbot.keyClick(anna.grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    refuse = QAccessible.queryAccessibleInterface(anna.photo_actions.refuse_button)
    assert refuse.text(QAccessible.Text.Name) == anna.photo_actions.refuse_button.text() == "Not Anna"
    assert anna.photo_actions.export_button.text() == "Export 2 photos…"
    qtbot.keyClick(anna.grid, Qt.Key.Key_Escape)
    assert not anna.grid.chosen
    assert not anna.photo_actions.refuse_button.isVisible()
    qtbot.keyClick(anna.grid, Qt.Key.Key_Home)
    assert [Path(one.photo.path).name for one in anna.grid.chosen] == ["2011.jpg"]
    qtbot.keyClick(anna.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(anna.grid) == ["2003.jpg", "None.jpg"] and anna.banner.isVisible(), timeout=WAIT_MS)
    assert anna.banner.accessibleName() == "1 photo was taken out of Anna's photos."
    assert len(list(folder.iterdir())) == 3, "copies go at a click alone"

    qtbot.keyClick(anna.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(anna.grid.album.photos) == 3 and anna.photo_actions.isEnabled(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not anna.photo_actions.copies_button.isVisible(), timeout=WAIT_MS)

    qtbot.keyClick(anna.grid, Qt.Key.Key_End)
    qtbot.keyClick(anna.grid, Qt.Key.Key_N)
    qtbot.waitUntil(anna.photo_actions.copies_button.isVisible, timeout=WAIT_MS)
    assert anna.photo_actions.copies_button.text() == "Take back 1 copy"
    anna.photo_actions.copies_button.setFocus()
    qtbot.keyClick(anna.photo_actions.copies_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(list(folder.iterdir())) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: anna.banner.accessibleName() == "1 copy was taken back.", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not anna.photo_actions.copies_button.isVisible(), timeout=WAIT_MS)


def test_chosen_photos_are_exported_and_all_of_them_into_a_zip_file(anna, tmp_path, qtbot):
    anna.grid.setFocus()
    qtbot.keyClick(anna.grid, Qt.Key.Key_Home)
    dialog = anna.photo_actions.export()
    assert dialog.windowTitle() == "Export 1 photo"
    dialog.folder = str(tmp_path)
    qtbot.keyClick(dialog.go, Qt.Key.Key_Return)
    qtbot.waitUntil(anna.banner.isVisible, timeout=WAIT_MS)
    assert os.listdir(tmp_path / "Photos of Anna") == ["2011.jpg"]
    assert (tmp_path / "Photos of Anna" / "2011.jpg").read_bytes() == Path(anna.shown.photos[0].photo.path).read_bytes()
    assert anna.banner.accessibleName() == f"1 photo of Anna is in {tmp_path.name}/Photos of Anna."

    qtbot.keyClick(anna.grid, Qt.Key.Key_Escape)
    dialog = anna.photo_actions.export()
    dialog.folder = str(tmp_path)
    for choice in (dialog.as_zip, dialog.sized, dialog.metadata):
        qtbot.keyClick(choice, Qt.Key.Key_Space)
    assert dialog.where.toolTip() == str(tmp_path / "Photos of Anna.zip")
    qtbot.keyClick(dialog.metadata, Qt.Key.Key_Return)
    qtbot.waitUntil((tmp_path / "Photos of Anna.zip").exists, timeout=WAIT_MS)
    with zipfile.ZipFile(tmp_path / "Photos of Anna.zip") as archive:
        assert sorted(archive.namelist()) == ["2003.jpg", "2011.jpg", "None.jpg"]
        assert not Image.open(archive.open("2003.jpg")).getexif()


def test_a_stopped_export_and_one_that_fails_say_what_is_there(anna, tmp_path, qtbot, monkeypatch):
    held = threading.Event()
    write = export._write

    def slowly(profile, photo, request, temporary):
        if photo.path.endswith("None.jpg"):
            held.wait(20)
            raise PhotoError("held until the export was stopped")
        return write(profile, photo, request, temporary)

    monkeypatch.setattr(export, "_write", slowly)
    dialog = anna.photo_actions.export()
    dialog.folder = str(tmp_path)
    qtbot.keyClick(dialog.go, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.bar.value() == 2, timeout=WAIT_MS)
    qtbot.keyClick(dialog.cancel, Qt.Key.Key_Space)
    held.set()
    qtbot.waitUntil(anna.banner.isVisible, timeout=WAIT_MS)
    assert anna.banner.accessibleName() == (
        f"2 photos of Anna are in {tmp_path.name}/Photos of Anna. The export was stopped; the others were not exported."
    )
    there = os.listdir(tmp_path / "Photos of Anna")
    assert "2011.jpg" in there
    assert not [one for one in there if one.startswith(".")]

    anna.banner.hide()
    monkeypatch.undo()
    Path(anna.shown.photos[0].photo.path).unlink()
    dialog = anna.photo_actions.export()
    dialog.folder = str(tmp_path)
    dialog.start()
    qtbot.waitUntil(anna.banner.isVisible, timeout=WAIT_MS)
    assert anna.banner.accessibleName().startswith(
        f"2 photos of Anna are in {tmp_path.name}/Photos of Anna (1). 1 photo could not be exported. 2011.jpg: "
    )


def known_faces(page):
    return [one.accessibleName() for one in page.known_by.buttons]


def test_a_time_without_a_face_is_told_and_filled_by_a_key_and_undone(anna, known, qtbot):
    person, known_by = known.people.find("Anna"), anna.known_by
    undated, first = (
        next(one for one in known.references.of(person) if (one.taken_at and one.taken_at.year) == year)
        for year in (None, 2003)
    )
    known.references.remove(person, undated.portrait)
    known.people.set_born(person, date(2000, 1, 1))
    qtbot.waitUntil(lambda: known_faces(anna) == ["Face 1: 11 years, good", "Face 2: 3 years, good"], timeout=WAIT_MS)
    assert known_by._gap_hint.isHidden(), "no photo is of that time"
    known.references.remove(person, first.portrait)
    qtbot.waitUntil(known_by.gap_button.isVisible, timeout=WAIT_MS)
    assert known_by._gap_hint.text() == "No face of 3 to 10 years."
    known_by.gap_button.setFocus()
    qtbot.keyClick(known_by.gap_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(known_by.buttons) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(known_by._gap_hint.isHidden, timeout=WAIT_MS)
    assert known_faces(anna) == ["Face 1: 11 years, good", "Face 2: 3 years, good"]
    assert anna.banner.accessibleName() == "Anna is known by 1 more face."
    qtbot.keyClick(anna.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(known_by.gap_button.isVisible, timeout=WAIT_MS)


def test_the_faces_somebody_is_known_by_are_shown_removed_and_put_back(anna, known, qtbot):
    qtbot.waitUntil(lambda: len(anna.known_by.buttons) == 3, timeout=WAIT_MS)
    assert known_faces(anna) == ["Face 1: 2011, good", "Face 2: 2003, good", "Face 3: no date, good"]
    before = known.references.of(anna.person)
    People(known).set_born(anna.person, date(2001, 6, 1))
    anna.show_person(anna.person)
    qtbot.waitUntil(
        lambda: known_faces(anna) == ["Face 1: 9 years, good", "Face 2: 1 year, good", "Face 3: no date, good"],
        timeout=WAIT_MS,
    )

    anna.window().activateWindow()
    qtbot.waitUntil(anna.window().isActiveWindow, timeout=WAIT_MS)
    first = anna.known_by.buttons[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    second = anna.known_by.buttons[1]
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: known_faces(anna) == ["Face 1: 9 years, good", "Face 2: no date, good"], timeout=WAIT_MS)
    assert anna.banner.accessibleName() == "Anna is not known by this face any more."
    assert anna.known_by.buttons[1].hasFocus()
    assert len(anna.grid.album.photos) == 3, "it is her face still"
    qtbot.keyClick(anna.banner.action, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(anna.known_by.buttons) == 3, timeout=WAIT_MS)
    assert {one.portrait.content for one in known.references.of(anna.person)} == {
        one.portrait.content for one in before
    }
    assert sum(one.is_cover for one in known.references.of(anna.person)) == 1

    last = anna.known_by.buttons[2]
    next(action for action in last.menu_of().actions() if action.text() == "Use as cover").trigger()
    qtbot.waitUntil(lambda: [one.is_cover for one in known.references.of(anna.person)] == [0, 0, 1], timeout=WAIT_MS)


def test_a_picture_becomes_a_reference_after_the_questions_it_needs(anna, known, data, tmp_path, qtbot, monkeypatch):
    someone = Path(anna.shown.photos[0].photo.path).parent.name
    more = sorted(next(one for one in (data / "lfw").iterdir() if one.name == someone).iterdir())[3]
    stranger = next(
        one for one in known.catalog.photos_of([People(known).faces_of(known.catalog.person("Ben"))[0].content])
    ).path
    qtbot.waitUntil(lambda: len(anna.known_by.buttons) == 3, timeout=WAIT_MS)
    monkeypatch.setattr(file_dialogs.QFileDialog, "getOpenFileNames", lambda *asked: ([str(more)], ""))
    qtbot.keyClick(anna.known_by.add_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(anna.known_by.buttons) == 4, timeout=WAIT_MS)
    assert anna.banner.accessibleName() == "Anna is known by 1 more face."
    anna.known_by.add([str(more)])
    qtbot.waitUntil(lambda: anna.banner.accessibleName().startswith("Anna is known by this face"), timeout=WAIT_MS)

    asked, answers = [], [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *words: asked.append(words[2]) or answers.pop(0))
    anna.known_by.add([stranger])
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=WAIT_MS)
    assert asked == [f"The face in {Path(stranger).name} does not look like Anna. Is it Anna nevertheless?"]
    anna.known_by.add([stranger])
    qtbot.waitUntil(lambda: len(anna.known_by.buttons) == 5, timeout=WAIT_MS)

    both = tmp_path / "both.jpg"
    together = Image.new("RGB", (500, 250))
    together.paste(Image.open(stranger).resize((250, 250)), (0, 0))
    together.paste(Image.open(anna.shown.photos[1].photo.path).resize((250, 250)), (250, 0))
    together.save(both, quality=95)
    shown = []

    def pick(picker):
        picker.show()
        shown.append([one.accessibleName() for one in picker.faces])
        QTest.keyClick(picker.faces[0], Qt.Key.Key_Right)
        assert picker.chosen == 1
        QTest.keyClick(picker.faces[1], Qt.Key.Key_Return)
        return picker.result()

    monkeypatch.setattr(FacePicker, "exec", pick)
    monkeypatch.setattr(QMessageBox, "question", lambda *words: QMessageBox.StandardButton.Yes)
    anna.known_by.add([str(both), str(tmp_path / "gone.jpg")])
    qtbot.waitUntil(lambda: len(anna.known_by.buttons) == 6, timeout=WAIT_MS)
    assert shown == [["Face 1", "Face 2"]]


def test_nobody_is_forgotten_while_folders_are_kept_up_to_date(anna, searched, known, qtbot, monkeypatch):
    keep = searched.outcome.review.keep
    keep.click()
    assert searched.searching
    forget(anna, monkeypatch)
    assert anna.banner.accessibleName().startswith("Nobody can be forgotten while photos are searched.")
    keep.click()
    assert searched.searching, "what is under way ends on its worker"
    forget(anna, monkeypatch)
    assert known.catalog.knows("Anna")
    qtbot.waitUntil(lambda: not searched.searching, timeout=WAIT_MS)
    forget(anna, monkeypatch)
    qtbot.waitUntil(lambda: not known.catalog.knows("Anna"), timeout=WAIT_MS)


def test_results_about_somebody_who_is_forgotten_are_left(anna, searched, known, qtbot, monkeypatch):
    outcome = searched.outcome
    forget(anna, monkeypatch)
    qtbot.waitUntil(lambda: searched.outcome is None, timeout=WAIT_MS)
    anna.window().sidebar.places[Route.SORT].click()
    assert searched.welcome.isVisible()
    assert not outcome.isVisible()
    errors = []
    outcome.run.failed.connect(errors.append)
    outcome.review.decide(Decision.NO)
    assert outcome.review.undo_decision() is None
    assert outcome.run.results is None
    assert not errors
    assert not known.catalog.knows("Anna")


def test_results_about_others_stay(anna, place, searched, known, qtbot, monkeypatch):
    anna.back.click()
    qtbot.waitUntil(lambda: "Ben, 3 photos" in cards(place), timeout=WAIT_MS)
    cards(place)["Ben, 3 photos"].click()
    qtbot.waitUntil(anna.changes.more_button.isEnabled, timeout=WAIT_MS)
    forget(anna, monkeypatch)
    qtbot.waitUntil(lambda: not known.catalog.knows("Ben"), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: place.currentWidget() is place.everybody, timeout=WAIT_MS)
    assert searched.outcome.isVisibleTo(searched)
    assert searched.outcome.run.results.names == ("Anna",)


def test_a_new_name_is_the_one_that_is_looked_for(anna, searched, known, qtbot, monkeypatch, tmp_path):
    keep = searched.outcome.review.keep
    before = searched.outcome.run.changes
    keep.click()
    qtbot.waitUntil(lambda: searched.outcome.run.changes > before, timeout=WAIT_MS)
    rename_to(monkeypatch, "Annie")
    anna.changes.rename_button.click()
    qtbot.waitUntil(lambda: anna.name.text() == "Annie", timeout=WAIT_MS)
    assert [draft.name for draft in searched.who.drafts] == ["Annie"]
    assert searched.outcome.run.results.names == ("Annie",)
    qtbot.waitUntil(lambda: "Annie" in "".join(known.settings.people), timeout=WAIT_MS)
    assert keep.isChecked()
    shutil.copy(tmp_path / "anna.jpg", searched.where.folders[0] + "/late.jpg")
    qtbot.waitUntil(lambda: searched.outcome.run.done == 10, timeout=WAIT_MS)
    keep.click()
    qtbot.waitUntil(lambda: not searched.searching, timeout=WAIT_MS)
    searched.start()
    qtbot.waitUntil(lambda: bool(searched.outcome.run.copies.plans), timeout=WAIT_MS)
    assert sorted(one.person.name for one in known.catalog.people()) == ["Annie", "Ben"]


def test_what_stays_in_amazon_rekognition_is_told_before_somebody_is_forgotten(place, known, qtbot, monkeypatch):
    row = "INSERT INTO paid_pictures VALUES ('facesorter-12ab', 'Anna/1.jpg', '1', 'Anna', '[]', NULL)"
    migrations = (*MIGRATIONS, PAID_MIGRATION)
    with closing(Database(known.paths.duplicates, migrations)) as database, database.writing() as connection:
        connection.execute(row)
    qtbot.mouseClick(cards(place)["Anna, 3 photos"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: place.one.shown is not None, timeout=WAIT_MS)
    told = []

    def keep(box):
        told.append(box.informativeText())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", keep)
    place.one.changes._ask_forget()
    (said,) = told
    assert said.endswith("aws rekognition delete-collection --collection-id facesorter-12ab")
    assert known.catalog.knows("Anna")


def test_the_page_is_made_without_showing_any_window(qapp, window, known, jobs, theme):
    shown = []

    class Watching(QObject):
        def eventFilter(self, watched, event):  # noqa: N802
            if event.type() is QEvent.Type.Show and isinstance(watched, QWindow):
                shown.append(watched.objectName())
            return False

    watching = Watching()
    qapp.installEventFilter(watching)
    try:
        page = PersonPage(known, jobs, theme, lambda: False, window)
        qapp.processEvents()
    finally:
        qapp.removeEventFilter(watching)
    assert page.isAncestorOf(page.grid)
    assert shown == []
