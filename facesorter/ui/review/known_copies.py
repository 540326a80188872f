"""Which photos of a run the copies are of, by where they lie, so that one that was taken back is known again."""

from __future__ import annotations


class KnownCopies:
    """Copies by their paths. People and photos are numbers and rows of the run's results."""

    def __init__(self) -> None:
        self._photos: dict[str, list[tuple[int, int]]] = {}
        self._companions: dict[str, int] = {}

    def add(self, target: str, person: int, row: int) -> None:
        """A copy of a photo of this person."""
        self._photos.setdefault(target, []).append((person, row))

    def add_companion(self, target: str, person: int) -> None:
        """A copy of a file that belongs to one of the person's photos."""
        self._companions[target] = person

    def is_photo(self, target: str) -> None:
        """What was copied as a companion turned out to be a sure photo itself."""
        self._companions.pop(target, None)

    def take_back(self, target: str) -> list[tuple[int, int]]:
        """A copy is gone; the people and rows whose photo it was, none if it was a companion."""
        if self._companions.pop(target, None) is not None:
            return []
        return self._photos.pop(target, [])

    def companions(self, person: int) -> int:
        """How many companions lie beside a person's photos."""
        return sum(1 for whose in self._companions.values() if whose == person)
