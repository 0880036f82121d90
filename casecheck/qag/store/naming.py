"""Finds a run or a sample by what a person calls it, and refuses names that mean something else."""

from __future__ import annotations

from casecheck.intake.sources.guard import looks_like
from casecheck.qag.store.file import MAX_NAME, SqlRow, StoreError, StoreFile
from casecheck.qag.store.sealed import Seals
from casecheck.qag.store.statements import RUN_ROW, RUN_ROWS, SAMPLE_ROWS
from casecheck.text.typed import typed

LATEST = "latest"
"""The name of the run, or the sample, that was saved last."""


def run_row(file: StoreFile, name: int | str) -> SqlRow:
    """Return the row of a run by its id (also as text), its label, or "latest".

    Raises:
        StoreError: where there is none, or more than one has the label.
    """
    if not str(name).isprintable():
        rows = []  # which none is called, and SQLite might not take
    elif name == LATEST:
        rows = list(file.rows(f"{RUN_ROWS} ORDER BY id DESC LIMIT 1"))
    elif _is_id(name):
        rows = list(file.rows(RUN_ROW, (int(name),)))
    else:
        rows = list(file.rows(f"{RUN_ROWS} WHERE label = ?", (name,)))
        rows = rows or _spelt_alike(file, f"{RUN_ROWS} ORDER BY id", str(name))
    if len(rows) > 1:  # which an older casecheck saved at the same time
        ids = " and ".join(str(row[0]) for row in rows)
        raise StoreError(f"runs {ids} have the label {name!r}: give the number")
    if not rows:
        raise StoreError(f"no run {name!r} in {file.path}: see `casecheck runs list`")
    return rows[0]


def sample_row(file: StoreFile, seals: Seals, name: int | str) -> SqlRow:
    """Return the row of a sample by its id (also as text), its name, or "latest".

    Raises:
        StoreError: where there is none.
        NotAsSaved: where the file's index leads to a sample of another name.
    """
    if not str(name).isprintable():
        row = None  # which none is called, and SQLite might not take
    elif name == LATEST:
        row = file.row(f"{SAMPLE_ROWS} ORDER BY id DESC LIMIT 1")
    elif _is_id(name):
        row = file.row(f"{SAMPLE_ROWS} WHERE id = ?", (int(name),))
    else:
        row = file.row(f"{SAMPLE_ROWS} WHERE name = ?", (name,))
        row = row or next(iter(_spelt_alike(file, SAMPLE_ROWS, str(name))), None)
        if row and typed(str(row[1])) != typed(str(name)):
            raise seals.not_as_saved(f"the sample {name!r}")
    if row is None:
        raise StoreError(f"no sample {name!r} in {file.path}: see `casecheck sample list`")
    return row


def refuse_odd(name: str, what: str) -> None:
    """Refuse a name that cannot be typed, that means something else, or that may name somebody.

    Raises:
        StoreError: where it is such a name.
    """
    odd = not name.isprintable() or name != name.strip() or not 0 < len(name) <= MAX_NAME
    if odd or name.isdigit() or name == LATEST:
        message = f"{what} is of 1 to {MAX_NAME} characters on one line, not a number alone"
        raise StoreError(f"{message}, nor {LATEST!r}")
    if looks := looks_like(name):
        raise StoreError(f"{what} names nobody, and this looks like {looks}: choose another")


def _spelt_alike(file: StoreFile, select: str, name: str) -> list[SqlRow]:
    """Return the rows whose second column is this name in another spelling of its letters.

    What was saved before names were made one spelling has whichever was typed.
    """
    return [row for row in file.rows(select) if typed(str(row[1])) == typed(name)]


def _is_id(name: int | str) -> bool:
    return isinstance(name, int) or (name.isascii() and name.isdigit() and len(name) < 19)
