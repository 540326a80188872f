"""Age, gender and expression, on real faces."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from engine_contract import picture
from PIL import Image
from scenes import astronaut, encoded

from facesorter.domain.errors import EngineUnavailable
from facesorter.engines.local import appearance, models
from facesorter.engines.local.engine import LocalEngine
from facesorter.paths import resource


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine()


@pytest.fixture(scope="module")
def aged(engine: LocalEngine, data: Path) -> list[tuple[str, int, dict]]:
    """Every third picture of FG-NET: the person, the true age, what is said about the largest face."""
    told = []
    for path in sorted((data / "ages").glob("*/*"))[::3]:
        named = re.match(r"(\d+)A(\d+)", path.name)
        assert named is not None
        person, age = named.groups()
        details = engine.face_details(picture(path.read_bytes()))
        if details:
            told.append((person, int(age), details[0]))
    return told


def middle(detail: dict) -> float:
    return (detail["AgeRange"]["Low"] + detail["AgeRange"]["High"]) / 2


def test_ages_are_near_the_true_ones_and_mostly_in_the_range(aged: list):
    errors = np.array([middle(detail) - age for _, age, detail in aged])
    inside = [detail["AgeRange"]["Low"] <= age <= detail["AgeRange"]["High"] for _, age, detail in aged]
    widths = [detail["AgeRange"]["High"] - detail["AgeRange"]["Low"] for *_, detail in aged]
    assert np.abs(errors).mean() < 3.8
    assert np.mean(inside) > 0.8
    assert np.mean(widths) < 14


def test_a_gender_is_told_of_adults_and_not_of_children(aged: list):
    children = [detail["Gender"] for _, age, detail in aged if age <= 8]
    assert {gender["Value"] for gender in children} == {"UNKNOWN"}
    assert {gender["Confidence"] for gender in children} == {0}
    by_person: dict[str, list[str]] = {}
    for person, age, detail in aged:
        if age >= 20:
            by_person.setdefault(person, []).append(detail["Gender"]["Value"])
    told = [(value, max(set(values), key=values.count)) for values in by_person.values() for value in values]
    assert len(told) > 15
    assert np.mean([value == most for value, most in told]) > 0.9


def test_a_laughing_astronaut_is_happy(engine: LocalEngine):
    [detail] = engine.face_details(picture(encoded(astronaut())))
    assert detail["Smile"]["Value"] is True
    assert detail["Smile"]["Confidence"] > 90
    assert detail["Emotions"][0]["Type"] == "HAPPY"
    assert sum(emotion["Confidence"] for emotion in detail["Emotions"]) == pytest.approx(100, abs=0.1)
    assert detail["Gender"]["Value"] == "Female"
    assert detail["AgeRange"]["Low"] >= 18
    assert detail["AgeRange"]["High"] <= 60


def test_serious_faces_do_not_smile(engine: LocalEngine, data: Path):
    serious = [data / "press/will_smith", data / "press/virat_kohli"]
    smiles = [
        detail["Smile"]["Value"]
        for folder in serious
        for path in sorted(folder.iterdir())[:15]
        for detail in engine.face_details(picture(path.read_bytes()))[:1]
    ]
    assert True in smiles
    assert False in smiles


def test_a_turned_picture_tells_the_same(engine: LocalEngine):
    [upright] = engine.face_details(picture(encoded(astronaut())))
    [leaning] = engine.face_details(picture(encoded(astronaut().rotate(15, resample=Image.Resampling.BICUBIC))))
    assert leaning["AgeRange"]["Low"] < middle(upright) < leaning["AgeRange"]["High"] + 10
    assert leaning["Gender"]["Value"] == upright["Gender"]["Value"]
    assert leaning["Smile"]["Value"] is True


def test_sorting_does_not_load_what_only_an_analysis_needs(monkeypatch: pytest.MonkeyPatch):
    def not_to_be_loaded() -> None:
        raise AssertionError

    monkeypatch.setattr(appearance, "load_appearance", not_to_be_loaded)
    engine = LocalEngine()
    photo = picture(encoded(astronaut()))
    engine.analyze("", photo)
    engine.faces(photo)
    with pytest.raises(AssertionError):
        engine.face_details(photo)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the installed models that may be spoiled."""
    for path in resource("models").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(models, "resource", lambda name: tmp_path / Path(name).name)
    return tmp_path


def test_what_is_not_installed_is_not_told(copied: Path, caplog: pytest.LogCaptureFixture):
    for name in ("age-v1.onnx", "gender-v1.onnx", "expression.onnx"):
        (copied / name).unlink()
    [detail] = LocalEngine().face_details(picture(encoded(astronaut())))
    assert detail["AgeRange"] == {"Low": 0, "High": 100}
    assert detail["Gender"] == {"Value": "UNKNOWN", "Confidence": 0}
    assert detail["Emotions"] == [{"Type": "UNKNOWN", "Confidence": 0}]
    assert detail["Smile"]["Confidence"] == 0
    assert "age-v1.onnx is missing" in caplog.text


def test_without_an_age_nobody_is_known_to_be_grown_up(copied: Path):
    (copied / "age-v1.onnx").unlink()
    [detail] = LocalEngine().face_details(picture(encoded(astronaut())))
    assert detail["Gender"]["Value"] == "UNKNOWN"


@pytest.mark.parametrize("name", ["age-v1.onnx", "gender-v1.onnx", "expression.onnx"])
def test_an_altered_model_is_refused(copied: Path, name: str):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    engine = LocalEngine()
    photo = picture(encoded(astronaut()))
    assert engine.faces(photo)
    with pytest.raises(EngineUnavailable, match=f"{name}.*altered"):
        engine.face_details(photo)
