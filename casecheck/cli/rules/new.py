"""`casecheck rules new`: write a page for a new lesson."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from casecheck.authoring.scaffold import Refused, write_page

_REVIEW = re.compile(r"[a-z][a-z0-9_-]{0,63}", re.ASCII)
_LESSON = re.compile(r"[A-Z][A-Za-z0-9.-]{0,31}", re.ASCII)
MAX_TITLE = 200
_IN_PLACE = (
    "In this folder `casecheck audit` now asks the lessons of rules/, in place of those that it"
    " ships. To ask both, give the folder another name, and put `add_rules = [NAME]` into"
    " casecheck.toml."
)


@click.command(
    "new",
    epilog="Example: casecheck rules new neighbours N1.1 'Risks are acted on' --rules my-rules",
)
@click.argument("review")
@click.argument("lesson")
@click.argument("title")
@click.option(
    "--rules", "rules_folder", type=click.Path(path_type=Path), metavar="DIR",
    default=Path("rules"), show_default=True,
    help="Folder of lessons to write into; it is made if there is none.",
)  # fmt: skip
def command(review: str, lesson: str, title: str, rules_folder: Path) -> None:
    """Write a page for a new lesson, with examples to fill in.

    REVIEW is the folder of the review or other source (small letters, figures, - and _), LESSON
    the lesson's id (a capital letter first, such as P1.1), TITLE the lesson in one line. The page
    loads and runs as it stands; its comments say what to put in place, and lint, test, mutate and
    audit say so as long as a text of the example is left. Nothing is overwritten.

    Exit status: 0 written; 2 wrong usage, or there is such a page or lesson already.
    """
    if not _REVIEW.fullmatch(review):
        message = "is small letters, figures, - and _, a letter first, such as children_p"
        raise click.UsageError(f"REVIEW {review[:64]!r} {message}")
    if not _LESSON.fullmatch(lesson):
        message = "is letters, figures, . and -, a capital first, such as P1.1"
        raise click.UsageError(f"LESSON {lesson[:64]!r} {message}")
    title = " ".join(title.split())
    if not title or not title.isprintable() or len(title) > MAX_TITLE:
        raise click.UsageError(f"TITLE is one line of 1 to {MAX_TITLE} characters that can be seen")
    if not str(rules_folder).isprintable():
        raise click.UsageError("--rules holds a character that cannot be seen: rename the folder")
    is_new = not rules_folder.exists()
    try:
        file = write_page(rules_folder, review, lesson, title)
    except Refused as refused:
        raise click.UsageError(f"Nothing is written: {refused}") from None
    except OSError as error:
        message = f"Nothing is written: {rules_folder / review}: {error.strerror}"
        raise click.UsageError(message) from None
    page = shlex.quote(str(file))
    click.echo(f"Wrote {file}. Fill it in, and prove it:")
    for command_name in ("test", "lint", "mutate"):
        click.echo(f"  casecheck rules {command_name} {page}")
    if is_new and rules_folder == Path("rules"):
        click.echo(_IN_PLACE)
