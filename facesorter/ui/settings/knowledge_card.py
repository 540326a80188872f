"""What FaceSorter keeps, where it is, and how to be rid of all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox

from facesorter.domain.errors import UserError
from facesorter.domain.messages import gettext as _
from facesorter.settings import Settings
from facesorter.ui.shell import words
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.form_card import FormCard, beside
from facesorter.ui.widgets.removal_question import RemovalQuestion, with_what_stays

if TYPE_CHECKING:
    from facesorter.app.services import Services


class KnowledgeCard(FormCard):
    """`wanted` carries changes of the settings; `forgotten` when nothing is known any more and the window may go."""

    wanted = Signal(dict)
    forgotten = Signal()

    def __init__(self, app: Services, jobs: Jobs) -> None:
        super().__init__(_("Stored data"))
        self._app = app
        self._jobs = jobs
        show = button(_("Open folder"))
        show.clicked.connect(self._open_profile)
        self.forget = button(_("Delete everything…"), "", _("Deletes everything FaceSorter has stored"))
        self.forget.clicked.connect(self._ask)
        self._models = label("", "dim", wraps=True)
        choose = button(_("Choose…"), "", _("Chooses a folder with your own face models"))
        choose.clicked.connect(self._choose_models)
        self.usual_models = button(_("Use built-in models"))
        self.usual_models.clicked.connect(lambda: self.wanted.emit({"models_folder": ""}))
        self.add(
            _("Folder"),
            beside(label(words.readable(str(app.paths.profile)), "dim", wraps=True), show),
        )
        self.add(_("Face models"), beside(self._models, choose, self.usual_models))
        explanation = _(
            "Faces, people, answers, settings, logs, and the imported key. Your photos and copies are kept."
        )
        self.add(_("Delete data"), beside(label(explanation, "dim", wraps=True), self.forget))
        self.show_settings(app.settings)

    def show_settings(self, settings: Settings) -> None:
        """Show what is set."""
        own = settings.models_folder
        self._models.setText(words.readable(own) if own else _("The built-in models"))
        self.usual_models.setVisible(bool(own))

    def _open_profile(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._app.paths.profile)))

    def _choose_models(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Choose the folder with your face models"))
        if folder:
            self.wanted.emit({"models_folder": folder})

    def _ask(self) -> None:
        """Ask once it is known what stays elsewhere."""

        def ask_all_the_same(_error: BaseException) -> None:
            self.ask_about([])

        self._jobs.look(self._app.what_stays, self.ask_about).failed.connect(ask_all_the_same)

    def ask_about(self, stays: Sequence[str]) -> None:
        """Ask whether everything is to go; `stays` are commands that delete what is left in Amazon Rekognition."""
        question = RemovalQuestion(
            _("Delete everything"),
            _("Delete everything FaceSorter has stored?"),
            with_what_stays(
                _(
                    "All faces, people, answers, settings, and logs are erased, and so is the list of copies that Undo "
                    "needs. A search in progress is stopped. Your photos and the PhotosWith… folders are kept. "
                    "FaceSorter then closes."
                ),
                stays,
            ),
            _("Delete everything"),
            _("Keep it"),
        )
        if question.is_agreed(self):
            self.forget_everything()

    def forget_everything(self) -> None:
        """Stop all jobs, so that nothing is written any more, and erase what they knew."""
        said, more = (
            _("Everything FaceSorter had stored was deleted."),
            _("Your photos and the PhotosWith… folders are still there."),
        )
        try:
            if not self._jobs.quit():
                raise UserError(
                    _("FaceSorter was still working, so nothing was deleted."),
                    _("Open FaceSorter again and try once more."),
                )
            self._app.forget_everything()
        except UserError as error:
            said, more = error.what_happened, error.what_to_do
        self.tell(said, more)
        self.forgotten.emit()

    def tell(self, what_happened: str, more: str) -> None:
        """Say how it ended, before the window closes."""
        box = QMessageBox(QMessageBox.Icon.Information, _("Delete everything"), what_happened, parent=self)
        box.setInformativeText(more)
        box.exec()
