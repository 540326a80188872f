"""What the frozen program is made of: pinned, complete, and listed."""

from __future__ import annotations

import json
import os
import re
import subprocess
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
    from pin import bill_of_materials, pins

    pinned = pins((PACKAGING / "requirements.txt").read_text())
    assert json.loads((PACKAGING / "sbom.json").read_text()) == bill_of_materials(pinned)


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


@pytest.mark.parametrize(
    ("found", "code", "told"),
    [
        ([{"name": "b", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}], 1, "b 1: X-1"),
        ([{"name": "b", "version": "1", "vulns": []}], 0, "No flaw is known"),
        ([{"name": "b", "skip_reason": "not found"}], 0, "Warning"),
        (None, 0, "Warning"),
    ],
)
def test_the_whole_check_ends_with_a_flaw_and_goes_on_without_data(
    tmp_path: Path, found: object, code: int, told: str
) -> None:
    """Against a stand-in for the program that asks; None: it can reach nobody and says so."""
    answer = f"print({json.dumps({'dependencies': found})!r})" if found else "raise SystemExit('no network')"
    (tmp_path / "pip_audit.py").write_text(answer)
    result = subprocess.run(
        [sys.executable, str(PACKAGING / "audit.py")],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (code, "")
    assert told in result.stdout


def test_a_service_that_never_answers_is_out_of_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import audit

    (tmp_path / "pip_audit.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(audit, "MOST_SECONDS", 0.2)
    assert audit.ask("pypi") == []


def test_the_check_for_flaws_is_a_step_of_its_own_of_what_is_run() -> None:
    steps = (ROOT / ".ci" / "run").read_text().splitlines()
    assert "set -euo pipefail" in steps
    assert "python3 packaging/audit.py" in steps
