"""What all imports share: their options, the way through, and how they end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import click

from casecheck.audit.check_answers import ExtractAnswers
from casecheck.audit.running import collected_seldom
from casecheck.audit.unforeseen import WorkerEnded
from casecheck.cli import EXIT_INCOMPLETE, EXIT_INTERNAL
from casecheck.cli.options import output_to, rules_in_force, rules_option
from casecheck.cli.progress import counted_on_terminal
from casecheck.intake.sources.cin_across import ENOUGH, Across, worker
from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import LEFT_OUT, Faults
from casecheck.intake.sources.importing import Imported, RecordsFile, Source, imported
from casecheck.intake.sources.joined import Joined
from casecheck.intake.sources.key_file import Key, KeyFileError, read_key
from casecheck.intake.sources.leaving_out import LEAVE_OUT, read_left_out, told_of
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.rows import SourceRefused
from casecheck.report.audit.import_report import ImportReport
from casecheck.report.audit.targets import refuse_in_use, report_target
from casecheck.text.printable import printable
from casecheck.text.whole_file import UnfitTarget, whole_file

MAX_JOBS = 64
_MOST_BY_DEFAULT = 2
Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day, as `YYYY-MM-DD`."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or end the command."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail("not a day, such as 2026-03-31", param, ctx)
        if len(value) != 10 or not 1900 <= day.year <= 2100:
            self.fail("not a day, such as 2026-03-31", param, ctx)
        return day


class ImportOptions(NamedTuple):
    """The options that every import has, as they were given."""

    key_file: Path
    output: Path
    as_of: date | None
    report: Path | None
    rules_folder: Path | None
    with_csv: Path | None = None
    leave_out: Path | None = None

    @property
    def left_out(self) -> frozenset[str]:
        """The identifiers of those who are to have no record.

        Raises:
            SourceRefused: where what lists them cannot be read as such.
        """
        return read_left_out(self.leave_out) if self.leave_out is not None else frozenset()


def import_options(command: Command) -> Command:
    """Add the options that every import has; the command takes them as one, `options`."""
    return _with_options(command, needed=True)


def import_options_not_needed(command: Command) -> Command:
    """Add the same to a command that may do something else, and then needs none of them.

    Where it imports, it calls `needs_key_and_output` first.
    """
    return _with_options(command, needed=False)


def needs_key_and_output(options: ImportOptions) -> None:
    """End the command where it lacks what every import needs."""
    for value, name in ((options.key_file, "--key"), (options.output, "--output")):
        if value is None:
            raise click.UsageError(f"Missing option '{name}'.")


def _with_options(command: Command, *, needed: bool) -> Command:
    key = click.option(
        "--key", "key_file", type=click.Path(path_type=Path), required=needed, metavar="FILE",
        help="The key of the pseudonyms, which `casecheck key new` made.",
    )  # fmt: skip
    output = click.option(
        "--output", type=click.Path(path_type=Path), required=needed, metavar="FILE.jsonl",
        help="Write the records to this file, whole or not at all; you alone may read it.",
    )  # fmt: skip
    as_of = click.option(
        "--as-of", type=Day(),
        help="The day that the source speaks for, where it does not tell it rightly itself.",
    )  # fmt: skip
    report = click.option(
        "--report", type=click.Path(path_type=Path), metavar="FILE.json",
        help="Write the faults of the source, and what the records can answer, as JSON.",
    )  # fmt: skip

    beside = click.option(
        "--with-csv", "with_csv", type=click.Path(path_type=Path), metavar="FOLDER",
        hidden=not needed,
        help="A folder of CSV files with its mapping.toml, joined by the child's id.",
    )  # fmt: skip
    leave_out = click.option(
        LEAVE_OUT, type=click.Path(path_type=Path), metavar="FILE.txt",
        help="Make no record of the children whose identifiers this file lists, one a line: test "
        "persons, persons who were entered twice.",
    )  # fmt: skip

    @wraps(command)
    def with_options(**given: Any) -> Any:
        chosen = ImportOptions(*(given.pop(name) for name in ImportOptions._fields))
        return command(options=chosen, **given)

    return cast(Command, key(output(as_of(report(beside(leave_out(rules_option(with_options))))))))


def jobs_by_default() -> int:
    """Return in how many processes records are made: one for each processor, but for many."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return min(own, _MOST_BY_DEFAULT)


