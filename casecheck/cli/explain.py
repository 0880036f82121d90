"""`casecheck explain`: a lesson in words, or how a record came to its outcome, row by row."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import click

from casecheck.audit.auditor import Auditor, ReadRecord
from casecheck.cli import EXIT_INCOMPLETE, EXIT_INTERNAL
from casecheck.cli.options import (
    INPUT,
    lesson_ids,
    output_to,
    rules_in_force,
    rules_option,
    set_option,
)
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import NoSuchInput, RecordText, find_texts, parse
from casecheck.lessons.errors import did_you_mean
from casecheck.lessons.lesson import Check, Lesson, Off, Rules
from casecheck.record.faults import Unreadable
from casecheck.report.audit.case_text import CaseText
from casecheck.report.lessons.example_words import example_words
from casecheck.report.lessons.explanation_text import ExplanationText
from casecheck.report.lessons.lesson_text import lesson_text
from casecheck.report.lessons.lesson_words import LessonWords
from casecheck.text.page import Page
from casecheck.text.printable import printable
from casecheck.truth.account import Disagreement, agree, explain

SHOWN = 10
"""How many of each check's rows are explained unless `--most` says otherwise."""
MOST_SHOWN = 10_000


@click.command(
    "explain",
    epilog="Example: casecheck explain P1.1 --case sample_cases/c-0104.json --check risks-carried",
)
@click.argument("lesson_id", metavar="LESSON", shell_complete=lesson_ids)
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
    lesson_id: str,
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
    asks about, what was looked for, what was found, and what is missing or unknown.

    Exit status: 0 explained; 2 wrong usage or broken rules; 3 the record could not be read or
    evaluated; 4 an internal error.
    """
    if case_id is not None and file is None:
        raise click.UsageError("--case-id names a record of --case FILE: give both")
    if examples and file is not None:
        raise click.UsageError("--examples are the lesson's own: give no --case with it")
    rules = rules_in_force(rules_folder, (lesson_id,), settings)
    lesson = rules.lessons[0]
    chosen = _chosen(lesson, checks, rules.off)
    if file is None:
        _put_in_words(lesson, chosen, rules, examples)
        return 0
    return _explain_case(rules, chosen, _find_record(file, case_id), most)


def _chosen(lesson: Lesson, identifiers: Sequence[str], off: Sequence[Off]) -> list[Check]:
    known = [check.id for check in lesson.checks]
    for identifier in identifiers:
        if identifier not in known:
            said = [str(one) for one in off if one.check == identifier]
            hint = did_you_mean(identifier, known)
            message = f"{lesson.id} has no check {identifier!r}: {hint}"
            raise click.UsageError(said[0] if said else message)
    return [check for check in lesson.checks if not identifiers or check.id in identifiers]


def _put_in_words(lesson: Lesson, checks: Sequence[Check], rules: Rules, examples: bool) -> None:
    blocks = [*LessonWords(rules.concepts).lesson(lesson, checks)]
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
    rules: Rules, checks: Sequence[Check], found: ReadRecord | Unreadable, most: int
) -> int:
    if isinstance(found, Unreadable):
        text = CaseText(Page(sys.stderr, None, None), rules)
        click.echo("\n".join(text.unreadable(found)), err=True)
        return EXIT_INCOMPLETE
    lesson = rules.lessons[0]
    try:
        (audit,) = Auditor(rules).audit([found])
    except EngineUnusable as error:
        raise click.UsageError(str(error)) from None
    for failure in audit.errors:
        click.echo(f"{failure.case_id} {failure.lesson}: {failure.message}.", err=True)
        return EXIT_INCOMPLETE
    told = explain(checks, rules.concepts, found.record, most)
    try:
        agree(lesson, told, audit)
    except Disagreement as error:
        click.echo(str(error), err=True)
        return EXIT_INTERNAL
    with output_to(None) as stream:
        page = Page(stream, None, None)
        off = [str(one) for one in rules.off if one.lesson == lesson.id]
        lines = ExplanationText(page, lesson).lines(found.record, audit, told, off)
        stream.writelines(f"{line}\n" for line in lines)
    return 0


def _find_record(path: str, case_id: str | None) -> ReadRecord | Unreadable:
    """Return the one record of a file, or the one with the id given, or why it cannot be read."""
    try:
        texts = find_texts([path], sys.stdin.buffer)
    except NoSuchInput as error:
        raise click.UsageError(str(error)) from None
    if case_id is None:
        first, *others = islice(texts, 2)
        if others:
            raise click.UsageError(f"{path} holds several records: choose one by --case-id")
        return _read(first)
    return _record_with_id(map(_read, texts), path, case_id)


def _read(text: RecordText | Unreadable) -> ReadRecord | Unreadable:
    record = text if isinstance(text, Unreadable) else parse(text)
    return record if isinstance(record, Unreadable) else ReadRecord(record, text.file, text.line)


def _record_with_id(
    records: Iterable[ReadRecord | Unreadable], path: str, case_id: str
) -> ReadRecord | Unreadable:
    found: ReadRecord | None = None
    unreadable: Unreadable | None = None
    for one in records:
        if isinstance(one, Unreadable):
            unreadable = unreadable or one
        elif one.record.case_id == case_id:
            if found is not None:
                places = " and ".join(_place(each) for each in (found, one))
                raise click.UsageError(f"{case_id} stands in {places}: give one file of one record")
            found = one
    if found is not None:
        return found
    if unreadable is None:
        raise click.UsageError(f"{path} holds no record with this --case-id: look for a misprint")
    return unreadable


def _place(found: ReadRecord) -> str:
    return f"{found.file} line {found.line}" if found.line else found.file
