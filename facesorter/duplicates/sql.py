"""Asks reports by SQL, with DuckDB (the addition `facesorter[duplicates]`); no file is changed by it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from facesorter.domain.errors import EngineUnavailable, WrongUse
from facesorter.domain.messages import gettext as _
from facesorter.duplicates.views import COLUMNS, DECISIONS, VIEWS


def rows_of(question: str, folder: str, decisions: str) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """The names of the columns and the rows of the answer, over the reports in `folder` and what was said in
    `decisions`, a folder that may be missing.

    Raises `WrongUse` if DuckDB does not understand the question, `EngineUnavailable` if it is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise EngineUnavailable(
            _("SQL over reports needs DuckDB, which is not installed."),
            _('Install it with `pip install "facesorter[duplicates]"`.'),
        ) from None
    if not _has_lines(folder):
        raise WrongUse(
            _("There are no reports in {folder}.").format(folder=folder),
            _("Make them first, with `facesorter duplicates SOURCE`."),
        )
    with duckdb.connect(":memory:") as connection:
        try:
            connection.execute("CREATE SCHEMA face_match_output_db")
            connection.execute(_table("face_match_output", COLUMNS, folder))
            connection.execute(_table("decisions", DECISIONS, decisions))
            for view in VIEWS:
                connection.execute(view)
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            answer = connection.execute(question)
            return [column[0] for column in answer.description or ()], answer.fetchall()
        except duckdb.Error as error:
            raise WrongUse(
                _("DuckDB cannot answer this ({reason}).").format(reason=error), _("Check the SQL.")
            ) from None


def _has_lines(folder: str) -> bool:
    return os.path.isdir(folder) and any(name.endswith(".json") for name in os.listdir(folder))


def _table(name: str, columns: Mapping[str, str], folder: str) -> str:
    """The statement that makes a table of the JSON lines in a folder; an empty one if there are none."""
    typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    if not _has_lines(folder):
        return f"CREATE TABLE face_match_output_db.{name} ({typed})"
    kinds = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
    names = ", ".join(f'"{column}"' for column in columns)
    pattern = os.path.join(_escaped(folder), "*.json").replace("'", "''")
    return (
        f"CREATE TABLE face_match_output_db.{name} AS SELECT {names} FROM "  # noqa: S608 - our own names
        f"read_json('{pattern}', format = 'newline_delimited', columns = {{{kinds}}})"
    )


def _escaped(folder: str) -> str:
    """The folder's path, with the letters that DuckDB would take for patterns kept from meaning more."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in folder)
