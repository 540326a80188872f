"""What the frozen program is made of: pinned, complete, and listed."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"


@pytest.fixture(autouse=True)
def _scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PACKAGING))


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned_to_a_version_that_will_do() -> None:
    from pin import pins

    pinned: dict[str, list[str]] = {}
    for name, version, _ in pins((PACKAGING / "requirements.txt").read_text()):
        pinned.setdefault(name, []).append(version)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for line in (*project["dependencies"], *project["optional-dependencies"]["raw"]):
        wanted = Requirement(line)
        assert any(wanted.specifier.contains(version) for version in pinned[plain(wanted.name)]), line


def test_every_pin_has_digests_and_no_line_an_address() -> None:
    text = (PACKAGING / "requirements.txt").read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) > 20
    for block in blocks:
        assert re.match(r"[a-z0-9-]+==\S+", block), block
        assert "--hash=sha256:" in block, block
    for file in ("requirements.txt", "sbom.json"):
        assert not re.search(r"https?:|index-url|find-links|@ ", (PACKAGING / file).read_text()), file


def test_the_list_of_components_is_that_of_the_pins() -> None:
    from pin import bill_of_materials

    requirements = (PACKAGING / "requirements.txt").read_text()
    assert json.loads((PACKAGING / "sbom.json").read_text()) == bill_of_materials(requirements)


def test_not_having_looked_is_not_taken_for_a_clean_bill(monkeypatch: pytest.MonkeyPatch, capsys: object) -> None:
    import audit

    unknown = {"name": "a", "skip_reason": "not found"}
    assert audit.verdict([unknown]) == ([], 0, False)
    flawed = {"name": "b", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}
    assert audit.verdict([unknown, flawed]) == (["b 1: X-1, mended in 2"], 1, True)
    monkeypatch.setattr(audit, "ask", lambda service: [unknown])
    assert audit.main() == 0
    assert isinstance(capsys, pytest.CaptureFixture)
    assert "nothing was checked" in capsys.readouterr().out
    monkeypatch.setattr(audit, "ask", lambda service: [flawed] if service == "osv" else [])
    assert audit.main() == 1
    assert sys.modules["audit"].__file__ == str(PACKAGING / "audit.py")
