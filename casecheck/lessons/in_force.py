"""Which lessons are in force: those of a folder that is named, else the board's, else the shipped.

Whoever calls, a command or another program, says what was chosen; what is wrong with it is raised
in words for the person who chose it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from casecheck.lessons.check_marks import called_now
from casecheck.lessons.errors import PageError, RulesError, did_you_mean
from casecheck.lessons.lesson import Check, Lesson, Off, Rules
from casecheck.lessons.loading import load_rules, measure_id
from casecheck.lessons.periods import MAX_NUMBER, NUMBER
from casecheck.lessons.settings import Settings
from casecheck.lessons.settings_file import BoardSettings, find_settings, read_settings
from casecheck.lessons.shipped import (
    is_shipped_folder,
    shipped_folder,
    shipped_names,
    shipped_set,
)
from casecheck.lessons.strangers import refuse_strangers
from casecheck.record.faults import CasecheckError
from casecheck.results import SEVERITIES, WEIGHTS, Severity
from casecheck.text.counted import counted

AS_SHIPPED = BoardSettings()
"""The settings of no board."""


class WrongSetting(CasecheckError):  # noqa: N818 - says which
    """A parameter that was set has no such lesson, name or value; the message begins with it."""


class NotInForce(CasecheckError):  # noqa: N818 - says which
    """A lesson or check that was chosen is not in force; the message says why, or which are."""


def board_settings(file: Path | None = None) -> BoardSettings:
    """Return the settings of a file, else of the nearest here or in a folder above, if any.

    Raises:
        RulesError: where there is a fault in them, or they were found and may be somebody else's.
    """
    if file is None:
        file = find_settings(Path.cwd())
        if file is not None:
            refuse_strangers(
                file, f"Read it; then name it by --settings {file}, or use --no-settings"
            )
    return AS_SHIPPED if file is None else read_settings(file)


def folders_in_force(board: BoardSettings, folder: Path | None = None) -> list[Path]:
    """Return the folders of lessons that are used where `folder`, or none, is named.

    Raises:
        RulesError: where `rules/` is here and may be somebody else's work.
    """
    if folder:
        return [named_folder(folder)]
    return [board.rules or _default_folder(), *board.add_rules]


def named_folder(folder: Path) -> Path:
    """Return the folder that is meant: by its path, or of a set that casecheck ships."""
    if os.path.lexists(folder) or len(folder.parts) != 1:
        return folder
    return shipped_set(str(folder)) or folder


def _default_folder() -> Path:
    here = Path("rules")
    if not here.is_dir():
        return shipped_folder()
    if not is_shipped_folder(here):
        refuse_strangers(here, "Read it; then name it by --rules rules, or work in another folder")
    return here


def rules_in_force(
    board: BoardSettings,
    folder: Path | None = None,
    set_here: Settings | None = None,
    *,
    as_written: bool = False,
) -> Rules:
    """Return the lessons in force, all of them.

    A folder that is named is used alone; the settings' own folders are for when none is.
    `set_here` counts over what the board has set. `as_written`: each page as it stands, whatever
    the board has set or switched off.

    Raises:
        RulesError: with every fault of pages and settings.
        WrongSetting: where `set_here` names what there is not.
    """
    set_here = set_here or Settings()
    settings_there = Settings() if as_written else board.settings
    try:
        base, *more = folders_in_force(board, folder)
        if folder and settings_there != Settings():
            # The board may have set something of lessons that are in its other folders.
            settings_there = settings_there.only(_ids(load_rules(base)))
        rules = load_rules(base, set_here.over(settings_there), more)
        if not (folder or as_written):
            _refuse_weights(board, rules)
        return rules
    except RulesError:
        _refuse_unknown(set_here, board, folder)
        raise


def _refuse_weights(board: BoardSettings, rules: Rules) -> None:
    """Raise `RulesError` where the board weighs a lesson or check that is not there."""
    known = [*WEIGHTS, *(one.id for one in rules.lessons), *(off.lesson for off in rules.off)]
    known += [f"{lesson.id}/{check.id}" for lesson in rules.lessons for check in lesson.checks]
    known += [f"{off.lesson}/{off.check}" for off in rules.off]
    # A lesson that is switched off as a whole has checks that nobody has read.
    off = tuple(f"{one.lesson}/" for one in rules.off if not one.check)
    unknown = [one for one in board.weights if one not in known and not one.startswith(off)]
    if unknown:
        what = [
            f"[weights]: nothing is called {one!r}: {did_you_mean(one, known)}" for one in unknown
        ]
        raise RulesError([PageError(str(board.file), 1, 1, message) for message in what])


def _refuse_unknown(set_here: Settings, board: BoardSettings, folder: Path | None) -> None:
    """Raise `WrongSetting` where what is set here is not there; other faults are told elsewhere."""
    if not set_here.parameters:
        return
    with suppress(RulesError):
        base, *more = folders_in_force(board, folder)
        rules = load_rules(base, more=more)
        lessons = {one.id: one.parameters for one in rules.lessons}
        of_lessons, _ = set_here.parted(_ids(rules) - lessons.keys())
        for lesson, named in of_lessons.parameters.items():
            for name in named:
                setting = f"{lesson}.{name}"
                if lesson not in lessons:
                    hint = did_you_mean(lesson, _ids(rules))
                    raise WrongSetting(f"{setting}: no lesson {lesson!r} in force: {hint}")
                if name not in lessons[lesson]:
                    hint = did_you_mean(name, lessons[lesson])
                    raise WrongSetting(f"{setting}: {lesson} has no parameter {name!r}: {hint}")


def _ids(rules: Rules) -> set[str]:
    """Return the ids of all lessons and measures: what has parameters."""
    of_measures = {measure_id(text) for _, text in rules.measure_pages}
    return {one.id for one in rules.lessons} | of_measures


def only_lessons(rules: Rules, lessons: Sequence[str]) -> Rules:
    """Return the rules with these lessons alone; with all where none is named.

    Raises:
        NotInForce: where one of them is not in force.
    """
    known = [lesson.id for lesson in rules.lessons]
    for identifier in lessons:
        if identifier not in known:
            raise NotInForce(_not_in_force(identifier, known, rules))
    if not lessons:
        return rules
    return replace(rules, lessons=tuple(one for one in rules.lessons if one.id in lessons))


def only_marked(rules: Rules, tags: Sequence[str], severity: Severity | None) -> Rules:
    """Return the rules with those checks alone that have one of the tags and this severity.

    With no tags, whatever they have; a graver one than `severity` is meant too. What is left says
    that it is only a part: the outcome of a lesson is that of its checks that were asked.

    Raises:
        NotInForce: where no check has a tag, or none is left.
    """
    every = [check for lesson in rules.lessons for check in lesson.checks]
    known = {tag for check in every for tag in check.tags}
    for tag in tags:
        if tag not in known:
            hint = did_you_mean(tag, known) if known else "no check of these lessons has a tag"
            raise NotInForce(f"No check has the tag {tag!r}: {hint}")
    meant = SEVERITIES[: SEVERITIES.index(severity) + 1] if severity else SEVERITIES
    words = [f"the tag {' or '.join(tags)}"] * bool(tags)
    words += [f"the severity {' or '.join(meant)}"] * bool(severity)
    which = " and ".join(words)
    left, number = [], 0
    for lesson in rules.lessons:
        checks = tuple(
            check
            for check in lesson.checks
            if check.severity in meant and (not tags or not set(tags).isdisjoint(check.tags))
        )
        number += len(checks)
        if checks:
            left.append(replace(lesson, checks=checks))
    if not left:
        raise NotInForce(f"No check of these lessons has {which}")
    if number == len(every):
        return rules
    told = (
        f"only {number} of {counted(len(every), 'check')} are asked, those with {which}: the"
        " outcome of a lesson is that of these alone"
    )
    digest = _digest_in_part(rules.digest, left)
    return replace(rules, lessons=tuple(left), asked_in_part=told, digest=digest)


def _digest_in_part(digest: str, lessons: Iterable[Lesson]) -> str:
    """Return the digest of rules of which only these checks are asked: they say something else."""
    names = [f"{lesson.id}/{check.id}" for lesson in lessons for check in lesson.checks]
    content = "\n".join([digest, *names])
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def _not_in_force(identifier: str, known: Iterable[str], rules: Rules) -> str:
    for off in rules.off:
        if off.lesson == identifier:
            return f"No lesson {identifier!r} in force: {off}"
    hint = did_you_mean(identifier, known)
    return f"No lesson {identifier!r} in {rules.folder}: {hint}"


def only_checks(lesson: Lesson, checks: Sequence[str], off: Iterable[Off]) -> list[Check]:
    """Return these checks of a lesson, or all where none is named; `off` are switched off.

    Raises:
        NotInForce: where one of them is not in force.
    """
    known = [check.id for check in lesson.checks]
    for identifier in checks:
        if identifier not in known:
            switched = [str(one) for one in off if one.check == identifier]
            hint = called_now(lesson.id, identifier, [lesson]) or did_you_mean(identifier, known)
            message = f"{lesson.id} has no check {identifier!r}: {hint}"
            raise NotInForce(switched[0] if switched else message)
    return [check for check in lesson.checks if not checks or check.id in checks]


def settings_typed(settings: Iterable[str], set_by: str) -> Settings:
    """Return parameters that were typed as `P1.1.carry_days=21`; `set_by` says where.

    Raises:
        WrongSetting: where one is not written so, or a parameter is given twice.
    """
    numbers: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        lesson, dot, _ = name.rpartition(".")
        if not (equals and dot and lesson and value.isascii() and value.isdigit()):
            message = f"{setting!r} is not LESSON.PARAMETER=VALUE, such as P1.1.carry_days=21"
            raise WrongSetting(message)
        if len(value) > len(str(MAX_NUMBER)):
            raise WrongSetting(f"{name}: {NUMBER}")
        if name in numbers:
            raise WrongSetting(f"{name} is given twice")
        numbers[name] = value
    return settings_of({name: int(value) for name, value in numbers.items()}, set_by)


def settings_of(numbers: Mapping[str, int], set_by: str) -> Settings:
    """Return parameters that are set to numbers, each named as `P1.1.carry_days`.

    Raises:
        WrongSetting: where a name or a number is none that a parameter could have.
    """
    parameters: dict[str, dict[str, int]] = {}
    for name, number in numbers.items():
        lesson, _, parameter = name.rpartition(".")
        if not lesson:
            raise WrongSetting(f"{name!r} is not LESSON.PARAMETER, such as P1.1.carry_days")
        if type(number) is not int or not 0 <= number <= MAX_NUMBER:
            raise WrongSetting(f"{name}: {NUMBER}")
        parameters.setdefault(lesson, {})[parameter] = number
    return Settings.of(parameters, set_by)


def sets_shipped(folder: Path) -> list[str]:
    """Return the sets that casecheck ships, where a folder was named that is not there."""
    return [] if os.path.lexists(folder) else shipped_names()
