"""Find the pages that an author names, and load them with the concepts that they may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from casecheck.intake.leftovers import leftover
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.lesson import Lesson, RulePack, Rules
from casecheck.lessons.loading import (
    is_of_a_measure,
    load_rules,
    refuse_broken_reviews,
    review_of,
    rules_from_pages,
)
from casecheck.lessons.page_files import (
    CONCEPTS_PAGE,
    REVIEW_PAGE,
    find_pages,
    read_page_text,
    real_path,
)
from casecheck.lessons.rule_packs import packs_of
from casecheck.measures.loading import measures_of
from casecheck.measures.measure import Measures

_NO_LESSON = (CONCEPTS_PAGE, REVIEW_PAGE)


def load_named(paths: Iterable[Path], base: Path) -> list[Rules]:
    """Return the lessons of each path, a page or a folder of pages, no lesson twice.

    Pages inside `base` may use all concepts that stand there; others those of their own folder.
    Pages that nobody named are not read, so that a fault in one of them stops nobody.

    Raises:
        RulesError: with every fault of the pages of a path.
    """
    seen: set[Path] = set()
    loaded = []
    for path in paths:
        if _holds_measures_alone(path):
            continue
        rules = _load(path, base)
        lessons = tuple(one for one in rules.lessons if real_path(Path(one.file)) not in seen)
        seen.update(real_path(Path(one.file)) for one in lessons)
        if lessons:
            loaded.append(replace(rules, lessons=lessons))
    return loaded


def _holds_measures_alone(path: Path) -> bool:
    """Say whether a page, or each of a folder, is one of a measure: there are no lessons in it."""
    pages = [one for one in _pages(path, []) if one.name not in _NO_LESSON]
    return bool(pages) and all(is_of_a_measure(read_page_text(one)) for one in pages)


def load_measures(paths: Iterable[Path]) -> list[tuple[Measures, Rules]]:
    """Return the measures of each path, a page or a folder, and the lessons that they may name.

    These are all of the folder of the review: the nearest above that says so, else the page's own.

    Raises:
        RulesError: with every fault of the pages of a folder.
    """
    pages: dict[Path, set[Path]] = {}
    for path in paths:
        for page in find_pages(path) if path.is_dir() else [path]:
            if is_of_a_measure(read_page_text(page)):
                pages.setdefault(_folder_of_review(page), set()).add(real_path(page))
    loaded = []
    for folder, named in pages.items():
        rules = load_rules(folder)
        measures = measures_of(rules)
        asked = (one for one in measures.measures if real_path(Path(one.file)) in named)
        loaded.append((replace(measures, measures=tuple(asked)), rules))
    return loaded


def _folder_of_review(page: Path) -> Path:
    above = (one for one in real_path(page).parents if (one / REVIEW_PAGE).is_file())
    return next(above, page.parent)


def concept_pages(rules: Rules) -> list[Path]:
    """Return the pages of the concepts that lessons use, and of those beside them."""
    files = {Path(concept.file) for concept in rules.concepts.values()}
    files |= {Path(group.place.file) for group in rules.groups.values()}
    beside = {Path(lesson.file).parent / CONCEPTS_PAGE for lesson in rules.lessons}
    return sorted(files | {file for file in beside if file.is_file()})


def concepts_used(path: Path, base: Path) -> list[Path]:
    """Return the pages of concepts that a page, or a folder of pages, may use."""
    return _concepts(path, base)


def watched(path: Path, concepts: Iterable[Path]) -> list[Path]:
    """Return the files that decide what a page, or a folder of pages, asks; they need not be there.

    They are the pages, the concepts that these use, and what their folders say of themselves. Only
    a folder that was named is looked through: this is called twice a second.
    """
    folder = path if path.is_dir() else path.parent
    pages = path.rglob("*.yaml") if path.is_dir() else [path]
    beside = [folder / CONCEPTS_PAGE, folder / REVIEW_PAGE]
    others = (one for file in concepts for one in (file, file.parent / REVIEW_PAGE))
    return sorted({*pages, *beside, *others})


def _shared(folder: Path, base: Path) -> Path:
    """Return the folder of which the pages of another may use all concepts."""
    return base if real_path(base) in (real_path(folder), *real_path(folder).parents) else folder


def load_version(path: Path, base: Path, other: Path) -> Rules:
    """Return the lessons of one of two versions: a folder, a page, or a saved copy of a page.

    A page that has no concepts beside it, as a copy that was put aside, uses those of the other
    version.

    Raises:
        RulesError: with every fault of the pages.
    """
    beside = path.parent / CONCEPTS_PAGE
    alone = not path.is_dir() and real_path(path.parent) != real_path(other.parent)
    return _load(path, base, _concepts(other, base) if alone and not beside.is_file() else None)


def _load(path: Path, base: Path, concepts: Sequence[Path] | None = None) -> Rules:
    passed: list[Path] = []
    pages = _pages(path, passed)
    named = {real_path(page) for page in pages}
    if concepts is None:
        concepts = _concepts(path, base)
    others = [page for page in concepts if real_path(page) not in named]
    texts = {str(page): read_page_text(page) for page in (*others, *pages)}
    lessons = {file: text for file, text in texts.items() if not is_of_a_measure(text)}
    rules = rules_from_pages(lessons, str(path))
    return replace(rules, passed_over=tuple(map(str, passed)), packs=_packs(path, texts))


def _concepts(path: Path, base: Path) -> list[Path]:
    """Return the pages of the concepts that a page, or the pages of a folder, may use."""
    folder = path if path.is_dir() else path.parent
    shared = _shared(folder, base)
    return [
        page
        for page in sorted(shared.rglob(CONCEPTS_PAGE))
        if not _is_left_over(page, shared) and _in_force(page.parent, shared, folder)
    ]


def _packs(path: Path, texts: Mapping[str, str]) -> tuple[RulePack, ...]:
    """Return the packs of a folder that is named; one page of a folder is no pack."""
    if not path.is_dir():
        return ()
    inside = {file: text for file, text in texts.items() if path in Path(file).parents}
    folders = {parent for file in inside for parent in Path(file).parents}
    reviews = {
        folder: review
        for folder in folders
        if folder == path or path in folder.parents
        if (review := review_of(folder)) is not None
    }
    return packs_of(inside, reviews, (path,))


def _is_left_over(page: Path, base: Path) -> bool:
    """Say whether a page stands in a folder of a system or an editor."""
    return any(leftover(one, folder=True) for one in page.relative_to(base).parts[:-1])


def _in_force(folder: Path, base: Path, named: Path) -> bool:
    """Say whether what stands in a folder of `base` is read with the folder that is named."""
    chain = [real_path(one) for one in (named, *named.parents)]
    while folder != base:
        review = review_of(folder)
        if review and not review.default and real_path(folder) not in chain:
            return False
        folder = folder.parent
    return True


def _pages(path: Path, passed: list[Path]) -> list[Path]:
    if not path.is_dir():
        return [path]
    everything = find_pages(path, passed)
    refuse_broken_reviews(page for page in everything if page.name == REVIEW_PAGE)
    found = [page for page in everything if page.name != REVIEW_PAGE]
    if not found:
        raise RulesError([PageError(str(path), 1, 1, "no page (*.yaml) in this folder")])
    return found


def one_by_one(loaded: Iterable[Rules]) -> Iterator[tuple[Lesson, Rules]]:
    """Yield each lesson with the rules of which it is then the only lesson."""
    for rules in loaded:
        for lesson in rules.lessons:
            yield lesson, replace(rules, lessons=(lesson,))
