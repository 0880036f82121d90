"""`casecheck check`: read and validate records only, and say which lessons they can answer."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from casecheck.cli import EXIT_INCOMPLETE
from casecheck.cli.options import INPUT, output_to, rules_in_force, rules_option
from casecheck.intake.files import NoSuchInput, find_texts, parse
from casecheck.record.faults import Unreadable
from casecheck.record.model import CaseRecord
from casecheck.report.audit.extract_report import FORMATS, open_extract_report


@click.command("check", epilog="Example: casecheck check sample_cases/ --format json")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=INPUT)
@click.option(
    "--format", "report_format", type=click.Choice(FORMATS), default="text", show_default=True,
    help="How to report.",
)  # fmt: skip
@rules_option
def command(paths: tuple[str, ...], report_format: str, rules_folder: Path | None) -> int:
    """Read and validate case records only; say which lessons they can answer.

    PATH is as for `audit`. Lists what cannot be read and what contradicts itself, and counts the
    sections and the facts that the lessons read and the extract does not hold. Nothing is audited.

    Exit status: 0 all could be read; 2 wrong usage or broken rules; 3 some input could not be
    read; 4 an internal error.
    """
    rules = rules_in_force(rules_folder)
    try:
        texts = find_texts(paths, sys.stdin.buffer)
    except NoSuchInput as error:
        raise click.UsageError(str(error)) from None
    with output_to(None) as stream:
        report = open_extract_report(report_format, stream, rules)
        for text in texts:
            record = text if isinstance(text, Unreadable) else parse(text)
            if isinstance(record, CaseRecord):
                report.add(record, text.file, text.line)
            else:
                report.add_unreadable(record)
        report.finish()
    return EXIT_INCOMPLETE if report.unreadable else 0
