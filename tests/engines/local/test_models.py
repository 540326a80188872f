"""Networks that are missing, altered or the user's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import encoded, with_head

from facesorter.domain.errors import EngineUnavailable
from facesorter.domain.models import EncodedPicture
from facesorter.engines.local import models
from facesorter.engines.local.detect import Detector
from facesorter.engines.local.engine import LocalEngine
from facesorter.engines.local.models import load_networks
from facesorter.engines.local.recognize import Recognizer
from facesorter.images import decode
from facesorter.paths import resource

onnx = pytest.importorskip("onnx", reason="Networks of other shapes are made with the package onnx.")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped models that may be spoiled."""
    for name in ("digests.json", "yunet.onnx", "sface.onnx"):
        (tmp_path / name).write_bytes(resource(f"models/{name}").read_bytes())
    monkeypatch.setattr(models, "resource", lambda name: tmp_path / Path(name).name)
    return tmp_path


def digest_of(name: str) -> str:
    return json.loads(resource("models/digests.json").read_text("utf-8"))["prepared"][name]


@pytest.mark.parametrize("name", ["yunet.onnx", "sface.onnx"])
def test_a_missing_model_is_named_with_its_digest(copied: Path, name: str):
    (copied / name).unlink()
    with pytest.raises(EngineUnavailable, match=f"{name}.*missing.*{digest_of(name)}"):
        load_networks()


@pytest.mark.parametrize("name", ["yunet.onnx", "sface.onnx"])
def test_an_altered_model_is_named_with_its_digest(copied: Path, name: str):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(EngineUnavailable, match=f"{name}.*altered.*{digest_of(name)}"):
        load_networks()


def test_damaged_digests_are_told(copied: Path):
    (copied / "digests.json").write_text("{")
    with pytest.raises(EngineUnavailable, match=r"digests\.json"):
        load_networks()


def test_a_models_folder_that_does_not_exist_is_refused(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match="nowhere"):
        load_networks(tmp_path / "nowhere")


def test_a_models_folder_without_a_recognizer_says_what_belongs_there(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match=r"face_recognition_sface_2021dec\.onnx.*0ba9fbfa01b5"):
        load_networks(tmp_path)


@pytest.mark.parametrize("name", ["face_detection_yunet_2023mar.onnx", "face_recognition_sface_2021dec.onnx"])
def test_a_known_file_with_other_content_is_refused_with_its_digest(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(resource("models/sface.onnx").read_bytes())
    expected = json.loads(resource("models/digests.json").read_text("utf-8"))["full_precision"][name]
    with pytest.raises(EngineUnavailable, match=f"{name}.*{expected}"):
        load_networks(tmp_path)


def test_a_file_that_is_no_network_is_refused(tmp_path: Path):
    (tmp_path / "mine.onnx").write_bytes(b"not a network")
    with pytest.raises(EngineUnavailable, match=r"mine\.onnx"):
        load_networks(tmp_path)


def recognizer(path: Path, side: int = 112, channels: int = 3) -> None:
    """A network that takes (1, channels, side, side) and gives the means of quarters of each channel."""
    helper: Any = onnx.helper
    kind: int = onnx.TensorProto.FLOAT
    pool = helper.make_node("AveragePool", ["in"], ["means"], kernel_shape=[side // 4] * 2, strides=[side // 4] * 2)
    flat = helper.make_node("Flatten", ["means"], ["out"])
    graph = helper.make_graph(
        [pool, flat],
        "means",
        [helper.make_tensor_value_info("in", kind, [1, channels, side, side])],
        [helper.make_tensor_value_info("out", kind, [1, channels * 16])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    path.write_bytes(model.SerializeToString())


def test_any_recognizer_of_aligned_faces_can_be_brought(tmp_path: Path):
    recognizer(tmp_path / "mine.onnx")
    engine = LocalEngine(tmp_path)
    assert engine.name != LocalEngine().name
    photo = EncodedPicture("", encoded(with_head(800, 600, 200, (400, 300))))
    analyses = (engine.analyze("", photo),)
    assert len(engine.faces_in(analyses)) == 1


def test_a_brought_recognizer_sees_values_between_minus_one_and_one(tmp_path: Path):
    recognizer(tmp_path / "mine.onnx")
    network = load_networks(tmp_path).recognizer
    white = np.full((1, 112, 112, 3), 255, np.uint8)
    white[..., 2] = 0
    [means] = network.run(white)[0]
    assert np.allclose(means, [1] * 32 + [-1] * 16)


@pytest.mark.parametrize(("side", "channels"), [(224, 3), (112, 1)])
def test_recognizers_of_other_shapes_are_refused(tmp_path: Path, side: int, channels: int):
    recognizer(tmp_path / "mine.onnx", side, channels)
    with pytest.raises(EngineUnavailable, match=r"mine\.onnx"):
        load_networks(tmp_path)


def test_two_recognizers_are_one_too_many(tmp_path: Path):
    recognizer(tmp_path / "mine.onnx")
    recognizer(tmp_path / "yours.onnx")
    with pytest.raises(EngineUnavailable, match="holds 2"):
        load_networks(tmp_path)


def test_a_detector_of_fixed_size_finds_the_same_faces_as_the_free_one():
    """The Zoo's own files take 640x640 pixels only."""
    shipped = load_networks().detector
    fixed = models.Network(shipped.session, shipped.digest, channels_first=False, height=640, width=640)
    pixels = decode(encoded(with_head(1500, 1100, 130, (1100, 800)))).pixels
    [free_row] = Detector(shipped).look(pixels, 1500)
    [fixed_row] = Detector(fixed).look(pixels, 1500)
    assert np.allclose(free_row[:4], fixed_row[:4], atol=15)
    many = np.repeat(free_row[None], 12, 0)
    assert np.allclose(Detector(fixed).glances(pixels, many), Detector(shipped).glances(pixels, many), atol=0.1)


def test_a_brought_recognizer_is_shown_one_face_at_a_time(tmp_path: Path):
    recognizer(tmp_path / "mine.onnx")
    faces = np.random.default_rng(1).integers(0, 255, (6, 112, 112, 3), np.uint8)
    mine = Recognizer(load_networks(tmp_path).recognizer)
    assert mine.vectors(faces).shape == (6, 48)


def test_faces_have_the_same_vectors_together_and_alone():
    faces = np.random.default_rng(1).integers(0, 255, (6, 112, 112, 3), np.uint8)
    ours = Recognizer(load_networks().recognizer)
    together = ours.vectors(faces)
    alone = np.concatenate([ours.vectors(face[None]) for face in faces])
    assert np.abs(together - alone).max() < 1e-5
    assert ours.vectors(faces[:0]).shape == (0, 128)
