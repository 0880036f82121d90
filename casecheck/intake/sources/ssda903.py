"""Takes a return of looked after children (SSDA903), a folder of CSV files, as an extract.

The files are known by their columns, whatever they are called. One record a child is made; a mother
of the return has her first child in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from casecheck.intake.sources import values
from casecheck.intake.sources.case import Case, Draft, Extract, PersonRef, Ref
from casecheck.intake.sources.csv_values import identifier_of
from casecheck.intake.sources.dirt import DOUBLE_ROW, Faults
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.mapping import load_mapping
from casecheck.intake.sources.readers.csv_table import CsvTable, head_of
from casecheck.intake.sources.rows import SourceRefused, SourceRow
from casecheck.intake.sources.ssda903_care import ITEMS, periods, views_of
from casecheck.intake.sources.survey import MOST_NAMELESS
from casecheck.record.values import DayRange

MOST_FILES = 100
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "episodes": ITEMS,
    "header": ("CHILD", "DOB", "MOTHER", "MC_DOB"),
    "reviews": ("CHILD", "REVIEW", "REVIEW_CODE"),
    "missing": ("CHILD", "MISSING", "MIS_START", "MIS_END"),
    "social_worker": ("CHILD", "SW_ID", "SW_DECOM", "SW_DEC"),
}
"""The columns that are read of each file."""
_KNOWN_BY: Mapping[str, tuple[str, ...]] = {
    "episodes": ("CHILD", "DECOM", "RNE"), "header": ("CHILD", "SEX", "ETHNIC"),
    "reviews": ("CHILD", "REVIEW"), "missing": ("CHILD", "MIS_START"),
    "social_worker": ("CHILD", "SW_ID"),
}  # fmt: skip
_NEEDED = {"episodes": ("CHILD", "DECOM", "RNE", "DEC", "REC", "LS"), "header": ("CHILD",),
           "reviews": ("CHILD", "REVIEW"), "missing": ("CHILD", "MISSING", "MIS_START", "MIS_END"),
           "social_worker": ("CHILD", "SW_ID", "SW_DECOM", "SW_DEC")}  # fmt: skip
"""Columns without which a file tells nothing: an end that is not there is none that never came."""
_DAYS = ("DECOM", "DEC", "DOB", "MC_DOB", "REVIEW", "MIS_START", "MIS_END", "SW_DECOM", "SW_DEC")
_NO_ID, _TWICE, _AHEAD = 35, 36, 20


class Ssda903:
    """The extract that the files of one return are.

    Raises:
        SourceRefused: where they cannot be read, or tell no day for which they speak.
        OSError: where a file cannot be read.
    """

    def __init__(self, folder: Path, as_of: date | None, faults: Faults) -> None:
        if as_of is None:
            why = "its files do not tell the year: say with --as-of, as 2026-03-31"
            raise SourceRefused(f"a return of looked after children: {why}")
        self.mapping = load_mapping("ssda903")
        self.faults = faults
        self.unknown: dict[str, int] = {}
        self.notes: list[str] = []
        self._rows: dict[str, dict[str, list[SourceRow]]] = {}
        self._doubtful: dict[str, frozenset[str]] = {}
        self._incomplete: set[str] = set()
        self.paths: list[Path] = []
        carried: set[str] = set()
        for table, path in self._files(folder):
            carried |= self._read(table, path)
        year = as_of.year if as_of >= date(as_of.year, 4, 1) else as_of.year - 1
        first = date(year, 4, 1)
        self.extract = Extract(self.mapping.source, as_of, first, frozenset(carried))

    # Reading

    def _files(self, folder: Path) -> Iterator[tuple[str, Path]]:
        """Yield the files that are read, each with its table."""
        if not folder.is_dir():
            raise SourceRefused(f"{masked(folder.name)} is no folder")
        every = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".csv")
        if len(every) > MOST_FILES:
            raise SourceRefused(f"the folder has more than {MOST_FILES} CSV files")
        found: dict[str, Path] = {}
        for path in every:
            if path.is_symlink() and path.resolve().parent != folder.resolve():
                raise SourceRefused(
                    f"{masked(path.name)} is a link to another place: copy the file"
                )
            heads = {head_of(one) for one in CsvTable(path, "", Faults()).heads}
            tables = [
                table for table, known in _KNOWN_BY.items() if heads.issuperset(map(head_of, known))
            ]
            if not tables:
                self.unknown[f"{masked(path.name)}"] = 1
                continue
            if tables[0] in found:
                both = f"{masked(found[tables[0]].name)} and {masked(path.name)}"
                cure = "import the return of each year by itself"
                raise SourceRefused(f"{both} both have {tables[0]}: {cure}")
            found[tables[0]] = path
        if "episodes" not in found:
            wanted = ", ".join(_KNOWN_BY["episodes"])
            raise SourceRefused(f"no CSV file of the folder has episodes ({wanted})")
        for table in COLUMNS:
            if table in found:
                yield table, found[table]
            else:
                self.notes.append(f"No file has {table}: what it would tell is unknown.")

    def _read(self, table: str, path: Path) -> set[str]:
        self.paths.append(path)
        lost = self.faults.lost
        file = CsvTable(path, table, self.faults, COLUMNS[table], ("CHILD", "SW_ID"))
        for item in _NEEDED[table]:
            if item in file.absent:
                raise SourceRefused(f"{file.name} has no column {item}, which {table} need")
        doubtful: set[str] = set()
        seen: dict[tuple[object, ...], None] = {}
        number = nameless = 0
        for row in file.rows():
            number += 1
            child = identifier_of(row.items.get("CHILD"))
            if child is None:
                nameless += 1
                self.faults.add(_NO_ID, "CHILD", row.place, lost=True)
                continue
            known = tuple(row.items.values())
            if known in seen:
                self.faults.add(DOUBLE_ROW, "CHILD", row.place)
                continue
            seen[known] = None
            doubtful |= {one for one in _DAYS if values.has_month_second(row.items.get(one) or "")}
            self._rows.setdefault(child, {}).setdefault(table, []).append(row)
        if nameless * 100 > max(number, 20) * MOST_NAMELESS:
            told = (
                f"{nameless:,} of {number:,} rows have no CHILD: more than {MOST_NAMELESS} in 100"
            )
            raise SourceRefused(f"{file.name}: {told}")
        self._doubtful[table] = frozenset(doubtful)
        if self.faults.lost > lost:
            self._incomplete |= _SECTIONS[table]
        columns = {item for item in COLUMNS[table] if item not in file.absent}
        return {table, *(item for item in columns if item != "CHILD")}

    # Cases

    def cases(self) -> Iterator[Case]:
        """Yield the children, by their identifiers."""
        for child, rows in sorted(self._rows.items()):
            case = self._case(child, rows)
            if case is not None:
                yield case

    def _case(self, child: str, rows: Mapping[str, Sequence[SourceRow]]) -> Case | None:
        first = next(iter(rows.values()))[0]
        headers = rows.get("header", ())
        if len({row.items.get("DOB") for row in headers}) > 1:
            for row in headers:  # two children of one number
                self.faults.add(_TWICE, "CHILD", row.place, lost=True)
            return None
        case = Case(child, first.place, self.extract)
        case.incomplete |= self._incomplete
        for table in ("header", "reviews", "missing", "social_worker"):
            for row in rows.get(table, ())[:1] if table == "header" else rows.get(table, ()):
                self._take(case, row)
        if not case.of("people"):
            key = Ref("people", child)
            case.add([Draft("people", first.place, {"born": None}, key=key, called="child")])
        doubtful = self._doubtful["episodes"]
        plans, lost = periods(rows.get("episodes", ()), child, doubtful, self.faults)
        case.add(plans)
        case.opened_on = min(map(_began_by, plans), default=None)
        if lost:
            case.incomplete.add("plans")
        for row in headers[:1]:
            self._first_child(case, row)
        return case

    def _take(self, case: Case, row: SourceRow) -> None:
        for draft in self.mapping.drafts(row, self.faults, self._doubtful[row.table]):
            if row.table == "reviews":
                draft.values["child_views"] = views_of(row, self.faults)
                if not isinstance(draft.values.get("on"), date):
                    case.incomplete.add("meetings")
            case.add([draft])

    def _first_child(self, case: Case, row: SourceRow) -> None:
        """Add a young mother's first child, born in a month, if the return has one."""
        text = row.items.get("MC_DOB")
        is_mother, _ = values.flag(row.items.get("MOTHER") or "")
        if text is None and is_mother is not True:
            return
        born, fault = values.month(text or "")
        if "MC_DOB" in self._doubtful["header"] and "/" in (text or ""):
            born, fault = values.UNKNOWN, values.WRONG_ORDER
        if text is not None and fault is not None:
            self.faults.add(fault, "MC_DOB", row.place)
        if isinstance(born, str) and born > f"{case.extract.day:%Y-%m}":
            self.faults.add(_AHEAD, "MC_DOB", row.place)
            born = values.UNKNOWN
        name = f"{case.identifier} first child"
        told = {"born": born if isinstance(born, str) else None}
        case.add([Draft("people", row.place, told, key=Ref("people", name), called="baby")])
        link = {"kind": "parent_of", "from": PersonRef(case.identifier), "to": PersonRef(name)}
        case.add([Draft("relationships", row.place, dict(link))])


def _began_by(plan: Draft) -> date:
    """Return a day by which a period of care had begun."""
    start: date | DayRange = plan.values["start"]
    return start.last or date.max if isinstance(start, DayRange) else start


_SECTIONS: Mapping[str, set[str]] = {
    "episodes": {"plans"}, "header": {"people", "relationships"}, "reviews": {"meetings"},
    "missing": {"incidents"}, "social_worker": {"workers"},
}  # fmt: skip
