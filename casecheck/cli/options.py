"""What several commands share: which rules are in force, where results go, how they are read."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeVar

import click

from casecheck.intake.leftovers import in_words
from casecheck.lessons import in_force
from casecheck.lessons.errors import RulesError
from casecheck.lessons.in_force import (
    AS_SHIPPED,
    NotInForce,
    WrongSetting,
    named_folder,
    only_lessons,
    only_marked,
    sets_shipped,
    settings_typed,
)
from casecheck.lessons.lesson import Rules
from casecheck.lessons.settings_file import BoardSettings
from casecheck.report.audit.origin import Origin, origin_of
from casecheck.report.audit.targets import report_target
from casecheck.results import SEVERITIES, Severity
from casecheck.text.printable import printable
from casecheck.text.spool import spools_in
from casecheck.text.whole_file import UnfitTarget, whole_file

Command = TypeVar("Command", bound=Callable[..., Any])


def rules_option(command: Command) -> Command:
    """Add the options that choose which lessons are in force, and a board's settings."""
    settings = click.option(
        "--settings",
        "settings_file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        expose_value=False,
        callback=_remember("settings_file"),
        help="The board's settings. Default: casecheck.toml, or [tool.casecheck] in"
        " pyproject.toml, here or in the nearest folder above.",
    )
    none = click.option(
        "--no-settings",
        is_flag=True,
        expose_value=False,
        callback=_remember("no_settings"),
        help="Use no settings file.",
    )
    folder = click.option(
        "--rules",
        "rules_folder",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Folder of lessons, or the name of a set that casecheck ships (statutory), and no"
        " other. Default: what the settings say, else rules/ here, else the lessons that casecheck"
        " ships.",
    )
    return folder(settings(none(command)))


def _remember(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
    def remember(ctx: click.Context, _: click.Parameter, value: object) -> None:
        ctx.meta[f"casecheck.{name}"] = value

    return remember


def lesson_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the lessons in force that begin so, for the shell to complete; none on any fault."""
    with ctx.scope(cleanup=False), suppress(click.ClickException):
        rules = rules_in_force(ctx.params.get("rules_folder"))
        return [one.id for one in rules.lessons if one.id.startswith(incomplete)]
    return []


_SUFFIXES = {
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".sarif": "sarif",
    ".html": "html",
    ".htm": "html",
    ".xlsx": "xlsx",
}
"""What a file's suffix says of its format."""
_OF_OTHERS = frozenset({
    ".gz", ".zip", ".bz2", ".xz", ".zst", ".tsv", ".tab", ".xls", ".xlsm", ".ods", ".parquet",
    ".pdf", ".doc", ".docx", ".odt", ".xml", ".yaml", ".yml", ".db", ".sqlite",
})  # fmt: skip
"""How files are called of formats that no command writes; any other is text."""


def format_option(
    formats: Sequence[str], name: str = "report_format", says: str = "How to report."
) -> Callable[[Command], Command]:
    """Add --format and --output; what --output is called decides where --format is not given."""
    default = "Default: as the name of --output ends, else text."
    how = click.option(
        "--format", name, type=click.Choice(formats), callback=_format_for(formats),
        help=f"{says} {default}",
    )  # fmt: skip
    output = click.option(
        "--output", type=click.Path(path_type=Path), metavar="FILE", is_eager=True,
        help="Write it to this file, whole or not at all.",
    )  # fmt: skip
    return lambda command: how(output(command))


def text_or_json(
    name: str = "report_format", says: str = "How to report."
) -> Callable[[Command], Command]:
    """Add --format to a command that prints on standard output alone, in words or as JSON."""
    return click.option(
        "--format", name, type=click.Choice(["text", "json"]), default="text", show_default=True,
        help=says,
    )  # fmt: skip


def _format_for(
    formats: Sequence[str],
) -> Callable[[click.Context, click.Parameter, str | None], str]:
    def chosen(ctx: click.Context, _: click.Parameter, given: str | None) -> str:
        output: Path | None = ctx.params.get("output")
        if given is not None or output is None:
            return given or formats[0]
        suffix = ".sarif" if output.name.lower().endswith(".sarif.json") else output.suffix.lower()
        found = _SUFFIXES.get(suffix, formats[0])
        if found in formats and suffix not in _OF_OTHERS:
            return found
        _target(output)  # what would be wrong with the file in any format is told first
        offered = ", ".join(formats)
        message = f"--output {printable(str(output))}: nothing here is written as {suffix}"
        raise click.UsageError(f"{message}: name another file, or say --format ({offered})")

    return chosen


lesson_option = click.option(
    "--lesson", "lessons", multiple=True, metavar="ID", help="Only this lesson; repeatable.",
    shell_complete=lesson_ids,
)  # fmt: skip
tag_option = click.option(
    "--tag", "tags", multiple=True, metavar="TAG",
    help="Only checks with this tag; repeatable: with any of them.",
)  # fmt: skip
severity_option = click.option(
    "--severity", type=click.Choice(SEVERITIES),
    help="Only checks of this severity, or a graver one.",
)  # fmt: skip
INPUT = click.Path(allow_dash=True)
"""A path of records, or "-"; whether there is such a file is for `intake` to say."""
records_argument = click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=INPUT)
set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="LESSON.PARAMETER=VALUE",
    help="Set a parameter, as in P1.1.carry_days=21; repeatable. Reports say so.",
)


