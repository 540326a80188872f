"""The settings with a real app: account and key against services on this computer, and deleting everything."""

import json
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from rekognition_server import KEY, aws_environment, rekognition_server
from s3_server import s3_server
from skimage import data as pictures

from facesorter.domain.spending import SavingsMode
from facesorter.endpoint.faults import NO_FAULTS, Faults
from facesorter.engines.local.engine import LocalEngine
from facesorter.engines.rekognition.account import Account
from facesorter.ui.paid.engine_choice import REKOGNITION
from facesorter.ui.paid.savings_dialog import SpendDialog
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.routes import Route


@pytest.fixture(scope="module")
def services():
    with s3_server() as (aws, _), rekognition_server(LocalEngine()) as rekognition:
        yield SimpleNamespace(aws=aws, rekognition=rekognition)


@pytest.fixture
def app(tmp_path, monkeypatch, services, open_app):
    for name, value in aws_environment(tmp_path, services.rekognition.address, services.aws).items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    services.rekognition.calls.clear()
    return open_app()


@pytest.fixture
def settings(window):
    window.go_to(Route.SETTINGS)
    return window.pages.currentWidget()


@pytest.fixture
def account(settings, qtbot):
    """The card of the account, with Rekognition in Ireland chosen."""
    card = settings.account
    for box, value in ((card.engine, REKOGNITION), (card.region, "eu-west-1")):
        qtbot.waitUntil(lambda box=box, value=value: box.findData(value) >= 0)
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())
        qtbot.waitUntil(lambda box=box, value=value: box.currentData() == value)
    qtbot.waitUntil(lambda: settings._app.settings.aws_region == "eu-west-1")
    return card


def test_the_account_shows_only_where_it_is_used(settings, qtbot):
    assert not settings.account.check.isVisible()
    settings.account.engine.setCurrentIndex(1)
    settings.account.engine.activated.emit(1)
    qtbot.waitUntil(settings.account.check.isVisible)
    assert settings.account._sending.isVisible()


def test_what_can_be_said_of_the_account_is_asked_for_where_it_is_used(settings, qtbot):
    """The library for AWS takes a third of a second to load."""
    qtbot.wait(500)
    assert settings.account.region.count() == 1
    settings.account.engine.setCurrentIndex(1)
    settings.account.engine.activated.emit(1)
    qtbot.waitUntil(lambda: settings.account.region.count() > 2)


def test_the_account_shows_for_photos_in_s3_too(settings, window, app):
    app.save(replace(app.settings, folders=("s3://photos/family",)))
    window.go_to(Route.SORT)
    window.go_to(Route.SETTINGS)
    assert settings.account.region.isVisible()
    assert not settings.account._sending.isVisible()


def test_who_one_is_and_what_is_allowed(account, qtbot):
    account.check.click()
    qtbot.waitUntil(account.check.isEnabled, timeout=20000)
    text = account._checked.text()
    assert "123456789012" in text
    assert "eu-west-1" in text
    assert "All required permissions are granted." in text


@pytest.fixture
def slow_aws(monkeypatch):
    """AWS does not say who one is before the gate is open; it was asked once `asked` is set."""
    aws = SimpleNamespace(asked=threading.Event(), gate=threading.Event())
    identity = Account.identity

    def wait(account):
        aws.asked.set()
        aws.gate.wait(10)
        return identity(account)

    monkeypatch.setattr(Account, "identity", wait)
    yield aws
    aws.gate.set()


def test_what_is_to_be_remembered_does_not_wait_for_aws(account, qtbot, settings, app, slow_aws):
    account.check.click()
    qtbot.waitUntil(slow_aws.asked.is_set)
    settings.knowledge.wanted.emit({"threshold": 66.0})
    qtbot.waitUntil(lambda: app.settings.threshold == 66.0)
    assert not slow_aws.gate.is_set()


