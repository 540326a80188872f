"""The rooms lie above one another, and only the window knows Qt: `[tool.importlinter]` in pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_imports_keep_to_the_architecture() -> None:
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    result = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_what_a_place_is_good_for_is_asked_and_not_whether_it_is_in_s3() -> None:
    own = [ROOT / "facesorter" / "domain" / "places.py", *(ROOT / "facesorter" / "places").rglob("*.py")]
    others = set((ROOT / "facesorter").rglob("*.py")) - set(own)
    assert [module for module in own if "is_in_s3" in _words_of(module)]
    assert not [str(module) for module in others if not {"is_in_s3", "SCHEME", "s3://"}.isdisjoint(_words_of(module))]


def _words_of(module: Path) -> set[str]:
    """The names that a module uses, and its strings."""
    words: set[str] = set()
    for node in ast.walk(ast.parse(module.read_bytes())):
        match node:
            case ast.Name(word) | ast.Attribute(attr=word) | ast.alias(word) | ast.Constant(str(word)):
                words.add(word)
    return words
