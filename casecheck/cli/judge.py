"""`casecheck judge`: take the judgments of packs into the log, prove the log, export it."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click
from click.core import ParameterSource

from casecheck.cli import EXIT_FAILED_ON, EXIT_INCOMPLETE
from casecheck.cli.options import output_to
from casecheck.cli.stores import open_store, store_option
from casecheck.qag.extras import MissingExtra
from casecheck.qag.judgments.log import Broken, exported, first_broken, verify_lines
from casecheck.qag.judgments.taking import Log, LogBroken, take
from casecheck.qag.packs.csv_file import read_csv
from casecheck.qag.packs.files import find_packs, kind_of
from casecheck.qag.packs.from_workbook import read_workbook
from casecheck.qag.packs.returned import MAX_BYTES, Problem, Returned, Unusable
from casecheck.qag.packs.submission import Submission, submission
from casecheck.qag.store.rows import NO_ENTRY, Entry
from casecheck.text.page import counted
from casecheck.text.printable import printable
from casecheck.text.regular_file import NoFile, open_file


@click.command("judge", epilog="Example: casecheck judge --verify")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@store_option
@click.option(
    "--correct", is_flag=True,
    help="Take judgments that differ from earlier ones. Both stay in the log; the last one counts.",
)  # fmt: skip
@click.option(
    "--verify", is_flag=True,
    help="Prove the store's log whole; or each exported FILE, and with --store that the store's log"
    " goes on from it.",
)  # fmt: skip
@click.option(
    "--export", "export", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the whole log to a file that --verify can prove whole; - for standard output. An"
    " older one there is replaced only where the log goes on from it.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="What is printed.",
)  # fmt: skip
def command(  # noqa: PLR0913, PLR0917 - one for each option
    files: tuple[Path, ...],
    store_file: Path,
    correct: bool,
    verify: bool,
    export: Path | None,
    form: str,
) -> int:
    """Take the judgments of filled-in packs, .xlsx or .csv, into the log.

    FILE is a pack, or a folder: then all packs in it and in its folders.
    Each pack must be whole: every row judged, no locked cell changed. Whatever is wrong in any of
    them is named with sheet, row and cell, and then nothing is taken from any. A pack handed in
    twice is taken once. The log only grows, and each entry holds the hash of the one before.

    Exit status: 0 all was taken, or the log is whole; 1 --verify found that it is not; 2 wrong
    usage; 3 something is wrong with a pack, and nothing was taken; 4 an internal error.
    """
    if correct + verify + (export is not None) > 1:
        raise click.UsageError("--correct, --verify and --export are three different things")
    try:
        if verify:
            return _verify(files, store_file, form)
        if export is not None:
            return _export(files, store_file, export)
        return _take(files, store_file, correct=correct, form=form)
    except (MissingExtra, LogBroken) as error:
        raise click.UsageError(str(error)) from None


def _take(files: Sequence[Path], store_file: Path, *, correct: bool, form: str) -> int:
    if not files:
        raise click.UsageError("name the packs to take: FILE...")
    found = find_packs(files)
    for sentence in found.notes():
        click.echo(sentence, err=True)
    packs: list[Submission] = []
    problems = found.problems
    for file in found.files:
        read = _read(file)
        if isinstance(read, Submission):
            packs.append(read)
        else:
            problems += read
    with open_store(store_file) as store:
        done = take(store, packs, problems, correct=correct)
    if isinstance(done, Log):
        click.echo(json.dumps(_as_json(done), indent=2) if form == "json" else _in_words(done))
        return 0
    if form == "json":
        click.echo(json.dumps({"problems": [one._asdict() for one in done]}, indent=2))
    else:
        click.echo("\n".join(map(str, done)), err=True)
    click.echo(f"{counted(len(done), 'problem')}: nothing was taken from any file.", err=True)
    return EXIT_INCOMPLETE


def _read(file: Path) -> Submission | list[Problem]:
    """Return a pack's judgments, or what is wrong with the file."""
    name = printable(str(file))
    try:
        return submission(_returned(file, name))
    except NoFile as error:
        raise click.UsageError(f"{file} {error}") from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise
        return [Problem(name, "", f"cannot be read: {error.strerror}")]
    except Unusable as error:
        return [Problem(name, "", str(error))]


def _returned(file: Path, name: str) -> Returned:
    """Return what a file holds; what it is, a workbook in the name of a CSV tells itself."""
    with open_file(file) as opened:
        content = opened.read(MAX_BYTES + 1)
    is_csv = kind_of(file) == ".csv" and not content.startswith(b"PK\x03\x04")
    return (read_csv if is_csv else read_workbook)(name, content)


