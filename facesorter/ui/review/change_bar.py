"""What a change of mind would do to the copies, done at a click; and the balance that adds up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.models import Pile
from facesorter.ui.review.run import Run
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import button, label

if TYPE_CHECKING:
    from facesorter.ui.review.results import LiveBalance


class ChangeBar(QWidget):
    """`Copy 12 more, take back 3`, then Open folder, Undo and Save report."""

    carry_out_asked = Signal()
    open_asked = Signal()
    undo_asked = Signal()
    report_asked = Signal()

    def __init__(self, run: Run, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.carry_out = button("", "primary", _("Copy and take back"))
        self.carry_out.clicked.connect(self.carry_out_asked)
        self._text = label("", "dim")
        self.open = button(_("Open folder"))
        self.undo = button(_("Undo"), "", _("Take back the copies of this run"))
        self.undo.setToolTip(self.undo.accessibleName())
        self.report = button(_("Save report…"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.carry_out)
        layout.addWidget(self._text)
        layout.addStretch()
        for press, icon, asked in (
            (self.open, "folder", self.open_asked),
            (self.undo, "undo", self.undo_asked),
            (self.report, "report", self.report_asked),
        ):
            theme.give_icon(press, icon)
            press.clicked.connect(asked)
            layout.addWidget(press)
        run.planned.connect(self.refresh)
        run.state_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is so now."""
        run = self._run
        self.setVisible(run.over)
        if not run.over or run.results is None:
            return
        balances = [run.results.balance(number) for number in range(len(run.results.names))]
        copied = sum(balance.copied for balance in balances)
        there = sum(balance.already_there for balance in balances)
        sentence = self._sentence(run.to_copy, run.to_take_back, first=not copied + there)
        self.carry_out.setText(sentence)
        self.carry_out.setVisible(bool(sentence))
        self.carry_out.setEnabled(not run.changing)
        self._text.setText(self._outcome())
        self._text.setVisible(bool(self._text.text()) and not sentence)
        self.open.setEnabled(copied + there > 0)
        self.undo.setEnabled(copied > 0 and not run.changing and bool(run.run_ids))
        self.report.setEnabled(run.done > 0)

    def _sentence(self, copy: int, take_back: int, *, first: bool) -> str:
        if copy and take_back:
            return _("Copy {} more, take back {}").format(words.number(copy), words.number(take_back))
        if copy:
            text = _("Copy {}") if first else _("Copy {} more")
            return text.format(words.photos(copy) if first else words.number(copy))
        return _("Take back {}").format(words.number(take_back)) if take_back else ""

    def _outcome(self) -> str:
        if self._run.changing:
            return _("Working…")
        kept = len(self._run.kept)
        return _("{} left alone; the log says why.").format(words.photos(kept)) if kept else ""


class BalanceLine(QWidget):
    """`3,412 found = 174 copied + 12 already there + …`; each number leads to its pile."""

    pile_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Balance"))
        self._parts = (
            ("copied", _("{} copied"), Pile.SURE),
            ("already_there", _("{} already there"), Pile.SURE),
            ("waiting", _("{} not copied yet"), Pile.SURE),
            ("check", _("{} to check"), Pile.CHECK),
            ("not_them", _("{} not them"), Pile.NOT_THEM),
            ("no_face", _("{} no face"), Pile.NO_FACE),
            ("problems", _("{} problems"), Pile.PROBLEM),
        )
        self._found = label("", "dim")
        layout = self._line = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self._found)
        self.links: dict[str, QPushButton] = {}
        self._signs: dict[str, QLabel] = {}
        for part, _text, which in self._parts:
            sign = label("+", "dim")
            link = button("", "link")
            link.clicked.connect(partial(self._clicked, which))
            self._signs[part], self.links[part] = sign, link
            layout.addWidget(sign)
            layout.addWidget(link)
        layout.addStretch()

    def add(self, widget: QWidget) -> None:
        """Put this at the end of the line."""
        self._line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def _clicked(self, which: Pile, _checked: bool = False) -> None:
        self.pile_asked.emit(which)

    def show_balance(self, balance: LiveBalance) -> None:
        """Everything found, and what became of it; what there is none of is left out."""
        self._found.setText(_("{} found").format(words.number(balance.found)))
        first = True
        for part, text, _which in self._parts:
            count: int = getattr(balance, part)
            shown = text.format(words.number(count))
            if part == "problems" and count == 1:
                shown = _("1 problem")
            self.links[part].setText(shown)
            self.links[part].setAccessibleName(shown)
            self.links[part].setVisible(count > 0)
            self._signs[part].setVisible(count > 0)
            if count:
                self._signs[part].setText("=" if first else "+")
                first = False
