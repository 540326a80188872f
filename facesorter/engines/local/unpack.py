"""Makes a model's file again from the packed form that the frozen program carries.

The published weights are whole numbers of 8 bits, one scale for each 64 of them; as an ONNX file they are floats of 32
bits, which no compressor shrinks. The packed form (an `.npz`) keeps the whole numbers, the scales, the factors that
weights were multiplied by, and the rest of the file as it is. `packaging/prepare_models.py` writes it.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray


def unpack(packed: bytes) -> bytes:
    """The file, byte for byte.

    Raises `ValueError`, `KeyError`, `EOFError`, `OSError` or `BadZipFile` if `packed` is damaged.
    """
    with np.load(io.BytesIO(packed), allow_pickle=False) as kept:
        rest, places = bytes(kept["rest"]), kept["places"]
        parts: list[bytes] = []
        taken = 0
        for number, (before, axis, block) in enumerate(places.tolist()):
            parts.append(rest[taken : taken + before])
            taken += before
            whole, zeros, scales = (kept[f"{part}{number}"] for part in ("whole", "zeros", "scales"))
            weights = weights_of(whole, zeros, scales, axis, block)
            weights = weights.reshape(kept[f"shape{number}"]) * kept[f"factors{number}"]
            parts.append(weights.tobytes())
    return b"".join([*parts, rest[taken:]])


def weights_of(
    whole: NDArray[Any], zeros: NDArray[Any], scales: NDArray[np.float32], axis: int, block: int
) -> NDArray[np.float32]:
    """The floats that whole numbers stand for: for each `block` along `axis`, `zeros` means 0, `scales` is a step."""
    block_of = np.arange(whole.shape[axis], dtype=np.int64) // block
    return (whole.astype(np.float32) - zeros.astype(np.float32).take(block_of, axis)) * scales.take(block_of, axis)
