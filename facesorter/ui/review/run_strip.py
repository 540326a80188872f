"""How far a run is: bar, photos, speed, time left; Pause and Stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.review.run import Run
from facesorter.ui.review.run_state import State
from facesorter.ui.shell import words
from facesorter.ui.shell.theme import mark
from facesorter.ui.widgets.calm_bar import CalmBar
from facesorter.ui.widgets.card import button, label


class RunStrip(QWidget):
    """Follows a run; shown only while there is one."""

    pause_asked = Signal()
    resume_asked = Signal()
    stop_asked = Signal()

    def __init__(self, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._bar = CalmBar()
        self._bar.setAccessibleName(_("Progress"))
        self._text = label("", "dim", wraps=True)
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
        run.sorted_anew.connect(self.refresh)
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
        self.pause.setText(_("Resume") if paused else _("Pause"))
        scanning = running and not run.done
        self._bar.setVisible(running)
        self._bar.setRange(0, 0 if scanning and not paused else max(1, run.progress.total))
        self._bar.setValue(run.done)
        troubled = paused and bool(run.progress.pause_reason)
        for part, tone in ((self._text, "warn" if troubled else "dim"), (self._bar, "warn" if troubled else "")):
            mark(part, tone=tone)
        mark(self.pause, kind="primary" if paused else "")
        self._text.setText(self.sentence())

    def sentence(self) -> str:
        """How far the run is, or how it ended, and what it has cost."""
        run = self._run
        paid = "" if run.progress.spent is None else words.spent(run.progress.spent)
        text = self._progress()
        return f"{text} · {paid}" if text and paid else text

    def _progress(self) -> str:
        run = self._run
        so_far = _("{} of {}").format(words.number(run.done), words.photos(run.progress.total))
        match run.state:
            case State.RUNNING if not run.done:
                return _("Looking for photos… {} so far").format(words.number(run.progress.total))
            case State.RUNNING:
                return " · ".join([so_far, *self._pace()])
            case State.PAUSED if run.progress.pause_reason and not run.done:
                return _("Paused before the first photo. {}").format(run.progress.pause_reason)
            case State.PAUSED if run.progress.pause_reason:
                return _("Paused after {}. {}").format(so_far, run.progress.pause_reason)
            case State.PAUSED:
                return _("Paused after {}.").format(so_far)
            case State.STOPPING:
                return _("Stopping…")
            case State.STOPPED | State.FAILED | State.FINISHED:
                return self._ending(so_far)
            case _other:
                return ""

    def _pace(self) -> list[str]:
        run, parts = self._run, list[str]()
        if run.progress.rate.photos_per_second:
            parts.append(words.rate(run.progress.rate.photos_per_second))
        left = run.progress.rate.seconds_left(run.progress.total - run.done)
        if left is not None and run.done < run.progress.total:
            parts.append(_("{} left").format(words.duration(left)))
        return parts

    def _left(self) -> str:
        """What is left to check of all people together."""
        left = self._run.left
        if not left:
            return _("Nothing is left to check here.")
        return ngettext("{} photo left to check", "{} photos left to check", left).format(words.number(left))

    def _ending(self, so_far: str) -> str:
        run = self._run
        if run.state is State.FINISHED:
            if not run.done:
                return _("No photos were found.")
            if run.request is not None and run.request.among_all:
                return self._left()
            return _("Searched {} in {}").format(words.photos(run.done), words.duration(run.progress.rate.seconds))
        if not run.done:
            return (
                _("The search could not start.") if run.state is State.FAILED else _("Stopped before the first photo.")
            )
        ended = _("Stopped after {}.") if run.state is State.STOPPED else _("Failed after {}.")
        kept = _("What was found and copied so far is kept.")
        return f"{ended.format(so_far)} {kept}"
