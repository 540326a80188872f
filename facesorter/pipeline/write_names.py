"""Names for other programs: beside each copy of a run, a sidecar that says who is surely in the photo, and where.

A sidecar is a file of FaceSorter's own: one that it wrote before, and nobody changed since, gives way to a new one;
what anybody else put there stays.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator

from facesorter.domain.errors import PhotoError, StorageUnavailable
from facesorter.domain.events import CompanionCopied, CompanionFailed, Event, NamesWritten
from facesorter.domain.formats import is_film
from facesorter.domain.models import Person, Photo, Pile, Verdict
from facesorter.domain.named_faces import NamedFace
from facesorter.domain.places import split
from facesorter.domain.planning import CopyOrder, CopyRecord
from facesorter.domain.ports import AnalyzedPhoto, Copier, FaceEngine, Journal, SidecarMaker
from facesorter.pipeline.undo import take_back

SUFFIX = ".xmp"
_TOGETHER = 32


class NamesToWrite:
    """Who is surely in the photos of a run, and where their copies lie."""

    def __init__(self) -> None:
        self._faces: dict[int, tuple[NamedFace, ...]] = {}
        self._copies: list[tuple[Photo, Person, str]] = []
        self._nobody: set[int] = set()

    def has_nobody(self, photo: Photo) -> bool:
        """Whether the final verdicts were that nobody is surely in the photo, so that no names are written."""
        return photo.id in self._nobody

    def decided(self, analyzed: AnalyzedPhoto, verdicts: Iterable[Verdict], engine: FaceEngine) -> None:
        """The final verdicts on a photo."""
        sure = [verdict for verdict in verdicts if verdict.pile is Pile.SURE]
        if not sure:
            self._nobody.add(analyzed.photo.id)
            return
        has_boxes = analyzed.analyses is not None and not is_film(analyzed.photo.path)
        faces = engine.faces_in(analyzed.analyses) if has_boxes and analyzed.analyses is not None else ()
        self._faces[analyzed.photo.id] = tuple(
            NamedFace(
                one.person.name,
                None
                if one.score.face_index is None or one.score.face_index >= len(faces)
                else faces[one.score.face_index].box,
            )
            for one in sure
        )

    def copied(self, photo: Photo, person: Person, target: str) -> None:
        """A copy of a photo lies there."""
        self._copies.append((photo, person, target))

    def write(
        self,
        maker: SidecarMaker,
        copier: Copier,
        journal: Journal,
        carry_out: Callable[[Iterable[CopyOrder], Copier], Iterator[Event]],
    ) -> Iterator[Event]:
        """`NamesWritten` or `CompanionFailed` for each copy of which there is something to tell."""
        copies = iter(self._copies)
        ours: dict[str, dict[str, CopyRecord]] = {}
        while batch := list(itertools.islice(copies, _TOGETHER)):
            orders: list[CopyOrder] = []
            for photo, person, target in batch:
                try:
                    order = self._order(photo, person, target, maker)
                except (PhotoError, StorageUnavailable) as error:
                    yield CompanionFailed(photo.path + SUFFIX, person, str(error))
                    continue
                if order is None:
                    continue
                if order.folder not in ours:
                    ours[order.folder] = {record.target: record for record in journal.copies_in(order.folder)}
                record = ours[order.folder].get(target + SUFFIX)
                if record and record.belongs_to and record.content != order.photo.content:
                    list(take_back([record], copier, journal))
                orders.append(order)
            for event in carry_out(orders, copier):
                if isinstance(event, CompanionCopied):
                    yield NamesWritten(event.belongs_to, event.person, event.target, event.already_there)
                else:
                    yield event

    def _order(self, photo: Photo, person: Person, target: str, maker: SidecarMaker) -> CopyOrder | None:
        faces = self._faces.get(photo.id, ())
        if not faces:
            return None
        document = maker.sidecar(photo, faces)
        made = Photo(0, "", len(document), photo.modified_ns, hashlib.sha256(document).digest())
        folder, name = split(target)
        return CopyOrder(made, person, folder, name=name + SUFFIX, belongs_to=photo.path, made=document)
