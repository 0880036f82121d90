"""Adds to the register: a new status of an action, or figures that were entered for a measure."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from casecheck.qag.register.figures import Figures, as_text, day_of, form_with, from_text, key_of
from casecheck.qag.register.log import REGISTER, entries_of
from casecheck.qag.register.words import MAX_EVIDENCE, MAX_ROLE, CannotKeep, one_line
from casecheck.qag.store.chain import SALT_BYTES
from casecheck.qag.store.register_rows import FIGURE, UPDATE, EntryKind, RegisterEntry
from casecheck.qag.store.store import Store
from casecheck.response.model import Form, Status


class Kept(NamedTuple):
    """What came of it: the entry's number, whether it is new, and how the register ends now."""

    entry: int
    new: bool
    entries: int
    last: str


def update(  # noqa: PLR0913 - what an entry is made of
    store: Store, review: str, action: str, *, status: Status, on: date, evidence: str, by: str
) -> Kept:
    """Give an action a status from a day on, with what shows it and who says so.

    What the last entry of the action says already is not added again, so that a command may
    safely be given twice.

    Raises:
        CannotKeep: where a text is of no use, or looks like somebody's identity.
        RegisterBroken: where the register is not whole.
    """
    words = one_line(evidence, "--evidence", MAX_EVIDENCE)
    draft = _draft(review, UPDATE, action, on, one_line(by, "--by", MAX_ROLE))
    return _keep(store, draft._replace(status=status, evidence=words), [])


def enter(  # noqa: PLR0913 - what an entry is made of
    store: Store,
    review: str,
    forms: Sequence[Form],
    entered: tuple[Form, Figures],
    *,
    on: date | None = None,
    by: str = "",
) -> Kept:
    """Add figures of a measure, which count from the last day that they speak of, or `on`.

    `entered` is what `read_figures` returned of the measure's `forms`. Figures of the same quarter,
    or the same survey, may be entered anew: then the later count.

    Raises:
        CannotKeep: where they have no day, and none was given.
        RegisterBroken: where the register is not whole.
    """
    form, values = entered
    day = on or day_of(form, values)
    if day is None:
        raise CannotKeep("these figures name no day: say by --on from which day they are")
    who = one_line(by, "--by", MAX_ROLE) if by else ""
    draft = _draft(review, FIGURE, form.measure, day, who)
    return _keep(store, draft._replace(fields=as_text(values)), forms)


class _Draft(NamedTuple):
    """What an entry says, before it has its place."""

    review: str
    kind: EntryKind
    subject: str
    day: str
    status: str
    fields: str
    who: str
    evidence: str


def _draft(review: str, kind: EntryKind, subject: str, day: date, who: str) -> _Draft:
    return _Draft(review, kind, subject, day.isoformat(), "", "", who, "")


def _keep(store: Store, draft: _Draft, forms: Sequence[Form]) -> Kept:
    with store.writing():
        log = entries_of(store)
        same = [one for one in log if _is_of(one, draft, forms)]
        if same and _said(same[-1]) == draft:
            return Kept(same[-1].number, False, len(log), log[-1].hash)
        salt = secrets.token_hex(SALT_BYTES) if draft.evidence else ""
        entry = RegisterEntry(0, *draft, previous="", hash="", salt=salt)
        last = log[-1] if log else None
        (added,) = REGISTER.chained(last, [entry])
        store.register.append([added])
    return Kept(added.number, True, added.number, added.hash)


def _said(entry: RegisterEntry) -> _Draft:
    return _Draft(*(getattr(entry, name) for name in _Draft._fields))


def _is_of(entry: RegisterEntry, draft: _Draft, forms: Sequence[Form]) -> bool:
    """Tell whether an entry speaks of the same: an action, or a measure's quarter or survey."""
    names = (draft.review, draft.kind, draft.subject)
    if (entry.review, entry.kind, entry.subject) != names:
        return False
    return draft.kind == UPDATE or _key(entry.fields, forms) == _key(draft.fields, forms)


def _key(fields: str, forms: Sequence[Form]) -> object:
    values = from_text(fields)
    form = form_with(forms, values)
    return key_of(form, values) if form else None