def test_what_aws_says_of_the_account_before_is_not_told(account, qtbot, slow_aws):
    account.check.click()
    qtbot.waitUntil(slow_aws.asked.is_set)
    account.region.setCurrentIndex(account.region.findData("eu-central-1"))
    account.region.activated.emit(account.region.currentIndex())
    slow_aws.gate.set()
    qtbot.wait(500)
    assert account._checked.text() == ""
    account.check.click()
    qtbot.waitUntil(account.check.isEnabled, timeout=20000)
    assert "eu-central-1" in account._checked.text()


def test_a_refused_account_is_told_with_what_to_do(account, qtbot, services, monkeypatch):
    account.region.setCurrentIndex(0)
    account.region.activated.emit(0)
    qtbot.waitUntil(lambda: account._app.settings.aws_region == "")
    account.check.click()
    qtbot.waitUntil(account.check.isEnabled, timeout=20000)
    assert account._checked.text().startswith("No AWS region is set. Choose one in Settings")


def test_a_password_file_is_explained_and_a_key_file_taken(account, qtbot, tmp_path):
    password = tmp_path / "credentials.csv"
    password.write_text("User name,Password,Console sign-in URL\nanna,hidden,https://example.com\n")
    account.take_key_file(str(password))
    qtbot.waitUntil(lambda: "password for the AWS console" in account._key_said.text())
    key = tmp_path / "key.csv"
    key.write_text(f"Access key ID,Secret access key\nAKIDIMPORTED,{KEY.secret}\n")
    account.take_key_file(str(key))
    qtbot.waitUntil(lambda: "AKIDIMPORTED, until FaceSorter is closed" in account._key.text())
    account.forget_key.click()
    qtbot.waitUntil(lambda: account._key.text() == "No key has been imported.")
    assert account._app.keys.key() is None


def test_a_keyring_that_takes_its_time_does_not_tell_of_the_key_before(account, qtbot, tmp_path, monkeypatch, app):
    asked, gate, key = threading.Event(), threading.Event(), app.keys.key

    def slow():
        known = key()
        if not asked.is_set():
            asked.set()
            gate.wait(2)
        return known

    monkeypatch.setattr(app.keys, "key", slow)
    account._refresh_facts()
    qtbot.waitUntil(asked.is_set)
    file = tmp_path / "key.csv"
    file.write_text(f"Access key ID,Secret access key\nAKIDIMPORTED,{KEY.secret}\n")
    account.take_key_file(str(file))
    qtbot.waitUntil(lambda: "AKIDIMPORTED" in account._key.text())
    gate.set()
    qtbot.wait(300)
    assert "AKIDIMPORTED" in account._key.text()


def test_a_missing_key_file_is_told(account, qtbot, tmp_path):
    account.take_key_file(str(tmp_path / "gone.csv"))
    qtbot.waitUntil(lambda: account._key_said.text().startswith("The key file cannot be read"))


def test_the_policy_can_be_copied(account):
    account.permissions.copy_policy.click()
    policy = json.loads(QApplication.clipboard().text())
    assert policy["Statement"][0]["Action"] == ["rekognition:CompareFaces", "rekognition:DetectFaces"]


def test_own_models_are_taken_and_given_back(settings, qtbot, app, tmp_path):
    settings.knowledge.wanted.emit({"models_folder": str(tmp_path)})
    qtbot.waitUntil(settings.knowledge.usual_models.isVisible)
    assert app.settings.models_folder == str(tmp_path)
    settings.knowledge.usual_models.click()
    qtbot.waitUntil(lambda: app.settings.models_folder == "")


def test_deleting_everything_leaves_nothing_and_closes_the_window(settings, qtbot, window, app, monkeypatch):
    told = []
    monkeypatch.setattr(settings.knowledge, "tell", lambda *said: told.append(said[0]))
    settings.knowledge.wanted.emit({"threshold": 66.0})
    qtbot.waitUntil(lambda: app.settings.threshold == 66.0 and app.paths.settings.exists())
    assert app.catalog.selected() == 0
    assert app.paths.catalog.exists()
    settings.knowledge.forget_everything()
    assert told == ["Everything FaceSorter had stored was deleted."]
    assert not window.isVisible()
    assert not app.paths.profile.exists()


