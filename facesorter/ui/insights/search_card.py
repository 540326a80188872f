"""Where a search for duplicates begins: which pictures, whose they are, and how far it is."""

from __future__ import annotations

import os

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.settings import Settings
from facesorter.ui.insights.columns import in_a_flow
from facesorter.ui.insights.searching import Searching, State
from facesorter.ui.shell import words
from facesorter.ui.widgets.calm_bar import CalmBar
from facesorter.ui.widgets.card import Card, button, label
from facesorter.ui.widgets.file_dialogs import ask_for_folder, ask_for_picture
from facesorter.ui.widgets.path_field import PathField
from facesorter.ui.widgets.s3_address import ask_for_s3_address

_CSV = "csv:"


class SearchCard(Card):
    """`search_asked` carries the source and the rule that names people, `reports_asked` a folder of reports.

    `chosen` when another source was chosen.
    """

    search_asked = Signal(str, str)
    reports_asked = Signal(str)
    chosen = Signal(str)

    def __init__(self, settings: Settings, searching: Searching) -> None:
        super().__init__(_("The same person under different names"))
        self._searching = searching
        self.source, self.rule = settings.duplicates_source, settings.duplicates_names
        self._what = label(
            _(
                "Choose a folder with pictures of named people: customers, members, guests. Every face is compared "
                "with every other, on this computer, and you see who is in there under two names. Nothing is changed."
            ),
            "dim",
            wraps=True,
        )
        self.field = PathField(_("Folder of pictures"))
        self.field.setAccessibleName(_("Folder of pictures"))
        self.choose = button(_("Choose…"), "", _("Chooses the folder of pictures"))
        self.choose.clicked.connect(self._choose)
        self.in_s3 = button(_("A place in Amazon S3…"), "link")
        self.in_s3.clicked.connect(self._choose_address)
        self.names = QComboBox()
        self.names.setAccessibleName(_("Whose picture it is"))
        for rule, text in (
            ("folder", _("Named by their folder")),
            ("file", _("Named by the file (Hans_Blix_0006.jpg)")),
            (_CSV, _("Named by a list (CSV)…")),
        ):
            self.names.addItem(text, rule)
        self.names.activated.connect(self._choose_rule)
        self.go = button(_("Look for duplicates"), "primary")
        self.go.clicked.connect(lambda: self.search_asked.emit(self.source, self.rule))
        self.earlier = button(
            _("Open reports…"), "link", _("Shows what facesorter duplicates has found on the command line")
        )
        self.earlier.clicked.connect(self._choose_reports)
        self.bar = CalmBar()
        self.bar.setAccessibleName(_("Progress"))
        self.told = label("", "dim", wraps=True)
        self.stop = button(_("Stop"))
        self.stop.clicked.connect(searching.stop)
        self._lay_out()
        self.dropped.connect(self._take_dropped)
        searching.state_changed.connect(self.refresh)
        searching.progressed.connect(self._progressed)
        self._show_rule()
        self.show_source(self.source)
        self.refresh()

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.field, 1)
        where.addWidget(self.choose)
        self._busy = QWidget()
        busy = QVBoxLayout()
        busy.setSpacing(5)
        busy.addStretch()
        busy.addWidget(self.bar)
        busy.addWidget(self.told)
        busy.addStretch()
        line = QHBoxLayout(self._busy)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addLayout(busy, 1)
        line.addWidget(self.stop)
        self.body.addWidget(self._what)
        self.body.addLayout(where)
        self.body.addWidget(in_a_flow(8, self.names, self.go, self.in_s3, self.earlier))
        self.body.addWidget(self._busy)

    def show_source(self, source: str) -> None:
        """These pictures are chosen."""
        self.source = source
        self.field.show_path(words.readable(source))
        self.refresh()

    def refresh(self) -> None:
        """Show what can be done now."""
        state = self._searching.state
        busy = state is not State.READY
        for widget in (self.choose, self.in_s3, self.names, self.earlier):
            widget.setEnabled(not busy)
        self.go.setEnabled(not busy and bool(self.source))
        self._busy.setVisible(busy)
        self.stop.setEnabled(state is not State.STOPPING)
        if busy:
            self.bar.setRange(0, 0)
            self.told.setText(
                {
                    State.SEARCHING: _("Listing the pictures…"),
                    State.READING: _("Reading what was found…"),
                    State.STOPPING: _("Stopping. What was looked at is kept."),
                }[state]
            )

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        state = self._searching.state
        if state is State.SEARCHING:
            sentence = ngettext("{done} of {total} picture", "{done} of {total} pictures", total)
            if done == total:
                sentence = _("All {total} pictures were looked at. Faces are compared…")
        elif state is State.READING:
            sentence = ngettext("{done} of {total} report read", "{done} of {total} reports read", total)
        else:
            return
        self.told.setText(sentence.format(done=words.number(done), total=words.number(total)))

    def _choose(self) -> None:
        folder = ask_for_folder(self, _("Choose a folder with pictures of named people"), self.source)
        if folder:
            self._take(folder)

    def _choose_address(self) -> None:
        address = ask_for_s3_address(self, _("A bucket, or a folder in it:"), self.source)
        if address:
            self._take(address)

    def _take(self, source: str) -> None:
        self.show_source(source)
        self.chosen.emit(source)
        self.go.setFocus()

    def _take_dropped(self, paths: list[str]) -> None:
        if len(paths) == 1 and not self._searching.busy:
            self._take(paths[0])

    def _choose_rule(self) -> None:
        rule = str(self.names.currentData())
        if rule == _CSV:
            path = ask_for_picture(self, _("Choose the list of names"), _("Table (*.csv)"))
            rule = f"{_CSV}{path}" if path else self.rule
        self.rule = rule
        self._show_rule()

    def _show_rule(self) -> None:
        is_list = self.rule.startswith(_CSV)
        self.names.setCurrentIndex(self.names.findData(_CSV if is_list else self.rule))
        if is_list:
            file = os.path.basename(self.rule.removeprefix(_CSV))
            self.names.setItemText(self.names.findData(_CSV), _("Named by {file}").format(file=words.readable(file)))

    def _choose_reports(self) -> None:
        folder = ask_for_folder(self, _("Choose the folder that was given with --out"))
        if folder:
            self.reports_asked.emit(folder)
