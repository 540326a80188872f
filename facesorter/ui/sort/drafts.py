"""People as they are being described: headshots, a name, and what file names suggest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.domain.names import one_spelling
from facesorter.ui.shell import words
from facesorter.ui.widgets.shot import Shot

if TYPE_CHECKING:
    from facesorter.pipeline.enrol import PersonRequest

NOBODYS_NAMES = frozenset(
    {"img", "dsc", "dscf", "dscn", "dcim", "pict", "photo", "image", "picture", "pxl", "mvimg", "screenshot", "scan"}
    | {"headshot", "portrait", "face", "selfie", "avatar", "profile", "untitled", "download", "wedding", "birthday"}
    | {"group", "family", "friends", "team", "class", "party", "holiday", "vacation"}
)
"""File names that cameras, phones and people give to pictures, and that are no person's name."""

HEADSHOT, NAME = "headshot", "name"
"""What may be missing of a person."""

MOST_HEADSHOTS = 50
"""Of one person. Whoever has more pictures at hand means the photos to search, and each would be looked at first."""


class Identity(Enum):
    """Whether somebody of that name is known, and whether the headshots show them."""

    CLEAR = auto()
    LOOKING = auto()
    ANOTHER = auto()
    """They clearly do not, and the user has not said yet who it is."""
    SAME = auto()
    """They do not seem to, but the user has said so."""


@dataclass
class Draft:
    """A person being described.

    The name follows the headshots' file names until it `is_named` by somebody. `doubtful` means that two of the
    pictures may not show the same person. `identity` is of the name and headshots in `looked_up`, and so is
    `free_name`, by which another one of that name can be called.
    """

    name: str = ""
    shots: list[Shot] = field(default_factory=list[Shot])
    is_named: bool = False
    doubtful: bool = False
    identity: Identity = Identity.CLEAR
    looked_up: tuple[object, ...] = ()
    free_name: str = ""

    @property
    def usable(self) -> list[Shot]:
        return [shot for shot in self.shots if shot.usable]

    @property
    def is_pending(self) -> bool:
        """Whether a picture has still to be looked at."""
        return any(shot.report is None for shot in self.shots)

    def guess_name(self) -> None:
        """Take the name from the first headshot whose file is named like a person, unless somebody gave one."""
        if not self.is_named:
            guesses = (name_from(shot.path) for shot in self.shots if not shot.unusable)
            self.name = next(filter(None, guesses), "")


def name_from(path: str) -> str:
    """A guess at a person's name from a file's: `anna_2.jpg` gives `Anna`; "" if it is nobody's."""
    stem = words.file_name(path).rsplit(".", 1)[0].replace("_", " ").replace("-", " ").rstrip("0123456789 ")
    stem = one_spelling(stem)
    plain = stem.replace(" ", "")
    if not plain.isalpha() or len(plain) > 40 or plain.lower() in NOBODYS_NAMES:
        return ""
    return stem if any(letter.isupper() for letter in stem) else stem.title()


def drafts_of(people: Sequence[PersonRequest]) -> list[Draft]:
    """People whose name and faces are known already."""
    return [
        Draft(person.name, [Shot(shot.path, shot.face_index) for shot in person.headshots], is_named=True)
        for person in people
    ]


class Problem(NamedTuple):
    """Which person lacks something, what it is (`HEADSHOT`, `NAME`, or "" for nothing), and a sentence that says so."""

    place: int
    missing: str
    sentence: str


def problem_of(drafts: Sequence[Draft], folder_of: Callable[[str], str]) -> Problem:
    """The first thing that is missing before these people can be searched for; `folder_of` may raise `WrongUse`."""
    folders: set[str] = set()
    for place, draft in enumerate(drafts):
        if draft.is_pending or draft.identity is Identity.LOOKING:
            return Problem(place, HEADSHOT, _("Looking at the headshot…"))
        if not draft.usable:
            return Problem(place, HEADSHOT, _("Choose a headshot first."))
        if not draft.name.strip():
            return Problem(place, NAME, _("Enter this person's name."))
        try:
            folder = folder_of(draft.name).casefold()
        except WrongUse as error:
            return Problem(place, NAME, str(error))
        if folder in folders:
            sentence = _("Two people have the same name, {}. Change one of them.")
            return Problem(place, NAME, sentence.format(draft.name.strip()))
        folders.add(folder)
        if draft.identity is Identity.ANOTHER:
            sentence = _("The headshot does not show the {name} you know. Is this another {name}?")
            return Problem(place, NAME, sentence.format(name=words.in_a_sentence(draft.name.strip())))
    return Problem(0, "", "")


def folders_of(drafts: Sequence[Draft], folder_of: Callable[[str], str]) -> list[str]:
    """The folders that copies will go to, of people whose name will do."""
    made: list[str] = []
    for draft in drafts:
        try:
            made.append(folder_of(draft.name))
        except WrongUse:
            continue
    return made
