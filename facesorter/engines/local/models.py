"""Loads the face networks and refuses those that are missing or not what they should be."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from facesorter.domain.errors import EngineUnavailable
from facesorter.domain.messages import gettext as _
from facesorter.engines.local.unpack import unpack
from facesorter.paths import resource

Pixels = NDArray[np.uint8]
"""(height, width, 3), RGB, upright."""

Floats = NDArray[np.float32]

_log = logging.getLogger(__name__)
_runtime: Any = onnxruntime
_runtime.disable_telemetry_events()  # on Windows the environment does not; see `facesorter`


def _share_memory() -> None:
    """Let all networks of the process draw on one store of memory.

    Each has its own otherwise, and takes pages from the system whenever it needs more than ever before: 8 ms a photo
    in a run's first hundred, 2 ms with one store for both networks.
    """
    kind = _runtime.OrtAllocatorType.ORT_ARENA_ALLOCATOR
    memory = _runtime.OrtMemoryInfo("Cpu", kind, 0, _runtime.OrtMemType.DEFAULT)
    doubling, as_it_likes = 0, -1
    _runtime.create_and_register_allocator(memory, _runtime.OrtArenaCfg(0, doubling, as_it_likes, as_it_likes))


_share_memory()

FACE_SIDE = 112
"""Width and height in pixels of an aligned face, as every recognizer here takes it."""


class Tensor(Protocol):
    """An input or output of a network; sizes that are free are names or None."""

    name: str
    shape: Sequence[int | str | None]


class Session(Protocol):
    """The part of onnxruntime's InferenceSession that is used here; it ships no types."""

    def run(self, output_names: None, input_feed: dict[str, Any]) -> Sequence[Floats]: ...

    def get_inputs(self) -> Sequence[Tensor]: ...

    def get_outputs(self) -> Sequence[Tensor]: ...


@dataclass(frozen=True, slots=True)
class Network:
    """A loaded network. `run` may be called from many threads at once.

    `channels_first` networks take (batch, 3, height, width) floats, (value - `offset`) * `factor`, in BGR order if
    `reversed_channels`; the others are FaceSorter's own and take (batch, height, width, 3) bytes. `height` and
    `width` are None where the network takes any.
    """

    session: Session
    digest: str
    channels_first: bool
    height: int | None
    width: int | None
    offset: float = 0.0
    factor: float = 1.0
    reversed_channels: bool = False

    @property
    def outputs(self) -> list[str]:
        return [output.name for output in self.session.get_outputs()]

    def run(self, pixels: Pixels) -> Sequence[Floats]:
        """The outputs for a batch of RGB pictures, (batch, height, width, 3), in the order of `outputs`."""
        name = self.session.get_inputs()[0].name
        if not self.channels_first:
            return self.session.run(None, {name: pixels})
        planes = pixels[..., ::-1] if self.reversed_channels else pixels
        values = np.ascontiguousarray(planes.transpose(0, 3, 1, 2), dtype=np.float32)
        if self.offset or self.factor != 1.0:
            values = (values - np.float32(self.offset)) * np.float32(self.factor)
        return self.session.run(None, {name: values})


@dataclass(frozen=True, slots=True)
class Networks:
    """A detector and a recognizer; `name` tells them from any other pair."""

    detector: Network
    recognizer: Network

    @property
    def name(self) -> str:
        return f"{self.detector.digest[:8]}-{self.recognizer.digest[:8]}"


def load_networks(folder: Path | None = None) -> Networks:
    """The networks that FaceSorter brings, or those of the user's own folder.

    Such a folder holds one recognizer, and a detector if YuNet's full-precision file is to be used: either SFace's
    full-precision file or any ONNX network that takes an aligned RGB face of 112x112 as ArcFace does. Raises
    `EngineUnavailable`, naming the file and the digest expected, if a file is missing, altered or unfit.
    """
    if folder is None:
        prepared = _digests("prepared")
        return Networks(_brought("yunet.onnx", prepared["yunet.onnx"]), _brought("sface.onnx", prepared["sface.onnx"]))
    return _own(folder)


def load_appearance() -> tuple[Session | None, ...]:
    """The networks for age, gender and expression; None for one that was not there when FaceSorter was built.

    The wheel of the first two needs another, which is not made for every platform. Raises `EngineUnavailable` if a file
    was altered.
    """
    return tuple(_if_brought(resource(f"models/{name}"), digest) for name, digest in _digests("appearance").items())


def _if_brought(path: Path, digest: str) -> Session | None:
    try:
        content = path.read_bytes()
    except OSError:
        _log.warning("%s is missing, so what it estimates of faces is not told.", path)
        return None
    _refuse_other(path, content, digest)
    return _session(path, content)


