"""The settings, each in words and kept at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from facesorter.ui import words
from facesorter.ui.card import button, label
from facesorter.ui.jobs import Jobs
from facesorter.ui.theme import Theme
from facesorter.ui.threshold_slider import ThresholdSlider

if TYPE_CHECKING:
    from facesorter.bootstrap import Workshop

CAPTION_WIDTH_PX = 210


class SettingsPage(QWidget):
    """`changed` after every change, `failed` if it cannot be kept."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, workshop: Workshop, jobs: Jobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self._workshop = workshop
        self._jobs = jobs
        self._theme = theme
        settings = workshop.settings
        self.threshold = ThresholdSlider(settings.threshold)
        self._meaning = label("", "dim", wraps=True)
        self.threshold.moved.connect(self._explain)
        self.threshold.settled.connect(self._threshold_settled)
        self.link = self._choice(
            self.tr("How photos get into the folder"),
            (
                ("copy", self.tr("Copy: a second file, safe whatever happens to the first")),
                ("hard", self.tr("Hard link: no extra room, same disk only")),
                ("reflink", self.tr("Shared copy: no extra room until one is changed, where the disk can")),
            ),
            settings.link,
        )
        self.link.currentIndexChanged.connect(self._link_chosen)
        self.look_first = QCheckBox(self.tr("Look first, copy when I say so"))
        self.look_first.setChecked(settings.look_first)
        self.look_first.toggled.connect(self._look_first_toggled)
        self.look = self._choice(
            self.tr("Look"),
            (
                ("system", self.tr("Like the system")),
                ("light", self.tr("Light")),
                ("dark", self.tr("Dark")),
            ),
            settings.look,
        )
        self.look.currentIndexChanged.connect(self._look_chosen)
        self._explain(settings.threshold)
        self._lay_out()

    def _choice(self, name: str, options: tuple[tuple[str, str], ...], chosen: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(24)
        for value, text in options:
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(chosen))
        return box

    def _lay_out(self) -> None:
        self._cards: list[QFrame] = []
        finding = self._section(self.tr("Finding"))
        self.threshold.slider.setFixedWidth(260)
        finding.addRow(self._caption(self.tr("When is a photo sure?")), self.threshold)
        finding.addRow(self._caption(""), self._meaning)
        copying = self._section(self.tr("Copying"))
        copying.addRow(self._caption(self.tr("Photos get into the folder as")), self.link)
        copying.addRow(self._caption(""), self.look_first)
        window = self._section(self.tr("Window"))
        window.addRow(self._caption(self.tr("Look")), self.look)
        privacy = self._section(self.tr("Privacy"))
        privacy.addRow(
            self._caption(self.tr("Faces are found and compared")),
            label(self.tr("On this computer. Nothing is uploaded."), "good"),
        )
        profile = QHBoxLayout()
        profile.addWidget(label(words.readable(str(self._workshop.paths.profile)), "dim", wraps=True), 1)
        show = button(self.tr("Open folder"))
        show.clicked.connect(self._open_profile)
        profile.addWidget(show)
        privacy.addRow(self._caption(self.tr("What FaceSorter remembers is in")), profile)
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(label(self.tr("Settings"), "huge"))
        for card in self._cards:
            column.addWidget(card)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def _section(self, title: str) -> QFormLayout:
        card = QFrame()
        card.setProperty("card", "true")
        card.setMaximumWidth(820)
        self._cards.append(card)
        form = QFormLayout(card)
        form.setContentsMargins(16, 12, 16, 14)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow(label(title, "title"))
        return form

    def _caption(self, text: str) -> QLabel:
        """All captions are as wide as each other, so that the fields of all cards line up."""
        caption = label(text, wraps=True)
        caption.setFixedWidth(CAPTION_WIDTH_PX)
        return caption

    def _explain(self, threshold: float) -> None:
        if threshold >= 90:
            meaning = self.tr("Very strict: hardly ever a wrong photo, but more to look through in Check.")
        elif threshold >= 75:
            meaning = self.tr("Usual: about one wrong photo among 100,000 faces of other people.")
        elif threshold >= 60:
            meaning = self.tr("Loose: finds more by itself, now and then somebody else.")
        else:
            meaning = self.tr("Very loose: look through Sure before you use it.")
        self._meaning.setText(self.tr("From {} on. {}").format(words.percent(threshold), meaning))

    def show_settings(self) -> None:
        """Show what was changed elsewhere."""
        settings = self._workshop.settings
        self.threshold.blockSignals(True)  # noqa: FBT003 - Qt's only way to say it
        self.threshold.show_threshold(settings.threshold)
        self.threshold.blockSignals(False)  # noqa: FBT003
        self._explain(settings.threshold)
        self.look_first.setChecked(settings.look_first)

    def _threshold_settled(self, threshold: float) -> None:
        self._keep(threshold=threshold)

    def _link_chosen(self) -> None:
        self._keep(link=self.link.currentData())

    def _look_first_toggled(self) -> None:
        self._keep(look_first=self.look_first.isChecked())

    def _look_chosen(self) -> None:
        self._keep(look=self.look.currentData())
        self._theme.choose(self.look.currentData())

    def _keep(self, **changes: Any) -> None:
        settings = replace(self._workshop.settings, **changes)

        def save() -> Iterator[None]:
            yield self._workshop.save(settings)

        job = self._jobs.write(save)
        job.failed.connect(self.failed)
        job.finished.connect(self.changed)

    def _open_profile(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._workshop.paths.profile)))
