"""What a change of mind would do to the copies, done at a click; then the folder, undo and a report."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.domain.places import kind_of
from facesorter.ui.review.run import Run
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme, mark
from facesorter.ui.widgets.card import button, label


class ChangeBar(QWidget):
    """`Copy 12 more, remove 3`, then Open folder, Undo copying and Save report."""

    carry_out_asked = Signal()
    open_asked = Signal()
    undo_asked = Signal()
    report_asked = Signal()

    def __init__(self, run: Run, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.carry_out = button(_("Copy"), "primary")
        self.carry_out.clicked.connect(self.carry_out_asked)
        self._text = label("", "dim")
        self.open = button(_("Open folder"))
        self.undo = button(_("Undo copying…"), "", _("Removes the copies this run made"))
        self.undo.setToolTip(self.undo.accessibleDescription())
        self.report = button(_("Save report…"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.carry_out)
        layout.addWidget(self._text)
        layout.addStretch()
        self._texts = {press: press.text() for press in (self.open, self.undo, self.report)}
        for press, icon, asked in (
            (self.open, "folder", self.open_asked),
            (self.undo, "undo", self.undo_asked),
            (self.report, "report", self.report_asked),
        ):
            theme.give_icon(press, icon)
            press.clicked.connect(asked)
            layout.addWidget(press)
        run.copies.planned.connect(self.refresh)
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
        sentence = self._sentence(run.copies.to_copy, run.copies.to_take_back, first=not copied + there)
        self.carry_out.setText(sentence or _("Copy"))
        self.carry_out.setVisible(bool(sentence))
        mark(self.carry_out, kind="primary" if run.copies.to_copy else "")
        self.carry_out.setEnabled(not run.copies.changing)
        self._text.setText(self._outcome())
        self._text.setVisible(bool(self._text.text()) and not sentence)
        self.open.setVisible(run.request is not None and kind_of(run.request.destination).has_files)
        self.open.setEnabled(copied + there > 0)
        self.undo.setEnabled(copied > 0 and not run.copies.changing)
        self.report.setEnabled(run.done > 0)

    def fit(self, room_px: int) -> None:
        """Within so much room; where there is less than all words need, icons stand for the last three."""
        apart, shown = 8, [press for press in self._texts if press.isVisibleTo(self)]
        padding = 48
        words_px = sum(press.fontMetrics().horizontalAdvance(self._texts[press]) + padding + apart for press in shown)
        first_px = 0 if self.carry_out.isHidden() else self.carry_out.sizeHint().width()
        iconic = first_px + words_px > room_px
        for press, text in self._texts.items():
            press.setText("" if iconic else text)
            press.setAccessibleName(text)
            press.setToolTip(text if iconic else press.accessibleDescription())

    @property
    def is_primary(self) -> bool:
        """Whether what waits here is the next thing to do. What only removes is never it."""
        return self._run.over and not self.carry_out.isHidden() and self._run.copies.to_copy > 0

    def _sentence(self, copy: int, remove: int, *, first: bool) -> str:
        if copy and remove:
            return _("Copy {} more, remove {}").format(words.number(copy), words.number(remove))
        if copy:
            return _("Copy {}").format(words.photos(copy)) if first else _("Copy {} more").format(words.number(copy))
        if not remove:
            return ""
        return ngettext("Remove {} copy", "Remove {} copies", remove).format(words.number(remove))

    def _outcome(self) -> str:
        if self._run.copies.changing:
            return _("Working…")
        kept = len(self._run.copies.kept)
        if not kept:
            return ""
        sentence = ngettext(
            "{} copy was kept. See the log for the reason.", "{} copies were kept. See the log for the reasons.", kept
        )
        return sentence.format(words.number(kept))