def rules_in_force(
    folder: Path | None,
    lessons: tuple[str, ...] = (),
    settings: tuple[str, ...] = (),
    *,
    as_written: bool = False,
) -> Rules:
    """Return the lessons chosen; a fault in the rules or the choice ends the command (exit 2)."""
    try:
        set_here = settings_typed(settings, "--set")
        rules = in_force.rules_in_force(board_settings(), folder, set_here, as_written=as_written)
        if rules.measure_settings:
            from casecheck.measures.loading import measures_of  # noqa: PLC0415 - seldom

            measures_of(rules)  # which tells what is wrong with what is set of them
    except WrongSetting as error:
        raise click.UsageError(f"--set {error}") from None
    except RulesError as error:
        message = f"The rules cannot be used:\n{faults(error)}"
        if folder and (sets := sets_shipped(named_folder(folder))):
            message += f"\nThe sets that casecheck ships: --rules {' or '.join(sets)}"
        raise click.ClickException(message) from None
    tell_passed_over(rules.passed_over)
    try:
        return only_lessons(rules, lessons)
    except NotInForce as error:
        raise click.UsageError(str(error)) from None


def marked_rules(rules: Rules, tags: tuple[str, ...], severity: Severity | None) -> Rules:
    """Return the rules with those checks alone that have such marks; exit 2 where none has."""
    try:
        return only_marked(rules, tags, severity)
    except NotInForce as error:
        raise click.UsageError(str(error)) from None


def folders_in_force(folder: Path | None) -> list[Path]:
    """Return the folders of lessons that are used where `folder`, or none, is named."""
    return in_force.folders_in_force(board_settings(), folder)


def origin_in_force(
    rules: Rules, folder: Path | None, settings: Sequence[str] = (), *, as_written: bool = False
) -> Origin:
    """Return where the rules in force come from, for a report to say."""
    meta = click.get_current_context().meta
    named = meta.get("casecheck.settings_file")
    options = ["--rules", str(folder)] if folder else []
    options += ["--settings", str(named)] if named else []
    options += ["--no-settings"] * bool(meta.get("casecheck.no_settings"))
    options += [part for one in settings for part in ("--set", one)]
    file = None if as_written else board_settings().file
    return origin_of(rules, folders_in_force(folder), file, options)


def tell_passed_over(files: Sequence[str]) -> None:
    """Say once, on stderr, which files among the pages were passed over."""
    meta = click.get_current_context().meta
    before: set[str] = meta.setdefault("casecheck.passed_over", set())
    new = [file for file in files if file not in before]
    before.update(new)
    if new:
        click.echo(f"Passed over among the rules: {printable(in_words(new))}", err=True)


def faults(error: RulesError) -> str:
    """Return the faults of pages, one a line; what they quote can do a terminal no harm."""
    return "\n".join(printable(str(fault)) for fault in error.errors)


def board_settings() -> BoardSettings:
    """Return the board's settings that this command is to use; read once.

    Raises:
        RulesError: where there is a fault in them.
    """
    meta = click.get_current_context().meta
    if "casecheck.board" not in meta:
        file, none = meta.get("casecheck.settings_file"), meta.get("casecheck.no_settings")
        unread = none and file is None
        meta["casecheck.board"] = AS_SHIPPED if unread else in_force.board_settings(file)
    board: BoardSettings = meta["casecheck.board"]
    return board


@contextmanager
def output_to(
    file: Path | None,
    private: bool = True,
    *,
    option: str = "--output",
    screen: TextIO | None = None,
) -> Iterator[TextIO]:
    """Yield the stream for results: standard output, or a file written whole or not at all.

    Always UTF-8 and without translated line ends, whatever the machine's locale. When the context
    ends the results stand: the file is on the disk. Not `private`: it speaks of no family.
    `option`: by which it was named. `screen` takes what would go to standard output.
    """
    if screen is not None:
        yield screen
        return
    if file is None:
        stream = io.TextIOWrapper(
            sys.stdout.buffer, encoding="utf-8", errors="backslashreplace", newline=""
        )
        try:
            yield stream
            stream.flush()
            _sync(sys.stdout.buffer)
        finally:
            with suppress(ValueError, OSError):
                stream.detach()
        return
    target = _target(file, option)
    try:
        with spools_in(target.parent), whole_file(target, private=private) as binary:
            out = io.TextIOWrapper(
                binary, encoding="utf-8", errors="backslashreplace", newline="", write_through=False
            )
            try:
                yield out
                out.flush()
            finally:
                with suppress(ValueError, OSError):
                    out.detach()
    except UnfitTarget as error:
        raise click.UsageError(f"{option} {printable(str(file))}: {error}") from None
    click.echo(f"Wrote {printable(str(file))}.", err=True)


def _sync(stdout: BinaryIO) -> None:
    """See that what went to a file by `>` is on its disk, where the last error may be told."""
    try:
        handle = stdout.fileno()
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.fsync(handle)
    except (io.UnsupportedOperation, ValueError):
        return  # no file of the system stands behind it


def _target(file: Path, option: str = "--output") -> Path:
    """Return the file to write or replace, where links lead to it, or end the command."""
    try:
        return report_target(file)
    except UnfitTarget as error:
        raise click.UsageError(f"{option} {printable(str(file))}: {error}") from None
