"""Makes cases of the rows of a folder of CSV files: what each child's files say, and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from casecheck.intake.sources import values
from casecheck.intake.sources.case import Case, Draft, PersonRef, Ref
from casecheck.intake.sources.csv_mapping import CsvFile, CsvMapping
from casecheck.intake.sources.csv_parts import CASE, CASE_FIELDS
from casecheck.intake.sources.csv_rows import CsvRows
from casecheck.intake.sources.csv_values import stratum
from casecheck.intake.sources.dirt import DOUBLE_ROW, Faults
from casecheck.intake.sources.rows import SourceRow
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.model import FIELDS, SECTIONS
from casecheck.record.values import DayRange

SAME = {
    "plans": ("subject", "level", "start"),
    "assessments": ("subject", "kind", "started_on"),
    "meetings": ("kind", "on", "subject", "plan"),
}
"""By what rows without names are one: what else they say is then the same, or unknown."""
_ONE_SOURCE, _AFTER_CLOSING, _NO_CODE = 38, 50, 44


def add_rows(case: Case, rows: CsvRows) -> None:
    """Add to a case what the files say of its child; faults of the rows are counted already.

    Sections with a row that was lost are incomplete.
    """
    case.united = True
    drafts: list[Draft] = []
    for row in rows.rows(case.identifier):
        if row.table != CASE:
            drafts += rows.drafts(row, Faults())
    for draft in drafts:
        if draft.section == "meetings":
            draft.values.setdefault("plan", None)  # no step is to guess it
    case.add(_united(drafts, rows.faults))
    case.incomplete |= rows.incomplete & set(SECTIONS)


def add_people(case: Case, told: CsvMapping) -> None:
    """Let everybody of whom a row speaks be there, and the child; no more is said of them.

    Where there are others than the child, rows about them may be missing in files that say only
    whose child's case a row is of.
    """
    there = {one.key.key for one in case.of("people") if one.key is not None}
    named = (set() if told.family else {case.identifier}) | {
        value.identifier
        for drafts in case.drafts.values()
        for draft in drafts
        for value in draft.values.values()
        if isinstance(value, PersonRef)
    }
    for person in case.of("people"):
        person.values.setdefault("born", None)
        is_child = person.key is not None and person.key.key == case.identifier
        person.called = "child" if is_child else person.called
    for name in sorted(named - there):
        called = "child" if name == case.identifier else None
        key = Ref("people", name)
        case.add([Draft("people", case.place, {"born": None}, key=key, called=called)])
        case.incomplete.add("people")
    if (there | named) - {case.identifier}:
        case.incomplete |= told.child_alone


def settle_links(
    case: Case, carried: Iterable[str], whole: Collection[str], faults: Faults
) -> None:
    """Make unknown what a row refers to that is not there, and so is missing in a `whole` section.

    What lies in a section that nothing carries is there without being told: a row is made for it
    that no record shows.
    """
    there = set(carried)
    for drafts in list(case.drafts.values()):
        for draft in list(drafts):
            for name, value in list(draft.values.items()):
                if not isinstance(value, Ref) or value in case.by_key:
                    continue
                if value.table not in FIELDS:
                    continue  # another source's
                if value.table not in there:
                    case.add([Draft(value.table, draft.place, {}, key=value)])
                else:
                    faults.add(_ONE_SOURCE, draft.item(name), draft.place)
                    draft.values[name] = UNKNOWN
                    case.incomplete |= {value.table} & set(whole)


def _united(drafts: list[Draft], faults: Faults) -> list[Draft]:
    """Return the drafts with those that are one row made one, so that no later step drops any.

    Rows with one name of their own are one: lists of codes are put together, for many exports have
    a row for each who came. Rows without a name that are alike in what makes a row are one too.
    """
    kept: dict[object, Draft] = {}
    for draft in drafts:
        known: object = id(draft)
        if draft.key is not None:
            known = draft.key
        elif draft.section in SAME:
            known = (draft.section, *(draft.values.get(name) for name in SAME[draft.section]))
        if known in kept:
            _unite(kept[known], draft)
            faults.add(DOUBLE_ROW, draft.section, draft.place)
        else:
            kept[known] = draft
    return list(kept.values())


def _unite(one: Draft, other: Draft) -> None:
    for name in sorted(one.values.keys() | other.values.keys()):
        first, second = one.values.get(name), other.values.get(name)
        if first == second:
            continue
        if isinstance(first, list) and isinstance(second, list) and one.key is not None:
            one.values[name] = [*first, *(code for code in second if code not in first)]
        else:
            one.values[name] = UNKNOWN


def read_case_row(case: Case, file: CsvFile, row: SourceRow, faults: Faults) -> bool:
    """Take what a row of the `case` file says of the case as a whole.

    Returns whether it says that the case was closed, and not rightly when.
    """
    in_doubt = False
    told = {name: row.items.get(file.columns[name]) for name in CASE_FIELDS if name in file.columns}
    read = file.days.day if file.days is not None else values.day
    for name in ("opened_on", "closed_on"):
        text = told.get(name)
        if text is None:
            continue
        value, fault = read(text)
        if fault is not None:
            faults.add(fault, file.columns[name], row.place)
        if not isinstance(value, date) or value > case.extract.day:
            in_doubt = in_doubt or name == "closed_on"
        elif name == "closed_on":
            case.closed_on = value
        else:
            case.opened_on = value
    for name in ("district", "lead_agency", "team"):
        text = told.get(name)
        if text is None or values.says_none(text):
            continue
        code = text if name == "team" else stratum(text)
        if code is None:
            faults.add(_NO_CODE, file.columns[name], row.place)
        else:
            case.strata[name] = code
    return in_doubt


def settle_closing(case: Case, in_doubt: bool, faults: Faults) -> None:
    """Take a case's closing as given, unless something came later or is open still.

    Where the closing is in doubt, ends that are not told are unknown: else they would read as never
    having come.
    """
    closed = case.closed_on
    if closed is not None:
        opened = case.opened_on = case.opened_on or closed
        if opened > closed or any(_after(draft, closed) for draft in _activity(case)):
            faults.add(_AFTER_CLOSING, "closed_on", case.place)
            case.closed_on, in_doubt = None, True
    if not in_doubt:
        return
    for section, drafts in case.drafts.items():
        for draft in drafts:
            for name, spec in FIELDS.get(section, {}).items():
                if spec.role == "event" and spec.kind == "date":
                    draft.values.setdefault(name, UNKNOWN)


def _activity(case: Case) -> Iterable[Draft]:
    for section in ("plans", "assessments", "meetings", "actions", "visits"):
        yield from case.of(section)


def _after(draft: Draft, closed: date) -> bool:
    days: list[Any] = [
        value
        for name, value in draft.values.items()
        if isinstance(value, date) and not isinstance(value, DayRange) and name != "due"
    ]
    return any(day > closed for day in days) or (
        draft.section == "plans" and "end" in draft.items and draft.values.get("end") is None
    )
