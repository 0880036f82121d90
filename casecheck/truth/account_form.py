"""What an account of a record holds: of each check its instances, their rows, their conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casecheck.lessons.lesson import Check, ShortfallKind
from casecheck.lessons.periods import Period
from casecheck.results import Outcome
from casecheck.truth.kleene import Truth
from casecheck.truth.plain_reading import Result


@dataclass(frozen=True, slots=True)
class ConditionAccount:
    """A condition as on the page, whether it holds, and what each field that it reads is."""

    text: str
    truth: Truth
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowAccount:
    """A row by the name that the page gives it: its place, its id, the fields that are read.

    `kind` is a section or a concept; of a concept, `of_kind` are the conditions that make the row
    one. `place` is the row's pointer, or its section's where the extract does not carry that.
    """

    name: str
    kind: str
    place: str
    in_extract: bool
    id: str | None
    fields: tuple[tuple[str, str], ...]
    of_kind: tuple[ConditionAccount, ...]


@dataclass(frozen=True, slots=True)
class TriedRows:
    """Some rows that were looked at, whether they are what was looked for, and what they miss."""

    rows: tuple[RowAccount, ...]
    truth: Truth
    conditions: tuple[ConditionAccount, ...]


@dataclass(frozen=True, slots=True)
class SearchedSection:
    """In which section a row was looked for, and how many it holds; None: not in the extract."""

    name: str
    kind: str
    section: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class AlternativeAccount:
    """One way to meet a check (be excluded from it, or belong to it), and what was found of it.

    `tried` begins with the rows that hold, then those that may, then the nearest of the others;
    `more` is how many were looked at beside those. `conditions` are those of an alternative that
    looks for no rows. `remarks` say what else it asks of them, and what came of that.
    """

    means: str
    truth: Truth
    looked: tuple[SearchedSection, ...]
    tried: tuple[TriedRows, ...]
    more: int
    conditions: tuple[ConditionAccount, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShortOf:
    """How evidence falls short: what was found of it, and the sentence that tells it."""

    kind: ShortfallKind
    evidence: AlternativeAccount
    sentence: str


@dataclass(frozen=True, slots=True)
class InstanceAccount:
    """One combination of rows: whether it is asked about (`member`), whether met (`evidence`), why.

    `result` is None for rows that are not asked about. Of those in breach `falls_short` says how,
    with the sentence that tells it, None where no part of the page tells it.
    """

    result: Result | None
    member: Truth
    evidence: Truth
    pointers: tuple[str, ...]
    rows: tuple[RowAccount, ...]
    conditions: tuple[ConditionAccount, ...]
    given: tuple[AlternativeAccount, ...]
    unless: tuple[AlternativeAccount, ...]
    met_by: tuple[AlternativeAccount, ...]
    falls_short: ShortOf | None


@dataclass(frozen=True, slots=True)
class PopulationAccount:
    """Those whom one part of a check asks about, gravest first, and those it does not.

    `period` is when its standard holds, where another holds at other times.
    `counts` are of all instances, of which the first are shown. `others` counts combinations of
    rows that are not asked about, of which `nearest` come closest to it; `told_with` the instances
    that are told with one of those counted.
    """

    looked: tuple[SearchedSection, ...]
    counts: Mapping[Result, int]
    shown: tuple[InstanceAccount, ...]
    others: int
    nearest: tuple[InstanceAccount, ...]
    part: int
    period: Period
    told_with: int = 0


@dataclass(frozen=True, slots=True)
class CheckAccount:
    """A check's outcome for the record, and how it came about.

    `findings` are the outcome and the pointers of each finding that it must be reported with.
    `falls_short` are the ways in which its instances in breach do, None among them where one is not
    told.
    """

    check: Check
    outcome: Outcome
    populations: tuple[PopulationAccount, ...]
    findings: frozenset[tuple[Outcome, tuple[str, ...]]]
    falls_short: frozenset[ShortfallKind | None]