@pytest.fixture
def page(window, account, qtbot, tmp_path):
    """The Sort page with a headshot, three photos of the same person and one of nobody."""
    face = Image.fromarray(pictures.astronaut()).crop((110, 0, 340, 230))
    nobody = Image.fromarray(pictures.coffee()).resize((500, 400))
    face.save(tmp_path / "eileen.png")
    photos = tmp_path / "photos"
    photos.mkdir()
    nobody.save(photos / "nobody.jpg")
    for number in range(3):
        photo = nobody.copy()
        photo.paste(face, (100 + 20 * number, 60))
        photo.save(photos / f"{number}.jpg")
    page = window.sort
    window.go_to(Route.SORT)
    page.where.copies_to.destination = str(tmp_path / "out")
    page.who.add_headshots([str(tmp_path / "eileen.png")])
    page.where.add_folders([str(photos)])
    qtbot.waitUntil(page.go.isEnabled, timeout=20000)
    return page


def test_a_paid_run_costs_what_was_said_and_nothing_the_second_time(page, qtbot, services):
    assert (
        page.where.engine.sentence() == "Amazon Rekognition, eu-west-1: about 4 calls, $0.004; at most 5 calls, $0.005."
    )
    assert services.rekognition.calls == []
    page.choice.choose(consent=True)
    page.start()
    qtbot.waitUntil(lambda: page.outcome.run.state is State.FINISHED, timeout=20000)
    assert len(services.rekognition.calls) == 4
    assert page.outcome.run.progress.spent.calls == 4
    assert page.outcome.run.results.balance(0).copied == 3
    qtbot.waitUntil(lambda: "nothing to pay" in page.where.engine.sentence(), timeout=20000)


@pytest.mark.parametrize("savings", [SavingsMode.NONE, SavingsMode.FACELESS])
def test_stop_waits_for_the_answers_of_a_paid_run_and_again_gives_them_up(page, qtbot, services, savings):
    page.choice.choose(consent=True, savings=savings)
    qtbot.waitUntil(page.go.isEnabled, timeout=20000)
    services.rekognition.endpoint.faults = Faults(slow=1, slow_seconds=8)
    try:
        page.start()
        run = page.outcome.run
        qtbot.waitUntil(lambda: run.progress.costs and run.begun.spent.calls > 0, timeout=20000)
        began = time.monotonic()
        page.outcome.run.stop()
        qtbot.wait(500)
        assert page.outcome.run.state is State.STOPPING
        page.outcome.run.stop()
        qtbot.waitUntil(lambda: page.outcome.run.state is State.STOPPED, timeout=5000)
        assert time.monotonic() - began < 4
        assert not page.banner.isVisible()
        assert page.outcome.run.progress.spent.calls > 0
        qtbot.waitUntil(lambda: len(services.rekognition.calls) >= page.outcome.run.progress.spent.calls, timeout=15000)
    finally:
        services.rekognition.endpoint.faults = NO_FAULTS


def test_every_way_to_spend_less_shows_its_price(page, qtbot, services, theme, jobs, app):
    dialog = SpendDialog(app, jobs, page.request(), page)
    dialog.show()
    qtbot.waitUntil(lambda: all(price.text() != "…" for price in dialog.prices.values()), timeout=20000)
    shown = {savings: price.text() for savings, price in dialog.prices.items()}
    assert shown == {
        SavingsMode.NONE: "$0.004",
        SavingsMode.FACELESS: "$0.003",
        SavingsMode.HYBRID: "$0.00",
        SavingsMode.SHEETS: "$0.001",
    }
    dialog.choices[SavingsMode.FACELESS].click()
    assert dialog.savings is SavingsMode.FACELESS
    dialog.reject()
    assert services.rekognition.calls == []
