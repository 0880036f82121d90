"""Yields whose rows of a dataset of tables, or of the DfE's API, are: for `casecheck whois`.

Each identifier is told once, with the first row that has it, however many rows have.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from casecheck.intake.sources import values
from casecheck.intake.sources.dfe_api_rows import IDENTIFIER
from casecheck.intake.sources.identifiers import Identified, SourceError
from casecheck.intake.sources.mapping import load_mapping
from casecheck.intake.sources.pseudonyms import Kind
from casecheck.intake.sources.readers.json_children import json_children
from casecheck.intake.sources.readers.sqlite_tables import is_sqlite
from casecheck.intake.sources.rows import SourceRefused
from casecheck.intake.sources.ssd_tables import ssd_tables, table_specs

_OTHERS: dict[str, tuple[tuple[str, Kind], ...]] = {
    "ssd_mother": (("moth_person_id", "person"),),
    "ssd_involvements": (
        ("invo_professional_id", "worker"), ("invo_professional_team", "team"),
    ),
}  # fmt: skip
_JSON_BEGINS = (b"{", b"[")


class IdentifiedIn(NamedTuple):
    """Whose a row is, with the file in which it stands, and what its number counts there."""

    file: str
    part: str
    row: Identified


def is_of_tables(path: Path) -> bool:
    """Say whether a source is a folder of tables, or a SQLite file of them."""
    try:
        return path.is_dir() or is_sqlite(path)
    except (SourceRefused, OSError):
        return False


def begins_as_json(path: Path) -> bool:
    """Say whether a file begins as JSON of children does."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in _JSON_BEGINS


def of_tables(path: Path) -> Iterator[IdentifiedIn]:
    """Yield who stands in the tables of the Standard Safeguarding Dataset.

    Raises:
        SourceError: where they cannot be read as such.
    """
    specs = table_specs(load_mapping("ssd"))
    seen: set[tuple[str, str]] = set()
    try:
        tables, _ = ssd_tables(path, specs)
        for name, table in tables.items():
            person = specs[name].person
            columns: tuple[tuple[str | None, Kind], ...] = (
                (person, "child"), (person, "person"), *_OTHERS.get(name, ()),
            )  # fmt: skip
            for row in table.rows(None):
                for column, kind in columns:
                    known = values.identifier(row.items.get(column)) if column else None
                    if known is not None and (kind, known) not in seen:
                        seen.add((kind, known))
                        file = path / row.place.file if path.is_dir() else path
                        found = Identified(kind, known, row.place.number)
                        yield IdentifiedIn(str(file), row.place.part, found)
    except SourceRefused as error:
        raise SourceError(str(error)) from None


def of_children(path: Path) -> Iterator[IdentifiedIn]:
    """Yield who stands in children as JSON of the DfE's API: each child, and workers.

    Raises:
        SourceError: where it cannot be read as such.
    """
    seen: set[str] = set()
    try:
        for number, child in json_children(path):
            known = values.identifier(_text(child.get(IDENTIFIER)))
            if known is not None:
                own = Identified("child", known, number + 1)
                for row in (own, own._replace(kind="person")):
                    yield IdentifiedIn(str(path), "child", row)
            for worker in _workers(child.get("social_care_episodes")):
                if worker not in seen:
                    seen.add(worker)
                    row = Identified("worker", worker, number + 1)
                    yield IdentifiedIn(str(path), "child", row)
    except SourceRefused as error:
        raise SourceError(str(error)) from None


def _workers(episodes: object) -> Iterator[str]:
    for episode in episodes if isinstance(episodes, list) else ():
        details = episode.get("care_worker_details") if isinstance(episode, dict) else None
        for worker in details if isinstance(details, list) else ():
            said = worker.get("worker_id") if isinstance(worker, dict) else None
            known = values.identifier(_text(said))
            if known is not None:
                yield known


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) else None
