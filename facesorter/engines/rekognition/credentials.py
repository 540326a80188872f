"""Access keys of AWS: read from the files that IAM gives out, kept in the system's keyring or in memory alone.

A key is never written to a file in plain text: where there is no keyring to trust, it is forgotten at the end.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from facesorter.domain.errors import WrongUse
from facesorter.domain.messages import N_
from facesorter.domain.messages import gettext as _

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

SERVICE = "FaceSorter"
ENTRY = "AWS access key"
"""Under these names the keyring shows it."""

TRUSTED_PRIORITY = 1
"""Keyring's own mark of a recommended backend; those that write plain text, fail or forget are below."""

MOST_BYTES = 100_000

_ID_HEADERS = ("access key id", "aws_access_key_id", "awsaccesskeyid")
_SECRET_HEADERS = ("secret access key", "aws_secret_access_key", "awssecretkey")
_NEW_KEY = N_(
    "In the AWS console open IAM, Users, your user, Security credentials, choose “Create access key” and download "
    "its .csv file."
)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key and its secret, which never shows in a log."""

    key_id: str
    secret: str = field(repr=False)


def read_key_file(data: bytes) -> AccessKey:
    """The first key of a .csv file from IAM, with or without user names and byte order mark. Raises `WrongUse`."""
    try:
        text = data[:MOST_BYTES].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse(_("This is not a key file."), _(_NEW_KEY)) from None
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text)) if any(row)]
    headers = [header.lower() for header in rows[0]] if rows else []
    places = [_place(headers, names) for names in (_ID_HEADERS, _SECRET_HEADERS)]
    if None in places:
        if "password" in headers:
            raise WrongUse(_("This file holds a password for the AWS console, not an access key."), _(_NEW_KEY))
        raise WrongUse(_("This is not a key file."), _(_NEW_KEY))
    id_place, secret_place = cast("list[int]", places)
    for row in rows[1:]:
        if len(row) > max(id_place, secret_place) and row[id_place] and row[secret_place]:
            return AccessKey(row[id_place], row[secret_place])
    raise WrongUse(_("This key file has no key in it: AWS shows a secret once only."), _(_NEW_KEY))


def read_key_file_at(path: Path) -> AccessKey:
    """The same of a file. Raises `WrongUse` if it cannot be read, too."""
    try:
        return read_key_file(path.read_bytes())
    except OSError as error:
        raise WrongUse(
            _("{path} cannot be read ({reason}).").format(path=path, reason=error.strerror),
            _("Check the spelling and the permissions."),
        ) from None


def key_beside_the_program() -> AccessKey | None:
    """The key of a file as IAM names it, in the program's own folder: for servers, where nobody unlocks a keyring."""
    folder = Path(sys.executable if getattr(sys, "frozen", False) else sys.argv[0]).resolve().parent
    for name in ("accessKeys.csv", "*_accessKeys.csv", "rootkey.csv", "new_user_credentials.csv", "credentials.csv"):
        for file in sorted(folder.glob(name)):
            try:
                key = read_key_file_at(file)
            except WrongUse as error:
                log.warning("%s lies beside the program and cannot be used. %s", file.name, error)
                continue
            log.warning("The access key of %s beside the program is used, for this run alone.", file.name)
            return key
    return None


def _place(headers: list[str], names: tuple[str, ...]) -> int | None:
    return next((headers.index(name) for name in names if name in headers), None)


class KeyStore:
    """The imported key. `backend` stands in for the system's keyring."""

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        self._backend = backend
        self._key: AccessKey | None = None

    @property
    def lasts(self) -> bool:
        """Whether a key that is kept is still there when the program is started again."""
        return self._trusted() is not None

    def keep(self, key: AccessKey) -> bool:
        """Use this key from now on; True if a keyring keeps it, False if it is gone when the program ends."""
        from keyring.errors import KeyringError

        self._key = key
        keyring = self._trusted()
        if keyring is None:
            return False
        try:
            cast("Any", keyring).set_password(SERVICE, ENTRY, json.dumps([key.key_id, key.secret]))
        except KeyringError:
            return False
        return True

    def use(self, key: AccessKey) -> None:
        """Use this key until the program ends, and keep it nowhere."""
        self._key = key

    def key(self) -> AccessKey | None:
        """The imported key, if there is one and the keyring gives it."""
        from keyring.errors import KeyringError

        keyring = self._trusted() if self._key is None else None
        if keyring is not None:
            try:
                kept = keyring.get_password(SERVICE, ENTRY)
                self._key = AccessKey(*json.loads(kept)) if kept else None
            except (KeyringError, ValueError, TypeError):
                return None
        return self._key

    def forget(self) -> None:
        """Remove the imported key from the keyring and from memory."""
        from keyring.errors import KeyringError, PasswordDeleteError

        self._key = None
        keyring = self._trusted()
        if keyring is None:
            return
        try:
            keyring.delete_password(SERVICE, ENTRY)
        except PasswordDeleteError:
            return  # there was none
        except KeyringError as error:
            raise WrongUse(_("The keyring does not let the key go."), _("Unlock it, then try again.")) from error

    def _trusted(self) -> KeyringBackend | None:
        import keyring

        backend = self._backend or keyring.get_keyring()
        candidates = cast("list[KeyringBackend]", getattr(backend, "backends", [backend]))
        return next((one for one in candidates if one.priority >= TRUSTED_PRIORITY), None)
