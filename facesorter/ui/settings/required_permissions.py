"""The IAM policy with the permissions that FaceSorter needs, to read and to copy."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QPlainTextEdit, QVBoxLayout

from facesorter.domain.messages import gettext as _
from facesorter.ui.widgets.card import button, label
from facesorter.ui.widgets.form_card import beside

POLICY_LINES = 16


class RequiredPermissions(QVBoxLayout):
    """The policy is hidden until somebody asks for it."""

    def __init__(self) -> None:
        super().__init__()
        self.policy = QPlainTextEdit(readOnly=True)
        self.policy.setAccessibleName(_("Required permissions"))
        self.policy.setFixedHeight(POLICY_LINES * self.policy.fontMetrics().lineSpacing())
        self.policy.setTabChangesFocus(True)
        self.policy.hide()
        self.show_policy = button(_("Show"), "link", _("Shows the required permissions"))
        self.show_policy.setCheckable(True)
        self.show_policy.toggled.connect(self._show)
        self.copy_policy = button(_("Copy"), "link", _("Copies the required permissions"))
        self.copy_policy.clicked.connect(self._copy)
        what = label(_("An IAM policy with only the permissions that FaceSorter needs."), "dim", wraps=True)
        self.setSpacing(6)
        self.addLayout(beside(what, self.show_policy, self.copy_policy))
        self.addWidget(self.policy)

    def _show(self, shown: bool) -> None:
        self.policy.setVisible(shown)
        self.show_policy.setText(_("Hide") if shown else _("Show"))

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.policy.toPlainText())
        self.copy_policy.setText(_("Copied"))
