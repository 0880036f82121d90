"""`casecheck rules docs`: write a readable page for each lesson, and an index."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from casecheck.authoring.linting import warnings_of
from casecheck.cli import EXIT_FAILED_ON
from casecheck.cli.options import rules_in_force, rules_option
from casecheck.cli.rules.chosen import tell_warnings
from casecheck.lessons.lesson import Lesson, Rules
from casecheck.measures.loading import measures_of
from casecheck.report.lessons.example_words import example_words
from casecheck.report.lessons.lesson_page import INDEX, MARK, index_page, lesson_page, page_name
from casecheck.report.lessons.lesson_words import LessonWords
from casecheck.report.lessons.measure_words import measures_in_words
from casecheck.text.page import counted
from casecheck.text.printable import printable
from casecheck.text.whole_file import write_files

MEASURES = "measures.md"


@click.command("docs", epilog="Example: casecheck rules docs --output docs/lessons")
@rules_option
@click.option(
    "--output", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    default=Path("docs/lessons"), show_default=True, help="Folder for the pages.",
)  # fmt: skip
@click.option(
    "--check", is_flag=True,
    help="Write nothing; name the pages that have drifted from the rules, and end with status 1.",
)  # fmt: skip
def command(rules_folder: Path | None, folder: Path, check: bool) -> int:
    """Write a readable page for each lesson, and an index.

    Each page holds the words of `casecheck explain LESSON --examples`. Reviews that are in force
    only where their folder is named have their pages too; the measures beside lessons have one
    page. Pages that this command wrote for lessons that are gone are removed; a file that it did
    not write is never touched.

    Exit status: 0 written, or nothing has drifted; 1 --check found what has drifted; 2 wrong usage
    or broken rules.
    """
    sets = _all_rules(rules_folder)
    for rules in sets:
        tell_warnings(warnings_of(rules))
    pages = _pages(sets, folder)
    before = _written(folder)
    _refuse_strangers(pages, before, folder)
    changed = {name: text for name, text in pages.items() if before.get(name) != text}
    gone = sorted(before.keys() - pages.keys())
    if check:
        return _tell_drift(changed, gone, before, folder)
    if changed or gone:
        _write(folder, changed, gone)
    where = printable(str(folder))
    click.echo(
        f"{counted(len(pages), 'page')} in {where}: {len(changed)} written, {len(gone)} removed"
    )
    return 0


def _all_rules(folder: Path | None) -> list[Rules]:
    """Return the lessons in force, and those that are where their own folder is named."""
    rules = rules_in_force(folder, as_written=True)
    others = [Path(review.folder) for review in rules.left_out]
    return [rules, *(rules_in_force(other, as_written=True) for other in others)]


def _pages(sets: Sequence[Rules], folder: Path) -> dict[str, str]:
    """Return the text of each page by its file name."""
    lessons = [lesson for rules in sets for lesson in rules.lessons]
    reviews = [review for rules in sets for review in rules.reviews]
    pages = {INDEX: index_page(lessons, reviews)}
    taken = {INDEX.casefold()}
    for rules in sets:
        for lesson in rules.lessons:
            name = page_name(lesson)
            if name.casefold() in taken:
                message = f"{lesson.file}: {name} would be the page of two: give it another id"
                raise click.UsageError(message)
            taken.add(name.casefold())
            pages[name] = _page(lesson, rules, folder)
        if rules.measure_pages:
            name = MEASURES if MEASURES not in pages else f"measures-{len(pages)}.md"
            blocks = measures_in_words(measures_of(rules).measures, rules.concepts)
            pages[name] = lesson_page(blocks, "")
            pages[INDEX] += f"\nHow will we know: the [measures]({name}) beside these lessons.\n"
    return pages


def _page(lesson: Lesson, rules: Rules, folder: Path) -> str:
    here = replace(lesson, file=_seen_from(Path(), lesson.file))
    blocks = [
        *LessonWords(rules.concepts, rules.groups).lesson(here, lesson.checks),
        *example_words(lesson, lesson.checks, lesson.background),
    ]
    return lesson_page(blocks, _seen_from(folder, lesson.file))


def _seen_from(folder: Path, file: str) -> str:
    """Return the way from a folder to a file: pages name no folder of this machine."""
    return Path(os.path.relpath(file, folder)).as_posix()


def _written(folder: Path) -> dict[str, str]:
    """Return the pages that an earlier run of this command wrote."""
    texts = {
        path.name: path.read_bytes().decode(errors="replace")
        for path in sorted(folder.glob("*.md"))
        if path.is_file()
    }
    return {name: text for name, text in texts.items() if text.startswith(f"{MARK}\n")}


def _refuse_strangers(pages: Mapping[str, str], before: Mapping[str, str], folder: Path) -> None:
    for name in pages:
        path = folder / name
        if name not in before and (path.exists() or path.is_symlink()):
            message = f"{path} was not written by this command: move it, or name another --output"
            raise click.UsageError(message)


def _tell_drift(
    changed: Mapping[str, str], gone: list[str], before: Mapping[str, str], folder: Path
) -> int:
    for name in changed:
        click.echo(f"{'drifted' if name in before else 'missing'}: {printable(str(folder / name))}")
    for name in gone:
        click.echo(f"of no lesson: {printable(str(folder / name))}")
    if not (changed or gone):
        return 0
    click.echo("`casecheck rules docs` writes them anew.", err=True)
    return EXIT_FAILED_ON


def _write(folder: Path, changed: Mapping[str, str], gone: list[str]) -> None:
    """Write pages and remove others; what cannot all be written leaves the folder as it was."""
    try:
        write_files(folder, changed, private=False, replace=True)
        for name in gone:
            (folder / name).unlink()
    except OSError as error:
        raise click.UsageError(f"--output {folder}: {error.strerror}") from None
