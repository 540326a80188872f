"""The Compare page through Amazon Rekognition: a real app, the endpoint over HTTP, painted faces."""

import json
import time
from typing import cast

import pytest
from painted import ANNA, BEN, PaintedEngine, painted
from PySide6.QtWidgets import QApplication, QLabel
from rekognition_server import KEY, aws_environment, rekognition_server

from facesorter.app import App
from facesorter.domain.spending import CONSENT
from facesorter.endpoint.faults import NO_FAULTS, Faults
from facesorter.engines.local.engine import LocalEngine
from facesorter.paths import AppPaths
from facesorter.ui.compare.compared_faces import Part
from facesorter.ui.compare.comparing import State
from facesorter.ui.paid.consent_dialog import ConsentDialog
from facesorter.ui.paid.engine_choice import LOCAL, REKOGNITION
from facesorter.ui.shell.routes import Route

MORE = {
    "AgeRange": {"Low": 31, "High": 39},
    "Smile": {"Value": True, "Confidence": 97.5},
    "Emotions": [{"Type": "HAPPY", "Confidence": 96.0}],
}
"""What Amazon's service says about a face if it is asked for all, and this computer's endpoint does not know."""


def knowing(detect):
    """DetectFaces as Amazon answers it."""

    def answer(values, region):
        more = MORE if values["Attributes"] == ["ALL"] else {}
        return {"FaceDetails": [detail | more for detail in detect(values, region)["FaceDetails"]]}

    return answer


@pytest.fixture
def server(monkeypatch, tmp_path):
    with rekognition_server(PaintedEngine()) as running:
        operations = running.endpoint._service.operations
        operations["DetectFaces"] = knowing(operations["DetectFaces"])
        for name, value in aws_environment(tmp_path, running.address).items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def app(tmp_path, server):
    made = App(AppPaths(tmp_path / "profile"))
    made._engine = cast("LocalEngine", PaintedEngine())
    made.open()
    yield made
    made.close()


@pytest.fixture
def asked(monkeypatch):
    """The questions whether photos may be sent; the answer is yes."""
    asked = []

    def exec_(dialog):
        asked.append(" ".join(one.text() for one in dialog.findChildren(QLabel)))
        return ConsentDialog.DialogCode.Accepted

    monkeypatch.setattr(ConsentDialog, "exec", exec_)
    return asked


@pytest.fixture
def page(window, tmp_path):
    (tmp_path / "photos").mkdir()
    put(tmp_path / "head.png", (100, 80, 120, ANNA))
    put(tmp_path / "both.png", (30, 60, 60, BEN), (200, 100, 80, ANNA))
    window.go_to(Route.COMPARE)
    page = window.pages.currentWidget()
    page.engine.choices[REKOGNITION].trigger()
    return page


def put(path, *patches):
    path.write_bytes(painted(*patches))


def fill(folder, count):
    for number in range(count):
        put(folder / f"{number:03}.png", (20 + number, 30, 60, ANNA))


def choose(qtbot, page, source, target):
    page.source.take(str(source))
    page.target.take(str(target))
    qtbot.waitUntil(page.go.isEnabled, timeout=20000)


def compare(qtbot, page, state=State.DONE):
    page.go.click()
    qtbot.waitUntil(lambda: page.comparing.state is state, timeout=20000)


def pair(qtbot, page, tmp_path):
    choose(qtbot, page, tmp_path / "head.png", tmp_path / "both.png")


class TestThePrice:
    def test_on_this_computer_nothing_is_asked(self, page, qtbot, server, asked, tmp_path):
        page.engine.choices[LOCAL].trigger()
        assert page.engine.sentence() == "On this computer. Nothing is uploaded."
        pair(qtbot, page, tmp_path)
        compare(qtbot, page)
        assert page.pane.details.text() == ""
        assert (server.calls, asked) == ([], [])

    def test_is_told_beside_the_button_before_anything_is_sent(self, page, qtbot, server, tmp_path):
        qtbot.waitUntil(lambda: page.engine.sentence() == "Amazon Rekognition, eu-west-1: about $0.001 per call.")
        pair(qtbot, page, tmp_path)
        assert page.engine.sentence() == "Amazon Rekognition, eu-west-1: about 1 call, $0.001; at most 2 calls, $0.002."
        assert page.engine.cap.text() == "$5.00"
        assert page.source.analyze_button.text() == "Analyze, $0.001"
        assert server.calls == []

    def test_of_a_folder_is_that_of_all_its_pictures(self, page, qtbot, server, tmp_path):
        fill(tmp_path / "photos", 12)
        choose(qtbot, page, tmp_path / "head.png", tmp_path / "photos")
        assert (
            page.engine.sentence() == "Amazon Rekognition, eu-west-1: about 12 calls, $0.012; at most 14 calls, $0.014."
        )
        assert server.calls == []

    def test_an_account_that_cannot_be_used_says_what_to_do(self, page, qtbot, app, monkeypatch, tmp_path):
        monkeypatch.delenv("AWS_DEFAULT_REGION")
        app.use_account()
        page._choice.take_settings(app.settings)
        page.engine.choices[REKOGNITION].trigger()
        page.source.take(str(tmp_path / "head.png"))
        page.target.take(str(tmp_path / "both.png"))
        qtbot.waitUntil(lambda: page.source.ready and page.target.ready)
        qtbot.waitUntil(lambda: "No AWS region is set. Choose one" in page.engine.sentence())
        assert not page.go.isEnabled()
        assert not page.source.analyze_button.isEnabled()


