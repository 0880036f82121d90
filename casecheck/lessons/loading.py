"""Load a folder of pages: every fault found, each with file, line, column and the likely cure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from casecheck.lessons.check_marks import names_taken
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.lesson import (
    Concept,
    Lesson,
    Review,
    Rules,
)
from casecheck.lessons.page_files import (
    CONCEPTS_PAGE,
    REVIEW_PAGE,
    find_pages,
    read_page_text,
    real_path,
)
from casecheck.lessons.periods import (
    standards_in_words,
)
from casecheck.lessons.rule_packs import packs_of, read_review
from casecheck.lessons.settings import Settings
from casecheck.lessons.shapes import Shapes
from casecheck.text.kept import Later, kept

if TYPE_CHECKING:
    from casecheck.lessons.lesson_reader import LessonReader

MAX_CHARACTERS = 20_000_000
"""The most characters of all pages together."""
WORTH_KEEPING = 100_000
"""Rules of so many characters are kept on disk as they were read: some tenths of a second."""
_NO_SETTINGS = Settings()
_MEASURE = re.compile(
    r"""(?:^measure *:|\A\s*\{\s*"measure"\s*:)[ ]*(?:["']?([A-Za-z0-9.-]+))?""", re.MULTILINE
)


def load_rules(folder: Path, settings: Settings = _NO_SETTINGS, more: Sequence[Path] = ()) -> Rules:
    """Return the lessons of a folder, its subfolders, and of more folders.

    A subfolder whose review is not in force by default is left out.

    Raises:
        RulesError: with every fault of every page.
    """
    files = Shapes()
    pages: dict[str, str] = {}
    of_reviews: dict[str, str] = {}
    passed: list[Path] = []
    found = {real_path(path): path for each in (*more, folder) for path in find_pages(each, passed)}
    for path in sorted(found.values()):
        if (text := files.attempt(read_page_text, path)) is not None:
            (of_reviews if path.name == REVIEW_PAGE else pages)[str(path)] = text
        if sum(map(len, pages.values())) > MAX_CHARACTERS:
            message = f"all pages together hold more than {MAX_CHARACTERS:,} characters"
            raise RulesError([PageError(str(folder), 1, 1, message)])
    reviews = _reviews_kept(of_reviews, files, worth_it=_is_worth_keeping(pages))
    for at, review in reviews.items():
        if any(other.id == review.id for place, other in reviews.items() if place < at):
            message = f"the review {review.id[:64]} stands in another folder too: rename one"
            files.errors.append(PageError(str(at / REVIEW_PAGE), 1, 1, message))
    if files.errors:
        raise RulesError(files.errors)
    named = {real_path(each) for each in (folder, *more)}
    out = [at for at, one in reviews.items() if not one.default and real_path(at) not in named]
    pages = {file: text for file, text in pages.items() if not _is_under(Path(file), out)}
    if reviews_out := [reviews[at] for at in out]:
        _refuse_nothing_in_force(pages, folder, reviews_out)
    measures = {file: text for file, text in pages.items() if is_of_a_measure(text)}
    pages = {file: text for file, text in pages.items() if file not in measures}
    settings, of_measures = settings.parted({measure_id(text) for text in measures.values()})
    rules = _rules_kept(pages, ", ".join(map(str, (folder, *more))), settings)
    in_force = {at: one for at, one in reviews.items() if not _is_under(at / REVIEW_PAGE, out)}
    return replace(
        rules,
        packs=packs_of({**pages, **measures}, in_force, (folder, *more)),
        reviews=tuple(in_force.values()),
        left_out=tuple(reviews[at] for at in out),
        passed_over=tuple(dict.fromkeys(map(str, passed))),
        measure_pages=tuple(sorted(measures.items())),
        measure_settings=of_measures.parameters,
    )


def is_of_a_measure(text: str) -> bool:
    """Say whether a page is one of a measure, which has a reader of its own."""
    return "measure" in text and bool(_MEASURE.search(text))


def measure_id(text: str) -> str:
    """Return the id on the page of a measure, as far as it can be told without reading the page."""
    found = _MEASURE.search(text)
    return (found and found[1]) or ""


def _rules_kept(pages: Mapping[str, str], folder: str, settings: Settings) -> Rules:
    """Return the lessons of pages; where it takes long to read them, they are kept on disk."""

    def read() -> Rules:
        return rules_from_pages(pages, folder, settings, keep=True)

    if not _is_worth_keeping(pages):
        return rules_from_pages(pages, folder, settings)
    return kept("rules", repr((pages, folder, settings)), read)


def _is_worth_keeping(pages: Mapping[str, str]) -> bool:
    return sum(map(len, pages.values())) >= WORTH_KEEPING


def _reviews_kept(texts: Mapping[str, str], files: Shapes, *, worth_it: bool) -> dict[Path, Review]:
    """Return what folders say of themselves; the faults are put into `files`.

    Where the rules are kept on disk, these are too, since then nothing needs to read YAML.
    """

    def read() -> tuple[dict[Path, Review], list[PageError]]:
        shapes = Shapes()
        read = {Path(file).parent: _review(file, text, shapes) for file, text in texts.items()}
        return {at: one for at, one in read.items() if one is not None}, shapes.errors

    reviews, errors = kept("reviews", repr(texts), read) if worth_it else read()
    files.errors.extend(errors)
    return reviews


def _refuse_nothing_in_force(
    pages: Mapping[str, str], folder: Path, left_out: Sequence[Review]
) -> None:
    """Raise `RulesError` where all lessons of a folder are of reviews that are left out."""
    if all(Path(file).name == CONCEPTS_PAGE for file in pages):
        told = " or ".join(f"--rules {review.folder}" for review in left_out)
        message = (
            "no lesson of this folder is in force: what is in it says `default: false`, and is"
            f" asked only where its own folder is named: {told}"
        )
        raise RulesError([PageError(str(folder), 1, 1, message)])


def refuse_broken_reviews(files: Iterable[Path]) -> None:
    """Raise `RulesError` with every fault of what folders say of themselves."""
    shapes = Shapes()
    for file in files:
        _read_review(file, shapes)
    if shapes.errors:
        raise RulesError(shapes.errors)


def review_of(folder: Path) -> Review | None:
    """Return what a folder says of itself; None where it says nothing that can be read."""
    file = folder / REVIEW_PAGE
    return _read_review(file, Shapes()) if file.is_file() else None


def _read_review(file: Path, shapes: Shapes) -> Review | None:
    text = shapes.attempt(read_page_text, file)
    return _review(str(file), text, shapes) if text is not None else None


def _review(file: str, text: str, shapes: Shapes) -> Review | None:
    return shapes.page(file, read_review, shapes, text, file)


def _is_under(file: Path, folders: Iterable[Path]) -> bool:
    return any(folder in file.parents for folder in folders)


def rules_from_pages(
    pages: Mapping[str, str],
    folder: str,
    settings: Settings = _NO_SETTINGS,
    *,
    keep: bool = False,
) -> Rules:
    """Return the lessons of pages given as text by their file names.

    With `keep` each page that is right is kept on disk as it was read: of many pages mostly one is
    edited at a time.
    """
    # What reads pages is a quarter of all modules: nothing of it is wanted for rules that are kept.
    from casecheck.lessons.concept_reader import ConceptReader  # noqa: PLC0415
    from casecheck.lessons.lesson_reader import LessonReader  # noqa: PLC0415

    loader = LessonReader(settings)
    concepts: dict[str, Concept] = {}
    concept_pages = [(file, text) for file, text in pages.items() if _has_concepts(file)]
    for file, text in concept_pages:
        loader.page(file, ConceptReader(loader).groups, text, file)
    for file, text in concept_pages:
        loader.page(file, ConceptReader(loader).concepts, text, file, concepts)
    lessons: list[Lesson] = []
    made_of: dict[str, str] = {}
    keep = keep and not loader.errors
    for file, text in pages.items():
        if not _has_concepts(file):
            everything = repr((file, text, concept_pages, settings))
            read = partial(_lesson, loader, file, text, concepts)
            lesson = _page_kept(everything, read) if keep else read()[0]
            if lesson is not None:
                lessons.append(lesson)
                made_of[lesson.id] = hashlib.sha256(everything.encode()).hexdigest()
    _look_across(loader, lessons, folder)
    if loader.errors:
        raise RulesError(loader.errors)
    lessons.sort(key=lambda lesson: in_natural_order(lesson.id))
    asked = settings.without_off(lessons)
    if not asked:
        raise RulesError([PageError(folder, 1, 1, "the settings switch every check off")])
    digest = as_written = _digest(pages, lessons, _NO_SETTINGS)
    if settings != _NO_SETTINGS:
        digest = _digest(pages, asked, settings)
    return Rules(
        tuple(asked),
        concepts,
        digest,
        folder,
        settings.off,
        as_written=as_written,
        groups=loader.groups,
        made_of=made_of,
    )


def _lesson(
    loader: LessonReader, file: str, text: str, concepts: Mapping[str, Concept]
) -> tuple[Lesson | None, bool]:
    """Return the lesson of a page, and whether it is right: what is wrong is in the loader."""
    before = len(loader.errors)
    lesson = loader.page(file, loader.lesson, text, file, concepts)
    return lesson, len(loader.errors) == before


class _NotKept(Exception):  # noqa: N818 - no error: it carries what was read
    """A page with a fault, which is read anew each time so that its faults are told."""

    def __init__(self, lesson: Lesson | None) -> None:
        super().__init__()
        self.lesson = lesson


def _page_kept(made_of: str, read: Callable[[], tuple[Lesson | None, bool]]) -> Lesson | None:
    """Return the lesson of a page, kept on disk where nothing is wrong with it."""

    def right() -> Lesson:
        lesson, is_right = read()
        if lesson is None or not is_right:
            raise _NotKept(lesson)
        # Examples are more than half of a page, and an audit asks for none of them.
        return replace(lesson, examples=Later(lesson.examples))

    try:
        return kept("page", made_of, right)
    except _NotKept as page:
        return page.lesson


def _look_across(loader: LessonReader, lessons: Sequence[Lesson], folder: str) -> None:
    """Look at what only all pages together can show."""
    files: dict[str, str] = {}
    for lesson in lessons:
        if lesson.id in files:
            message = f"the lesson {lesson.id} stands in {files[lesson.id]} too: rename one"
            loader.errors.append(PageError(lesson.file, 1, 1, message))
        same = {one.casefold(): one for one in files}.get(lesson.id.casefold(), lesson.id)
        if same != lesson.id:
            message = f"the lesson {lesson.id} differs from {same} in capitals only: rename one"
            loader.errors.append(PageError(lesson.file, 1, 1, message))
        files[lesson.id] = lesson.file
    if not (lessons or loader.errors):
        loader.errors.append(PageError(folder, 1, 1, "no page of a lesson in this folder"))
    if not loader.errors:  # where there are faults, it may be a lesson that could not be read
        loader.errors.extend(loader.settings.faults(lessons, folder))
        loader.errors.extend(names_taken(lessons))


def _has_concepts(file: str) -> bool:
    return Path(file).name == CONCEPTS_PAGE


def in_natural_order(text: str) -> list[tuple[int, str]]:
    """Order P2.1 before P10.1."""
    return [
        (int(part or 0), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)
    ]


def _digest(pages: Mapping[str, str], lessons: Iterable[Lesson], settings: Settings) -> str:
    content = hashlib.sha256()
    # Names of pages relative to the folder would do, but their content says it all.
    for text in sorted(pages.values()):
        content.update(hashlib.sha256(text.encode()).digest())
    for lesson in lessons:
        for name, parameter in sorted(lesson.parameters.items()):
            plain = settings == _NO_SETTINGS
            standards = standards_in_words(
                parameter.shipped if plain else parameter.standards, parameter.unit
            )
            content.update(f"{lesson.id}.{name}={standards}\n".encode())
    for off in sorted((one.lesson, one.check) for one in settings.off):
        content.update(f"off {off}\n".encode())
    return f"sha256:{content.hexdigest()}"
