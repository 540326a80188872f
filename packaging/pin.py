"""Pins every package of the frozen program by its digest, and lists them: `requirements.txt` and `sbom.json`.

Neither holds an address, so that they mean the same wherever packages are fetched from. Run it after a change of the
dependencies (`pip install ".[release]"`, then `python packaging/pin.py`), and freeze what
`pip install --require-hashes -r packaging/requirements.txt` installs. `--sbom` only lists what is pinned.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from facts import ROOT, version

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
SBOM = HERE / "sbom.json"
_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))? \\$", re.MULTILINE)


class Pin(NamedTuple):
    """A package in the one version that is used where the marker holds (everywhere if it is empty)."""

    name: str
    version: str
    marker: str


def pins(requirements: str) -> list[Pin]:
    """What is pinned, in the order of the file."""
    return [Pin(found["name"], found["version"], found["marker"] or "") for found in _PIN.finditer(requirements)]


def bill_of_materials(packages: list[Pin]) -> dict[str, Any]:
    """A CycloneDX 1.6 document of the packages and the face models; the same for the same pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    digests = json.loads((ROOT / "resources" / "models" / "digests.json").read_text("utf-8"))
    models = digests["prepared"] | digests["appearance"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps([version(), packages, models]))}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": project["name"],
                "version": version(),
                "purl": f"pkg:pypi/{project['name']}@{version()}",
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [*map(_package, packages), *(_model(*model) for model in models.items())],
    }


def _package(pin: Pin) -> dict[str, Any]:
    purl = f"pkg:pypi/{pin.name}@{pin.version}"
    package = {"type": "library", "bom-ref": purl, "name": pin.name, "version": pin.version, "purl": purl}
    return package | ({"properties": [{"name": "facesorter:only-where", "value": pin.marker}]} if pin.marker else {})


def _model(file: str, digest: str) -> dict[str, Any]:
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{file}",
        "name": file,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def main() -> None:
    """Write both files."""
    if "--sbom" not in sys.argv[1:]:
        options = "--extra raw --universal --python-version 3.11 --generate-hashes --upgrade --quiet"
        silent = "--no-emit-index-url --no-emit-find-links --no-annotate --no-header"
        command = f"uv pip compile pyproject.toml {options} {silent} --output-file".split()
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", *command, str(REQUIREMENTS)],
            cwd=ROOT,
            check=True,
        )
    document = bill_of_materials(pins(REQUIREMENTS.read_text("utf-8")))
    SBOM.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(document['components'])} components are in {SBOM.name}.")


if __name__ == "__main__":
    main()
