"""The rooms lie above one another, and only the window knows Qt: `[tool.importlinter]` in pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Container, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_imports_keep_to_the_architecture() -> None:
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    result = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_module_needs_itself_in_a_roundabout_way() -> None:
    """Imports for types alone and within functions count too: whoever reads a module reads what it names."""
    modules = {_name_of(path): path for path in (ROOT / "facesorter").rglob("*.py")}
    imports = {name: {one for one in _imports_of(path, modules) if one != name} for name, path in modules.items()}
    assert len(imports) > 300
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail("Each of these imports the one before it: " + ", ".join(error.args[1]))


def _name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports_of(path: Path, modules: Container[str]) -> Iterator[str]:
    """The modules of FaceSorter that a module imports anywhere; a package where only its own names are imported."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.ImportFrom(str(package), names):
                for name in (f"{package}.{one.name}" for one in names):
                    yield name if name in modules else package
            case ast.Import(names):
                yield from (one.name for one in names)
            case _:
                pass


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