class TestComparing:
    def test_tells_what_was_spent_and_never_pays_for_a_pair_twice(self, page, qtbot, server, asked, tmp_path):
        pair(qtbot, page, tmp_path)
        compare(qtbot, page)
        assert page.pane.sentence.text() == "1 of 2 faces matches: 97%"
        assert page.pane.details.text() == "$0.001 spent on 1 call"
        assert [mark.tone for mark in page.target.picture.marks] == ["good", "bad"]
        assert set(json.loads(page.pane.answer.text.toPlainText())) == {
            "SourceImageFace",
            "FaceMatches",
            "UnmatchedFaces",
        }
        for similarity in (30, 60, 95):
            page.pane.slider.slider.setValue(-similarity)
        qtbot.waitUntil(lambda: "nothing to pay" in page.engine.sentence(), timeout=20000)
        qtbot.waitUntil(page.go.isEnabled)
        compare(qtbot, page)
        assert page.pane.details.text() == "nothing spent"
        assert server.billed() == {"CompareFaces": 1}
        assert len(asked) == 1

    def test_asks_once_whether_photos_may_be_sent(self, page, qtbot, asked, app, tmp_path):
        pair(qtbot, page, tmp_path)
        compare(qtbot, page)
        assert CONSENT in asked[0]
        assert "about 1 call, $0.001; at most 2 calls, $0.002. Never more than $5.00." in asked[0]
        qtbot.waitUntil(lambda: app.settings.upload_consent)
        assert page.window().sort.choice.consent
        page.source.analyze_button.click()
        qtbot.waitUntil(lambda: page.pane.analysis.shows_something, timeout=20000)
        assert len(asked) == 1

    def test_sends_nothing_without_the_consent(self, page, qtbot, server, asked, monkeypatch, tmp_path):
        monkeypatch.setattr(ConsentDialog, "exec", lambda _dialog: ConsentDialog.DialogCode.Rejected)
        pair(qtbot, page, tmp_path)
        page.go.click()
        page.source.analyze_button.click()
        qtbot.wait(100)
        assert page.comparing.state is State.NOTHING
        assert not page.pane.isVisible()
        assert server.calls == []

    def test_the_cap_stops_it_with_what_was_found_and_more_money_goes_on(self, page, qtbot, server, asked, tmp_path):
        fill(tmp_path / "photos", 12)
        page._choice.choose(cap_cents=1)
        choose(qtbot, page, tmp_path / "head.png", tmp_path / "photos")
        compare(qtbot, page, State.STOPPED)
        assert "The cap of $0.01 is reached" in page.banner.accessibleName()
        assert "higher cap" in page.banner.accessibleName()
        assert page.faces.count(Part.MATCHES) == 10
        assert page.pane.details.text() == "Stopped after 10 of 12 photos · $0.01 spent on 10 calls"
        qtbot.waitUntil(lambda: "about 2 calls" in page.engine.sentence(), timeout=20000)
        page._choice.choose(cap_cents=500)
        qtbot.waitUntil(page.go.isEnabled)
        compare(qtbot, page)
        assert page.faces.count(Part.MATCHES) == 12
        assert page.pane.details.text() == "12 photos compared · $0.002 spent on 2 calls"
        assert server.billed_twice() == 0

    @pytest.mark.parametrize(
        ("faults", "told"),
        [
            (Faults(expired=1), "Your AWS session has expired. Sign in again"),
            (Faults(portal=1), "What answered is not Amazon Rekognition"),
        ],
    )
    @pytest.mark.usefixtures("asked")
    def test_a_refusal_is_told_with_what_to_do(self, page, qtbot, server, tmp_path, faults, told):
        server.endpoint.faults = faults
        pair(qtbot, page, tmp_path)
        compare(qtbot, page, State.FAILED)
        assert told in page.banner.accessibleName()
        assert page.pane.sentence.text() == "No pictures were compared."
        page.source.analyze_button.click()
        qtbot.waitUntil(lambda: not page.analyzing.busy and page.banner.isVisible(), timeout=20000)
        assert told in page.banner.accessibleName()
        server.endpoint.faults = NO_FAULTS
        qtbot.waitUntil(page.go.isEnabled, timeout=20000)
        compare(qtbot, page)
        assert not page.banner.isVisible()

    @pytest.mark.usefixtures("asked")
    def test_an_unknown_account_is_told_with_what_to_do(self, page, qtbot, app, monkeypatch, tmp_path):
        with rekognition_server(PaintedEngine(), key=KEY) as strict:
            monkeypatch.setenv("AWS_ENDPOINT_URL_REKOGNITION", strict.address)
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDUNKNOWN")
            app.use_account()
            pair(qtbot, page, tmp_path)
            compare(qtbot, page, State.FAILED)
            assert "AWS does not know this access key. It may have been deleted." in page.banner.accessibleName()
            assert page.pane.details.text() == "nothing spent"

    @pytest.mark.parametrize("what", ["a pair", "a folder", "an analysis"])
    def test_stop_waits_for_what_is_paid_and_again_gives_it_up(self, page, qtbot, server, asked, tmp_path, what):
        fill(tmp_path / "photos", 12)
        choose(qtbot, page, tmp_path / "head.png", tmp_path / ("photos" if what == "a folder" else "both.png"))
        server.endpoint.faults = Faults(slow=1, slow_seconds=8)
        (page.source.analyze_button if what == "an analysis" else page.go).click()
        paid_work = page.analyzing.paid_work if what == "an analysis" else page.comparing
        qtbot.waitUntil(lambda: paid_work.spent.calls > 0, timeout=20000)
        assert page.stop.isVisible()
        assert not page.engine.change.isEnabled()
        assert not page.window().sort.where.engine.change.isEnabled()
        page.stop.click()
        if what != "an analysis":  # which is paid for and kept, and shown nowhere
            qtbot.wait(500)
            assert page.stop.isVisible()
            began = time.monotonic()
            page.stop.click()
            qtbot.waitUntil(lambda: not page.stop.isVisible())
            assert time.monotonic() - began < 3
        assert not page.banner.isVisible()
        qtbot.waitUntil(page.go.isEnabled, timeout=20000)
        assert page.engine.change.isEnabled()

    def test_taking_back_the_consent_stops_it(self, page, window, qtbot, server, asked, tmp_path):
        pair(qtbot, page, tmp_path)
        server.endpoint.faults = Faults(slow=1, slow_seconds=3)
        page.go.click()
        qtbot.waitUntil(lambda: page.comparing.busy and window.sort._app.settings.upload_consent)
        window.go_to(Route.SETTINGS)
        window.pages.currentWidget().account.withdraw.click()
        qtbot.waitUntil(lambda: page.comparing.state is State.STOPPED)
        assert "withdrew your consent" in page.banner.accessibleName()


