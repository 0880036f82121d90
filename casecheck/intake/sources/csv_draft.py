"""Drafts `mapping.toml` from the heads of a folder's CSV files, each guess marked as one.

Only heads are read. What a person must decide (how much of a section a file has, what words mean)
is left cautious: `incomplete`, and no translation.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from casecheck.intake.sources.csv_parts import CASE, CASE_FIELDS, NAME
from casecheck.intake.sources.csv_values import begins_formula
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.guard import kinds_in, masked
from casecheck.intake.sources.readers.csv_table import CsvTable, head_of
from casecheck.intake.sources.rows import SourceRefused
from casecheck.record.model import FIELDS, SECTIONS

NEAR = 0.84
"""How alike a head and a field's name are for a guess."""
MOST_FILES = 200
_CHILD = ("childid", "lachildid", "childuniqueid", "personid", "clientid", "caseid", "child",
          "childreference", "childref", "id")  # fmt: skip
_WORDS: Mapping[str, tuple[str, ...]] = {
    "on": ("date", "dateheld", "heldon", "meetingdate", "eventdate", "visitdate", "decisiondate"),
    "kind": ("type", "meetingtype", "category", "actiontype", "assessmenttype", "tool"),
    "level": ("plantype", "leveloffneed", "threshold"),
    "start": ("startdate", "begun", "planstartdate", "from"),
    "end": ("enddate", "ended", "planenddate", "to"),
    "started_on": ("startdate", "assessmentstartdate", "begun", "datestarted"),
    "completed_on": ("enddate", "completiondate", "completed", "done", "datecompleted",
                     "authoriseddate"),
    "set_on": ("setdate", "dateset", "agreedon", "day"),
    "due": ("duedate", "targetdate", "bywhen"),
    "owner": ("agency", "responsible", "bywhom"),
    "attended": ("attendees", "attendance", "whocame", "agencies", "attendedby"),
    "agencies": ("agenciesinvolved", "contributors"),
    "recorded_on": ("date", "recordeddate", "daterecorded"),
    "identified_on": ("dateidentified", "firstknown", "startdate"),
    "resolved_on": ("dateresolved", "enddate"),
    "child_views": ("childsviews", "viewsofchild", "childviews"),
    "born": ("dob", "dateofbirth", "birthdate", "birthmonth"),
    "from_category": ("oldcategory", "previouscategory"),
    "to_category": ("newcategory",),
    "category": ("categoryofabuse", "initialcategory"),
    "impact_on_child": ("effectonchild",),
    "considers": ("lookedat", "topics"),
    "opened_on": ("opened", "opendate", "dateopened"),
    "closed_on": ("closed", "closuredate", "dateclosed", "closedate"),
}  # fmt: skip
_FILES = {
    "plans": ("plan", "cpplans", "cinplans"), "meetings": ("coregroups", "conferences"),
    "risks": ("concerns",), "tools": ("chronologies", "genograms"), CASE: ("cases", "episodes"),
    "training": ("courses",), "workers": ("socialworkers", "staff"),
    "people": ("persons", "family", "children"), "visits": ("statutoryvisits",),
}  # fmt: skip


class _Guess(NamedTuple):
    section: str
    child: str | None
    id: str | None
    columns: Mapping[str, str]


def write_draft(folder: Path) -> str:
    """Write the draft of a folder's mapping, and return what to do next.

    Raises:
        SourceRefused: where there is one already, no CSV file, or one that cannot be read.
    """
    path = folder / NAME
    if not folder.is_dir():
        raise SourceRefused(f"{masked(folder.name)} is no folder")
    files = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".csv")
    if not files or len(files) > MOST_FILES:
        raise SourceRefused(f"the folder has no CSV file, or more than {MOST_FILES}")
    text = "".join(f"{line}\n" for line in _lines(files))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        why = "there is one already, which stays as it is: move it away, or mend it by hand"
        raise SourceRefused(f"{NAME}: {why}") from None
    except OSError as error:
        raise SourceRefused(f"{NAME}: cannot be written: {error.strerror}") from None
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    return f"Wrote {NAME} for {len(files)} CSV files: look at every guess before you import."


