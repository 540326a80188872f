"""The help: every page with its pictures, the keys that there are, what is inside, and a check that can be sent on."""

import json
import re
from functools import partial
from importlib import metadata
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from facesorter import __version__
from facesorter.paths import resource
from facesorter.ui.help.about import about_text, parts
from facesorter.ui.help.guide import guide_pages
from facesorter.ui.help.help_window import HelpWindow
from facesorter.ui.review.photo_grid import _MOVES, DECISION_KEYS


@pytest.fixture
def shown(window, open_app, jobs, qtbot):
    made = HelpWindow(open_app(), jobs, window)
    qtbot.addWidget(made)
    made.show()
    return made


def test_f1_and_the_button_open_one_window(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_F1)
    first = window._help
    assert first is not None
    assert first.isVisible()
    first.hide()
    window.sidebar.help.click()
    assert window._help is first
    assert first.isVisible()
    assert "F1" in QKeySequence(QKeySequence.StandardKey.HelpContents).toString()


def test_every_page_is_shown_with_its_pictures(shown):
    titles = [shown.topics.item(row).text() for row in range(shown.topics.count())]
    assert titles[-2:] == ["Check for problems", "About FaceSorter"]
    assert len(titles) >= 7
    for row, page in enumerate(guide_pages("en")):
        shown.topics.setCurrentRow(row)
        assert page.title in shown.page.toPlainText()
        assert "**" not in shown.page.toPlainText()
        for picture in re.findall(r"!\[.+\]\((.+)\)", page.markdown):
            assert (page.folder / picture).stat().st_size < 60_000
    shown.topics.setCurrentRow(0)
    picture = shown.page.document().resource(2, "pictures/start.jpg")
    assert picture is not None
    assert shown.page.document().size().height() > 700, "there is no room for the picture"


@pytest.mark.parametrize("language", ["de", "es"])
def test_every_language_has_the_pages_and_pictures_of_the_english_guide(language):
    english, translated = guide_pages("en"), guide_pages(language)
    assert [len(page.markdown.split("\n\n")) for page in translated] == [
        len(page.markdown.split("\n\n")) for page in english
    ]
    for page, other in zip(translated, english, strict=True):
        assert page.folder.name == language
        assert page.title != other.title
        pictures = re.findall(r"!\[.+\]\((.+)\)", page.markdown)
        assert pictures == re.findall(r"!\[.+\]\((.+)\)", other.markdown)
        for picture in pictures:
            assert (page.folder / picture).read_bytes() != (other.folder / picture).read_bytes()


def test_a_language_without_a_guide_has_the_english_one():
    assert guide_pages("fr_CA") == guide_pages("en")


def test_the_map_of_keys_names_all_that_the_photos_answer_to():
    text = next(page.markdown for page in guide_pages("en") if page.title == "Keys")
    for key in (*DECISION_KEYS, *_MOVES):
        name = key.name.removeprefix("Key_")
        told = {"PageUp": "Page Up", "PageDown": "Page Down"}.get(name, name)
        assert told in text or ("Arrow keys" in text and name in ("Left", "Right", "Up", "Down")), name


def test_about_tells_version_and_licenses_of_what_is_installed(shown, qtbot):
    shown.topics.setCurrentRow(shown.topics.count() - 1)
    qtbot.waitUntil(lambda: "SFace" in shown.page.toPlainText(), timeout=10000)
    text = shown.page.toPlainText()
    assert f"FaceSorter {__version__}" in text
    for name in ("onnxruntime", "numpy", "pillow", "YuNet", "SFace"):
        assert name.lower() in text.lower()
    found = {part.name.lower(): part for part in parts()}
    assert all(part.license for part in found.values()), [part for part in found.values() if not part.license]


def test_the_window_waits_neither_for_the_list_of_packages_nor_for_their_versions(shown, qtbot, monkeypatch):
    asked = []

    def version(usual, *names):
        asked.append(QThread.currentThread())
        return usual(*names)

    for name in ("version", "metadata", "requires"):
        monkeypatch.setattr(metadata, name, partial(version, getattr(metadata, name)))
    shown.topics.setCurrentRow(shown.topics.count() - 1)
    qtbot.waitUntil(lambda: "SFace" in shown.page.toPlainText(), timeout=10000)
    assert asked
    about = len(asked)
    shown.topics.setCurrentRow(shown.topics.count() - 2)
    shown.check.check.click()
    qtbot.waitUntil(shown.check.check.isEnabled, timeout=30000)
    assert len(asked) > about
    assert shown.thread() not in asked


def test_a_page_chosen_meanwhile_stays(shown, qtbot):
    shown.topics.setCurrentRow(shown.topics.count() - 1)
    shown.topics.setCurrentRow(0)
    qtbot.waitUntil(lambda: not shown._jobs._alive, timeout=10000)
    assert guide_pages("en")[0].title in shown.page.toPlainText()


def test_about_tells_what_the_frozen_program_carries(tmp_path):
    component = {"name": "thing", "version": "1.2", "licenses": [{"license": {"id": "MIT"}}]}
    (tmp_path / "sbom.json").write_text(json.dumps({"components": [component]}))
    assert [tuple(part) for part in parts(tmp_path)] == [("thing", "1.2", "MIT")]
    assert "| Package | Version | License |" in about_text()


def test_problems_are_looked_for_and_the_report_names_no_folders(shown, qtbot, tmp_path):
    shown.topics.setCurrentRow(shown.topics.count() - 2)
    view = shown.check
    assert not view.save.isEnabled()
    view.check.click()
    qtbot.waitUntil(view.check.isEnabled, timeout=30000)
    text = view.text.toPlainText()
    assert f"FaceSorter {__version__}" in text
    assert "self-test: the models answer as they should" in text
    assert str(tmp_path) in text, "without a path there is nothing to leave out"
    target = tmp_path / "report.txt"
    view.save_report(str(target))
    qtbot.waitUntil(target.exists, timeout=5000)
    qtbot.waitUntil(lambda: "saved" in view._said.text(), timeout=5000)
    report = target.read_text()
    assert "self-test: the models answer as they should" in report
    assert str(tmp_path) not in report
    assert str(Path.home()) not in report


def test_the_guide_is_part_of_the_resources():
    assert resource("guide/en/1-start.md").is_file()
