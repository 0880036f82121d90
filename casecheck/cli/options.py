"""What several commands share: which rules are in force, where results go, how they are read."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeVar

import click

from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules
from casecheck.lessons.periods import MAX_NUMBER, NUMBER
from casecheck.lessons.settings import Settings
from casecheck.lessons.settings_file import BoardSettings, find_settings, read_settings
from casecheck.report.audit.spool import spools_in
from casecheck.text.printable import printable
from casecheck.text.whole_file import UnfitTarget, target_of, whole_file

_STORE, _WORKBOOK = b"SQLite format 3\0", b"PK\x03\x04"
"""How a store and a workbook begin."""
_WRITTEN_BY_HAND = (".yaml", ".yml", ".toml")
"""How files are named that no command writes a report to, and people write."""

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
        help="Folder of lessons, and no other. Default: what the settings say, else rules/ here,"
        " else the lessons that casecheck ships.",
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


lesson_option = click.option(
    "--lesson", "lessons", multiple=True, metavar="ID", help="Only this lesson; repeatable.",
    shell_complete=lesson_ids,
)  # fmt: skip
INPUT = click.Path(allow_dash=True)
"""A path of records, or "-"; whether there is such a file is for `reading` to say."""
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
    """Return the lessons chosen; a fault in the rules or the choice ends the command (exit 2).

    A folder that is named is used alone; the settings' own folders are for when none is.
    `as_written`: each page as it stands, whatever the board has set or switched off.
    """
    set_here = _parsed_settings(settings)
    try:
        board = board_settings()
        settings_there = Settings() if as_written else board.settings
        if folder and settings_there != Settings():
            # The board may have set something of lessons that are in its other folders.
            settings_there = settings_there.only({one.id for one in load_rules(folder).lessons})
        base, *more = folders_in_force(folder)
        rules = load_rules(base, set_here.over(settings_there), more)
    except RulesError as error:
        _refuse_unknown(set_here, folder)
        raise click.ClickException(f"The rules cannot be used:\n{faults(error)}") from None
    known = [lesson.id for lesson in rules.lessons]
    for identifier in lessons:
        if identifier not in known:
            raise click.UsageError(_not_in_force(identifier, known, rules))
    if not lessons:
        return rules
    return replace(rules, lessons=tuple(one for one in rules.lessons if one.id in lessons))


def _refuse_unknown(set_here: Settings, folder: Path | None) -> None:
    """End the command where --set names what there is not; what else is wrong is told elsewhere."""
    if not set_here.parameters:
        return
    with suppress(RulesError):
        base, *more = folders_in_force(folder)
        lessons = {one.id: one.parameters for one in load_rules(base, more=more).lessons}
        for lesson, named in set_here.parameters.items():
            for name in named:
                option = f"--set {lesson}.{name}"
                if lesson not in lessons:
                    hint = did_you_mean(lesson, lessons)
                    raise click.UsageError(f"{option}: no lesson {lesson!r} in force: {hint}")
                if name not in lessons[lesson]:
                    hint = did_you_mean(name, lessons[lesson])
                    raise click.UsageError(f"{option}: {lesson} has no parameter {name!r}: {hint}")


def folders_in_force(folder: Path | None) -> list[Path]:
    """Return the folders of lessons that are used where `folder`, or none, is named."""
    board = board_settings()
    return [folder] if folder else [board.rules or _default_folder(), *board.add_rules]


def faults(error: RulesError) -> str:
    """Return the faults of pages, one a line; what they quote can do a terminal no harm."""
    return "\n".join(printable(str(one)) for one in error.errors)


def _not_in_force(identifier: str, known: Iterable[str], rules: Rules) -> str:
    for off in rules.off:
        if off.lesson == identifier:
            return f"No lesson {identifier!r} in force: {off}"
    hint = did_you_mean(identifier, known)
    return f"No lesson {identifier!r} in {rules.folder}: {hint}"


def board_settings() -> BoardSettings:
    """Return the board's settings that this command is to use; read once.

    Raises:
        RulesError: where there is a fault in them.
    """
    meta = click.get_current_context().meta
    if "casecheck.board" not in meta:
        file = meta.get("casecheck.settings_file")
        if file is None and not meta.get("casecheck.no_settings"):
            file = find_settings(Path.cwd())
        meta["casecheck.board"] = BoardSettings() if file is None else read_settings(file)
    board: BoardSettings = meta["casecheck.board"]
    return board


def _default_folder() -> Path:
    here = Path("rules")
    if here.is_dir():
        return here
    package = Path(__file__).parent.parent
    shipped = package / "shipped_rules"
    return shipped if shipped.is_dir() else package.parent / "rules"


def _parsed_settings(settings: tuple[str, ...]) -> Settings:
    parsed: dict[str, dict[str, int]] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        lesson, dot, parameter = name.rpartition(".")
        if not (equals and dot and lesson and value.isascii() and value.isdigit()):
            message = f"--set {setting!r} is not LESSON.PARAMETER=VALUE, such as P1.1.carry_days=21"
            raise click.UsageError(message)
        if len(value) > len(str(MAX_NUMBER)) or int(value) > MAX_NUMBER:
            message = f"--set {name}: {NUMBER}"
            raise click.UsageError(message)
        if parameter in parsed.setdefault(lesson, {}):
            raise click.UsageError(f"--set names {lesson}.{parameter} twice")
        parsed[lesson][parameter] = int(value)
    return Settings.of(parsed, "--set")


@contextmanager
def output_to(file: Path | None, *, private: bool = True) -> Iterator[TextIO]:
    """Yield the stream for results: standard output, or a file written whole or not at all.

    Always UTF-8 and without translated line ends, whatever the machine's locale. When the context
    ends the results stand: the file is on the disk. Not `private`: it speaks of no family.
    """
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
    target = _target(file)
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
        raise click.UsageError(f"--output {printable(str(file))}: {error}") from None


def _sync(stdout: BinaryIO) -> None:
    """See that what went to a file by `>` is on its disk, where the last error may be told."""
    try:
        handle = stdout.fileno()
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.fsync(handle)
    except (io.UnsupportedOperation, ValueError):
        return  # no file of the system stands behind it


def _target(file: Path) -> Path:
    """Return the file to write or replace, where links lead to it, or end the command."""
    name = printable(str(file))
    try:
        target = target_of(file)
    except UnfitTarget as error:
        raise click.UsageError(f"--output {name}: {error}") from None
    if _holds_work(target):
        message = "is a store or a workbook, which a report would destroy: choose another file"
    elif target.exists() and target.name.lower().endswith(_WRITTEN_BY_HAND):
        message = "is a page of rules or a settings file, which a report would destroy"
        message += ": choose another file"
    else:
        return target
    raise click.UsageError(f"--output {name}: {message}")


def _holds_work(file: Path) -> bool:
    """Tell whether a file is a store, a file beside one, or a filled-in workbook."""
    for beside in ("-wal", "-shm", "-journal"):
        if file.name.endswith(beside) and _holds_work(Path(str(file)[: -len(beside)])):
            return True
    if not file.is_file():
        return False
    try:
        with file.open("rb") as opened:
            return opened.read(len(_STORE)).startswith((_STORE, _WORKBOOK))
    except OSError:
        return False  # what cannot be read is found out when it is replaced
