"""Make an invented workbook of Ofsted's Annex A: nobody in it lives.

    python tools/make_lists.py annex_a.xlsx              # 60 children, as of 30 June 2026
    python tools/make_lists.py annex_a.xlsx --children 5000 --seed 7

The same numbers give the same file. `docs/importing.md` goes on from there to a first audit.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float | date | None
Row = dict[str, Cell]
"""A row of a list, by the headers of Ofsted's guidance; what is not there is a blank cell."""
Lists = dict[str, list[Row]]

_WHO = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
_WHO_AND = (*_WHO, "Does the Child have a Disability")
_BY = ("Allocated Team", "Allocated Worker")
HEADERS: Mapping[str, tuple[str, ...]] = {
    "List 1": (*_WHO, "Date of Contact", "Contact Source"),
    "List 2": (
        *_WHO, "Assessment start date", "Assessment completion date",
        "Organisation completing assessment",
    ),
    "List 3": (
        *_WHO, "Date of referral", "Referral Source", "Referral NFA?",
        "Number of Referrals in Last 12 Months", *_BY,
    ),
    "List 4": (
        *_WHO_AND, "Continuous Assessment Start Date", "Child Seen During Continuous Assessment",
        "Continuous Assessment Date of Authorisation",
        "Was the child assessed as requiring LA children\u2019s social care support", *_BY,
    ),
    "List 5": (
        *_WHO_AND, "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Was an Initial Child Protection Conference deemed unnecessary?",
        "Date of Initial Child Protection Conference",
        "Did the Initial Child Protection Conference Result in a Child Protection Plan",
        "Number of Section 47 Enquiries in the last 12 months",
        "Number of ICPCs in the last 12 months", *_BY,
    ),
    "List 6": (
        *_WHO_AND, "CIN Start Date", "Primary Need Code", "Date Child Was Last Seen",
        "CIN Closure Date", "Reason for Closure", "Case status", *_BY,
    ),
    "List 7": (
        *_WHO_AND, "Child Protection Plan Start Date", "Initial Category of Abuse",
        "Latest Category of Abuse", "Date of the Last Statutory Visit", "Was the Child Seen Alone?",
        "Date of latest review conference", "Child Protection Plan End Date",
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months"
        " (Y/N)",
        "Number of Previous Child Protection Plans", *_BY,
    ),
    "List 8": (
        *_WHO_AND, "Date Started to be Looked After", "Child's Category of Need",
        "Start date of current legal status", "Child's Legal Status",
        "Date of Latest Statutory Review", "Date of Last Social Work Visit",
        "Date Ceased to be Looked After", "Reason Ceased to be Looked After",
        "Number of Episodes the Child has been \u2018Missing\u2019 from their Placement in the last"
        " 12 months", *_BY,
    ),
    "List 9": (*_WHO_AND, *_BY, "Eligibility Category", "LA In Touch", "Activity Status"),
    "List 10": (
        "Child Unique ID", "Family identifier", *_WHO_AND[1:], "Date the Child Entered Care",
        "Date of Decision that Child Should be Placed for Adoption", "Date of Placement Order",
    ),
    "List 11": (
        "Individual adopter identifier", "Family identifier", "Gender", "Ethnicity",
        "Date Stage 1 started", "Date Stage 2 started", "Date application approved",
    ),
}  # fmt: skip
TITLES = {
    "List 1": "Contacts", "List 2": "Early Help", "List 3": "Referral", "List 4": "Assessments",
    "List 5": "Section 47 enquiries and Initial Child Protection Conferences",
    "List 6": "Children in Need", "List 7": "Child protection", "List 8": "Children in care",
    "List 9": "Care leavers", "List 10": "Adoption", "List 11": "Adopters",
}  # fmt: skip
CATEGORIES = ("a) Neglect", "b) Physical abuse", "c) Sexual abuse", "d) Emotional abuse")
TEAMS = ("Duty and Assessment", "Safeguarding North", "Safeguarding South", "Children in Care")

# The file: as little as a workbook can be

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164"'
    ' formatCode="dd/mm/yyyy"/></numFmts><cellXfs count="2"><xf numFmtId="0"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_ZERO = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


