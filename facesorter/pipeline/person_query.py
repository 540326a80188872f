"""Whom a run looks for: how they look, and what the user has said of photos of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from facesorter.domain.models import BoundingBox, Decision, Person, Reference


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """A person of this run: who, how they look, and what the user has said of photos of them, by content or object.

    `headshots` is how they look by the headshots alone; `grown` has confident matches beside them. `unborn`, of whoever
    has a birth date, tells which of these contents were taken before it. `faces` says which faces the user said are
    theirs (several in a mirror or a collage), by content, where it was said of a face; an engine may find none there.
    `not_theirs` says which faces are somebody else's; such a photo may yet show them by another face.
    """

    person: Person
    headshots: Reference
    decisions: Mapping[bytes, Decision]
    grown: Reference | None = None
    unborn: Callable[[Iterable[bytes]], Set[bytes]] | None = None
    faces: Mapping[bytes, Sequence[BoundingBox]] = field(default_factory=dict[bytes, Sequence[BoundingBox]])
    not_theirs: Mapping[bytes, Sequence[BoundingBox]] = field(default_factory=dict[bytes, Sequence[BoundingBox]])

    @property
    def reference(self) -> Reference:
        """All that is known of how they look."""
        return self.grown or self.headshots

    def decided(self, identities: Sequence[bytes]) -> Decision | None:
        """What the user said of them in the photo that is known by these keys."""
        return next((self.decisions[known] for known in identities if known in self.decisions), None)

    def said_faces(self, identities: Sequence[bytes]) -> Sequence[BoundingBox]:
        """Where their face is in the photo that is known by these keys, as far as the user said so."""
        return next((self.faces[known] for known in identities if known in self.faces), ())

    def refused_faces(self, identities: Sequence[bytes], boxes: Sequence[BoundingBox]) -> frozenset[int]:
        """Of the faces in these boxes, those of which the user said that they are somebody else's, by their places."""
        said = next((self.not_theirs[known] for known in identities if known in self.not_theirs), ())
        return frozenset(face for box in said if (face := box.same_face(boxes)) is not None)
