"""One tab for each person who is being described."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTabBar

from facesorter.domain.messages import gettext as _
from facesorter.domain.names import one_spelling
from facesorter.ui.shell import words
from facesorter.ui.sort.drafts import Draft, Identity, Problem


class DraftTabs(QTabBar):
    """Holds the drafts; there is always one. `currentChanged` when the user chooses another one."""

    def __init__(self) -> None:
        super().__init__(drawBase=False, expanding=False, tabsClosable=False, usesScrollButtons=True)
        self.drafts = [Draft()]
        self.setAccessibleName(_("People to look for"))
        self.addTab("")
        self.hide()

    @property
    def current(self) -> Draft:
        return self.drafts[max(0, self.currentIndex())]

    def add(self, draft: Draft, *, in_place: bool) -> None:
        """A tab more, which is the current one; `in_place` of the last, if nothing is known of that one yet."""
        with QSignalBlocker(self):  # meanwhile there may be no tab at all
            if in_place and not self.drafts[-1].shots and not self.drafts[-1].name:
                self._remove(len(self.drafts) - 1)
            self._append(draft)

    def drop_current(self) -> None:
        """Take away the person who is shown; there must be others."""
        place = self.currentIndex()
        self.drafts.pop(place)
        self.removeTab(place)

    def replace_all(self, draft: Draft) -> None:
        """This person alone."""
        with QSignalBlocker(self):
            while self.drafts:
                self._remove(len(self.drafts) - 1)
            self._append(draft)

    def forget(self, name: str) -> None:
        """Take away everybody of this name."""
        with QSignalBlocker(self):
            while (place := self.place_of(name)) is not None:
                self._remove(place)
            if not self.drafts:
                self._append(Draft())

    def rename(self, before: str, name: str) -> None:
        """Whoever has the one name has the other from now on."""
        for draft in self.drafts:
            if _is_called(draft, before):
                draft.name, draft.is_named = name, True

    def place_of(self, name: str) -> int | None:
        """The tab of the first person of this name."""
        return next((place for place, draft in enumerate(self.drafts) if _is_called(draft, name)), None)

    def show_state(self, problem: Problem, color: QColor) -> None:
        """What everybody is called by now; of whom something is missing, in this color."""
        self.setVisible(len(self.drafts) > 1)
        for place, draft in enumerate(self.drafts):
            text = words.as_written(draft.name.strip()) or _("New person")
            if self.tabText(place) != text:  # every tab is laid out anew with each text
                self.setTabText(place, text)
            waits = draft.is_pending or draft.identity is Identity.LOOKING
            is_missing = bool(problem.missing) and place == problem.place and not waits
            self.setTabTextColor(place, color if is_missing else QColor())

    def _append(self, draft: Draft) -> None:
        self.drafts.append(draft)
        self.addTab("")
        self.setCurrentIndex(len(self.drafts) - 1)

    def _remove(self, place: int) -> None:
        self.drafts.pop(place)
        self.removeTab(place)


def _is_called(draft: Draft, name: str) -> bool:
    return one_spelling(draft.name).casefold() == name.casefold()
