"""How far a run is: bar, photos, speed, time left; Pause and Stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.ui.review.run import Run, State
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import Theme
from facesorter.ui.widgets.card import ElidedLabel, button


class RunStrip(QWidget):
    """Follows a run; shown only while there is one to tell of."""

    pause_asked = Signal()
    resume_asked = Signal()
    stop_asked = Signal()

    def __init__(self, run: Run, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._theme = theme
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Progress"))
        self._text = ElidedLabel("dim")
        self.pause = button(_("Pause"))
        self.pause.clicked.connect(self._pause_or_resume)
        self.stop = button(_("Stop"))
        self.stop.clicked.connect(self.stop_asked)
        left = QVBoxLayout()
        left.setSpacing(5)
        left.addStretch()
        left.addWidget(self._bar)
        left.addWidget(self._text)
        left.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(left, 1)
        layout.addSpacing(8)
        layout.addWidget(self.pause)
        layout.addWidget(self.stop)
        run.state_changed.connect(self.refresh)
        run.progressed.connect(self.refresh)
        self.refresh()

    def _pause_or_resume(self) -> None:
        (self.resume_asked if self._run.state is State.PAUSED else self.pause_asked).emit()

    def refresh(self) -> None:
        """Show what is so now."""
        run = self._run
        running = run.state in (State.RUNNING, State.PAUSED, State.STOPPING)
        self.setVisible(run.state is not State.READY)
        self.pause.setVisible(running)
        self.stop.setVisible(running)
        self.pause.setEnabled(run.state is not State.STOPPING)
        waits = run.request is not None and run.request.terms is not None
        self.stop.setEnabled(run.state is not State.STOPPING or waits)  # pressed again, it waits for no paid answer
        paused = run.state is State.PAUSED
        self.pause.setText(_("Go on") if paused else _("Pause"))
        self.pause.setAccessibleName(self.pause.text())
        scanning = running and not run.done
        self._bar.setVisible(running)
        self._bar.setRange(0, 0 if scanning and not paused else max(1, run.total))
        self._bar.setValue(run.done)
        self._text.show_text(self._sentence())

    def _sentence(self) -> str:
        run = self._run
        paid = "" if run.spent is None else words.spent(run.spent)
        text = self._progress()
        return f"{text} · {paid}" if text and paid else text

    def _progress(self) -> str:
        run = self._run
        so_far = _("{} of {}").format(words.number(run.done), words.photos(run.total))
        match run.state:
            case State.RUNNING if not run.done:
                return _("Looking for photos… {} so far").format(words.number(run.total))
            case State.RUNNING:
                parts = [so_far]
                if run.pace.photos_per_second:
                    parts.append(words.rate(run.pace.photos_per_second))
                left = run.pace.seconds_left(run.total - run.done)
                if left is not None and run.done < run.total:
                    parts.append(_("{} left").format(words.duration(left)))
                return " · ".join(parts)
            case State.PAUSED:
                return f"{run.pause_reason or _('Paused')} · {so_far}"
            case State.STOPPING:
                return _("Stopping…")
            case State.STOPPED:
                return _("Stopped after {}. What was found and copied stays.").format(so_far)
            case State.FINISHED:
                return _("Done: {} in {}").format(words.photos(run.done), words.duration(run.pace.seconds))
            case State.FAILED:
                return _("Could not go on after {}.").format(so_far)
            case _:
                return ""
