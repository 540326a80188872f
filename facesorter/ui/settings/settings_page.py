"""The settings, each in words and kept at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.paid.engine_choice import EngineChoice
from facesorter.ui.review.explanation import limits
from facesorter.ui.review.threshold_slider import ThresholdSlider
from facesorter.ui.settings.account_card import AccountCard
from facesorter.ui.settings.knowledge_card import KnowledgeCard
from facesorter.ui.shell.banner import Banner
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import label
from facesorter.ui.widgets.form_card import FormCard, beside, choice, widest_px

if TYPE_CHECKING:
    from facesorter.app.services import Services

MARGIN_PX = 20


class SettingsPage(QWidget):
    """`changed` after every change, `forgotten` when everything was deleted and the window may go."""

    changed = Signal()
    forgotten = Signal()

    def __init__(
        self, app: Services, jobs: Jobs, theme: Theme, engine: EngineChoice, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._app = app
        self._jobs = jobs
        self._theme = theme
        self._engine = engine
        settings = app.settings
        self.threshold = ThresholdSlider(settings.threshold)
        self._meaning = label("", "dim", wraps=True)
        self.threshold.moved.connect(self._explain)
        self.threshold.released.connect(self._threshold_released)
        self.link = choice(
            _("Add photos as"),
            (
                ("copy", _("Copies (independent of the originals)")),
                ("hard", _("Hard links (no extra space, same disk only)")),
                ("reflink", _("Shared copies (if the disk supports them)")),
            ),
            settings.link,
        )
        self.link.currentIndexChanged.connect(self._link_chosen)
        self.look_first = QCheckBox(_("Look first, copy later"))
        self.look_first.setChecked(settings.look_first)
        self.look_first.clicked.connect(self._look_first_clicked)
        self.films = QCheckBox(_("Search videos too"))
        self.films.setChecked(settings.films)
        self.films.clicked.connect(self._films_clicked)
        self.write_names = QCheckBox(_("Write names into sidecars (.xmp) beside the copies"))
        self.write_names.setChecked(settings.write_names)
        self.write_names.clicked.connect(self._write_names_clicked)
        self.look = choice(
            _("Appearance"),
            (
                ("system", _("Same as system")),
                ("light", _("Light")),
                ("dark", _("Dark")),
            ),
            settings.look,
        )
        self.look.currentIndexChanged.connect(self._look_chosen)
        self.language = choice(
            _("Language"),
            (
                ("system", _("Same as system")),
                ("en", "English"),
                ("de", "Deutsch"),
                ("es", "Español"),
            ),
            settings.language,
        )
        self.language.currentIndexChanged.connect(self._language_chosen)
        self._spoken = settings.language
        self._explain(settings.threshold)
        self.account = AccountCard(app, jobs)
        self.account.wanted.connect(self._keep_all)
        self.account.changed.connect(self.changed)
        self.knowledge = KnowledgeCard(app, jobs)
        self.knowledge.wanted.connect(self._keep_all)
        self.knowledge.forgotten.connect(self.forgotten)
        self._held = label(
            _("FaceSorter is working. A change to face recognition takes effect when it has finished."),
            "warn",
            wraps=True,
        )
        self.banner = Banner(theme, self)
        self._lay_out()
        engine.changed.connect(self._show_held)
        self._show_held()

    def _lay_out(self) -> None:
        finding = FormCard(_("Finding"))
        self.threshold.slider.setFixedWidth(260)
        finding.add(_("When is a photo Sure?"), beside(self.threshold))
        finding.add("", self._meaning)
        finding.add("", self.films)
        copying = FormCard(_("Copying"))
        copying.add(_("Add photos as"), self.link)
        copying.add("", self.look_first)
        copying.add("", self.write_names)
        window = FormCard(_("Window"))
        window.add(_("Appearance"), self.look)
        window.add(_("Language"), self.language)
        self._restart = window.add(
            "", label(_("The language changes the next time FaceSorter starts."), "dim", wraps=True)
        )
        self._restart.hide()
        content = QWidget()
        content.setObjectName("scrolled")
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll)
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN_PX, 16, MARGIN_PX, 16)
        # The whole column, because a layout asks a widget how high it is at widths that are beyond its maximum.
        content.setMaximumWidth(widest_px(self) + 2 * MARGIN_PX)
        column.setSpacing(14)
        column.addWidget(label(_("Settings"), "huge"))
        column.addWidget(self._held)
        for card in (self.account, finding, copying, window, self.knowledge):
            column.addWidget(card)
        column.addStretch()

    def _explain(self, threshold: float) -> None:
        if threshold >= 90:
            meaning = _("Very strict: hardly ever a wrong photo, but more photos to go through in Check.")
        elif threshold >= 75:
            meaning = _("Recommended: about one wrong photo among 100,000 faces of other people.")
        elif threshold >= 60:
            meaning = _("Loose: finds more photos, now and then of somebody else.")
        else:
            meaning = _("Very loose: look through Sure before you use the photos.")
        self._meaning.setText(f"{limits(threshold)} {meaning}")

    def _show_held(self) -> None:
        self._held.setVisible(self._engine.held)

    def show_settings(self) -> None:
        """Show what was changed elsewhere."""
        settings = self._app.settings
        self.threshold.blockSignals(True)  # noqa: FBT003 - Qt's only way to say it
        self.threshold.show_threshold(settings.threshold)
        self.threshold.blockSignals(False)  # noqa: FBT003
        self._explain(settings.threshold)
        self.look_first.setChecked(settings.look_first)
        self.films.setChecked(settings.films)
        self.write_names.setChecked(settings.write_names)
        self.account.show_settings(settings)
        self.knowledge.show_settings(settings)

    def _threshold_released(self, threshold: float) -> None:
        self._keep(threshold=threshold)

    def _link_chosen(self) -> None:
        self._keep(link=self.link.currentData())

    def _look_first_clicked(self) -> None:
        self._keep(look_first=self.look_first.isChecked())

    def _films_clicked(self) -> None:
        self._keep(films=self.films.isChecked())

    def _write_names_clicked(self) -> None:
        self._keep(write_names=self.write_names.isChecked())

    def _look_chosen(self) -> None:
        self._keep(look=self.look.currentData())
        self._theme.choose(self.look.currentData())

    def _language_chosen(self) -> None:
        self._keep(language=self.language.currentData())
        self._restart.setVisible(self.language.currentData() != self._spoken)

    def _keep(self, **changes: Any) -> None:
        def save() -> Iterator[None]:  # on top of what was saved just before, here or on the Sort page
            yield self._app.save(replace(self._app.settings, **changes))

        job = self._jobs.write(save)
        job.failed.connect(self.banner.tell)
        job.finished.connect(self._kept)

    def _keep_all(self, changes: dict[str, Any]) -> None:
        self._keep(**changes)

    def _kept(self) -> None:
        self.show_settings()
        self.changed.emit()