def _as_json(log: Log) -> dict[str, object]:
    taken = [one._asdict() for one in log.taken]
    return {"taken": taken, "entries": log.entries, "last": log.last}


def _in_words(log: Log) -> str:
    lines = []
    for one in log.taken:
        known = f", {one.known:,} known before" if one.known else ""
        new = f"{counted(one.new, 'judgment')} taken{known}"
        lines.append(f"{one.file}: sample {one.sample}, auditor {one.auditor}: {new}")
        if one.of_no_use:
            those = ", ".join(one.of_no_use)
            lines.append(f"  {those}: marked as of no use since; the judgments do not count")
        if one.unread:
            lines.append(f"  not read, and in no log: {', '.join(one.unread)}")
    return "\n".join([*lines, _state(log.entries, log.last)])


def _state(entries: int, last: str) -> str:
    return f"The log has {counted(entries, 'entry', 'entries')}; the last hash is {last}"


def _export(files: Sequence[Path], store_file: Path, to: Path) -> int:
    if files:
        raise click.UsageError("--export writes the store's log: name no other FILE with it")
    with open_store(store_file) as store:
        entries = store.entries()
        end = store.log_end()
    if broken := first_broken(entries):
        raise LogBroken(broken)
    file = None if str(to) == "-" else to
    with output_to(file) as stream:
        if file is not None:
            _need_beginning(file, entries, store_file)
        if broken := first_broken(entries, end):
            raise LogBroken(broken)
        stream.writelines(f"{line}\n" for line in exported(entries))
    return 0


def _need_beginning(older: Path, log: Sequence[Entry], store_file: Path) -> None:
    """Refuse to replace an older export that shows what the log does not hold any more."""
    if not older.is_file():
        return
    try:
        before, broken = _read_export(older)
    except OSError as error:
        raise click.UsageError(f"--export {older}: {error.strerror}") from None
    broken = broken or _departed(log, [before])
    if broken:
        message = f"--export {older}: the log does not go on from what is there ({broken})"
        cure = f"keep it, name another file, and see `judge --verify {older} --store {store_file}`"
        raise click.UsageError(f"{message}: {cure}")


def _verify(files: Sequence[Path], store_file: Path, form: str) -> int:
    """Verify exported logs, and the store's where no other is named, or the option --store."""
    logs: dict[str, tuple[list[Entry], Broken | None]] = {}
    for file in files:
        if file.is_dir():
            raise click.UsageError(f"{file} is a folder: name the exported log that is in it")
        try:
            logs[printable(str(file))] = _read_export(file)
        except OSError as error:
            raise click.UsageError(f"{file}: {error.strerror}") from None
    source = click.get_current_context().get_parameter_source("store_file")
    if not files or source is not ParameterSource.DEFAULT:
        with open_store(store_file) as store:
            store.check()
            log = store.entries()
            before = [entries for entries, broken in logs.values() if broken is None]
            end = store.log_end()
        broken = first_broken(log, end) or _departed(log, before)
        logs[printable(str(store_file))] = log, broken
    told = [_verdict(name, entries, broken) for name, (entries, broken) in logs.items()]
    if form == "json":
        click.echo(json.dumps({"logs": told}, indent=2))
    else:
        click.echo("\n".join(map(_verdict_in_words, told)))
    return 0 if all(one["whole"] for one in told) else EXIT_FAILED_ON


def _read_export(file: Path) -> tuple[list[Entry], Broken | None]:
    """Return what an exported log holds, and where it is not whole."""
    try:
        with open_file(file) as opened:
            return verify_lines(opened)
    except NoFile as error:
        raise click.UsageError(f"{file} {error}") from None


def _departed(log: Sequence[Entry], before: Sequence[Sequence[Entry]]) -> Broken | None:
    """Return where the log is not what was exported from it before: its end may be gone."""
    for entries in before:
        for number, exported_entry in enumerate(entries):
            if number >= len(log) or log[number] != exported_entry:
                return Broken(number + 1, "is not what was exported before, or is gone")
    return None


def _verdict(name: str, entries: Sequence[Entry], broken: Broken | None) -> dict[str, object]:
    last = entries[-1].hash if entries else NO_ENTRY
    whole = {"log": name, "whole": broken is None, "entries": len(entries), "last": last}
    return whole if broken is None else {**whole, **asdict(broken)}


def _verdict_in_words(told: Mapping[str, object]) -> str:
    if told["whole"]:
        entries = counted(int(str(told["entries"])), "entry", "entries")
        return f"{told['log']}: whole, {entries}; the last hash is {told['last']}"
    return f"{told['log']}: NOT WHOLE, entry {told['number']}: {told['why']}"
