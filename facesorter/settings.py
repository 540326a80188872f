"""What the user set, as one frozen object kept in a TOML file.

Unknown keys are dropped and wrong values fall back to the default, with a line in the log: settings must never keep the
program from starting.
"""

from __future__ import annotations

import logging
import os
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

import tomli_w

from facesorter.domain.messages import gettext as _
from facesorter.domain.spending import SavingsMode
from facesorter.paths import default_destination

VERSION = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the user can set; `dataclasses.replace` makes a changed one, `save` keeps it."""

    threshold: float = 80.0
    """Similarity (0-100) from which a photo is *Sure*."""
    link: str = "copy"
    """How a photo gets into the person's folder: `copy`, `hard` (hard link) or `reflink`."""
    look_first: bool = False
    """Find only; copy when the user says so."""
    recursive: bool = True
    """Look into sub-folders too."""
    films: bool = True
    """Look through films too."""
    with_companions: bool = False
    """Copy what belongs to a photo with it: films of Live Photos, RAW files, edits, sidecars."""
    write_names: bool = False
    """Write who is in a photo into a sidecar beside its copy, for other programs."""
    destination: str = ""
    """Folder that receives the `PhotosWith...` folders; empty for the default one."""
    folders: tuple[str, ...] = ()
    """The folders of photos chosen last."""
    people: tuple[str, ...] = ()
    """The people looked for last, with their headshots (`ui.sort.kept_people`)."""
    recent_folders: tuple[str, ...] = ()
    """Folders that were searched, the last one first."""
    models_folder: str = ""
    """A folder of the user's own face models; empty for the shipped ones."""
    aws_profile: str = ""
    """A profile of the AWS configuration; empty for the imported key, or what AWS programs use by themselves."""
    aws_region: str = ""
    """The AWS region; empty for the one configured outside of FaceSorter."""
    engine: str = "local"
    """Who compares the faces in the window: `local` (this computer) or `rekognition`."""
    savings: str = "none"
    """How the window spends less on Rekognition: a `domain.spending.SavingsMode`."""
    cap_cents: int = 500
    """The most that a run started in the window may cost, in cents of a dollar."""
    upload_consent: bool = False
    """The user has read what happens to photos that are sent, and agreed."""
    duplicates_source: str = ""
    """The folder or place in S3 that Insights has searched for duplicates last."""
    duplicates_names: str = "folder"
    """Whose pictures they are: `folder`, `file`, or `csv:FILE`."""
    duplicates_from: int = 90
    """Similarity (0-100) from which two names are shown as perhaps one person."""
    language: str = "system"
    """`system`, or the code of a language that FaceSorter speaks."""
    look: str = "system"
    """`system`, `light` or `dark`."""
    window_geometry: str = ""
    """Size and place of the window as Qt saved them, in base64."""
    detail_width_px: int = 0
    """Width of the pane beside the photos; 0 for the usual one."""
    thumbnail_px: int = 140
    """Least width of a thumbnail in the results."""
    photo_order: str = "similarity"
    """In which order the results show photos: `similarity`, `date`, `folder` or `name`."""

    @property
    def languages(self) -> list[str] | None:
        """As `domain.messages.speak` takes them."""
        return None if self.language == "system" else [self.language]

    @property
    def destination_folder(self) -> str:
        return self.destination or default_destination()


CHOICES: dict[str, tuple[str, ...]] = {
    "link": ("copy", "hard", "reflink"),
    "language": ("system", "en", "de", "es"),
    "look": ("system", "light", "dark"),
    "engine": ("local", "rekognition"),
    "savings": tuple(map(str, SavingsMode)),
    "photo_order": ("similarity", "date", "folder", "name"),
}
RENAMED = {"thrift": "savings"}
"""Keys of version 0.1.0 and what they are called now."""

RANGES = {
    "threshold": (0, 100),
    "duplicates_from": (50, 100),
    "cap_cents": (0, 10_000_000),
    "thumbnail_px": (90, 420),
}


def load(path: Path, *, tell: bool = True) -> Settings:
    """The settings kept in `path`; the default of each that is missing or wrong, and all if the file is damaged.

    With `tell` the log gets a line for each that is wrong.
    """
    told = log.warning if tell else log.debug
    if path.exists() and not path.is_file():  # a pipe may never answer
        told(_("The settings in %s cannot be read (it is no file); the defaults are used."), path.name)
        return Settings()
    try:
        kept = tomllib.loads(path.read_text("utf-8", errors="surrogateescape"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        told(_("The settings in %s cannot be read (%s); the defaults are used."), path.name, error)
        return Settings()
    version = kept.get("version", VERSION)
    if not isinstance(version, int) or version > VERSION:
        told(
            _("The settings in %s are of another version (%r); those that this version knows are used."),
            path.name,
            version,
        )
    for old, new in RENAMED.items():
        if old in kept:
            kept.setdefault(new, kept.pop(old))
    usual = asdict(Settings())
    good: dict[str, Any] = {}
    for key in usual.keys() & kept.keys():
        good[key] = _checked(key, kept[key], usual)
        if good[key] is None:
            told(_("In %s, %s cannot be %r; %r is used."), path.name, key, kept[key], usual[key])
            good[key] = usual[key]
    return Settings(**good)


def _checked(key: str, value: Any, defaults: dict[str, Any]) -> Any:
    if isinstance(defaults[key], tuple) and isinstance(value, list):
        items = cast("list[object]", value)
        return tuple(items) if all(isinstance(item, str) for item in items) else None
    if isinstance(defaults[key], float) and type(value) is int:
        value = float(value)
    if type(value) is not type(defaults[key]) or value not in CHOICES.get(key, (value,)):
        return None
    if key in RANGES and not RANGES[key][0] <= value <= RANGES[key][1]:
        return None
    return value


def save(settings: Settings, path: Path) -> None:
    """Replace the settings durably: a crash or power failure leaves the old or the new ones. Raises `OSError`."""
    kept = {"version": VERSION} | {field.name: getattr(settings, field.name) for field in fields(settings)}
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)  # of a save that was cut off, or a link that somebody put there
    with open(temporary, "x", encoding="utf-8", errors="surrogateescape") as file:
        file.write(tomli_w.dumps(kept))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    if os.name != "nt":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        except OSError as error:  # some network drives cannot
            log.debug("The folder of the settings was not synced: %s", error.strerror)
        finally:
            os.close(folder)
