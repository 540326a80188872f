"""Key files and keyrings."""

from __future__ import annotations

from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import PasswordDeleteError

from facesorter.domain.errors import WrongUse
from facesorter.engines.rekognition.credentials import AccessKey, KeyStore, key_beside_the_program, read_key_file

KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


class MemoryKeyring(KeyringBackend):
    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


class PlainTextKeyring(MemoryKeyring):
    priority = 0.5  # type: ignore[assignment]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize(
    ("headers", "row"),
    [
        (
            "User name,Password,Access key ID,Secret access key,Console login link",
            "anna,,{id},{secret},https://1.signin.aws.amazon.com/console",
        ),
        ("User name,Access key ID,Secret access key", "anna,{id},{secret}"),
        ("Access key ID,Secret access key", "{id},{secret}"),
        ("Access key ID , Secret Access Key", " {id} , {secret} "),
        ('"User name","Access key ID","Secret access key"', '"a, b","{id}","{secret}"'),
    ],
)
def test_every_form_of_key_file_is_read(mark: str, end: str, headers: str, row: str) -> None:
    text = mark + headers + end + row.format(id=KEY.key_id, secret=KEY.secret) + end
    assert read_key_file(text.encode()) == KEY


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"User name,Password,Console sign-in URL\nanna,pw,https://1.signin.aws.amazon.com/console\n", "password"),
        (b"User name,Access key ID,Secret access key\nanna,,\n", "no key in it"),
        (b"Access key ID,Secret access key\n", "no key in it"),
        (b"Name,Age\nanna,7\n", "not a key file"),
        (b"", "not a key file"),
        (b"\xff\xd8\xff\xe0 a picture", "not a key file"),
    ],
)
def test_other_files_are_explained(data: bytes, words: str) -> None:
    with pytest.raises(WrongUse, match=words) as caught:
        read_key_file(data)
    assert "Create access key" in caught.value.what_to_do


def test_a_key_shows_no_secret() -> None:
    assert KEY.secret not in repr(KEY)
    assert KEY.secret not in str(KEY)


def test_the_keyring_keeps_the_key() -> None:
    keyring = MemoryKeyring()
    assert KeyStore(keyring).keep(KEY)
    other = KeyStore(keyring)
    assert other.key() == KEY
    other.forget()
    assert KeyStore(keyring).key() is None
    other.forget()


@pytest.mark.parametrize("keyring", [NoKeyring(), PlainTextKeyring()], ids=["none", "plain text"])
def test_without_a_keyring_to_trust_the_key_stays_in_memory(keyring: KeyringBackend) -> None:
    store = KeyStore(keyring)
    assert not store.keep(KEY)
    assert store.key() == KEY
    assert KeyStore(keyring).key() is None
    assert getattr(keyring, "kept", {}) == {}


def test_of_several_keyrings_the_trusted_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, trusted = PlainTextKeyring(), MemoryKeyring()
    chain = ChainerBackend()
    monkeypatch.setattr(ChainerBackend, "backends", [plain, trusted])
    assert KeyStore(chain).keep(KEY)
    assert trusted.kept
    assert not plain.kept


def test_a_key_file_beside_the_program_is_found_by_the_names_that_iam_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.argv", [str(tmp_path / "facesorter")])
    assert key_beside_the_program() is None
    (tmp_path / "accessKeys.csv").write_text("User name,Password,Console sign-in URL\nanna,secret,https://a\n")
    (tmp_path / "anna_accessKeys.csv").write_text(f"Access key ID,Secret access key\n{KEY.key_id},{KEY.secret}\n")
    assert key_beside_the_program() == KEY
    assert "accessKeys.csv lies beside the program and cannot be used" in caplog.text
    assert "for this run alone" in caplog.text
    assert KEY.secret not in caplog.text
