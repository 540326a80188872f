"""Who compares the faces, and for how much at most: one choice that every page shows in a line of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Signal

from facesorter.domain.spending import SavingsMode, Terms
from facesorter.settings import Settings

LOCAL, REKOGNITION = "local", "rekognition"


class EngineChoice(QObject):
    """Nothing can be chosen while somebody `holds` it: what a page says of a run is true until the run is over.

    `changed` after anything that makes a difference, `chosen` if it was the user's doing, `renewed` if the account may
    be another one, so that prices and refusals are not what they were; `withdrawn` if no photo may be sent any more,
    not even one of a run that goes on.
    """

    changed = Signal()
    chosen = Signal()
    renewed = Signal()
    withdrawn = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._holders: dict[QObject, bool] = {}
        self._waiting: dict[str, Any] = {}
        self.engine, self.savings = settings.engine, SavingsMode(settings.savings)
        self.cap_cents, self.consent = settings.cap_cents, settings.upload_consent

    @property
    def paid(self) -> bool:
        """Whether photos are sent if work begins now."""
        return self.engine == REKOGNITION

    @property
    def sends(self) -> bool:
        """Whether photos are sent, now or if work begins now."""
        return self.paid or any(self._holders.values())

    @property
    def terms(self) -> Terms | None:
        """What is agreed to if work begins now; None on this computer."""
        return Terms(self.savings, Decimal(self.cap_cents) / 100) if self.paid else None

    @property
    def held(self) -> bool:
        return bool(self._holders)

    def hold(self, holder: QObject, *, held: bool, sends: bool = False) -> None:
        """Keep the choice as it is from now on, or no longer; `sends` says that photos are sent whatever it is."""
        before = self.held, self.sends
        if held:
            self._holders[holder] = sends
        else:
            self._holders.pop(holder, None)
        self._take_waiting()
        if (self.held, self.sends) != before:
            self.changed.emit()

    def choose(self, **choices: Any) -> None:
        """Take over what the user chose: `engine`, `savings`, `cap_cents` or `consent`."""
        for name, value in choices.items():
            setattr(self, name, value)
            self._waiting.pop(name, None)
        self.chosen.emit()
        self.changed.emit()

    def take_settings(self, settings: Settings) -> None:
        """The settings say something else now. That waits until nobody holds the choice, but for the consent."""
        withdrawn = self.consent and not settings.upload_consent
        self.consent = settings.upload_consent
        self._waiting = {
            "engine": settings.engine,
            "savings": SavingsMode(settings.savings),
            "cap_cents": settings.cap_cents,
        }
        self._take_waiting()
        if withdrawn:
            self.withdrawn.emit()
        self.renewed.emit()
        self.changed.emit()

    def _take_waiting(self) -> None:
        if not self.held:
            for name, value in self._waiting.items():
                setattr(self, name, value)
            self._waiting = {}

    def as_settings(self) -> dict[str, str | int]:
        """What was chosen, by the names of the settings, be it that it waits."""
        return {
            "engine": self._waiting.get("engine", self.engine),
            "savings": str(self._waiting.get("savings", self.savings)),
            "cap_cents": self._waiting.get("cap_cents", self.cap_cents),
            "upload_consent": self.consent,
        }
