"""The help: topics on the left, the chosen one on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QStackedWidget, QWidget

from facesorter.domain import messages
from facesorter.domain.messages import gettext as _
from facesorter.ui.help.about import about_text
from facesorter.ui.help.check_view import CheckView
from facesorter.ui.help.guide import guide_pages
from facesorter.ui.help.page_view import PageView
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.theme import mark

if TYPE_CHECKING:
    from facesorter.app.services import Services

SIZE_PX, TOPICS_FRAME_PX, TOPICS_SHARE = (960, 640), 16, 0.33


class HelpWindow(QDialog):
    """Stays open beside the window it belongs to."""

    def __init__(self, app: Services, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.setWindowTitle(_("FaceSorter help"))
        self.resize(QSize(*SIZE_PX).boundedTo(self.screen().availableSize() * 0.9))
        self.topics = QListWidget()
        self.topics.setAccessibleName(_("Topics"))
        mark(self.topics, kind="topics")
        self.page = PageView()
        self.page.setAccessibleName(_("Help"))
        self.check = CheckView(app, jobs)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.page)
        self._stack.addWidget(self.check)
        self._guide = guide_pages(messages.language())
        self.topics.addItems([page.title for page in self._guide])
        self.topics.addItems([_("Check for problems"), _("About FaceSorter")])
        self.topics.ensurePolished()
        widest = self.topics.sizeHintForColumn(0) + TOPICS_FRAME_PX
        self.topics.setWordWrap(True)
        self.topics.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.topics.setFixedWidth(min(widest, round(TOPICS_SHARE * self.width())))
        layout = QHBoxLayout(self)
        layout.addWidget(self.topics)
        layout.addWidget(self._stack, 1)
        self.topics.currentRowChanged.connect(self._show)
        self.topics.setCurrentRow(0)
        self.topics.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, row: int) -> None:
        if row == len(self._guide):
            self._stack.setCurrentWidget(self.check)
            return
        self._stack.setCurrentWidget(self.page)
        if row > len(self._guide):
            self.page.show_markdown("")
            self._jobs.look(about_text, self._show_about)  # which looks into every package that is installed
        else:
            page = self._guide[row]
            self.page.document().setBaseUrl(QUrl.fromLocalFile(f"{page.folder}/"))
            self.page.show_markdown(page.markdown)

    def _show_about(self, text: str) -> None:
        if self.topics.currentRow() > len(self._guide):
            self.page.show_markdown(text)
