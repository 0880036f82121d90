"""Makes of what two sources tell of one case one set of rows, and says where they differ.

A row of both is one: what one of them does not carry the other may, and where they differ nothing
is known. A row that a file said to be whole should have, and has not, makes its section incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from casecheck.intake.sources import steps_meetings
from casecheck.intake.sources.beside import Beside
from casecheck.intake.sources.case import Case, Draft
from casecheck.intake.sources.csv_cases import settle_closing
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.coverage import kind_field
from casecheck.record.model import FIELDS, OWN_DAYS
from casecheck.record.values import DayRange

_DERIVED = {
    "risks": ("subject", "kind"),
    "category_changes": ("to_category",),
    "threshold_decisions": ("person", "level"),
    "referrals": ("subject", "service"),
}
"""Sections whose rows steps make of others, and what they have in common with those of exports."""


def join_rows(case: Case, before: Iterable[int]) -> None:
    """Make one of each row that both sources have; `before` are the drafts of the first."""
    beside, first = case.beside, set(before)
    if beside is None:
        return
    beside.rows.clear()
    beside.both.clear()
    _name_moved_in(case, first)
    for section, drafts in case.drafts.items():
        _leave_out_alike(case, section, first, beside)
        mine = {_identity(one): one for one in drafts if id(one) in first}
        kept = [one for one in drafts if id(one) in first]
        for draft in drafts:
            if id(draft) in first:
                continue
            known = _identity(draft)
            same = mine.get(known) if known is not None else None
            if same is None:
                kept.append(draft)
                beside.rows.add(id(draft))
                _fill(draft, beside.without.get(section, ()))
                continue
            beside.both.add(id(same))
            _unite(same, draft, beside)
            if draft.key is not None:
                case.by_key[draft.key] = same
        for draft in kept:
            if id(draft) in first and id(draft) not in beside.both and section in beside.kinds:
                _fill(draft, beside.base_without.get(section, ()))
                _missing(case, draft, beside)
        drafts[:] = kept


def settle(case: Case, faults: Faults) -> None:
    """After all other steps: put what they made beside what the exports tell."""
    beside = case.beside
    if beside is None:
        return
    for section, names in _DERIVED.items():
        if section in beside.kinds:
            _put_beside(case, section, names, beside)
    since = case.extract.first_day
    case.not_only = {
        (section, kind)
        for section, kind in case.not_only
        if not beside.has_in_full_since(section, kind, since)
        or ((section, kind) == ("meetings", "strategy") and _perhaps_moved_in(case, beside))
    }
    case.nothing_known = False
    settle_closing(case, False, faults)


def _identity(draft: Draft) -> tuple[Any, ...] | None:
    """Return by what a row of two sources is one: whom it is about, its kind and its own day."""
    section = draft.section
    if section == "people":
        return (draft.key.key,) if draft.key is not None else None
    if section not in OWN_DAYS:
        return None
    day = draft.values.get(OWN_DAYS[section].name)
    whom = [
        draft.values.get(name)
        for name, spec in FIELDS[section].items()
        if spec.target == "people" and (spec.role == "required" or name in ("subject", "victim"))
    ]
    kind = draft.values.get(kind_field(FIELDS[section]) or "")
    return (kind, day, *whom) if isinstance(day, date) and whom else None


def _name_moved_in(case: Case, first: set[int]) -> None:
    """Call a conference without an enquiry what exports call it: one of a family that moved in."""
    theirs = {
        tuple(one.values.get(name) for name in ("kind", "on", "subject"))
        for one in case.of("meetings")
        if id(one) not in first
    }
    for one in case.of("meetings"):
        of = one.values.get("on"), one.values.get("subject")
        is_both = ("initial_conference", *of) in theirs
        if id(one) not in first or not steps_meetings.is_lone(one) or is_both:
            continue
        if ("transfer_in_conference", *of) in theirs:
            one.values["kind"] = "transfer_in_conference"


def _perhaps_moved_in(case: Case, beside: Beside) -> bool:
    """Say whether some conference without an enquiry is perhaps one of a family that moved in.

    The enquiry was elsewhere then, and no file of this place has it, however whole it is.
    """
    since = case.extract.first_day
    if beside.has_in_full_since("meetings", "transfer_in_conference", since):
        return False
    return any(steps_meetings.is_lone(one) and id(one) not in beside.both
               for one in case.of("meetings"))  # fmt: skip


def _leave_out_alike(case: Case, section: str, first: set[int], beside: Beside) -> None:
    """Leave out rows of exports of which it is not known which of the other source's they are.

    That is so where either source has two of one child, kind and day. What those of the other
    source say otherwise is unknown then, more rows may be missing, and links to them lead nowhere.
    """
    mine: dict[tuple[Any, ...], list[Draft]] = {}
    theirs: dict[tuple[Any, ...], list[Draft]] = {}
    drafts = case.drafts[section]
    for draft in drafts:
        known = _identity(draft)
        if known is not None:
            (mine if id(draft) in first else theirs).setdefault(known, []).append(draft)
    left_out: set[int] = set()
    for known, rows in theirs.items():
        same = mine.get(known, [])
        if not same or len(same) == len(rows) == 1:
            continue
        for base in same:
            beside.both.add(id(base))
            for name in FIELDS[section]:
                _blur(base, name, [one for one in rows if name in one.items or name in one.values])
        left_out.update(map(id, rows))
    if left_out:
        case.by_key = {key: one for key, one in case.by_key.items() if id(one) not in left_out}
        drafts[:] = [one for one in drafts if id(one) not in left_out]
        case.incomplete.add(section)
        beside.alike[section] += len(left_out)


def _blur(base: Draft, name: str, rows: list[Draft]) -> None:
    """Make a field unknown, unless rows that it may be one of bear out what it says."""
    told = [one.values.get(name) for one in rows]
    own, spec = base.values.get(name), FIELDS[base.section][name]
    has_it = name in base.items or name in base.values
    is_link = spec.target is not None and spec.target != "people"
    if not told or (has_it and (own in told or (is_link and own is not None))):
        return
    knows = has_it and own is not UNKNOWN and (own is not None or spec.role == "event")
    agreed = not knows and all(value == told[0] for value in told)
    _set(base, name, told[0] if agreed else UNKNOWN)


def _unite(base: Draft, other: Draft, beside: Beside) -> None:
    """Let a row of the first source know what the same row of the exports tells."""
    section = base.section
    for name, spec in FIELDS[section].items():
        if name not in other.items and name not in other.values:
            continue
        its = other.values.get(name)
        has_it = name in base.items or name in base.values
        own = base.values.get(name)
        if spec.target is not None and spec.target != "people":
            if own is None or own is UNKNOWN:
                _set(base, name, its)
        elif not has_it or own is UNKNOWN or (own is None and spec.role != "event"):
            _set(base, name, its)
        elif its is None and spec.role != "event":
            continue
        elif its is not UNKNOWN and its != own:
            base.values[name] = UNKNOWN
            beside.differ[f"{section}.{name}"] += 1


def _set(draft: Draft, name: str, value: Any) -> None:
    if value is not None:
        draft.values[name] = value


def _fill(draft: Draft, without: Iterable[str]) -> None:
    """Make unknown what the row's own source does not carry, and the other does."""
    for name in without:
        draft.values.setdefault(name, UNKNOWN)


