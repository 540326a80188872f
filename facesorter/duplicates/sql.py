"""Asks reports by SQL, with DuckDB (the addition `facesorter[duplicates]`); no file is changed by it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from facesorter.domain.errors import EngineUnavailable, WrongUse
from facesorter.duplicates.views import COLUMNS, VIEWS


def rows_of(question: str, folder: str) -> tuple[list[str], Sequence[Sequence[Any]]]:
    """The names of the columns and the rows of the answer, over the reports in `folder`.

    Raises `WrongUse` if DuckDB does not understand the question, `EngineUnavailable` if it is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise EngineUnavailable(
            "SQL over reports needs DuckDB, which is not installed.",
            'Install it with `pip install "facesorter[duplicates]"`.',
        ) from None
    if not any(name.endswith(".json") for name in os.listdir(folder)):
        raise WrongUse(f"There are no reports in {folder}.", "Make them first, with `facesorter duplicates SOURCE`.")
    with duckdb.connect(":memory:") as connection:
        try:
            connection.execute("CREATE SCHEMA face_match_output_db")
            columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
            names = ", ".join(f'"{name}"' for name in COLUMNS)
            pattern = os.path.join(_escaped(folder), "*.json").replace("'", "''")
            connection.execute(
                f"CREATE TABLE face_match_output_db.face_match_output AS SELECT {names} FROM "  # noqa: S608
                f"read_json('{pattern}', format = 'newline_delimited', columns = {{{columns}}})"
            )
            for view in VIEWS:
                connection.execute(view)
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            answer = connection.execute(question)
            return [column[0] for column in answer.description or ()], answer.fetchall()
        except duckdb.Error as error:
            raise WrongUse(f"DuckDB cannot answer this ({error}).", "Check the SQL.") from None


def _escaped(folder: str) -> str:
    """The folder's path, with the letters that DuckDB would take for patterns kept from meaning more."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in folder)
