"""Takes Children in Need census returns as an extract: its day, its year, its children.

Each file is read twice: once to see which modules it has, which identifiers stand twice and what
its header says, then child by child to make records. Memory holds a digest for each identifier,
what was read packed, up to a limit (`readers/held.py`), and children of identifiers that stood
before, up to another.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from casecheck.intake.sources import values
from casecheck.intake.sources.case import Case, Extract
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.mapping import SourceMapping, load_mapping
from casecheck.intake.sources.readers.cin_parts import ID, NotApart, ReadElsewhere, read_here
from casecheck.intake.sources.readers.cin_xml import CinXml, Named, ReadRow
from casecheck.intake.sources.rows import Place, SourceRefused, SourceRow
from casecheck.intake.sources.survey import Survey, digest

MANY_NAMELESS = 10_000
"""Where so many have no identifier, and those with one are fewer, no more of it is read."""
MOST_HELD = 24 << 20
"""Bytes of children of identifiers that stood before."""
_ID, _BIRTH = ID, "PersonBirthDate"


class CinCensus:
    """The extract that some files of returns for one day are.

    Raises:
        SourceRefused: where they cannot be read, or do not tell the day for which they speak.
        OSError: where a file cannot be read.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        as_of: date | None,
        faults: Faults,
        elsewhere: ReadElsewhere = read_here,
    ) -> None:
        self.mapping = load_mapping("cin_census")
        self.faults = faults
        self.unknown: dict[str, int] = {}
        self.notes: list[str] = []
        once = {path.resolve(): path for path in paths}  # a file given twice is read once
        self._files = [_file(path, self.mapping) for path in once.values()]
        self._survey = Survey()
        for file in self._files:
            if not self._look_elsewhere(file, elsewhere):
                self._look_at(file)
        self._survey.refuse_others(_ID)
        self._doubtful = frozenset(self._survey.doubtful)
        self.extract = self._extract(as_of)

    def _look_elsewhere(self, file: CinXml, elsewhere: ReadElsewhere) -> bool:
        """Have a file read in parts; return whether it could be, else all is as before."""
        survey = deepcopy(self._survey)
        try:
            for digests in file.read_apart(elsewhere):
                for number in digests:
                    survey.count(number)
                    _stop_early(survey)
        except NotApart:
            return False
        survey.doubtful |= file.month_second & self.mapping.days
        self._survey = survey
        return True

    def _look_at(self, file: CinXml) -> None:
        """Read a file for the first time; faults of its rows are counted the second time."""
        survey = self._survey
        for rows in file.read(Faults()):
            survey.see(values.identifier(rows[0][2].get(_ID)))
            _stop_early(survey)
        survey.doubtful |= file.month_second & self.mapping.days

    def _extract(self, as_of: date | None) -> Extract:
        days = [self._day_of(file, as_of) for file in self._files]
        if len(set(days)) > 1:
            found = ", ".join(str(day) for day in sorted(set(days)))
            raise SourceRefused(
                f"these returns speak for different days ({found}): import each by itself"
            )
        carried = frozenset().union(*(file.carried for file in self._files))
        day = days[0]
        year = day.year if day >= date(day.year, 4, 1) else day.year - 1
        return Extract(self.mapping.source, day, date(year, 4, 1), carried)

    def _day_of(self, file: CinXml, as_of: date | None) -> date:
        """Return the day for which a return speaks: its reference day, if that can be relied on."""
        reference, place = self._header_day(file, "ReferenceDate")
        made, _ = self._header_day(file, "DateTime")
        where = str(place)
        if reference is None or (reference.month, reference.day) != (3, 31):
            self.faults.add(7, "ReferenceDate", place)
            told = f"is {reference}, and no 31 March" if reference else "is missing or no day"
            if as_of is None:
                raise SourceRefused(f"{where}: the reference date {told}: {_SAY}")
            self.notes.append(f"{where}: the reference date {told}: --as-of {as_of} is taken.")
            return as_of
        self._check_year(file, reference)
        if as_of is None and made is not None and made < reference:
            self.faults.add(7, "DateTime", place)
            message = f"the reference date {reference} is after {made}, when the file was made"
            raise SourceRefused(f"{where}: {message}, so that it cannot speak for that day: {_SAY}")
        if as_of is not None and not date(reference.year - 1, 4, 1) <= as_of <= reference:
            message = f"the return speaks for the year to {reference}, and not for {as_of}"
            raise SourceRefused(
                f"{where}: {message}: leave --as-of out, or name a day of that year"
            )
        if as_of is not None and as_of != reference:
            self.notes.append(f"{where}: --as-of {as_of} is taken, and not {reference}.")
        return as_of or reference

    def _header_day(self, file: CinXml, item: str) -> tuple[date | None, Place]:
        text, place = file.header.get(item, ("", file.place(1)))
        value, _ = values.day(text[:10])
        return (value if isinstance(value, date) else None), place

    def _check_year(self, file: CinXml, reference: date) -> None:
        year, place = file.header.get("Year", ("", file.place(1)))
        if year.isdigit() and int(year) != reference.year:
            self.faults.add(7, "Year", place)
            told = f"{place}: the header's year is not that of the reference date"
            self.notes.append(f"{told} {reference}, which is taken.")

    def cases(self) -> Iterator[Case]:
        """Yield the children, one at a time; those that stand twice come last."""
        twice = Twice()
        for at, of in enumerate(self.files()):
            rows = self._files[at].read(self.faults)
            yield from of.cases(rows, self.mapping, self.faults, partial(twice.add, at, of.file))
        yield from self.doubled(twice)

    @property
    def is_held(self) -> bool:
        """Whether all children are held, and can be had in blocks."""
        return all(file.is_held for file in self._files)

    def files(self) -> list[FileOfChildren]:
        """Return for each file how its children become cases."""
        doubled = frozenset(self._survey.doubled)
        return [
            FileOfChildren(one.named, self._part(at), self._doubtful, doubled)
            for at, one in enumerate(self._files)
        ]

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Yield the children that are held in blocks, each with the number of its file."""
        for at, file in enumerate(self._files):
            for block in file.blocks(self.faults):
                yield at, block

    def doubled(self, twice: Twice) -> Iterator[Case]:
        """Yield the children that stand twice, once all others were read."""
        for file in self._files:
            for item, count in file.unknown.items():
                self.unknown[item] = self.unknown.get(item, 0) + count
        for name in sorted(twice.names()):
            told = twice.of(name)
            case = self._joined(name, [rows for _, rows in told], {at for at, _ in told})
            if case is not None:
                yield case

    def _part(self, *numbers: int) -> Extract:
        """Return the extract as some files are: what one never carries, another may."""
        carried = frozenset().union(*(self._files[at].carried for at in numbers))
        return replace(self.extract, carried=carried)

    def _joined(self, name: str, children: list[list[SourceRow]], files: set[int]) -> Case | None:
        """Return the case of a child that stands more than once; None where it may be two.

        Of a child in several files, what is in one may be missing in another.
        """
        if len(children) == 1:  # another has the same digest
            return self._case(name, children, self._part(*files))
        births = {values.day(rows[0].items.get(_BIRTH) or "")[0] for rows in children}
        sexes = {_sex(rows[0]) for rows in children} - {None}
        one_child = len(births) == 1 and isinstance(next(iter(births)), date) and len(sexes) < 2
        for rows in children:
            self.faults.add(36, _ID, rows[0].place, lost=not one_child)
        if not one_child:
            return None
        case = self._case(name, children, self._part(*files))
        if len(files) > 1:
            case.incomplete.update(self.mapping.cover)
        return case

    def _case(self, name: str, children: list[list[SourceRow]], extract: Extract) -> Case:
        return _case(name, children, extract, self.mapping, self.faults, self._doubtful)


def _stop_early(survey: Survey) -> None:
    """Refuse what to read on would not change."""
    if survey.too_many_again or (
        survey.nameless > MANY_NAMELESS and 2 * survey.nameless > survey.children
    ):
        survey.refuse_others(_ID)


class FileOfChildren(NamedTuple):
    """How the children of a file become cases.

    `extract` is that of the file; `doubtful` are items whose days are perhaps in American order,
    `doubled` the digests of identifiers that stand twice.
    """

    file: Named
    extract: Extract
    doubtful: frozenset[str]
    doubled: frozenset[int]

    def cases(
        self,
        children: Iterable[list[ReadRow]],
        mapping: SourceMapping,
        faults: Faults,
        again: Callable[[str, list[ReadRow]], None],
    ) -> Iterator[Case]:
        """Yield the case of each child; one that stands twice is given to `again`."""
        for rows in children:
            name = values.identifier(rows[0][2].get(_ID))
            if name is None:
                faults.add(35, _ID, self.file.place(rows[0][1]), lost=True)
            elif self.doubled and digest(name) in self.doubled:
                again(name, rows)
            else:
                told = [_source_rows(self.file, rows)]
                yield _case(name, told, self.extract, mapping, faults, self.doubtful)


def _case(  # noqa: PLR0913, PLR0917 - a child, and how it is read
    name: str,
    children: list[list[SourceRow]],
    extract: Extract,
    mapping: SourceMapping,
    faults: Faults,
    doubtful: frozenset[str],
) -> Case:
    case = Case(name, children[0][0].place, extract)
    for number, rows in enumerate(children):
        every = rows if number == 0 else _renamed(rows, number)
        case.add(mapping.drafts_of(every, faults, doubtful))
    return case


class Twice:
    """Holds the children of identifiers that stand twice until all are read; never more than fit.

    Raises:
        SourceRefused: where they are too large.
    """

    def __init__(self) -> None:
        self._held: dict[str, list[tuple[int, Named, bytes]]] = {}
        self._size = 0

    def add(self, at: int, file: Named, name: str, rows: list[ReadRow]) -> None:
        """Hold the rows of a child in a file, of this number."""
        content = marshal.dumps(rows)
        self._size += len(content)
        if self._size > MOST_HELD:
            message = f"children of an {_ID} that stood before are too large to be put together"
            raise SourceRefused(f"{file.place(rows[0][1])}: {message}; nothing is written")
        self._held.setdefault(name, []).append((at, file, content))

    def names(self) -> Iterable[str]:
        """Return the identifiers."""
        return self._held

    def of(self, name: str) -> list[tuple[int, list[SourceRow]]]:
        """Return the children of an identifier, each with its file."""
        # Of what this process has held itself.
        return [
            (at, _source_rows(file, marshal.loads(content)))  # noqa: S302
            for at, file, content in self._held[name]
        ]


def _source_rows(file: Named, rows: list[ReadRow]) -> list[SourceRow]:
    name, part, _ = file.place(0)
    made = tuple.__new__  # without a call of their own: there are millions of rows
    return [
        made(SourceRow, (table, made(Place, (name, part, line)), items))
        for table, line, items in rows
    ]


_SAY = "say with --as-of for which day it speaks"


def _file(path: Path, mapping: SourceMapping) -> CinXml:
    return CinXml(path, mapping.tables, mapping.items | _SEX, mapping.passed_over)


_SEX = frozenset({"Sex", "GenderCurrent"})
_SEXES = {"1": "M", "2": "F", "M": "M", "F": "F"}


def _sex(row: SourceRow) -> str | None:
    """Return the sex of a child, for nothing but to tell two children of one identifier apart."""
    return _SEXES.get((row.items.get("Sex") or row.items.get("GenderCurrent") or "").upper())


def _renamed(rows: list[SourceRow], number: int) -> Iterator[SourceRow]:
    """Yield the further rows of a child, their names made others than those of the first."""
    for row in rows[1:]:  # the child itself is there
        items = {
            item: f"{number}.{text}" if item in ("@id", "@in") else text
            for item, text in row.items.items()
        }
        yield SourceRow(row.table, row.place, items)