def is_sface(recognizer: Network) -> bool:
    """Whether this is SFace, as FaceSorter brings it or in full precision. Raises `EngineUnavailable`."""
    full = _digests("full_precision")
    return recognizer.digest in (_digests("prepared")["sface.onnx"], *full.values())


def _digests(kind: str) -> dict[str, str]:
    path = resource("models/digests.json")
    try:
        return json.loads(path.read_text("utf-8"))[kind]
    except (OSError, ValueError, KeyError):
        raise EngineUnavailable(
            _("FaceSorter's file {path} is missing or damaged.").format(path=path), _("Install it again.")
        ) from None


def _brought(name: str, digest: str) -> Network:
    content = _read(resource(f"models/{name}"), digest)
    _refuse_other(resource(f"models/{name}"), content, digest)
    session = _session(resource(f"models/{name}"), content)
    return Network(session, digest, channels_first=False, height=_size(session, 1), width=_size(session, 2))


def _own(folder: Path) -> Networks:
    full = _digests("full_precision")
    detector_name, sface_name = full
    if not folder.is_dir():
        raise EngineUnavailable(
            _("The models folder {folder} does not exist.").format(folder=folder),
            _("Choose another one in the settings."),
        )
    detector_path = folder / detector_name
    if detector_path.exists():
        content = _read(detector_path, full[detector_name])
        _refuse_other(detector_path, content, full[detector_name])
        detector = _channels_first(detector_path, content, reversed_channels=True)
    else:
        detector = load_networks().detector
    recognizers = sorted(path for path in folder.glob("*.onnx") if path != detector_path)
    if len(recognizers) != 1:
        raise EngineUnavailable(
            _("The models folder {folder} must hold one recognizer, and holds {count}.").format(
                folder=folder, count=len(recognizers)
            ),
            _("Put {sface_name} (SHA-256 {digest}) there, or one other network for aligned faces of 112x112.").format(
                sface_name=sface_name, digest=full[sface_name]
            ),
        )
    path = recognizers[0]
    content = _read(path, full.get(path.name, "any"))
    if path.name == sface_name:
        _refuse_other(path, content, full[sface_name])
        return Networks(detector, _recognizer(path, _channels_first(path, content)))
    return Networks(detector, _recognizer(path, _channels_first(path, content, offset=127.5, factor=1 / 127.5)))


def _channels_first(path: Path, content: bytes, **settings: Any) -> Network:
    session = _session(path, content)
    shape = session.get_inputs()[0].shape
    if len(session.get_inputs()) != 1 or len(shape) != 4 or shape[1] != 3:
        raise EngineUnavailable(
            _("{path} takes {shape}, not pictures of three colors.").format(path=path, shape=shape),
            _("Choose another network."),
        )
    return Network(
        session,
        hashlib.sha256(content).hexdigest(),
        channels_first=True,
        height=_size(session, 2),
        width=_size(session, 3),
        **settings,
    )


def _recognizer(path: Path, network: Network) -> Network:
    if (network.height or FACE_SIDE, network.width or FACE_SIDE) != (FACE_SIDE, FACE_SIDE):
        raise EngineUnavailable(
            _("{path} takes faces of {width}x{height}, not 112x112.").format(
                path=path, width=network.width, height=network.height
            ),
            _("Choose another network."),
        )
    outputs = network.session.get_outputs()
    if len(outputs) != 1 or len(outputs[0].shape) != 2:
        raise EngineUnavailable(
            _("{path} does not give one vector a face.").format(path=path), _("Choose another network.")
        )
    return network


def _read(path: Path, digest: str) -> bytes:
    packed = path.with_suffix(".npz")  # in the frozen program
    try:
        return unpack(packed.read_bytes()) if packed.exists() else path.read_bytes()
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        raise EngineUnavailable(
            _("The face model {path} is missing; a file with the SHA-256 {digest} was expected.").format(
                path=path, digest=digest
            ),
            _remedy(),
        ) from None


def _refuse_other(path: Path, content: bytes, digest: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise EngineUnavailable(
            _("The face model {path} was altered: its SHA-256 is {found}, expected was {digest}.").format(
                path=path, found=found, digest=digest
            ),
            _remedy(),
        )


def _remedy() -> str:
    return _("Install FaceSorter again, or put the right file there.")


def _session(path: Path, content: bytes) -> Session:
    """One thread each: photos are handled in parallel, which beats parallel operators."""
    options = _runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = _runtime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    options.add_session_config_entry("session.use_env_allocators", "1")
    try:
        return _runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no other parent
        raise EngineUnavailable(
            _("The face model {path} cannot be loaded ({error}).").format(path=path, error=error), _remedy()
        ) from error


def _size(session: Session, axis: int) -> int | None:
    size = session.get_inputs()[0].shape[axis]
    return size if isinstance(size, int) else None
