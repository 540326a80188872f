"""The line below a heading that describes a photo's file: its name, when it was taken, and how many faces it shows."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout

from facesorter.domain.messages import gettext as _
from facesorter.ui.shell import words
from facesorter.ui.widgets.card import ElidedLabel, label
from facesorter.ui.widgets.pictures import Loaded

ONE_LINE_PX = 90
"""The name of a file stands in one line with the date if at least so much of it can be read there."""


class FileLine(QBoxLayout):
    """A file's name and facts side by side, one below the other where it is narrow; or a sentence in their place."""

    def __init__(self) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight)
        self._file = ElidedLabel("dim")
        self._dot, self.facts = label("·", "dim"), label("", "dim")
        self._has_file = False
        self.setSpacing(4)
        self.addWidget(self._file)
        self.addWidget(self._dot)
        self.addWidget(self.facts)
        self.addStretch()

    def show_file(self, name: str, modified_ns: int, loaded: Loaded | None) -> None:
        """A file by its name, when it was changed (ns since 1970), and what is known once it is `loaded`."""
        facts = [words.day_of(loaded.taken_at if loaded else None, modified_ns)]
        if loaded is not None:
            seen = [face for face, _likeness in loaded.faces if face.seconds == loaded.seconds]
            if loaded.seconds is not None:
                facts.append(_("video, at {}").format(words.moment(loaded.seconds)))
            facts.append(words.faces(len(seen)))
        self._has_file = True
        self._file.show_text(name)
        self.facts.setText(" · ".join(filter(None, facts)))

    def show_sentence(self, sentence: str) -> None:
        """No file is shown."""
        self._has_file = False
        self.facts.setText(sentence)

    def height_within(self, width: int) -> int:
        """How high it is where it is so wide."""
        line = self.facts.sizeHint().height()
        return line if self._fits_in_a_line(width) else 2 * line + self.spacing()

    def fit(self, width: int, *, shown: bool) -> None:
        """Be so wide, or not be there at all."""
        in_a_line = self._fits_in_a_line(width)
        self.setDirection(QBoxLayout.Direction.LeftToRight if in_a_line else QBoxLayout.Direction.TopToBottom)
        self.facts.setVisible(shown)
        self._file.setVisible(shown and self._has_file)
        self._dot.setVisible(in_a_line and not self._file.isHidden())

    def _fits_in_a_line(self, width: int) -> bool:
        least = min(ONE_LINE_PX, self._file.sizeHint().width()) + self._dot.sizeHint().width() + 8
        return not self._has_file or self.facts.sizeHint().width() + least <= width