def _lines(files: list[Path]) -> Iterator[str]:
    yield "# Which file holds which section of the case record, and how its columns read."
    yield "# Drafted from heads alone. `guessed` names what is a guess: look at each, mend it, and"
    yield "# take its name out of the list. Say how much of a section each file has, in place of"
    yield "# incomplete = true: whole = true, only = [kinds], from = 2025-04-01."
    yield '# days = "dd/mm/yyyy"  # how days are written, where not so or as 2026-03-31'
    taken: set[str] = set()
    for file in files:
        heads = [one for one in CsvTable(file, "draft", Faults()).heads if one]
        shown = [one for one in heads if not begins_formula(one) and not kinds_in(one)]
        guess = _guess(file.stem, shown, taken)
        yield ""
        if guess is None:
            yield f"# {_comment(file.name)}: no section that it could be. Its heads:"
            yield from (f"#   {_comment(one)}" for one in shown)
            continue
        taken.add(guess.section)
        yield from _section(file.name, guess, shown)


def _section(name: str, guess: _Guess, heads: list[str]) -> Iterator[str]:
    guessed = [one for one in ("child", "id") if getattr(guess, one)] + list(guess.columns)
    yield f"[{guess.section}]  # a guess, by the file's name and its heads"
    yield f"file = {_quoted(name)}"
    yield f"guessed = [{', '.join(_quoted(one) for one in ('section', *guessed))}]"
    for key in ("child", "id"):
        if getattr(guess, key):
            yield f"{key} = {_quoted(getattr(guess, key))}  # a guess"
    if guess.section != CASE:
        yield "incomplete = true"
    yield f"[{guess.section}.columns]"
    for field, head in guess.columns.items():
        yield f"{field} = {_quoted(head)}  # a guess"
    missing = [one for one in _fields(guess.section) if one not in guess.columns]
    if missing:
        yield f"# no column guessed for: {', '.join(missing)}"
    used = {guess.child, guess.id, *guess.columns.values()}
    others = [one for one in heads if one not in used]
    if others:
        yield f"# not used: {', '.join(_quoted(_comment(one)) for one in others)}"


def _fields(section: str) -> tuple[str, ...]:
    if section == CASE:
        return CASE_FIELDS
    return tuple(one for one in FIELDS[section] if one not in ("id", "pseudonym"))


def _guess(stem: str, heads: list[str], taken: set[str]) -> _Guess | None:
    scores = {
        section: _likeness(head_of(stem), (head_of(section), *_FILES.get(section, ())))
        for section in (CASE, *SECTIONS)
        if section not in taken
    }
    section = max(scores, key=lambda one: scores[one], default=None)
    if section is None or scores[section] < NEAR:
        return None
    left = {head_of(one): one for one in heads}
    child = next((left.pop(one) for one in _CHILD if one in left), None)
    own = next(
        (
            left.pop(one)
            for one in (f"{head_of(section).removesuffix('s')}id", "rowid")
            if one in left
        ),
        None,
    )
    columns = {}
    for field in _fields(section):
        spec = FIELDS.get(section, {}).get(field)
        target = spec.target if spec is not None else None
        if target == "people" and section != "relationships":
            continue
        names = (head_of(field), *_WORDS.get(field, ()))
        if target:
            names = (
                f"{head_of(target).removesuffix('s')}id",
                f"{head_of(field)}id",
                head_of(field),
            )
        best = max(left, key=lambda head: _likeness(head, names), default=None)
        if best is not None and _likeness(best, names) >= NEAR:
            columns[field] = left.pop(best)
    return _Guess(section, child, own, columns)


def _likeness(text: str, names: tuple[str, ...]) -> float:
    """Return how alike a text and the nearest of some names are, from 0 to 1."""
    best = 0.0
    for name in names:
        if name == text:
            return 1.0
        best = max(best, SequenceMatcher(None, text[:64], name).ratio())
    return best


def _quoted(text: str) -> str:
    """Return a text as TOML has it."""
    out = []
    for one in text:
        if one in '"\\':
            out.append(f"\\{one}")
        elif one.isprintable():
            out.append(one)
        else:
            out.append(f"\\U{ord(one):08X}")
    return f'"{"".join(out)}"'


def _comment(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in masked(text))
