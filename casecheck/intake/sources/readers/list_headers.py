"""Knows the lists of a workbook by their headers: in any order, spelling and row.

What is known stands in a mapping, `[headers]` and `[lists]`: for each header its other spellings.
Case, blanks, punctuation, a number in front and a remark such as `(Y/N)` never count. Nothing is
guessed: a header that is like a known one is another.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from casecheck.intake.sources.mapping import FOLDER
from casecheck.text.xlsx import Cell

MAX_HEADER = 200
"""Characters of the longest header; what is longer is a remark."""
_NUMBERED = re.compile(r"\s*(?:\d{1,2}|[a-z])\s*[.):]\s+")
_REMARK = re.compile(
    r"\((?:y\s*/\s*n|yes\s*/\s*no|years?|yrs|d{1,2}[/.-]m{1,2}[/.-]y{2,4}|if applicable|codes?|date"
    r"|text|mandatory|required)\)"
)
_NO_LETTER = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def header_as_compared(text: str) -> str:
    """Return a header without all in which its spellings differ.

    >>> header_as_compared(" 3. Child\u2019s Legal\\nStatus (Y/N)*")
    'childslegalstatus'
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NO_LETTER.sub("", _REMARK.sub("", _NUMBERED.sub("", plain, count=1)))


class KnownList(NamedTuple):
    """A list: its name, the header of its identifiers, and its headers by their spellings.

    `own` are the headers that only this list has, or few others: they tell which it is.
    """

    name: str
    title: str
    identifier: str
    spellings: Mapping[str, str]
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Header:
    """The row of headers of a list, as found: in which column each stands, from 0.

    `doubled` are headers that stand in several columns; `others` the texts that are none of this
    list's; `otherwise` the headers that are not spelt as the guidance has them.
    """

    known: KnownList
    columns: Mapping[str, int]
    doubled: Mapping[str, Sequence[int]] = field(default_factory=dict)
    others: Sequence[str] = ()
    otherwise: Sequence[str] = ()


class Lists:
    """The lists that a mapping knows."""

    def __init__(self, known: Sequence[KnownList], cut_to_code: frozenset[str]) -> None:
        self.known = known
        self.cut_to_code = cut_to_code
        self._identifiers = {
            spelling for one in known for spelling, header in one.spellings.items()
            if header == one.identifier
        }  # fmt: skip

    def may_be_header(self, cells: Sequence[Cell]) -> bool:
        """Say whether a row may be one of headers: a header of identifiers is among its first."""
        return any(
            text[:1].isalpha()
            and len(text) <= MAX_HEADER
            and header_as_compared(text) in self._identifiers
            for _, text, _ in cells[:3]
        )

    def header(self, cells: Sequence[Cell], above: Sequence[Cell] = ()) -> Header | None:
        """Return the list whose headers a row has; None of no list, or of two alike.

        A cell that is merged with the one above has its text there: `above` are the cells of that
        row. A row of headers has that of the identifiers, and one at least that tells which list.
        """
        here = [(column, text) for column, text, _ in cells if len(text) <= MAX_HEADER]
        taken = {column for column, _ in here}
        over = [
            (column, text)
            for column, text, _ in above
            if column not in taken and len(text) <= MAX_HEADER
        ]
        found: list[tuple[int, KnownList]] = []
        spelt = {header_as_compared(text) for _, text in (*here, *over)}
        for one in self.known:
            headers = {one.spellings[word] for word in spelt if word in one.spellings}
            own = len(headers & one.own)
            if own and one.identifier in headers:
                found.append((own, one))
        most = max((own for own, _ in found), default=0)
        best = [one for own, one in found if own == most]
        return _found(best[0], here, over) if len(best) == 1 else None


def _found(
    known: KnownList, here: Iterable[tuple[int, str]], over: Iterable[tuple[int, str]]
) -> Header:
    at: dict[str, list[int]] = {}
    others, otherwise = [], []
    for column, text in here:
        header = known.spellings.get(header_as_compared(text))
        if header is None:
            others.append(text)
            continue
        at.setdefault(header, []).append(column)
        if text != header:
            otherwise.append(header)
    for column, text in over:
        header = known.spellings.get(header_as_compared(text))
        if header is not None:
            at.setdefault(header, []).append(column)
    doubled = {header: columns for header, columns in at.items() if len(columns) > 1}
    single = {header: columns[0] for header, columns in at.items() if len(columns) == 1}
    return Header(known, single, doubled, others, otherwise)


@cache
def lists_of(name: str) -> Lists:
    """Return the lists that a mapping of this name knows."""
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    common = told["headers"]
    identifier = next(iter(common))
    known = [
        KnownList(
            called,
            one["title"],
            one.get("id", identifier),
            _spellings({**common, **one["headers"]}),
            frozenset(one["headers"]),
        )
        for called, one in told["lists"].items()
    ]
    return Lists(known, frozenset(told["cut_to_code"]))


def _spellings(headers: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    every = {header_as_compared(header): header for header in headers}
    for header, others in headers.items():
        for other in others:
            every.setdefault(header_as_compared(other), header)
    return every