def column(number: int) -> str:
    """Return the letters of a column, from 0.

    >>> column(0), column(27)
    ('A', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_xml(at: str, value: Cell, from_1904: bool = False) -> str:
    """Return a cell; a day is a number that is shown as a day."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f'<c r="{at}" s="1"><v>{(value - _ZERO[from_1904]).days}</v></c>'
    if isinstance(value, str):
        text = f'<t xml:space="preserve">{escape(value)}</t>'
        return f'<c r="{at}" t="inlineStr"><is>{text}</is></c>'
    return f'<c r="{at}"><v>{value}</v></c>'


def sheet_xml(rows: Iterable[Sequence[Cell]], from_1904: bool = False) -> Iterator[str]:
    """Yield the lines of a sheet; an empty row is left out."""
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>\n'
    for number, row in enumerate(rows, 1):
        cells = [cell_xml(f"{column(at)}{number}", one, from_1904) for at, one in enumerate(row)]
        if any(cells):
            yield f'<row r="{number}">{"".join(cells)}</row>\n'
    yield "</sheetData></worksheet>"


def write(
    path: Path, sheets: Mapping[str, Iterable[Sequence[Cell]]], *, from_1904: bool = False,
    hidden: Iterable[str] = (),
) -> None:  # fmt: skip
    """Write a workbook of these sheets, each with its rows of cells."""
    names = list(sheets)
    state = dict.fromkeys(hidden, ' state="hidden"')
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="r{at}"{state.get(name, "")}/>'
        for at, name in enumerate(names, 1)
    )
    properties = '<workbookPr date1904="1"/>' if from_1904 else ""
    links = [("r0", "styles", "styles.xml")]
    links += [(f"r{at}", "worksheet", f"sheet{at}.xml") for at in range(1, len(names) + 1)]
    kinds = [("/xl/workbook.xml", "sheet.main+xml"), ("/xl/styles.xml", "styles+xml")]
    kinds += [(f"/xl/sheet{at}.xml", "worksheet+xml") for at in range(1, len(names) + 1)]
    parts: dict[str, Iterable[str]] = {
        "[Content_Types].xml": [
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>',
            *(f'<Override PartName="{to}" ContentType="{_KIND}{kind}"/>' for to, kind in kinds),
            "</Types>",
        ],
        "_rels/.rels": [_relationships([("r1", "officeDocument", "xl/workbook.xml")])],
        "xl/workbook.xml": [
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{properties}'
            f"<sheets>{listed}</sheets></workbook>"
        ],
        "xl/_rels/workbook.xml.rels": [_relationships(links)],
        "xl/styles.xml": [_HEAD + _STYLES],
    }
    for at, name in enumerate(names, 1):
        parts[f"xl/sheet{at}.xml"] = sheet_xml(sheets[name], from_1904)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, lines in parts.items():
            info = zipfile.ZipInfo(part)  # which says always the same day
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as out:
                for line in lines:
                    out.write(line.encode())


