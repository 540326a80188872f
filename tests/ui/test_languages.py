"""The window and the command line in German and Spanish, as the translations are compiled at build."""

import importlib
import os
import shutil
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from facesorter import cli
from facesorter.domain import messages
from facesorter.domain.figures import day_and_time, decimal, percent, percent_range, whole
from facesorter.paths import AppPaths
from facesorter.settings import Settings, save
from facesorter.ui.paid.cap_field import CapField
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.routes import Route
from facesorter.ui.shell.words import photos_taken

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def locale(tmp_path_factory):
    """The folder of the compiled translations."""
    folder = tmp_path_factory.mktemp("resources") / "locale"
    shutil.copytree(ROOT / "resources" / "locale", folder)
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        importlib.import_module("translations").compile_all(folder)
    finally:
        sys.path.remove(str(ROOT / "packaging"))
    return folder


@pytest.fixture
def speak(locale):
    """Speaks a language until the test is over."""
    usual = QLocale()

    def begin(language):
        messages.speak([language], locale)
        QLocale.setDefault(QLocale(language))

    yield begin
    messages.speak([], locale)
    QLocale.setDefault(usual)


def test_figures_are_written_as_in_the_language(speak):
    speak("de")
    figures = whole(100_000), decimal(1234.5), percent(97.9), percent_range(50, 79)
    assert figures == ("100.000", "1.234,5", "97\u00a0%", "50\u201379\u00a0%")
    speak("en")
    assert (whole(100_000), decimal(1234.5), percent(97.9)) == ("100,000", "1,234.5", "97%")


def test_days_are_written_as_in_the_language(speak):
    moment = datetime(2026, 11, 28, 16, 5)
    written = []
    for language in ("en", "de", "es"):
        speak(language)
        written.append(day_and_time(moment))
    assert written == ["2026-11-28 16:05", "28.11.2026 16:05", "28/11/2026 16:05"]


def test_a_month_is_named_as_in_the_language(speak):
    written = []
    for language in ("en", "de", "es"):
        speak(language)
        written.append(photos_taken(96, date(2023, 7, 1), date(2023, 7, 31)))
    assert written == ["96 photos, July 2023", "96 Fotos, Juli 2023", "96 fotos, julio de 2023"]


def test_a_sum_is_shown_and_typed_in_the_language(speak, qtbot):
    speak("de")
    field = CapField()
    qtbot.addWidget(field)
    field.show_cents(500)
    assert field.text() == "5,00\u00a0$"
    field.selectAll()
    QTest.keyClicks(field, "12,5 $")
    assert field.cents == 1250


@pytest.mark.parametrize(("language", "found"), [("de", "60 Fotos"), ("es", "60 fotos")])
def test_a_run_speaks_it(speak, language, found, qtbot, request):
    speak(language)
    page = request.getfixturevalue("finished")
    assert page.outcome.run.state is State.FINISHED
    assert any(found in label.text() for label in page.findChildren(QLabel))


def test_the_settings_keep_the_language_and_tell_of_the_restart(window, app, qtbot):
    window.go_to(Route.SETTINGS)
    page = window.pages.currentWidget()
    assert not page._restart.isVisibleTo(page)
    page.language.setCurrentIndex(page.language.findData("de"))
    qtbot.waitUntil(lambda: app.settings.language == "de")
    assert page._restart.isVisibleTo(page)
    page.language.setCurrentIndex(page.language.findData("system"))
    assert not page._restart.isVisibleTo(page)


@pytest.mark.usefixtures("speak")
@pytest.mark.parametrize(
    ("system", "chosen", "heading"),
    [
        ("de_AT.UTF-8", "system", "Aufruf: "),
        ("es", "system", "uso: "),
        ("de", "es", "uso: "),
        ("de", "en", "usage: "),
        ("fr", "system", "usage: "),
    ],
)
def test_the_command_line_speaks_the_settings_or_the_systems(system, chosen, heading, locale, monkeypatch, capsys):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", system)
    paths = AppPaths.default()
    os.makedirs(paths.profile, exist_ok=True)
    save(replace(Settings(), language=chosen), paths.settings)
    monkeypatch.setattr(cli, "resource", lambda name: locale)
    assert cli.run(["sort", "--help"]) == 0
    assert capsys.readouterr().out.startswith(heading)
