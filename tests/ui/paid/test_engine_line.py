"""Who compares the faces: what the Sort page says of it, asks before, and says about the money."""

import time
from dataclasses import replace
from decimal import Decimal
from threading import Event
from types import SimpleNamespace

import pytest
from made_up import photo_of, score_of
from PySide6.QtWidgets import QLabel

from facesorter.domain.errors import BudgetReached, EngineUnavailable, WrongUse
from facesorter.domain.events import CopyFailed, RunPaused
from facesorter.domain.matching import pile
from facesorter.domain.models import Decision, Pile
from facesorter.domain.spending import CONSENT, SavingsMode, Terms
from facesorter.ui.paid.cap_field import CapField
from facesorter.ui.paid.consent_dialog import ConsentDialog
from facesorter.ui.paid.engine_choice import LOCAL, REKOGNITION
from facesorter.ui.review.run_state import State
from facesorter.ui.shell.routes import Route


@pytest.fixture
def answers(monkeypatch):
    """What the user says when asked whether photos may be sent; the words of every question are kept."""

    answers = SimpleNamespace(says_yes=True, asked=[])

    def exec_(dialog):
        answers.asked.append(texts(dialog))
        return ConsentDialog.DialogCode.Accepted if answers.says_yes else ConsentDialog.DialogCode.Rejected

    monkeypatch.setattr(ConsentDialog, "exec", exec_)
    return answers


def texts(widget):
    return " ".join(one.text() for one in widget.findChildren(QLabel))


def pay(page, qtbot):
    page.choice.choose(engine=REKOGNITION)
    qtbot.waitUntil(page.go.isEnabled, timeout=10000)


class TestWhatTheSidebarSays:
    def test_photos_are_said_to_be_sent_only_where_that_can_happen(self, ready, window, qtbot, app, answers):
        def says(note):
            return note in texts(window.sidebar)

        ready.choice.choose(engine=REKOGNITION)
        qtbot.waitUntil(ready.go.isEnabled)
        assert says("Nothing is sent until you agree")
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert says("Photos are sent there")
        app.refusal = WrongUse("No AWS region is set.", "Choose one.")
        qtbot.waitUntil(lambda: app.settings.engine == REKOGNITION and app.settings.upload_consent)
        ready.take_settings()
        qtbot.waitUntil(lambda: says("nothing is sent"))
        assert ready.where._engine_problem.text() == "No AWS region is set. Choose one."


class TestThePrice:
    def test_on_this_computer_nothing_is_uploaded(self, ready, window):
        assert ready.where.engine.sentence() == "On this computer. Nothing is uploaded."
        assert ready.request().terms is None
        assert "Nothing is uploaded" in texts(window.sidebar)

    def test_it_is_told_before_a_run_can_begin(self, ready, window, qtbot):
        ready.choice.choose(engine=REKOGNITION)
        assert not ready.go.isEnabled()
        qtbot.waitUntil(ready.go.isEnabled)
        assert ready.where.engine.sentence() == "Amazon Rekognition, eu-west-1: up to 60 calls, about $0.06."
        assert ready.where.engine.cap.text() == "$5.00"
        assert "Nothing is uploaded" not in texts(window.sidebar) + texts(ready.welcome)
        ready.choice.choose(engine=LOCAL)
        assert "Nothing is uploaded" in texts(window.sidebar)
        assert "Nothing is uploaded" in texts(ready.welcome)

    def test_other_photos_have_another_price(self, ready, qtbot, app, tmp_path):
        pay(ready, qtbot)
        app.photos = 340
        (tmp_path / "more").mkdir()
        ready.where.add_folders([str(tmp_path / "more")])
        assert not ready.go.isEnabled()
        qtbot.waitUntil(lambda: "340 calls, about $0.34." in ready.where.engine.sentence())

    def test_without_an_account_it_says_what_to_do(self, ready, qtbot, app):
        app.refusal = WrongUse("No AWS region is set.", "Choose one.")
        ready.choice.choose(engine=REKOGNITION)
        qtbot.waitUntil(lambda: "No AWS region is set. Choose one." in ready.go.toolTip())
        assert not ready.go.isEnabled()
        app.refusal = None
        app.settings = replace(app.settings, engine=REKOGNITION, aws_region="eu-west-1")
        ready.take_settings()
        qtbot.waitUntil(ready.go.isEnabled)

    @pytest.mark.parametrize("chosen", [(LOCAL, REKOGNITION), (REKOGNITION,)])
    def test_refused_it_is_asked_again_when_it_is_chosen_again(self, ready, qtbot, app, chosen):
        app.refusal = EngineUnavailable("AWS cannot be reached.", "Check the network.")
        ready.where.engine.choices[REKOGNITION].trigger()
        qtbot.waitUntil(lambda: "cannot be reached" in ready.go.toolTip())
        app.refusal = None
        for engine in chosen:
            ready.where.engine.choices[engine].trigger()
        qtbot.waitUntil(ready.go.isEnabled)
        assert "60 calls" in ready.where.engine.sentence()

    def test_the_choice_is_kept(self, ready, qtbot, app):
        ready.choice.choose(engine=REKOGNITION)
        ready.choice.choose(savings=SavingsMode.HYBRID)
        ready.where.engine.cap.setText("")
        qtbot.keyClicks(ready.where.engine.cap, "2.5")
        qtbot.waitUntil(lambda: app.settings.cap_cents == 250)
        assert (app.settings.engine, app.settings.savings) == ("rekognition", "hybrid")
        assert ready.request().terms == Terms(SavingsMode.HYBRID, Decimal("2.5"))


