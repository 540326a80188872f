"""Brings in pyqtgraph when a chart is first wanted, in the window's thread and in steps: it takes half a second.

It looks at all of Qt's types as it is imported. On a worker that has crashed the program, while the window's thread
made widgets.

Charts are painted without OpenGL. Stand-ins for Qt's modules of it, which pyqtgraph imports in any case, spare ten
megabytes of the frozen program; those for parts of pyqtgraph spare time.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets

_TYPES_A_STEP = 20
_NOT_NEEDED = (
    *("PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtTest"),
    *("pyqtgraph.imageview", "pyqtgraph.widgets.ColorMapWidget", "pyqtgraph.widgets.DataFilterWidget"),
    *("pyqtgraph.widgets.RemoteGraphicsView", "pyqtgraph.widgets.ScatterPlotWidget"),
)
"""What pyqtgraph imports in any case, and charts here do not use. Its own modules among them bring in 30 others, which
would take a third of its time and of its memory."""

USERS = ("bar_chart", "chart_view", "network")
"""The modules of this package that can be imported only once `bring_in` has taken its steps."""


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
    stand_ins = {name: _Nothing(name) for name in _NOT_NEEDED if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        pyqtgraph: Any = importlib.import_module("pyqtgraph")
    finally:
        for name in stand_ins:
            del sys.modules[name]
    # Its own way of ending closes what Qt closes by itself.
    pyqtgraph.setConfigOptions(antialias=True, exitCleanup=False, useOpenGL=False)
