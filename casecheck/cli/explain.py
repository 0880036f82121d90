"""`casecheck explain`: a lesson in words, or how a record came to its outcome, row by row."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from casecheck.audit.accounts import account_of
from casecheck.audit.auditor import Auditor
from casecheck.audit.gravity import gravest_lesson
from casecheck.cli import EXIT_INCOMPLETE, EXIT_INTERNAL
from casecheck.cli.options import (
    INPUT,
    lesson_ids,
    origin_in_force,
    output_to,
    rules_in_force,
    rules_option,
    set_option,
)
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import NoSuchInput
from casecheck.intake.one_record import (
    NoSuchRecord,
    SeveralRecords,
    TooManyFiles,
    find_case,
    record_of_file,
)
from casecheck.intake.records import ReadRecord
from casecheck.lessons.errors import did_you_mean
from casecheck.lessons.in_force import NotInForce, only_checks
from casecheck.lessons.lesson import Check, Lesson, Off, Rules
from casecheck.record.faults import Unreadable
from casecheck.report.audit.case_text import CaseText
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.repeated import place_words
from casecheck.report.audit.text import rules_lines
from casecheck.report.lessons.example_words import example_words
from casecheck.report.lessons.explanation_text import ExplanationText
from casecheck.report.lessons.lesson_text import lesson_text
from casecheck.report.lessons.lesson_words import LessonWords, conditions_in_words
from casecheck.results import CaseAudit, Outcome
from casecheck.text.page import Page
from casecheck.text.printable import printable
from casecheck.truth.account import Disagreement

SHOWN = 10
"""How many of each check's rows are explained unless `--most` says otherwise."""
MOST_SHOWN = 10_000
_CASE_ID = re.compile(r"[A-Z][A-Z0-9-]{2,31}", re.ASCII)
"""How case ids are written, as docs/case-record.md says."""


@click.command(
    "explain",
    epilog="Example: casecheck explain P1.1 --case sample_cases/c-0104.json --check risks-carried",
)
@click.argument("what", metavar="LESSON|CASE-ID", shell_complete=lesson_ids)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=INPUT)
@click.option(
    "--lesson", "lesson", metavar="ID", shell_complete=lesson_ids,
    help="With CASE-ID: this lesson. Default: that of the record's gravest finding.",
)  # fmt: skip
@click.option(
    "--case", "file", type=INPUT, metavar="FILE",
    help="Explain this record: a file as for `audit`, or - for standard input.",
)  # fmt: skip
@click.option("--case-id", metavar="ID", help="Which record, where FILE holds several.")
@click.option("--check", "checks", multiple=True, metavar="ID", help="Only this check; repeatable.")
@click.option(
    "--examples", is_flag=True, help="Show the lesson's examples too, with their outcomes."
)
@click.option(
    "--most", type=click.IntRange(1, MOST_SHOWN), default=SHOWN, show_default=True, metavar="N",
    help="How many of each check's rows to explain, the gravest first.",
)  # fmt: skip
@rules_option
@set_option
def command(  # noqa: PLR0913, PLR0917 - one for each option
    what: str,
    paths: tuple[str, ...],
    lesson: str | None,
    file: str | None,
    case_id: str | None,
    checks: tuple[str, ...],
    examples: bool,
    most: int,
    rules_folder: Path | None,
    settings: tuple[str, ...],
) -> int:
    """Put a lesson in words, or show how a case came to its outcome.

    Without --case: what the lesson asks, its checks, its parameters and their source, in the words
    of the page that `casecheck rules docs` writes. With --case: for each check the rows that it
    asks about, what was looked for, what was found, and what is missing or unknown. With CASE-ID:
    the same of that record, wherever it is in PATH (a file or folder as for `audit`); without PATH,
    in the working folder.

    Exit status: 0 explained; 2 wrong usage or broken rules; 3 the record could not be read or
    evaluated; 4 an internal error.
    """
    every = rules_in_force(rules_folder, (), settings)
    sought = _case_sought(what, every)
    origin = origin_in_force(every, rules_folder, settings)
    if sought is not None:
        _refuse_beside_case_id(file, case_id, examples)
        return _explain_sought(_Case(sought, paths, lesson, origin), every, checks, most)
    file = _one_file(paths, file, lesson)
    if case_id is not None and file is None:
        raise click.UsageError("--case-id names a record of --case FILE: give both")
    if examples and file is not None:
        raise click.UsageError("--examples are the lesson's own: give no --case with it")
    rules = rules_in_force(rules_folder, (what,), settings)
    chosen = _chosen(rules.lessons[0], checks, rules.off)
    if file is None:
        _put_in_words(rules.lessons[0], chosen, rules, examples)
        return 0
    return _explain_case(rules, chosen, _find_record(file, case_id), most, origin)


