"""Takes a folder of CSV files, with its mapping, as an extract of a council's case system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from casecheck.intake.sources.case import Case, Extract
from casecheck.intake.sources.csv_cases import (
    add_people,
    add_rows,
    read_case_row,
    settle_closing,
    settle_links,
)
from casecheck.intake.sources.csv_parts import CASE
from casecheck.intake.sources.csv_rows import CsvRows
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.rows import SourceRefused


class CsvFolder:
    """The extract that a folder of CSV files is: one file a section, and `mapping.toml`.

    Raises:
        SourceRefused: where the folder, its mapping or a file cannot be read.
        OSError: where a file cannot be read.
    """

    def __init__(self, folder: Path, as_of: date | None, faults: Faults) -> None:
        if as_of is None:
            why = "tells no day for which it speaks: say with --as-of on which it was exported"
            raise SourceRefused(f"a folder of CSV files {why}")
        self.rows = CsvRows(folder, faults)
        self.faults = faults
        self.mapping = self.rows.told.mapping
        self.unknown = self.rows.unknown
        self.notes = [*self.rows.told.notes, *self._note()]
        sections = [file.section for file in self.rows.told.files if file.section != CASE]
        carried = frozenset([*sections, "people"])
        self.extract = Extract(self.mapping.source, as_of, None, carried)

    @property
    def paths(self) -> Sequence[Path]:
        """The files that are read."""
        return [self.rows.told.path, *self.rows.paths]

    def _note(self) -> Iterator[str]:
        cases = [file for file in self.rows.told.files if file.section == CASE]
        if not any("closed_on" in file.columns for file in cases):
            why = "every case is read as open on the day of the extract"
            yield f"No column tells when a case was closed ([{CASE}], closed_on): {why}."

    def cases(self) -> Iterator[Case]:
        """Yield the children, by their identifiers."""
        files = {file.section: file for file in self.rows.told.files}
        carried = self.extract.carried
        for child in sorted(self.rows.children):
            case = Case(child, self.rows.first_place(child), self.extract)
            in_doubt = False
            for row in self.rows.rows(child):
                if row.table == CASE:
                    in_doubt |= read_case_row(case, files[CASE], row, self.faults)
            add_rows(case, self.rows)
            add_people(case, self.rows.told)
            settle_links(case, carried, self.rows.told.whole, self.faults)
            settle_closing(case, in_doubt, self.faults)
            yield case
