"""`casecheck check`: read and validate records only, and say which lessons they can answer."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from casecheck.audit.first_days import FirstDays, first_days
from casecheck.audit.refusals import Refusals
from casecheck.cli import EXIT_INCOMPLETE
from casecheck.cli.options import (
    origin_in_force,
    output_to,
    records_argument,
    rules_in_force,
    rules_option,
    text_or_json,
)
from casecheck.cli.progress import counted_on_terminal, records_in
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import NoSuchInput, PassedOver, find_texts
from casecheck.intake.records import read_each
from casecheck.intake.sources.telling_ids import TellingIds
from casecheck.record.faults import Unreadable
from casecheck.report.audit.extract_report import open_extract_report
from casecheck.text.printable import printable


@click.command("check", epilog="Example: casecheck check sample_cases/ --format json")
@records_argument
@text_or_json()
@rules_option
def command(paths: tuple[str, ...], report_format: str, rules_folder: Path | None) -> int:
    """Read and validate case records only; say which lessons they can answer.

    PATH is as for `audit`. Lists what cannot be read and what contradicts itself, and counts the
    sections and the facts that the lessons read and the extract does not hold. Only a record that
    may be too large for a lesson is audited, to see, and counts as not answered where it is.

    Exit status: 0 all could be read and evaluated; 2 wrong usage or broken rules; 3 some input
    could not be; 4 an internal error.
    """
    rules = rules_in_force(rules_folder)
    passed = PassedOver()
    try:
        texts = find_texts(paths, sys.stdin.buffer, passed)
    except NoSuchInput as error:
        raise click.UsageError(str(error)) from None
    refusals, since, telling = Refusals(rules), FirstDays(), TellingIds()
    try:
        with output_to(None) as stream:
            origin = origin_in_force(rules, rules_folder)
            report = open_extract_report(report_format, stream, rules, origin)
            every = counted_on_terminal(read_each(texts), "records read", records_in(paths))
            for read in every:
                if isinstance(read, Unreadable):
                    report.add_unreadable(read)
                else:
                    report.add(read.record, read.file, read.line, refusals.of(read.record))
                    since.add(first_days(read.record))
                    telling.add(read.record, read.file, read.line)
            notes = () if report_format == "text" else passed.notes()
            report.finish([*notes, *since.notes(), *telling.notes()])
    except EngineUnusable as error:
        raise click.UsageError(str(error)) from None
    for sentence in passed.notes():
        click.echo(printable(sentence), err=True)
    incomplete = report.unreadable or report.answerable.refused
    return EXIT_INCOMPLETE if incomplete else 0