def _one_file(paths: Sequence[str], file: str | None, lesson: str | None) -> str | None:
    """Return the file whose record a lesson is explained for: --case FILE, or the same as PATH."""
    if lesson is not None:
        raise click.UsageError("--lesson is for CASE-ID: a lesson is named once")
    if len(paths) > (file is None):
        raise click.UsageError("a lesson is explained for one record: give one PATH, or --case")
    return paths[0] if paths else file


class _Case(NamedTuple):
    """A case that was asked for by its id: where to look for it, and by which lesson."""

    case_id: str
    paths: Sequence[str]
    lesson: str | None
    origin: Origin

    def command(self, *more: str) -> str:
        """Return what to type to explain it otherwise."""
        paths = [shlex.quote(one) if one.isprintable() else "PATH" for one in self.paths]
        options = map(shlex.quote, (*more, *self.origin.options))
        return " ".join(["casecheck explain", self.case_id, *options, *paths])


def _case_sought(what: str, rules: Rules) -> str | None:
    """Return the case id that was typed, None where it is a lesson, or can be no case id."""
    if any(what == one.id for one in rules.lessons) or any(what == one.lesson for one in rules.off):
        return None
    if _CASE_ID.fullmatch(what.upper()):
        return what.upper()
    if os.path.lexists(what):
        cure = "name a case or a lesson first: casecheck explain CASE-ID PATH, or LESSON PATH"
        raise click.UsageError(f"{printable(what)} is a path: {cure}")
    return None


def _refuse_beside_case_id(file: str | None, case_id: str | None, examples: bool) -> None:
    if file is not None or case_id is not None:
        raise click.UsageError("CASE-ID names the record: give PATH in place of --case, --case-id")
    if examples:
        raise click.UsageError("--examples are a lesson's: name the lesson in place of CASE-ID")


def _explain_sought(case: _Case, rules: Rules, checks: Sequence[str], most: int) -> int:
    known = [one.id for one in rules.lessons]
    if case.lesson is not None and case.lesson not in known:
        message = f"No lesson {case.lesson!r} in {rules.folder}"
        raise click.UsageError(f"{message}: {did_you_mean(case.lesson, known)}")
    found = _look_for(case, known)
    if isinstance(found, Unreadable):
        return _tell_unreadable(found, rules)
    (audit,) = _audited(rules, found)
    lesson = case.lesson or gravest_lesson(audit)
    if case.lesson is None:
        with output_to(None) as stream:
            page = Page(stream, None, None)
            stream.writelines(f"{line}\n" for line in _overview(case, audit, lesson, page))
    if lesson is None:
        return EXIT_INCOMPLETE if audit.errors else 0
    one = replace(rules, lessons=tuple(one for one in rules.lessons if one.id == lesson))
    chosen = _chosen(one.lessons[0], checks, rules.off)
    return _explain_case(one, chosen, found, most, case.origin)


def _look_for(case: _Case, lessons: Sequence[str]) -> ReadRecord | Unreadable:
    """Return the one record with a case id, or end the command by what to type."""
    where = " and ".join(case.paths) or "the working folder"
    cure = f"type where its record is: casecheck explain {case.case_id} PATH"
    for path in case.paths:
        if path in lessons:
            raise click.UsageError(f"{path} is a lesson: --lesson {path}")
    try:
        return find_case(case.case_id, case.paths, sys.stdin.buffer)
    except TooManyFiles:
        message = f"There are too many files in {where} to look through: {cure}"
    except NoSuchInput as error:
        message = str(error)
    except NoSuchRecord:
        hint = f"or, if a lesson was meant, {did_you_mean(case.case_id, lessons)}"
        message = f"No record with the case id {case.case_id} in {printable(where)}: {cure}; {hint}"
    except SeveralRecords as error:
        places = " and ".join(place_words(file, line) for file, line in error.places)
        message = f"{case.case_id} stands in {places}"
        message += f": casecheck explain {case.case_id} PATH, of one of them"
    raise click.UsageError(message)


def _overview(case: _Case, audit: CaseAudit, explained: str | None, page: Page) -> list[str]:
    """Say how each lesson came out for a record, and how to have another one explained."""
    lines = page.lines(f"{audit.case_id}  {place_words(audit.file, audit.line)}", 0, 2, "heading")
    for outcome in Outcome:
        those = [one for one, result in audit.lessons.items() if result.outcome is outcome]
        if those:
            # A breach is what the reader looks for.
            words = outcome.in_words.upper() if outcome is Outcome.BREACH else outcome.in_words
            lines += page.lines(f"{words}: {', '.join(those)}", 2, 2)
    for error in audit.errors:
        lines += page.lines(f"{error.lesson}: {printable(error.message)}", 2, 2, "alarm")
    applies = [one for one in Outcome if one is not Outcome.NOT_APPLICABLE]
    others = [
        lesson
        for outcome in applies
        for lesson, result in audit.lessons.items()
        if result.outcome is outcome and lesson != explained
    ]
    if others:
        what = f"{explained} is explained below; another is by" if explained else "Explain one by"
        lines += [*page.lines(what, 0, 2), f"  {case.command('--lesson', others[0])}"]
    return [*lines, ""]


