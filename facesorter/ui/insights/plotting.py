"""Brings in pyqtgraph, on a worker and when a chart is first wanted: it takes half a second.

Charts are painted without OpenGL. Stand-ins for Qt's modules of it, which pyqtgraph imports in any case, spare ten
megabytes of the frozen program.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

_NOT_NEEDED = ("QtOpenGL", "QtOpenGLWidgets", "QtTest")


class _Nothing(ModuleType):
    """A module in which every class is an empty one."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def bring_in() -> None:
    """Import and set up pyqtgraph, once; the modules that draw with it can be imported then."""
    if "pyqtgraph" in sys.modules:
        return
    stand_ins = {name: _Nothing(f"PySide6.{name}") for name in _NOT_NEEDED if f"PySide6.{name}" not in sys.modules}
    sys.modules.update({module.__name__: module for module in stand_ins.values()})
    try:
        pyqtgraph: Any = importlib.import_module("pyqtgraph")
    finally:
        for module in stand_ins.values():
            del sys.modules[module.__name__]
    # Its own way of ending closes what Qt closes by itself.
    pyqtgraph.setConfigOptions(antialias=True, exitCleanup=False, useOpenGL=False)
