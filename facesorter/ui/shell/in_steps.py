"""Work for the window's thread that is done bit by bit, whenever the window has nothing else to do."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, QTimer

_PLACES = ("people", "compare", "insights", "settings")


def take_steps(steps: Iterator[object], owner: QObject) -> None:
    """Take the first step now, and each of the others once all waiting events are handled, while `owner` lives."""
    for _step in steps:
        QTimer.singleShot(0, owner, partial(take_steps, steps, owner))
        return


def import_places() -> Iterator[None]:
    """Import what the places that nobody has opened yet are made of, a module a step.

    The library for charts, which takes 15 megabytes, is imported when somebody wants to see charts.

    Not on a worker: what a module imports of Qt comes into being then, which is not safe while widgets are made.
    """
    from facesorter.ui.insights import plotting

    for place in _PLACES:
        package = importlib.import_module(f"facesorter.ui.{place}")
        names = [module.name for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
        for name in sorted(names, key=lambda name: name.endswith("_page")):  # a page imports all the others
            if not name.endswith(plotting.USERS):
                importlib.import_module(name)
                yield
