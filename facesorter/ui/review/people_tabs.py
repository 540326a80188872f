"""One tab for each person whose photos are looked through, hidden where there is only one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QTabBar

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell import words


class PeopleTabs(QTabBar):
    """People by their numbers, in the order of the request."""

    def __init__(self) -> None:
        super().__init__()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setAccessibleName(_("People"))

    @property
    def number(self) -> int:
        """Whose photos are shown."""
        return max(0, self.currentIndex())

    def start_over(self, names: Sequence[str]) -> None:
        """These people instead of all others; `currentChanged` is not emitted."""
        with QSignalBlocker(self):
            while self.count():
                self.removeTab(0)
            for name in names:
                self.addTab(words.as_written(name))
        self.setVisible(len(names) > 1)

    def show_names(self, names: Sequence[str], left: Sequence[int]) -> None:
        """What everybody is called now, with how many photos are left to check of them."""
        for number, (name, photos) in enumerate(zip(names, left, strict=True)):
            shown = _("{name} ({count})").format(name=name, count=words.number(photos)) if photos else name
            if self.tabText(number) != words.as_written(shown):
                self.setTabText(number, words.as_written(shown))
