"""What several commands share: which rules are in force, where results go, how they are read."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click

from casecheck.lessons.conditions import MAX_NUMBER
from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import load_rules

rules_option = click.option(
    "--rules",
    "rules_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of lessons. Default: rules/ here, else the lessons that casecheck ships.",
)
lesson_option = click.option(
    "--lesson", "lessons", multiple=True, metavar="ID", help="Only this lesson; repeatable."
)
set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="LESSON.PARAMETER=VALUE",
    help="Set a parameter, as in P1.1.carry_days=21; repeatable. Reports say so.",
)


def rules_in_force(
    folder: Path | None, lessons: tuple[str, ...] = (), settings: tuple[str, ...] = ()
) -> Rules:
    """Return the lessons chosen; a fault in the rules or the choice ends the command (exit 2)."""
    try:
        rules = load_rules(folder or _default_folder(), _parsed_settings(settings))
    except RulesError as error:
        raise click.UsageError(f"The rules cannot be used:\n{error}") from None
    known = [lesson.id for lesson in rules.lessons]
    for identifier in lessons:
        if identifier not in known:
            hint = did_you_mean(identifier, known)
            raise click.UsageError(f"No lesson {identifier!r} in {rules.folder}: {hint}")
    if not lessons:
        return rules
    return replace(rules, lessons=tuple(one for one in rules.lessons if one.id in lessons))


def _default_folder() -> Path:
    here = Path("rules")
    if here.is_dir():
        return here
    package = Path(__file__).parent.parent
    shipped = package / "shipped_rules"
    return shipped if shipped.is_dir() else package.parent / "rules"


def _parsed_settings(settings: tuple[str, ...]) -> dict[str, dict[str, int]]:
    parsed: dict[str, dict[str, int]] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        lesson, dot, parameter = name.rpartition(".")
        if not (equals and dot and lesson and value.isascii() and value.isdigit()):
            message = f"--set {setting!r} is not LESSON.PARAMETER=VALUE, such as P1.1.carry_days=21"
            raise click.UsageError(message)
        if len(value) > len(str(MAX_NUMBER)) or int(value) > MAX_NUMBER:
            message = f"--set {name}: a value is a whole number from 0 to {MAX_NUMBER:,}"
            raise click.UsageError(message)
        if parameter in parsed.setdefault(lesson, {}):
            raise click.UsageError(f"--set names {lesson}.{parameter} twice")
        parsed[lesson][parameter] = int(value)
    return parsed


@contextmanager
def output_to(file: Path | None) -> Iterator[TextIO]:
    """Yield the stream for results: standard output, or a file written whole or not at all.

    Always UTF-8 and without translated line ends, whatever the machine's locale.
    """
    if file is None:
        stream = io.TextIOWrapper(
            sys.stdout.buffer, encoding="utf-8", errors="backslashreplace", newline=""
        )
        try:
            yield stream
            stream.flush()
        finally:
            with suppress(ValueError, OSError):
                stream.detach()
        return
    if not file.parent.is_dir() or (file.exists() and not file.is_file()):
        # A device would be replaced, not written to.
        raise click.UsageError(f"--output {file}: not a file in an existing folder")
    try:
        handle, name = tempfile.mkstemp(prefix=".casecheck-", suffix=".part", dir=file.parent)
    except OSError as error:
        raise click.UsageError(f"--output {file}: {error.strerror}") from None
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
