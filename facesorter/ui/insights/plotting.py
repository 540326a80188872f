"""Brings in pyqtgraph when a chart is first wanted, in the window's thread and in steps: it takes half a second.

It looks at all of Qt's types as it is imported. On a worker that has crashed the program, while the window's thread
made widgets.

Charts are painted without OpenGL. Stand-ins for Qt's modules of it, which pyqtgraph imports in any case, spare ten
megabytes of the frozen program.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets

_TYPES_A_STEP = 20
_NOT_NEEDED = ("QtOpenGL", "QtOpenGLWidgets", "QtTest")


class _Nothing(ModuleType):
    """A module in which every class is an empty one."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def bring_in() -> Iterator[None]:
    """Import and set up pyqtgraph, once; the modules that draw with it can be imported then."""
    if "pyqtgraph" in sys.modules:
        return
    for qt in (QtCore, QtGui, QtWidgets):  # half of the time is spent on the types, one by one
        for number, name in enumerate(dir(qt), start=1):
            getattr(qt, name)
            if number % _TYPES_A_STEP == 0:
                yield
    stand_ins = {name: _Nothing(f"PySide6.{name}") for name in _NOT_NEEDED if f"PySide6.{name}" not in sys.modules}
    sys.modules.update({module.__name__: module for module in stand_ins.values()})
    try:
        pyqtgraph: Any = importlib.import_module("pyqtgraph")
    finally:
        for module in stand_ins.values():
            del sys.modules[module.__name__]
    # Its own way of ending closes what Qt closes by itself.
    pyqtgraph.setConfigOptions(antialias=True, exitCleanup=False, useOpenGL=False)
