"""Lays out the words of a lesson as a page of Markdown, and writes an index of lessons."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote

from casecheck.lessons.lesson import Lesson, Review
from casecheck.text.blocks import Block, Code, Heading, Item, PageFile, Paragraph, Table, Words
from casecheck.text.page import counted

MARK = "<!-- Written by `casecheck rules docs`: change the lesson's page, not this one. -->"
"""The first line of each page, by which the command knows what it may replace or remove."""
INDEX = "README.md"
K = TypeVar("K")

# What Markdown, or GitHub's, may take for markup. Within a word `_` is text, and stays readable.
_MARKUP = re.compile(r"[\\`*\[\]<>|~&$#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=[a-z0-9_+-]+:)")
_START = re.compile(r"^(\d{0,9})([-+=.)])")


def lesson_page(blocks: Iterable[Block], file: str) -> str:
    """Return a lesson as Markdown; `file` is where its own page is, seen from this one."""
    lines = [MARK, "", f"[All lessons]({INDEX})"]
    before: Block | None = None
    for block in blocks:
        if not (isinstance(before, Item) and isinstance(block, Item)):
            lines.append("")
        lines += _lines(block, file)
        before = block
    return "\n".join(lines) + "\n"


def _lines(block: Block, to: str) -> list[str]:
    match block:
        case Heading(text=text, level=level):
            return [f"{'#' * level} {escaped(text)}"]
        case Paragraph(text=words):
            return [_paragraph(words)]
        case PageFile(file=file):
            return [f"Page: {_link(file, to)}"]
        case Item(depth=depth, text=words):
            return [f"{'  ' * depth}- {_paragraph(words)}"]
        case Table(head=head, rows=rows, outcomes=outcomes):
            told = [f"| {escaped(check)} | **{escaped(outcome)}** |" for check, outcome in outcomes]
            return [_cells(head), "| --- | --- |", *map(_cells, rows), *told]


def index_page(lessons: Sequence[Lesson], reviews: Sequence[Review]) -> str:
    """Return the index as Markdown: the lessons of each review by theme, then by finding."""
    lines = [MARK, "", "# Lessons", ""]
    checks = sum(len(lesson.checks) for lesson in lessons)
    told = f"{counted(len(lessons), 'lesson')}, {counted(checks, 'check')}"
    lines.append(f"{told}. Each page says what a lesson asks, of whom, what meets it, by which")
    lines.append("numbers, and shows examples with their outcomes.")
    titles = {review.id: review for review in reviews}
    for name, of_review in _grouped(lessons, lambda lesson: lesson.source.review):
        review = titles.get(name)
        lines += ["", f"## {escaped(review.title if review else name)}"]
        if review:
            lines += ["", _paragraph((review.about,))]
        if review and not review.default:
            lines += ["", "Not in force unless its folder is named, as by `--rules`."]
        for theme, of_theme in _grouped(of_review, lambda lesson: lesson.theme):
            lines += ["", f"### Theme {theme}", "", *_lesson_table(of_theme)]
        lines += ["", "### By finding", "", *_finding_table(of_review)]
    return "\n".join(lines) + "\n"


def _lesson_table(lessons: Sequence[Lesson]) -> Iterator[str]:
    yield "| lesson | | finding | checks | examples |"
    yield "| --- | --- | --- | ---: | ---: |"
    for lesson in lessons:
        cells = [_to(lesson), escaped(lesson.title), escaped(lesson.source.finding)]
        counts = [str(len(lesson.checks)), str(len(lesson.examples))]
        yield f"| {' | '.join(cells + counts)} |"


def _finding_table(lessons: Sequence[Lesson]) -> Iterator[str]:
    yield "| finding | lessons |"
    yield "| --- | --- |"
    for finding, of_finding in _grouped(lessons, lambda lesson: lesson.source.finding):
        yield f"| {escaped(finding)} | {', '.join(map(_to, of_finding))} |"


def _to(lesson: Lesson) -> str:
    return _link(lesson.id, page_name(lesson))


def page_name(lesson: Lesson) -> str:
    """Return the name of the file that holds a lesson's page."""
    return f"{lesson.id}.md"


def _grouped(
    lessons: Sequence[Lesson], key: Callable[[Lesson], K]
) -> Iterable[tuple[K, list[Lesson]]]:
    """Return the lessons that share something, in the order in which each group begins."""
    groups: dict[K, list[Lesson]] = {}
    for lesson in lessons:
        groups.setdefault(key(lesson), []).append(lesson)
    return groups.items()


def _paragraph(words: Words) -> str:
    text = "".join(_code(part.text) if isinstance(part, Code) else escaped(part) for part in words)
    return _START.sub(r"\1\\\2", text)


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"


def _code(text: str) -> str:
    return f"`{text}`"


def _link(text: str, to: str) -> str:
    return f"[{escaped(text)}]({quote(to)})"


def escaped(text: str) -> str:
    """Return a text whose every character Markdown shows as it is."""
    return _MARKUP.sub(r"\\\g<0>", text)