def _missing(case: Case, draft: Draft, beside: Beside) -> None:
    """Say that a row is missing in a file that was said to have all of its kind."""
    section = draft.section
    kind = draft.values.get(kind_field(FIELDS.get(section, {})) or "")
    if not beside.has_in_full(section, kind) or section == "people":
        return
    since = beside.since.get(section)
    own = OWN_DAYS.get(section)
    day = draft.values.get(own.name) if own is not None else None
    if since is not None and isinstance(day, date) and day < since:
        return
    case.incomplete.add(section)
    beside.missing[section] += 1


def _put_beside(case: Case, section: str, names: tuple[str, ...], beside: Beside) -> None:
    """Leave out what was worked out of the first source, where the exports tell the same."""
    own = OWN_DAYS[section].name
    theirs = [one for one in case.of(section) if id(one) in beside.rows]
    kept = []
    for draft in case.of(section):
        if id(draft) in beside.rows:
            kept.append(draft)
        elif not any(_is_told(case, draft, one, names, own) for one in theirs):
            _fill(draft, beside.base_without.get(section, ()))
            _missing(case, draft, beside)
            kept.append(draft)
    if section in case.drafts:
        case.drafts[section] = kept


def _is_told(case: Case, made: Draft, told: Draft, names: tuple[str, ...], own: str) -> bool:
    if any(made.values.get(name) != told.values.get(name) for name in names):
        return False
    if case.target(made, "plan") is not case.target(told, "plan"):
        return False
    within, day = made.values.get(own), told.values.get(own)
    if isinstance(within, DayRange) and isinstance(day, date):
        first, last = within.first or date.min, within.last or date.max
        return first <= day <= last
    return within == day