def _audited(rules: Rules, found: ReadRecord) -> list[CaseAudit]:
    try:
        return Auditor(rules).audit([found])
    except EngineUnusable as error:
        raise click.UsageError(str(error)) from None


def _tell_unreadable(found: Unreadable, rules: Rules) -> int:
    text = CaseText(Page(sys.stderr, None, None), rules)
    click.echo("\n".join(text.unreadable(found)), err=True)
    return EXIT_INCOMPLETE


def _chosen(lesson: Lesson, identifiers: Sequence[str], off: Sequence[Off]) -> list[Check]:
    try:
        return only_checks(lesson, identifiers, off)
    except NotInForce as error:
        raise click.UsageError(str(error)) from None


def _put_in_words(lesson: Lesson, checks: Sequence[Check], rules: Rules, examples: bool) -> None:
    blocks = [*LessonWords(rules.concepts, rules.groups).lesson(lesson, checks)]
    if examples:
        blocks += example_words(lesson, checks, lesson.background)
    with output_to(None) as stream:
        page = Page(stream, None, None)
        lines = [*lesson_text(blocks, page)]
        for off in rules.off:
            if off.lesson == lesson.id:
                lines += ["", *page.lines(printable(str(off)), 0, 2, "alarm")]
        stream.writelines(f"{line}\n" for line in lines)


def _explain_case(
    rules: Rules,
    checks: Sequence[Check],
    found: ReadRecord | Unreadable,
    most: int,
    origin: Origin,
) -> int:
    if isinstance(found, Unreadable):
        return _tell_unreadable(found, rules)
    lesson = rules.lessons[0]
    try:
        audit, accounts = account_of(rules, lesson.id, checks, found, most)
    except Disagreement as error:
        click.echo(str(error), err=True)
        return EXIT_INTERNAL
    except EngineUnusable as error:
        raise click.UsageError(str(error)) from None
    for failure in audit.errors:
        click.echo(f"{failure.case_id} {failure.lesson}: {failure.in_words}.", err=True)
        return EXIT_INCOMPLETE
    with output_to(None) as stream:
        page = Page(stream, None, None)
        off = [str(one) for one in rules.off if one.lesson == lesson.id]
        lines = [
            *_rules_told(page, rules, origin),
            *ExplanationText(page, lesson, conditions_in_words(lesson, rules.concepts)).lines(
                found.record, audit, accounts, off, _in_short(rules, checks, audit, page, most)
            ),
        ]
        stream.writelines(f"{line}\n" for line in lines)
    return 0


def _in_short(
    rules: Rules, checks: Sequence[Check], audit: CaseAudit, page: Page, most: int
) -> list[str]:
    """Say what was found by some checks of one lesson, and which of them are met."""
    names = [check.id for check in checks]
    found = tuple(one for one in audit.findings if one.check in names)
    entries = CaseText(page, rules).entries(found)
    lines = [line for entry in entries[:most] for line in entry.lines]
    if (more := len(entries) - most) > 0:
        lines += page.lines(f"and {more:,} more; --most {len(entries)} shows them", 2)
    (result,) = audit.lessons.values()
    for outcome in (Outcome.COMPLIANT, Outcome.NOT_APPLICABLE):
        met = [name for name in names if result.checks[name] is outcome]
        lines += page.lines(f"{outcome.in_words}: {', '.join(met)}", 2, 2) if met else []
    return lines


def _rules_told(page: Page, rules: Rules, origin: Origin) -> list[str]:
    """Say which rules it was, where nobody named them and they are not those that are shipped."""
    found_settings = origin.settings_file and "--settings" not in origin.options
    found_pages = not origin.pages_shipped and "--rules" not in origin.options
    if not (found_settings or found_pages):
        return []
    return [*rules_lines(page, rules.digest[:19], origin), ""]


def _find_record(path: str, case_id: str | None) -> ReadRecord | Unreadable:
    """Return the one record of a file, or the one with the id given, or why it cannot be read."""
    try:
        return record_of_file(path, sys.stdin.buffer, case_id)
    except NoSuchInput as error:
        message = str(error)
    except NoSuchRecord:
        message = f"{path} holds no record with this --case-id: look for a misprint"
    except SeveralRecords as error:
        message = f"{path} holds several records: choose one by --case-id"
        if case_id is not None:
            message = f"{error}: give one file of one record"
    raise click.UsageError(message)
