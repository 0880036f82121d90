"""`casecheck audit`: read records, evaluate the lessons, report."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casecheck.audit.gravity import case_weights
from casecheck.audit.partition import RulesDiffer
from casecheck.audit.running import MAX_JOBS, audit_texts
from casecheck.audit.unforeseen import WorkerEnded
from casecheck.audit.waivers import Waivers, load_waivers
from casecheck.cli import EXIT_FAILED_ON, EXIT_INCOMPLETE, EXIT_INTERNAL
from casecheck.cli.asked_cases import SoughtCases, not_contrary
from casecheck.cli.audited import Passage
from casecheck.cli.keeping import keeping
from casecheck.cli.on_dask import dask_cluster
from casecheck.cli.options import (
    board_settings,
    faults,
    folders_in_force,
    format_option,
    lesson_option,
    marked_rules,
    origin_in_force,
    output_to,
    records_argument,
    rules_in_force,
    rules_option,
    set_option,
    severity_option,
    tag_option,
)
from casecheck.cli.pager import Screen, screen_for
from casecheck.cli.progress import counted_on_terminal, records_in
from casecheck.cli.tables import tables_to
from casecheck.engine.build import SLOW, is_unoptimised
from casecheck.engine.durable import EngineUnusable
from casecheck.intake.files import NoSuchInput, PassedOver, find_blocks, find_shared, find_texts
from casecheck.intake.line_blocks import LineBlock
from casecheck.intake.remote import NotReached
from casecheck.intake.texts import RecordText
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.meaning import meanings_of
from casecheck.qag.extras import MissingExtra
from casecheck.record.faults import Unreadable
from casecheck.report.audit.formats import (
    FORMATS,
    WITH_TIMELINES,
    Summary,
    TooMuchForOneFile,
    open_report,
)
from casecheck.report.audit.jsonl import case_body
from casecheck.report.audit.selection import BY, SHAPED, By, Selection
from casecheck.report.audit.targets import refuse_in_use
from casecheck.results import OF_FINDINGS, Outcome, Severity
from casecheck.text.page import counted
from casecheck.text.printable import printable
from casecheck.text.typed import typed
from casecheck.text.whole_file import UnfitTarget

if TYPE_CHECKING:
    from casecheck.qag.store.measured_rows import MeasuredRow
    from casecheck.qag.store.run_writer import RunWriter


_REFUSALS = (
    NoSuchInput, NotReached, EngineUnusable, MissingExtra, TooMuchForOneFile, RulesDiffer,
)  # fmt: skip
"""What ends an audit as wrong usage does: nothing was audited, and the message says what to do."""


@click.command(
    "audit",
    epilog="Example: casecheck audit sample_cases/ --lesson P1.1 --format csv --output p11.csv",
)
@records_argument
@rules_option
@lesson_option
@tag_option
@severity_option
@format_option(FORMATS)
@set_option
@click.option(
    "--by", type=click.Choice(BY), default=BY[0], show_default=True,
    help="How to put cases together.",
)  # fmt: skip
@click.option(
    "--case",
    "cases",
    multiple=True,
    metavar="ID",
    help="Only this case, in full; repeatable.",
)
@click.option(
    "--top", type=click.IntRange(1), metavar="N",
    help="Only so many cases, the weightiest; by lesson, team or district, so many of each.",
)  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Every case in full.")
@click.option("--summary", is_flag=True, help="Only how the audit came out, and no case.")
@click.option(
    "--fail-on", type=click.Choice(["breach", "insufficient", "never"]), default="never",
    show_default=True,
    help="Exit with 1 where there is a breach, or (insufficient) a breach or cannot-tell,"
    " that no waiver accepts.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(1, MAX_JOBS), metavar="N",
    help="Processes to audit with; the report is the same. Default: one for a thousand records,"
    " and for more as many as there are processors.",
)  # fmt: skip
@click.option(
    "--dask", metavar="ADDRESS",
    help="Audit on the Dask cluster of this scheduler, such as tcp://scheduler:8786; the report is"
    " the same.",
)  # fmt: skip
@click.option(
    "--waivers", type=click.Path(path_type=Path), metavar="FILE",
    help="Findings that the board has accepted. Default: what the settings say.",
)  # fmt: skip
@click.option(
    "--store", "store_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Save the run in this store too, to compare it, or to draw samples from it.",
)  # fmt: skip
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with an audit for this store that was stopped; the outcome is the same.",
)
@click.option(
    "--cache", "cache_file", type=click.Path(path_type=Path), metavar="FILE",
    help="Keep in this file what records were audited to, and audit those alone that have changed.",
)  # fmt: skip
@click.option(
    "--label", type=typed, metavar="TEXT", help="A name for the run that --store saves.",
)  # fmt: skip
def command(  # noqa: PLR0913, PLR0915, PLR0917 - one for each option
    paths: tuple[str, ...],
    rules_folder: Path | None,
    lessons: tuple[str, ...],
    tags: tuple[str, ...],
    severity: Severity | None,
    report_format: str,
    output: Path | None,
    settings: tuple[str, ...],
    by: By,
    cases: tuple[str, ...],
    top: int | None,
    every: bool,
    summary: bool,
    fail_on: str,
    jobs: int | None,
    dask: str | None,
    waivers: Path | None,
    store_file: Path | None,
    resume: bool,
    cache_file: Path | None,
    label: str | None,
) -> int:
    """Audit case records against the lessons.

    PATH is a record (*.json), a file with a record a line (*.jsonl, *.ndjson), either of them
    gzipped, a folder of such files, or - for a record a line on standard input.

    --by, --case, --top, --all and --summary shape what people read (text, html, xlsx). The other
    formats always hold everything, and so do the counts and the exit status.

    Exit status: 0 complete; 1 --fail-on was met; 2 wrong usage or broken rules, nothing audited;
    3 some input could not be audited; 4 an internal error.
    """
    rules = marked_rules(rules_in_force(rules_folder, lessons, settings), tags, severity)
    weights = case_weights(board_settings().weights)
    ids = frozenset(one.strip().upper() for one in cases)
    selection = not_contrary(
        Selection(by, ids, top, every, summary, weights, lessons), report_format
    )
    accepted_file = waivers or board_settings().waivers
    accepted = _waivers(accepted_file, rules)
    used = (store_file, cache_file, accepted_file, board_settings().file)
    in_tables = report_format == "parquet"
    screen = None if in_tables else _screen_for(report_format, output)
    _refuse_in_use(output, paths, used, rules_folder)
    try:
        with (
            dask_cluster(dask, jobs=jobs, cache=cache_file, resume=resume) as elsewhere,
            keeping(cache_file, None if dask else store_file, resume=resume) as kept,
        ):
            passed, sought = PassedOver(), SoughtCases(selection, report_format)
            passage = Passage(accepted, sought)
            texts, watching = _watched(paths, passed, store_file, rules, shared=dask is not None)
            as_line = report_format == "jsonl" and not (accepted.entries or store_file)
            items = audit_texts(
                texts,
                rules,
                jobs,
                store_file is not None,
                timelines=report_format in WITH_TIMELINES,
                work_of=kept.work_of(case_body if as_line else None),
                elsewhere=elsewhere,
            )
            if is_unoptimised():  # and can be imported, else the cure would be told twice
                click.echo(SLOW, err=True)
            writing = tables_to(output) if in_tables else output_to(output, screen=screen)
            # A run is there once its report stands: what goes wrong before takes it back.
            with (
                _run(store_file, label, rules) as run,
                ExitStack() as saving,
                writing as stream,
            ):
                origin = origin_in_force(rules, rules_folder, settings)
                report = open_report(
                    report_format,
                    stream,
                    rules,
                    rules.deviations(),
                    origin=origin,
                    selection=selection,
                )
                found = passage.found(items)
                number = None if dask else records_in(paths)
                for one in counted_on_terminal(found, "records audited", number):
                    passage.hand_on(one, report, run)
                sought.need_all(report.summary.unreadable)
                all_asked = not (lessons or rules.asked_in_part) and rules_folder is None
                notices = accepted.notices(whole=all_asked and report.summary.complete)
                # Whoever sees a report in plain words on a terminal sees standard error too.
                seen = report_format == "text" and output is None
                report.finish(notices, [*(() if seen else passed.notes()), *passage.notes()])
                stream.flush()  # so that nobody waits for the store while a report is read
                # What a screen shows is whole by now, and shown when the run is there.
                if run:
                    run.add_measured(watching)
                    saving.enter_context(_writing(run, output))
                    saved = run.finish()
            if screen:
                screen.show()
            if run:
                click.echo(printable(_saved_as(saved, run, label, store_file)), err=True)
            apart = [*notices, *passage.notes(), *_twice(report.summary.repeated)]
            if report_format != "jsonl":  # which has no place for what is of no record
                apart = []
            troubles = passage.troubles(kept.file)
            _tell((*passed.notes(), *apart, *troubles, *_unshaped(selection, report_format)))
    except _REFUSALS as error:
        raise click.UsageError(str(error)) from None
    except WorkerEnded as error:
        click.echo(f"Error: {error}", err=True)
        return EXIT_INTERNAL
    except BrokenPipeError:
        if store_file:
            click.echo("The report was closed before its end: no run was saved.", err=True)
        raise
    return _exit_status(report.summary, fail_on)


def _screen_for(report_format: str, output: Path | None) -> Screen | None:
    """Return the screen on which the report is read, if it is; end the command for a workbook."""
    if report_format == "xlsx" and output is None and sys.stdout.isatty():
        message = "a workbook is nothing for a terminal: name a file"
        raise click.UsageError(f"{message}, --output report.xlsx")
    return screen_for(report_format, output is not None)


@contextmanager
def _run(file: Path | None, label: str | None, rules: Rules) -> Iterator[RunWriter | None]:
    """Yield what takes the run for the store, if it is to be saved."""
    if file is None:
        if label is not None:
            raise click.UsageError("--label names the run that --store saves: add --store FILE")
        yield None
        return
    if label is not None and not label.strip():
        raise click.UsageError("--label: a name that can be read, or no --label")
    # The store is a database with its own rules: most audits have none.
    from casecheck.cli.stores import open_store  # noqa: PLC0415

    with open_store(file, create=True) as store:
        yield store.begin_run(label or "", rules)


def _watched(
    paths: Sequence[str], passed: PassedOver, file: Path | None, rules: Rules, *, shared: bool
) -> tuple[Iterator[RecordText | Unreadable | LineBlock], Iterable[MeasuredRow]]:
    """Return the texts, and what measures of them come to, which are asked for the store."""
    if file is None or not rules.measure_pages:
        find = find_shared if shared else find_blocks
        return find(paths, sys.stdin.buffer, passed), ()
    from casecheck.measures.loading import measures_of  # noqa: PLC0415 - as in `_run`
    from casecheck.measures.saving import Watching  # noqa: PLC0415

    watching = Watching(measures_of(rules), rules)
    return watching.over(find_texts(paths, sys.stdin.buffer, passed)), watching.rows()


def _writing(run: RunWriter, output: Path | None) -> AbstractContextManager[None]:
    from casecheck.cli.stores import last  # noqa: PLC0415 - as in `_run`

    return last(run.writing(), "the run", output)


def _saved_as(number: int, run: RunWriter, label: str | None, file: Path | None) -> str:
    told = f"Saved as run {number} in {file}"
    if not run.label_taken_by:
        return f"{told}."
    taken = f"run {run.label_taken_by} took the label {label!r} meanwhile"
    return f"{told}, with the label {run.label!r}: {taken}."


def _waivers(file: Path | None, rules: Rules) -> Waivers:
    try:
        accepted = load_waivers(file) if file else Waivers()
    except RulesError as error:
        raise click.ClickException(f"The waivers cannot be used:\n{faults(error)}") from None
    if accepted.entries:  # else nobody asks for them, and a small audit would take twice as long
        accepted.meanings = meanings_of(rules)
    return accepted


def _exit_status(summary: Summary, fail_on: str) -> int:
    if summary.unreadable or summary.errors:
        return EXIT_INCOMPLETE
    counted = {
        "never": (),
        "breach": (Outcome.BREACH,),
        "insufficient": OF_FINDINGS,
    }[fail_on]
    return EXIT_FAILED_ON if any(summary.standing[outcome] for outcome in counted) else 0


def _refuse_in_use(
    output: Path | None, paths: Sequence[str], used: Iterable[Path | None], rules: Path | None
) -> None:
    try:
        refuse_in_use(output, paths, used, folders_in_force(rules))
    except UnfitTarget as error:
        raise click.UsageError(f"--output {printable(str(output))} {error}") from None


def _tell(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        click.echo(printable(sentence), err=True)


def _unshaped(selection: Selection, report_format: str) -> list[str]:
    """Say that a report holds everything, where a part was asked for and it is not for people."""
    typed = selection.options()
    if report_format in SHAPED or not typed:
        return []
    shaped = ", ".join(one for one in FORMATS if one in SHAPED)
    told = f"{', '.join(typed)}: of no use for {report_format}, which always holds everything"
    return [f"{told}; it shapes {shaped}."]


def _twice(repeated: int) -> list[str]:
    """Say that case ids stand twice, if any do; the report names them."""
    records = counted(repeated, "record")
    told = f"{records} with the case id of another: each is counted, and says so in `repeats`."
    return [told] if repeated else []
