"""Erases what FaceSorter knows beyond recovery: of a person, of photos that are gone, or everything."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime

from facesorter import logs
from facesorter.app.clearing import let_go_of_missing
from facesorter.app.erasing import Erasing
from facesorter.app.profile import Profile
from facesorter.domain.errors import StorageUnavailable, WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.places.copiers import remove_leftovers
from facesorter.settings import Settings

log = logging.getLogger(__name__)


def forget_person(profile: Profile, name: str) -> None:
    """Erase a person beyond recovery; their copies stay. Raises `WrongUse` if nobody has this name.

    Nothing is deleted in a collection of Amazon Rekognition; see `app.erasing`.

    Logs and catalogs that were set aside may name them and go first: whoever is cut off can ask again as long as
    the name is known. No log is written any more.
    """
    erasing = Erasing(profile)
    if not profile.catalog.knows(name) and not erasing.knows(name):
        raise WrongUse(
            _("FaceSorter knows nobody named {name}.").format(name=name),
            _("Write the name as it was given for the photos."),
        )
    logs.stop()
    profile.close_pairs()
    profile.paths.remove_old_records()
    erasing.forget(name)
    if profile.settings.people:  # the window's choice may name them, and leads to their headshots
        profile.save(replace(profile.settings, people=()))
    profile.catalog.forget(name)


def forget_gone(profile: Profile) -> tuple[int, list[str]]:
    """Erase what was found in photos that are gone, beyond recovery, without waiting for the grace to end.

    How many pictures that were, and which folders are out of reach, so that nothing of theirs was erased. What the
    user said stays, but for catalogs that were set aside: they hold the same faces.
    """
    unreachable = let_go_of_missing(profile.catalog, profile.places.missing_in)
    profile.paths.remove_old_catalogs()
    cleared = profile.catalog.clear_gone(datetime.now(UTC).date())
    profile.catalog.scrub()
    return cleared, unreachable


def forget_everything(profile: Profile) -> None:
    """Erase all that FaceSorter knows: its own files and the key in the keyring. The `PhotosWith...` folders stay.

    The profile is closed by this, and nothing is logged any more; `Profile.open` begins anew. Raises `UserError`, also
    for a folder that is no profile: its files may be named like ours.
    """
    if profile.paths.is_foreign:
        raise WrongUse(
            _("{profile} is not a profile folder of FaceSorter.").format(profile=profile.paths.profile),
            _("Nothing was deleted."),
            _("Nothing was deleted. Name the right folder with --profile-dir."),
        )
    profile.open()
    try:
        try:
            profile.clear_up()
        finally:
            profile.close()
    except Exception:
        # A catalog that cannot even be opened is erased like any other.
        log.exception("What interrupted copies have left could not be cleared up")
    profile.keys.forget()
    logs.stop()
    try:
        profile.paths.remove()
    except OSError as error:
        raise StorageUnavailable(
            _("{filename} cannot be deleted ({reason}).").format(filename=error.filename, reason=error.strerror),
            _("Close what uses it, then try again."),
        ) from None
    remove_leftovers()
    profile.settings = Settings()
