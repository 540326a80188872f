"""The table of all sentences that tell a user what went wrong: none is missing, none is half a sentence.

It is read from the source, so that a new error cannot be forgotten. What comes from elsewhere stands in `PASSED_ON`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import facesorter
from facesorter.domain import errors, refusals
from facesorter.storage import database, opening

PACKAGE = Path(facesorter.__file__).parent
USER_ERRORS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.UserError) and kind is not errors.Stopped
}
"""All but the one that brings its own sentences."""

PASSED_ON = {
    "sentence": "how a RAW photo without a preview can be read",
    "kind.format(file=file)": "what a file of the profile is instead",
    "remedy": "the same",
    "_remedy()": "what helps against a missing or altered model",
    "reason": "a `RunPaused`, a listing's problem or a decoder's, whole sentences all of them",
    "event.reason": "as above",
    "str(answer['problem'])": "a decoder's, from its own process",
    "reason_of(error)": "the table of places.disk.reading, tested here",
    "error.what_happened": "another error of this table",
    "error.what_to_do": "another error of this table",
    "_said(error.why)": "the table of images.films",
}
TABLES = {
    "*refused": "domain.refusals",
    "*map(_, _IN_WORDS[code])": "storage.database",
    "*map(_, NOT_WRITABLE)": "storage.opening",
    "_PHOTO[code]": "engines.rekognition_calls",
    "*(event.reason for event in failed[:1])": "the reason of a headshot",
    "' '.join(adding.problems)": "what is wrong with pictures, in sentences",
}

NOTHING_TO_DO = ("Nothing was sent.",)
"""What the user has just said no to."""


class Site(NamedTuple):
    """A place where an error is made, with its sentences; `x` stands for what is filled in."""

    where: str
    kind: str
    sentences: tuple[str, ...]
    others: tuple[str, ...]


def sites() -> Iterator[Site]:
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        constants = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                kind = call.func.id
                if kind in USER_ERRORS | {"PhotoError"}:
                    yield site(f"{file.relative_to(PACKAGE)}:{call.lineno}", kind, call.args, constants)


def site(where: str, kind: str, arguments: list[ast.expr], constants: dict[str, ast.expr]) -> Site:
    sentences: list[str] = []
    others: list[str] = []
    for argument in arguments:
        text = rendered(argument, constants)
        (others if text is None else sentences).append(ast.unparse(argument) if text is None else text)
    return Site(where, kind, tuple(sentences), tuple(others))


def rendered(node: ast.expr, constants: Mapping[str, ast.expr]) -> str | None:
    """The text of a string, with `x` for what is filled in; None for what is not written here."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)  # type: ignore[misc]
    match node:
        case ast.Name(name):
            return rendered(constants[name], constants) if name in constants else None
        case ast.Call(ast.Name("_" | "N_"), [sentence]) | ast.Call(ast.Name("ngettext"), [_, sentence, _]):
            return rendered(sentence, constants)
        case ast.Call(ast.Attribute(sentence, "format")):
            text = rendered(sentence, constants)
            return text and re.sub(r"\{[^}]*\}", "x", text)
        case _:
            return None


SITES = list(sites())


def is_sentence(text: str) -> bool:
    """It begins like one, says something, and ends; a sentence of another error may follow."""
    return bool(re.match(r"[A-Z`“x]|--|facesorter ", text)) and text.endswith((".", ". x")) and len(text.split()) >= 2


@pytest.mark.parametrize("one", SITES, ids=lambda one: one.where)
def test_each_says_what_happened_and_what_to_do(one: Site) -> None:
    for other in one.others:
        assert other in TABLES or any(other.startswith(known) for known in PASSED_ON), f"where does {other} come from?"
    for sentence in one.sentences:
        assert is_sentence(sentence), sentence
        assert not re.search(r"errno|exception|traceback", sentence, re.IGNORECASE), sentence
    if one.kind != "PhotoError" and one.sentences != NOTHING_TO_DO:
        in_table = any(other in TABLES for other in one.others)
        assert in_table or "event.reason" in one.others or len(one.sentences) + len(one.others) >= 2, "nothing to do?"


OF_THE_COMMAND_LINE = (
    "cli/",
    "app/duplicates.py",
    "app/names.py",
    "app/sets.py",
    "duplicates/",
    "endpoint/",
    "engines/rekognition/collection.py",
)
"""What the window never does."""


@pytest.mark.parametrize("one", SITES, ids=lambda one: one.where)
def test_the_window_names_no_option_and_no_command(one: Site) -> None:
    if one.kind != "PhotoError" and not one.where.startswith(OF_THE_COMMAND_LINE):
        for sentence in one.sentences[:2]:
            assert not re.search(r"--[a-z]|`facesorter", sentence), sentence


def test_the_window_is_told_another_way_out_than_the_terminal() -> None:
    error = errors.EngineUnavailable(*refusals.refusal("NoCredentialsError") or ())
    assert "in Settings" in str(error)
    assert "--profile" not in str(error)
    assert "--profile" in error.at_the_terminal
    assert "Settings" not in error.at_the_terminal
    assert errors.DiskFull("The disk is full.", "Make room.").at_the_terminal == "The disk is full. Make room."


def test_one_that_brings_its_own_sentences_says_them_whole() -> None:
    stopped = errors.Stopped(under_way=False)
    assert is_sentence(stopped.what_happened)
    assert is_sentence(stopped.what_to_do)


def test_the_table_is_the_whole_one() -> None:
    assert len(SITES) > 100
    assert {one.kind for one in SITES} == USER_ERRORS | {"PhotoError"}


def test_the_tables_hold_sentences() -> None:
    from facesorter.engines.rekognition import calls as rekognition_calls
    from facesorter.places.disk import reading as folder

    tables = (vars(refusals)["_REFUSALS"], vars(database)["_IN_WORDS"])
    texts = [text for table in tables for told in table.values() for text in told if text]
    assert not any(
        re.search("--[a-z]|`facesorter", text) for table in tables for told in table.values() for text in told[:2]
    )
    texts += opening.NOT_WRITABLE
    texts += [*vars(rekognition_calls)["_PHOTO"].values(), *vars(folder)["_REASONS"].values()]
    assert len(texts) > 20
    for text in texts:
        assert is_sentence(text), text
