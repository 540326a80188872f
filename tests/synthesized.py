"""The templates of the cloud as they are made, once for each choice. Needs the addition `facesorter[cloud]`."""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, cast

CLOUD = Path(__file__).parents[1] / "packaging" / "cloud"


def app_module() -> Any:
    """The module that makes them; an old Node.js does its work, too, and is not to be complained of."""
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")
    if str(CLOUD) not in sys.path:
        sys.path.insert(0, str(CLOUD))
    return importlib.import_module("app")


@cache
def synthesized(**context: str) -> dict[str, Any]:
    """The template for these choices."""
    with tempfile.TemporaryDirectory() as folder:
        gathered = Path(folder, "gathered")
        gathered.mkdir()
        assembly = app_module().built(dict(context), os.path.join(folder, "out"), str(gathered)).synth()
        return cast("dict[str, Any]", json.loads(Path(assembly.stacks[0].template_full_path).read_text("utf-8")))