def test_ways_to_spend_less_wait_while_another_page_holds_the_choice(ready, qtbot):
    pay(ready, qtbot)
    assert ready.where.spend_less.isEnabled()
    ready.choice.hold(qtbot, held=True)
    assert not ready.where.spend_less.isEnabled()
    ready.choice.hold(qtbot, held=False)
    assert ready.where.spend_less.isEnabled()


@pytest.mark.parametrize(("typed", "cents"), [("7", 700), ("0,05", 5), ("$12.3", 1230), ("x", 0), (".5", 50)])
def test_a_cap_is_a_sum_of_dollars(qtbot, typed, cents):
    field = CapField()
    qtbot.addWidget(field)
    qtbot.keyClicks(field, typed)
    assert field.cents == cents
    field.editingFinished.emit()
    assert field.text() == f"${cents / 100:.2f}"


class TestConsent:
    def test_is_asked_once_with_the_price_and_kept(self, ready, qtbot, answers, app):
        pay(ready, qtbot)
        for _ in range(2):
            ready.start()
            qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED and ready.go.isEnabled())
        (asked,) = answers.asked
        assert CONSENT in asked
        assert "60 calls, about $0.06. Never more than $5.00." in asked
        qtbot.waitUntil(lambda: app.settings.upload_consent)

    def test_without_it_no_run_begins(self, ready, qtbot, answers, app):
        answers.says_yes = False
        pay(ready, qtbot)
        ready.start()
        assert ready.outcome is None
        assert not ready.settings().upload_consent

    def test_taken_back_in_the_settings_it_is_asked_again(self, ready, qtbot, answers, app):
        pay(ready, qtbot)
        ready.start()
        qtbot.waitUntil(lambda: app.settings.upload_consent and ready.outcome.run.state is State.FINISHED)
        app.settings = replace(app.settings, upload_consent=False)
        ready.take_settings()
        qtbot.waitUntil(ready.go.isEnabled)
        ready.start()
        assert len(answers.asked) == 2