class TestAnalyzing:
    def test_shows_what_the_service_knows_and_what_it_cost(self, page, qtbot, server, asked, tmp_path):
        page.source.take(str(tmp_path / "head.png"))
        qtbot.waitUntil(lambda: page.source.analyze_button.isVisible() and page.source.analyze_button.isEnabled())
        for spent in ("$0.001 spent on 1 call", "nothing spent"):
            page.source.analyze_button.click()
            qtbot.waitUntil(lambda: page.pane.analysis.shows_something and not page.analyzing.busy, timeout=20000)
            assert page.pane.analysis.title.text() == f"1 face · {spent}"
        facts = page.pane.analysis.facts
        told = {
            item.text(0): item.text(1) for item in (facts.topLevelItem(row) for row in range(facts.topLevelItemCount()))
        }
        assert told["Age"] == "31 to 39 years"
        assert told["Smile"] == "yes (97% confidence)"
        assert told["Emotions"] == "happy 96%"
        page.pane.answer.copy.click()
        (detail,) = json.loads(QApplication.clipboard().text())["FaceDetails"]
        assert detail["AgeRange"] == {"Low": 31, "High": 39}
        assert server.billed() == {"DetectFaces": 1}


class TestOneChoice:
    def test_every_page_shows_it_and_it_is_kept(self, page, window, qtbot, app):
        qtbot.waitUntil(lambda: app.settings.engine == REKOGNITION)
        assert window.sort.choice.paid
        assert "Amazon Rekognition" in window.sort.where.engine.sentence()
        assert "Nothing is sent until you agree" in window.sidebar._engine.text()
        window.sort.where.engine.choices[LOCAL].trigger()
        assert page.engine.sentence() == "On this computer. Nothing is uploaded."
        qtbot.waitUntil(lambda: app.settings.engine == LOCAL)

    def test_the_settings_can_be_reached_from_here(self, page, window):
        page.engine.account_asked.emit()
        assert window.pages.currentWidget() is window._settings