def _relationships(links: Iterable[tuple[str, str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{name}" Type="{_LINKS}/{kind}" Target="{to}"/>'
        for name, kind, to in links
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def table(name: str, rows: Iterable[Row]) -> Iterator[Sequence[Cell]]:
    """Yield a list as the template has it: a title, the headers, the rows."""
    yield (f"{name}: {TITLES[name]}",)
    yield HEADERS[name]
    for row in rows:
        assert row.keys() <= set(HEADERS[name]), row.keys() - set(HEADERS[name])
        yield [row.get(header) for header in HEADERS[name]]


def write_lists(path: Path, lists: Mapping[str, Iterable[Row]], **options: Any) -> None:
    """Write a workbook of all eleven lists as the template has them."""
    sheets = {name.replace(" ", "_"): table(name, lists.get(name, ())) for name in HEADERS}
    write(path, sheets, **options)


# The children


def who(name: str, birth: date | str | None, **more: Cell) -> Row:
    """Return the first columns of a child's row, and more of them."""
    first: Row = {
        "Child Unique ID": name,
        "Gender": "c) Not stated/recorded",
        "Ethnicity": "s) NOBT",
    }
    return {**first, "Date of Birth": birth, **more}


class Inventor:
    """Invents children as lists have them, most of them looked after well by the calendar."""

    def __init__(self, seed: int, today: date) -> None:
        self._random = Random(seed)  # noqa: S311 - no secret
        self._today = today
        self._first = today - timedelta(180)
        self.lists: Lists = {name: [] for name in HEADERS}

    def children(self, number: int) -> Lists:
        """Return the lists of so many children."""
        for at in range(1, number + 1):
            birth = self._today - timedelta(self._random.randrange(100, 17 * 365))
            self._child(who(f"INV{at:07d}", birth))
        return self.lists

    def _later(self, day: date | None, least: int, most: int) -> date | None:
        """Return a day so many days later, or None where that lies ahead."""
        if day is None:
            return None
        later = day + timedelta(self._random.randint(least, most))
        return later if later <= self._today else None

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _child(self, child: Row) -> None:
        born = child["Date of Birth"]
        assert isinstance(born, date)
        contact = max(self._first + timedelta(self._random.randrange(170)), born)
        source = self._random.choice(("q) 6: Police", "e) 2A: Schools", "h) 3B: Health services"))
        self.lists["List 1"].append({**child, "Date of Contact": contact, "Contact Source": source})
        if self._chance(0.2):
            return
        referred = self._later(contact, 0, 2) or contact
        team = {"Allocated Team": self._random.choice(TEAMS)}
        ends = self._chance(0.15)
        told = {"Referral NFA?": "a) Yes" if ends else "b) No", **team}
        self.lists["List 3"].append({**child, "Date of referral": referred, **told})
        if ends:
            return
        begun = self._later(referred, 0, 4)
        done = self._later(begun, 20, 70)
        if begun:
            self.lists["List 4"].append({
                **child, "Continuous Assessment Start Date": begun,
                "Child Seen During Continuous Assessment": "a) Yes" if done else None,
                "Continuous Assessment Date of Authorisation": done, **team,
            })  # fmt: skip
        status = self._protected({**child, **team}, done) if self._chance(0.5) else None
        status = status or ("c) Child in need plan" if done else "d) Open assessment")
        seen = self._later(self._today, -40, 0)
        self.lists["List 6"].append({
            **child, "CIN Start Date": referred, "Primary Need Code": "N1 - Abuse or neglect",
            "Date Child Was Last Seen": seen and max(seen, referred), "Case status": status, **team,
        })  # fmt: skip

    def _protected(self, child: Row, day: date | None) -> str | None:
        """Add an enquiry, its conference, and the plan that began there."""
        begun = self._later(day, 0, 10)
        if begun is None:
            return None
        conference = self._later(begun, 8, 25)
        needless = None if conference is None else "b) No"
        self.lists["List 5"].append({
            **child, "Strategy discussion initiating Section 47 Enquiry Start Date": begun,
            "Was an Initial Child Protection Conference deemed unnecessary?": needless,
            "Date of Initial Child Protection Conference": conference,
            "Number of Section 47 Enquiries in the last 12 months": 0,
        })  # fmt: skip
        if conference is None:
            return None
        first = self._random.choice(CATEGORIES)
        latest = self._random.choice(CATEGORIES) if self._chance(0.3) else first
        self.lists["List 7"].append({
            **child, "Child Protection Plan Start Date": conference,
            "Initial Category of Abuse": first, "Latest Category of Abuse": latest,
            "Date of the Last Statutory Visit": self._later(conference, 5, 20),
            "Was the Child Seen Alone?": "a) Yes",
            "Date of latest review conference": self._later(conference, 60, 100),
            "Number of Previous Child Protection Plans": 0,
        })  # fmt: skip
        return "b) Child Protection plan"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--children", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 30))
    options = parser.parse_args()
    write_lists(options.file, Inventor(options.seed, options.as_of).children(options.children))
    print(f"{options.children:,} invented children in {options.file}")


if __name__ == "__main__":
    main()