class TestWhilePhotosAreSent:
    """What is said of where photos go is what happens, whatever is set meanwhile."""

    @pytest.fixture
    def gate(self):
        made = Event()
        yield made
        made.set()

    @pytest.fixture
    def sending(self, ready, qtbot, answers, app, gate):
        pay(ready, qtbot)
        app.gate = gate
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.done > 5)
        return ready

    @pytest.fixture
    def settings(self, sending, window):
        window.go_to(Route.SETTINGS)
        return window.pages.currentWidget()

    def test_another_engine_waits_until_the_run_is_over(self, sending, settings, window, qtbot, app):
        assert settings._held.isVisible()
        settings.account.wanted.emit({"engine": LOCAL, "cap_cents": 300})
        qtbot.waitUntil(lambda: app.settings.engine == LOCAL)
        qtbot.wait(100)
        sending.remember()
        assert "Photos are sent there" in texts(window.sidebar)
        assert "Amazon Rekognition" in sending.where.engine.sentence()
        assert sending.settings().engine == LOCAL
        app.gate.set()
        qtbot.waitUntil(lambda: sending.outcome.run.state is State.FINISHED)
        assert not settings._held.isVisible()
        assert "Nothing is uploaded" in texts(window.sidebar)
        assert sending.where.engine.sentence() == "On this computer. Nothing is uploaded."
        assert (app.settings.engine, sending.choice.cap_cents) == (LOCAL, 300)

    def test_a_run_on_this_computer_is_not_said_to_send_any(self, ready, window, qtbot, app, gate):
        app.gate = gate
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.done > 5)
        app.settings = replace(app.settings, engine=REKOGNITION)
        ready.take_settings()
        assert "Nothing is uploaded" in texts(window.sidebar)
        app.gate.set()
        qtbot.waitUntil(lambda: "Nothing is sent until you agree" in texts(window.sidebar))

    def test_what_is_chosen_after_the_settings_counts(self, sending, settings, qtbot, app):
        settings.account.wanted.emit({"engine": LOCAL})
        qtbot.waitUntil(lambda: app.settings.engine == LOCAL and sending.settings().engine == LOCAL)
        sending.choice.choose(savings=SavingsMode.HYBRID)
        app.gate.set()
        qtbot.waitUntil(lambda: sending.outcome.run.state is State.FINISHED)
        assert (sending.choice.engine, sending.choice.savings) == (LOCAL, SavingsMode.HYBRID)

    def test_taking_back_the_consent_stops_the_run(self, sending, settings, qtbot, app):
        settings.account.withdraw.click()
        qtbot.waitUntil(lambda: sending.outcome.run.state is State.STOPPING)
        app.gate.set()
        qtbot.waitUntil(lambda: sending.outcome.run.state is State.STOPPED)
        assert "withdrew your consent" in sending.banner.accessibleName()
        assert not sending.settings().upload_consent

    def test_a_second_opinion_is_told_of_and_stopped_too(self, finished, window, qtbot, app, answers, gate):
        app.gate = gate
        finished._ask_about_checked(
            finished.outcome.run.begun.price_of_second_opinion(80.0, Terms(SavingsMode.HYBRID, Decimal(5)))
        )
        qtbot.waitUntil(lambda: finished.outcome.run.done > 5)
        assert "Photos are sent there" in texts(window.sidebar)
        assert "Nothing is uploaded" not in finished.where.engine.sentence()
        qtbot.waitUntil(lambda: app.settings.upload_consent)
        app.settings = replace(app.settings, upload_consent=False)
        finished.take_settings()
        app.gate.set()
        qtbot.waitUntil(lambda: finished.outcome.run.state is State.STOPPED)
        assert "Nothing is uploaded" in texts(window.sidebar)
        assert finished.where.engine.sentence() == "On this computer. Nothing is uploaded."


class TestTheMoney:
    @pytest.fixture(autouse=True)
    def agreed(self, answers):
        return answers

    def test_what_was_spent_is_told(self, ready, qtbot):
        pay(ready, qtbot)
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert ready.outcome.strip.sentence().endswith("$0.003 spent on 3 calls")

    def test_a_run_on_this_computer_tells_of_no_money(self, finished):
        assert "$" not in finished.outcome.strip.sentence()

    def test_the_cap_stops_the_run_calmly_and_leaves_what_was_found(self, ready, qtbot, app):
        app.fails_with = BudgetReached("The cap of $0.003 is reached.", "Start again with a higher cap.")
        pay(ready, qtbot)
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.STOPPED)
        assert ready.banner.accessibleName() == "The cap of $0.003 is reached. Start again with a higher cap."
        assert ready.outcome.change.isVisible()
        assert "$0.003 spent on 3 calls" in ready.outcome.strip.sentence()
        qtbot.waitUntil(ready.go.isEnabled)

    def test_a_refused_account_ends_the_run_and_tells_what_was_spent(self, ready, qtbot, app):
        app.fails_with = EngineUnavailable("Your AWS session has expired.", "Sign in again.")
        pay(ready, qtbot)
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FAILED)
        assert "expired" in ready.banner.accessibleName()
        assert "3 calls" in ready.outcome.strip.sentence()

    def test_the_check_pile_can_be_asked_about_afterwards(self, finished, qtbot, app):
        offer = finished.outcome.review.second
        finished.outcome.review.tabs.choose(Pile.CHECK)
        assert not offer.isVisible()
        app.settings = replace(app.settings, aws_region="eu-west-1")
        finished.outcome.review.tabs.choose(Pile.SURE)
        finished.outcome.review.tabs.choose(Pile.CHECK)
        checked = finished.outcome.run.results.counts(0)[Pile.CHECK]
        qtbot.waitUntil(offer.isVisible)
        assert offer.ask.text() == f"Ask Amazon Rekognition about these: $0.{checked:03}, {checked} calls"
        offer.ask.click()
        assert app.settings.engine == LOCAL
        qtbot.waitUntil(lambda: finished.outcome.run.progress.spent is not None and not finished.outcome.run.busy)
        assert app.request.terms == Terms(SavingsMode.HYBRID, Decimal(5))
        assert not offer.isVisible()


