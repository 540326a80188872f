"""Who compares the faces and for how much at most: one choice that every page shows in a line of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Signal

from facesorter.domain.spending import Terms, Thrift
from facesorter.settings import Settings

LOCAL, REKOGNITION = "local", "rekognition"


class EngineChoice(QObject):
    """Nothing can be chosen while somebody `holds` it: what a page says of a run is true until the run is over.

    `changed` after anything that makes a difference, `chosen` if it was the user's doing, `renewed` if the account may
    be another one, so that prices and refusals are not what they were.
    """

    changed = Signal()
    chosen = Signal()
    renewed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._holders: set[QObject] = set()
        self._take(settings)

    def _take(self, settings: Settings) -> None:
        self.engine, self.thrift = settings.engine, Thrift(settings.thrift)
        self.cap_cents, self.consent = settings.cap_cents, settings.upload_consent

    @property
    def paid(self) -> bool:
        """Whether photos are sent."""
        return self.engine == REKOGNITION

    @property
    def terms(self) -> Terms | None:
        """What is agreed to if work begins now; None on this computer."""
        return Terms(self.thrift, Decimal(self.cap_cents) / 100) if self.paid else None

    @property
    def held(self) -> bool:
        return bool(self._holders)

    def hold(self, holder: QObject, *, held: bool) -> None:
        """Keep the choice as it is from now on, or no longer."""
        before = self.held
        (self._holders.add if held else self._holders.discard)(holder)
        if self.held != before:
            self.changed.emit()

    def choose(self, **choices: Any) -> None:
        """Take over what the user chose: `engine`, `thrift`, `cap_cents` or `consent`."""
        for name, value in choices.items():
            setattr(self, name, value)
        self.chosen.emit()
        self.changed.emit()

    def take_settings(self, settings: Settings) -> None:
        """The settings say something else now."""
        self._take(settings)
        self.renewed.emit()
        self.changed.emit()

    def as_settings(self) -> dict[str, str | int]:
        """What was chosen, by the names of the settings."""
        return {
            "engine": self.engine,
            "thrift": str(self.thrift),
            "cap_cents": self.cap_cents,
            "upload_consent": self.consent,
        }
