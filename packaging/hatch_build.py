"""Prepares face models and translations when the package is built: what a user installs needs no tool to do it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrepareResources(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before hatchling collects a wheel's files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Put both beside the other resources; `pip install -e` finds them there, too."""
        packaging = Path(self.root, "packaging")
        sys.path.insert(0, str(packaging))
        try:
            from prepare_models import prepare
            from translations import compile_all
        finally:
            sys.path.remove(str(packaging))
        prepare(Path(self.root, "resources"))
        compile_all(Path(self.root, "resources", "locale"))
