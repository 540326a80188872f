"""What is asked on a terminal before photos are sent."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path

import pytest

from facesorter.app import App
from facesorter.cli.consent import add_service_options, require_agreement, require_consent
from facesorter.domain.errors import WrongUse
from facesorter.domain.events import CostEstimated
from facesorter.domain.spending import Cost, SavingsMode
from facesorter.paths import AppPaths


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(AppPaths(tmp_path / "profile"))


@pytest.mark.parametrize(("typed", "consent"), [("y", True), ("YES ", True), ("", False), ("n", False), ("oui", False)])
def test_only_a_yes_is_one(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, consent: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda prompt: asked.append(prompt) or typed)
    price = CostEstimated(SavingsMode.NONE, Cost(1240, Decimal("1.24")), Cost(1300, Decimal("1.30")), Decimal(5))
    with nullcontext() if consent else pytest.raises(WrongUse, match="Nothing was sent"):
        require_agreement(app, price)
    (question,) = asked
    assert "about 1,240 calls, $1.24, at most 1,300 calls, $1.30, never more than $5.00?" in question
    assert "leave this computer" in capsys.readouterr().err
    assert App(app.paths).settings.upload_consent is consent


def test_the_words_are_told_once(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    require_agreement(app, None)
    assert "opted out" in capsys.readouterr().err
    require_agreement(App(app.paths), None)
    assert capsys.readouterr().err == ""


def test_where_nobody_can_be_asked_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(WrongUse, match="--yes"):
        require_consent(yes=False)
    require_consent(yes=True)


@pytest.mark.parametrize(("text", "dollars"), [("5", "5"), ("$0.05", "0.05"), ("0", "0")])
def test_the_cap_is_a_sum_of_dollars(text: str, dollars: str) -> None:
    parser = argparse.ArgumentParser()
    add_service_options(parser)
    assert parser.parse_args(["--max-cost", text]).max_cost == Decimal(dollars)
    assert parser.parse_args([]).max_cost == 5


@pytest.mark.parametrize("text", ["-1", "much", "nan", "inf", ""])
def test_other_caps_are_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_service_options(parser)
    with pytest.raises(SystemExit):
        parser.parse_args([f"--max-cost={text}"])
    assert "amount in dollars" in capsys.readouterr().err