class Processes:
    """Up to `jobs` processes, begun if files of returns turn out to be worth them."""

    def __init__(self, jobs: int, files: Sequence[Path]) -> None:
        self._jobs = jobs
        self._files = files
        self._across: Across | None = None
        self._stack = ExitStack()

    @contextmanager
    def under(self, key: Key, left_out: frozenset[str]) -> Iterator[None]:
        """Let the processes know the key, and whom to leave out; they end with this context."""
        if self._jobs == 1 or sum(map(_size, self._files)) < ENOUGH:
            yield
            return
        from casecheck.audit.workers import Workers  # noqa: PLC0415 - slow, and seldom used

        with ExitStack() as stack:
            workers = stack.enter_context(Workers(self._jobs, partial(worker, key, left_out)))
            self._across = Across(workers.submit, 2 * self._jobs)
            self._stack = stack
            yield

    def end(self) -> None:
        """Let the processes go, and the memory that they hold, before the context ends."""
        self._stack.close()

    def for_files(self) -> Across | None:
        """Return them, where the files are worth it."""
        return self._across


def _size(file: Path) -> int:
    """Return the bytes of a file; none of what cannot be read, which is told later."""
    with suppress(OSError):
        return file.stat().st_size
    return 0


def run_import(
    open_source: Callable[[Faults], Source],
    paths: Sequence[Path],
    options: ImportOptions,
    across: Processes | None = None,
) -> int:
    """Import a source, tell how it went, and return the exit status.

    `open_source` opens it, and counts faults in what it is given; `paths` are its files; `across`
    are processes in which records may be made.
    """
    key_file, output, _, report, rules_folder, with_csv, leave_out = options
    rules = rules_in_force(rules_folder)
    beside = _files_of(with_csv) if with_csv is not None else []
    used = (*paths, key_file, *beside, *([leave_out] if leave_out is not None else []))
    targets = [_target(one, option, used) for one, option in _outputs(output, report)]
    key, left_out = _key(key_file), _left_out(options)
    faults, answers = Faults(), ExtractAnswers(rules)
    option, given = "--output", output
    with ExitStack() as stack:
        stack.enter_context(collected_seldom())
        if across is not None:
            stack.enter_context(across.under(key, left_out))
        try:
            source: Source = open_source(faults)
            if with_csv is not None:
                source = Joined(source, with_csv, left_out)
            records = RecordsFile(targets[0].parent)
            stack.callback(records.close)
            every = _records(source, key, across, left_out)
            for one in counted_on_terminal(every, "children imported"):
                records.add(one)
                answers.add(one.carried)
            if across is not None:
                across.end()
            if leave_out is not None:
                met = faults.count(LEFT_OUT, LEAVE_OUT)
                source.notes.append(told_of(left_out, met, leave_out))
            told = ImportReport(source, faults, answers)
            records.write(targets[0])
            if report is not None:
                option, given = "--report", report
                with whole_file(targets[1]) as out:
                    out.write(told.as_json().encode())
        except SourceRefused as error:
            raise click.ClickException(printable(str(error))) from None
        except WorkerEnded as error:
            click.echo(f"Error: {error}", err=True)
            return EXIT_INTERNAL
        except UnfitTarget as error:
            raise click.UsageError(f"{option} {printable(str(given))}: {error}") from None
    for file, _ in _outputs(output, report):
        click.echo(f"Wrote {printable(str(file))}.", err=True)
    with output_to(None) as stream:
        told.write_text(stream)
    return EXIT_INCOMPLETE if faults.lost else 0


def _records(
    source: Source, key: Key, across: Processes | None, left_out: frozenset[str]
) -> Iterator[Imported]:
    """Return the records of a source; those of a large census are made in several processes."""
    if across is not None and isinstance(source, CinCensus) and source.is_held:
        elsewhere = across.for_files()
        if elsewhere is not None:
            return elsewhere.records(source, key, left_out)
    return imported(source, Pseudonyms(key), left_out)


def _files_of(folder: Path) -> list[Path]:
    """Return the files of a folder of exports, which no output may overwrite."""
    return sorted(one for one in folder.glob("*") if one.is_file())


def _outputs(output: Path, report: Path | None) -> list[tuple[Path, str]]:
    return [(output, "--output")] + ([(report, "--report")] if report is not None else [])


def _target(file: Path, option: str, used: Sequence[Path]) -> Path:
    """Return the file to write, or end the command: never one that the import reads."""
    try:
        refuse_in_use(file, [], used, [])
        return report_target(file)
    except UnfitTarget as error:
        raise click.UsageError(f"{option} {printable(str(file))}: {error}") from None


def _left_out(options: ImportOptions) -> frozenset[str]:
    try:
        return options.left_out
    except SourceRefused as error:
        raise click.ClickException(printable(str(error))) from None


def _key(file: Path) -> Key:
    try:
        return read_key(file)
    except KeyFileError as error:
        raise click.UsageError(f"--key: {printable(str(error))}") from None
