"""What the user asks for when photos are to be sorted: whom to look for, where, and how to copy."""

from __future__ import annotations

from dataclasses import dataclass

from facesorter.domain.matching import DEFAULT_THRESHOLD
from facesorter.domain.models import Pile
from facesorter.domain.spending import Terms
from facesorter.pipeline.enrol import PersonRequest


@dataclass(frozen=True, slots=True)
class SortRequest:
    """What the user asks for."""

    people: tuple[PersonRequest, ...]
    folders: tuple[str, ...]
    """Folders and single pictures to look through."""
    destination: str
    """The folder that receives one `PhotosWith...` folder a person."""
    recursive: bool = True
    threshold: float = DEFAULT_THRESHOLD
    include_check: bool = False
    """Copy the Check pile too."""
    films: bool = True
    """Look through films too."""
    all_pictures: bool = False
    """Look at thumbnails, deleted pictures and the like too; see `domain.left_out`."""
    dry_run: bool = False
    """Look only: nothing is written into the destination."""
    with_companions: bool = False
    """Copy what belongs to a photo with it; see `domain.companions`."""
    write_names: bool = False
    """Write sidecars beside the copies that tell other programs who is in them."""
    keep_duplicates: bool = False
    """Copy each of several photos with the same bytes, if their names differ."""
    link: str = "copy"
    """`copy`, `hard` (hard link) or `reflink`."""
    among_all: bool = False
    """Looking back: let everybody who is known have a say in whose a face is, as if they were looked for too."""
    terms: Terms | None = None
    """What the user agreed to for a run through Amazon Rekognition; None: on this computer alone."""

    @property
    def copied_piles(self) -> frozenset[Pile]:
        return frozenset({Pile.SURE, Pile.CHECK} if self.include_check else {Pile.SURE})