class TestThePriceOfASecondOpinion:
    @pytest.fixture
    def offered(self, finished, qtbot, app):
        app.settings = replace(app.settings, aws_region="eu-west-1")
        finished.outcome.review.tabs.choose(Pile.NO_FACE)
        finished.outcome.review.tabs.choose(Pile.CHECK)
        qtbot.waitUntil(finished.outcome.review.second.isVisible)
        finished.outcome.review.grid.setCurrentIndex(finished.outcome.review.grid.pile_model.index(0))
        return finished

    def test_another_run_over_the_same_folder_has_its_own(self, offered, qtbot, app):
        second = offered.outcome.review.second
        before = second.ask.text()
        app.photos = 600
        offered.start()
        qtbot.waitUntil(lambda: offered.outcome.run.state is State.FINISHED, timeout=10000)
        offered.outcome.review.tabs.choose(Pile.CHECK)
        assert not second.isVisible()
        qtbot.waitUntil(second.isVisible)
        assert f", {offered.outcome.run.results.counts(0)[Pile.CHECK]} calls" in second.ask.text() != before

    @pytest.mark.parametrize("what", ["another answer", "photos were added"])
    def test_it_follows_what_is_known(self, offered, qtbot, app, what):
        asked, review = [], offered.outcome.review
        session = offered.outcome.run.begun
        usual = session.price_of_second_opinion
        session.price_of_second_opinion = lambda *terms: asked.append(terms) or usual(*terms)
        review.decide(Decision.NO)
        qtbot.waitUntil(lambda: len(asked) == 1 and review.second.isVisible())
        if what == "another answer":
            review.undo_decision()
            review.grid.setCurrentIndex(review.grid.pile_model.index(2))
            review.decide(Decision.NO)
        else:
            offered.outcome.run.take_in([])
        assert not review.second.isVisible()
        qtbot.waitUntil(lambda: len(asked) == 2 and review.second.isVisible())

    def test_the_cap_agreed_to_is_the_one_in_the_settings(self, offered, qtbot, app):
        second, asked = offered.outcome.review.second, []
        second.asked.disconnect()
        second.asked.connect(asked.append)
        app.settings = replace(app.settings, cap_cents=100)
        second.ask.click()
        assert not asked
        qtbot.waitUntil(second.isVisible)
        second.ask.click()
        assert [priced.terms.most_dollars for priced in asked] == [1]

    def test_it_is_not_told_above_another_pile(self, offered, qtbot, app):
        second, review = offered.outcome.review.second, offered.outcome.review
        review.decide(Decision.NO)
        review.tabs.choose(Pile.SURE)
        qtbot.waitUntil(lambda: second._priced is not None)
        assert not second.isVisible()


