"""Find the responses of folders of lessons, and read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from casecheck.intake.leftovers import leftover
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.loading import review_of
from casecheck.lessons.page_files import RESPONSE_PAGE, read_page_text, real_path
from casecheck.lessons.shapes import Shapes
from casecheck.response.model import Action, FindingLine, How, LessonLine, Response
from casecheck.response.reader import read_response

_Named = FindingLine | LessonLine | Action | How


def find_responses(folders: Sequence[Path]) -> list[Path]:
    """Return the pages of responses in folders and their subfolders, in order.

    Left out are those of a review that is in force only where its own folder is named.
    """
    named = {real_path(folder) for folder in folders}
    found = {real_path(page): page for folder in folders for page in _pages_in(folder, named)}
    return [found[real] for real in sorted(found)]


def _pages_in(folder: Path, named: set[Path]) -> Iterator[Path]:
    for page in sorted(folder.rglob(RESPONSE_PAGE)):
        inner = page.relative_to(folder).parts[:-1]
        within = [one for one in page.parents if folder in one.parents]
        if any(leftover(part, folder=True) for part in inner):
            continue
        if all(real_path(one) in named or _by_default(one) for one in within):
            yield page


def _by_default(folder: Path) -> bool:
    review = review_of(folder)
    return review is None or review.default


def load_responses(pages: Sequence[Path]) -> list[Response]:
    """Return the responses of pages.

    Raises:
        RulesError: with every fault of every page; also where two of them give one id, by which
            nobody could say what is meant.
    """
    shapes = Shapes()
    responses = []
    for page in pages:
        text = shapes.attempt(read_page_text, page)
        if text is not None:
            read = shapes.page(str(page), read_response, shapes, text, str(page))
            responses += [read] if read is not None else []
    if not shapes.errors:
        shapes.errors.extend(_ids_twice(responses))
    if shapes.errors:
        raise RulesError(shapes.errors)
    return responses


def _ids_twice(responses: Iterable[Response]) -> Iterable[PageError]:
    files: dict[tuple[int, str], str] = {}
    for response in responses:
        own: dict[tuple[int, str], _Named] = {}
        kinds: tuple[Sequence[_Named], ...] = (
            response.findings,
            response.lessons,
            (*response.actions, *response.how),
        )
        for kind, ones in enumerate(kinds):
            own.update({(kind, one.id): one for one in ones})
        for key, one in own.items():
            if key in files:
                message = f"the id {one.id} stands in {files[key]} too: choose another"
                yield one.place.error(message)
        files.update(dict.fromkeys(own, response.file))