class TestKeepingUpToDate:
    def test_new_photos_are_taken_in_while_it_is_checked(self, finished, qtbot, app):
        keep = finished.outcome.review.keep
        assert keep.isVisible()
        assert keep.text() == "Keep PhotosWithAnna up to date"
        keep.setChecked(True)
        qtbot.waitUntil(lambda: len(app.watched) == 1)
        app.arriving.append(61)
        qtbot.waitUntil(lambda: finished.outcome.run.done == 61)
        assert finished.go.isEnabled()
        keep.setChecked(False)
        qtbot.waitUntil(lambda: not app.watching)  # a photo that comes before is still taken in
        app.arriving.append(62)
        qtbot.wait(200)
        assert finished.outcome.run.done == 61

    def test_a_name_with_an_ampersand_is_shown_as_it_is(self, ready, qtbot):
        ready.who._named("Tom & Ann")
        qtbot.waitUntil(ready.go.isEnabled)
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert ready.outcome.review.keep.text() == "Keep PhotosWithTom && Ann up to date"

    def test_where_no_photo_was_found_there_is_nothing_to_keep(self, ready, qtbot, app):
        app.photos = 0
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert not ready.outcome.review.keep.isVisible()

    def test_what_is_told_after_it_was_unticked_is_shown_and_can_be_undone(self, finished, qtbot, app):
        keep, run = finished.outcome.review.keep, finished.outcome.run
        keep.setChecked(True)
        qtbot.waitUntil(lambda: len(app.watched) == 1 and len(app.closed) == 2)
        qtbot.wait(100)  # the first round was told
        before = len(app.copied)
        sure = next(n for n in range(61, 99) if pile(score_of(n, 0), 80.0, None) is Pile.SURE)
        app.arriving.append(sure)
        while len(app.copied) == before:  # in this thread, so that nothing is told
            time.sleep(0.001)
        keep.setChecked(False)
        qtbot.waitUntil(lambda: run.results.balance(0).copied == before + 1)
        run.copies.undo()
        qtbot.waitUntil(lambda: not run.busy)
        assert app.undone == [8, 7]
        assert run.results.balance(0).copied == 0

    def test_after_looking_first_the_click_that_copies_comes_first(self, ready, qtbot, app):
        ready.look_first.setChecked(True)
        ready.start()
        run, change, keep = ready.outcome.run, ready.outcome.change, ready.outcome.review.keep
        qtbot.waitUntil(lambda: run.state is State.FINISHED)
        ready.outcome.review.slider.slider.setValue(-70)
        keep.click()
        qtbot.waitUntil(change.carry_out.isVisible)
        keep.click()
        assert not keep.isChecked()
        assert "waiting first" in keep.toolTip()
        change.carry_out.click()
        qtbot.waitUntil(keep.isEnabled)
        assert len(app.copied) == run.results.counts(0)[Pile.SURE]
        keep.click()
        qtbot.waitUntil(lambda: len(app.watched) == 1)
        assert (app.watched[0].dry_run, app.watched[0].threshold) == (False, 70)

    def test_what_was_taken_back_comes_back_by_a_click_alone(self, finished, qtbot, app):
        run, keep = finished.outcome.run, finished.outcome.review.keep
        qtbot.waitUntil(keep.isEnabled)
        run.copies.undo()
        qtbot.waitUntil(lambda: not run.busy and run.copies.to_copy > 0)
        keep.click()
        qtbot.wait(100)
        assert app.copied == {}

    def test_a_copy_that_fails_whenever_it_is_tried_does_not_forbid_it(self, finished, qtbot):
        run, keep = finished.outcome.run, finished.outcome.review.keep
        row = int(run.results.rows(0, Pile.SURE, by_similarity=False)[-1])
        run.take_in([CopyFailed(run.results.photos.at(row), run.results.person(0), "The name is too long.")])
        finished._app.copied.popitem()
        qtbot.waitUntil(lambda: run.copies.to_copy == 1)
        assert keep.isEnabled()

    def test_it_does_not_hold_up_the_price_of_amazon_rekognition(self, finished, qtbot, app):
        keep = finished.outcome.review.keep
        keep.setChecked(True)
        qtbot.waitUntil(lambda: len(app.watched) == 1)
        pay(finished, qtbot)
        assert not keep.isChecked()
        assert not keep.isEnabled()
        finished.choice.choose(engine=LOCAL)
        qtbot.waitUntil(keep.isEnabled)

    def test_a_full_disk_is_told_once_where_it_is_seen(self, finished, qtbot, app):
        keep, told = finished.outcome.review.keep, []
        keep.failed.connect(told.append)
        keep.setChecked(True)
        for _ in range(2):
            app.arriving.append(RunPaused("The disk is full."))
            qtbot.waitUntil(lambda: not app.arriving)
            qtbot.wait(100)
        assert finished.banner.isVisible()
        assert finished.banner.accessibleName() == "The disk is full."
        assert len(told) == 1
        assert keep.isChecked()

    @pytest.mark.parametrize("what", ["another run", "undo", "the slider", "another folder"])
    def test_whatever_else_is_begun_ends_it(self, finished, qtbot, app, tmp_path, what):
        keep, run = finished.outcome.review.keep, finished.outcome.run
        keep.setChecked(True)
        app.arriving.append(61)
        qtbot.waitUntil(lambda: run.done == 61)
        if what == "another run":
            finished.start()
        elif what == "undo":
            run.copies.undo()
        elif what == "the slider":
            finished.outcome.review.slider.slider.setValue(-71)
        else:
            (tmp_path / "more").mkdir()
            finished.where.add_folders([str(tmp_path / "more")])
        assert not keep.isChecked()
        qtbot.waitUntil(lambda: not run.busy)
        app.arriving.append(62)
        qtbot.wait(150)
        assert photo_of(62).id not in [run.results.photos.at(row).id for row in range(60, run.done)]
        if what == "undo":
            assert app.copied == {}

    def test_a_paid_run_is_not_watched(self, ready, qtbot, answers):
        pay(ready, qtbot)
        ready.start()
        qtbot.waitUntil(lambda: ready.outcome.run.state is State.FINISHED)
        assert not ready.outcome.review.keep.isVisible()

    def test_closing_the_window_ends_it_at_once(self, finished, qtbot, window, jobs, app):
        finished.outcome.review.keep.setChecked(True)
        qtbot.waitUntil(lambda: len(app.watched) == 1)
        window.close()
        assert jobs.quit()
