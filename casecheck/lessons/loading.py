"""Load a folder of pages: every fault found, each with file, line, column and the likely cure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from casecheck.lessons.abouts import Abouts
from casecheck.lessons.check_marks import names_taken
from casecheck.lessons.check_reader import CHECK_ID, CheckReader
from casecheck.lessons.concept_reader import ConceptReader
from casecheck.lessons.concept_uses import ConceptUses
from casecheck.lessons.effort import too_much_effort
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.examples import read_examples
from casecheck.lessons.lesson import (
    Check,
    Concept,
    Equivalent,
    Example,
    Lesson,
    Parameter,
    Review,
    Rules,
    Source,
)
from casecheck.lessons.page_files import (
    CONCEPTS_PAGE,
    REVIEW_PAGE,
    find_pages,
    read_page_text,
    real_path,
)
from casecheck.lessons.parts import NAMED, Parts, is_name, words_of
from casecheck.lessons.periods import (
    Standard,
    overlapping,
    standards_in_words,
)
from casecheck.lessons.rule_packs import packs_of, read_review
from casecheck.lessons.settings import Setting, Settings
from casecheck.lessons.shapes import Shapes, is_absent
from casecheck.lessons.units import as_unit, unit_fault, value_fault
from casecheck.lessons.yaml_nodes import Node, Place, read_page

MAX_CHECKS = 60
MAX_CHARACTERS = 20_000_000
"""The most characters of all pages together."""
MAX_PARAMETERS = 100
LESSON_ID = re.compile(r"[A-Z][A-Za-z0-9.-]{0,31}", re.ASCII)
_NO_SETTINGS = Settings()


def load_rules(folder: Path, settings: Settings = _NO_SETTINGS, more: Sequence[Path] = ()) -> Rules:
    """Return the lessons of a folder, its subfolders, and of more folders.

    A subfolder whose review is not in force by default is left out.

    Raises:
        RulesError: with every fault of every page.
    """
    files = Shapes()
    pages: dict[str, str] = {}
    reviews: dict[Path, Review] = {}
    passed: list[Path] = []
    found = {real_path(path): path for each in (*more, folder) for path in find_pages(each, passed)}
    for path in sorted(found.values()):
        if path.name == REVIEW_PAGE:
            if (review := _read_review(path, files)) is not None:
                reviews[path.parent] = review
        elif (text := files.attempt(read_page_text, path)) is not None:
            pages[str(path)] = text
        if sum(map(len, pages.values())) > MAX_CHARACTERS:
            message = f"all pages together hold more than {MAX_CHARACTERS:,} characters"
            raise RulesError([PageError(str(folder), 1, 1, message)])
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
    rules = rules_from_pages(pages, ", ".join(map(str, (folder, *more))), settings)
    in_force = {at: one for at, one in reviews.items() if not _is_under(at / REVIEW_PAGE, out)}
    return replace(
        rules,
        packs=packs_of(pages, in_force, (folder, *more)),
        reviews=tuple(in_force.values()),
        left_out=tuple(reviews[at] for at in out),
        passed_over=tuple(dict.fromkeys(map(str, passed))),
    )


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
    return (
        shapes.page(str(file), read_review, shapes, text, str(file)) if text is not None else None
    )


def _is_under(file: Path, folders: Iterable[Path]) -> bool:
    return any(folder in file.parents for folder in folders)


def rules_from_pages(
    pages: Mapping[str, str], folder: str, settings: Settings = _NO_SETTINGS
) -> Rules:
    """Return the lessons of pages given as text by their file names."""
    loader = _Loader(settings)
    concepts: dict[str, Concept] = {}
    concept_pages = [(file, text) for file, text in pages.items() if _has_concepts(file)]
    for file, text in concept_pages:
        loader.page(file, ConceptReader(loader).groups, text, file)
    for file, text in concept_pages:
        loader.page(file, ConceptReader(loader).concepts, text, file, concepts)
    lessons: list[Lesson] = []
    for file, text in pages.items():
        if not _has_concepts(file):
            lesson = loader.page(file, loader.lesson, text, file, concepts)
            if lesson is not None:
                lessons.append(lesson)
    loader.across(lessons, folder)
    if loader.errors:
        raise RulesError(loader.errors)
    lessons.sort(key=lambda lesson: _natural(lesson.id))
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
    )


def _has_concepts(file: str) -> bool:
    return Path(file).name == CONCEPTS_PAGE


def _natural(text: str) -> list[tuple[int, str]]:
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


class _Loader(Parts):
    """Reads the pages of lessons."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings

    def lesson(self, text: str, file: str, concepts: Mapping[str, Concept]) -> Lesson:
        """Return the lesson of a page."""
        page = ConceptUses(Abouts(read_page(text, file), self).page(), concepts, self).page()
        self.unread = set()
        required = ["lesson", "title", "source", "asks", "checks", "examples"]
        optional = ["since_then", "parameters", "about", "equivalent", "from", "until"]
        parts = self.members(page, "a lesson's page", required, optional)
        identifier = self.text(parts["lesson"], "lesson")
        if identifier and not LESSON_ID.fullmatch(identifier):
            self.fault(parts["lesson"].place, "a lesson's id is like P1.1")
        title, asks = self.text(parts["title"], "title"), self.text(parts["asks"], "asks")
        since_then = self.text(parts["since_then"], "since_then") if "since_then" in parts else ""
        source = self.attempt(self._source, parts["source"])
        parameters: dict[str, Parameter] = {}
        if "parameters" in parts:
            self.attempt(self._parameters, parts["parameters"], identifier, parameters)
        period = self.period(parts)
        named = parts["parameters"].keys if "parameters" in parts else {}
        reader = CheckReader(self, parameters, concepts, period, identifier)
        checks = self.attempt(self._checks, parts["checks"], parameters, named, reader)
        ids = self._check_ids(parts["checks"])
        examples = self.attempt(read_examples, parts["examples"], ids, self)
        equivalent = [
            one
            for item in self.items(parts.get("equivalent"), "equivalent")
            if (one := self.attempt(self._equivalent, item)) is not None
        ]
        if source is None or checks is None or examples is None:
            raise RulesError(())
        self._refuse_the_same(examples[1])
        self.errors.extend(too_much_effort(examples[1], checks, concepts))
        return Lesson(
            id=identifier,
            title=title,
            asks=asks,
            source=source,
            parameters=parameters,
            checks=tuple(checks),
            background=examples[0],
            examples=examples[1],
            equivalent=tuple(equivalent),
            file=file,
            period=period,
            since_then=since_then,
        )

    def _equivalent(self, node: Node) -> Equivalent:
        parts = self.members(node, "an item of equivalent", ["change", "because"])
        change, because = (self.text(parts[key], key) for key in ("change", "because"))
        return Equivalent(change, because, node.place)

    def _check_ids(self, node: Node) -> list[str] | None:
        """Return the ids of all checks, faulty or not; None where one has none of its own."""
        items = node.value if isinstance(node.value, list) else []
        ids = [
            item.value["id"].value if isinstance(item.value, dict) and "id" in item.value else None
            for item in items
        ]
        sound = {one for one in ids if isinstance(one, str) and CHECK_ID.fullmatch(one)}
        return sorted(sound) if ids and len(sound) == len(ids) else None

    def _refuse_the_same(self, examples: Iterable[Example]) -> None:
        """Refuse an example that shows what another shows, whatever it is called."""
        before: dict[str, Place] = {}
        for example in examples:
            shown = json.dumps([example.record, example.expect], sort_keys=True)
            if shown in before:
                line = before[shown].line
                message = (
                    f"this example shows the same as that on line {line}: remove one, or change"
                )
                self.fault(example.place, f"{message} what it is to show")
            before.setdefault(shown, example.place)

    def _source(self, node: Node) -> Source:
        parts = self.members(node, "source", ["review", "finding", "theme", "cite"])
        theme = parts["theme"].value
        if not (type(theme) is int and theme > 0) and not is_absent(parts["theme"]):
            self.fault(parts["theme"].place, "theme is a whole number, from 1")
        words = {key: self.text(parts[key], key) for key in ("review", "finding", "cite")}
        return Source(theme=theme, **words)

    def _parameters(self, node: Node, lesson: str, parameters: dict[str, Parameter]) -> None:
        chosen = self.settings.parameters.get(lesson, {})
        named = self.mapping(node, "parameters is a mapping of names")
        if len(named) > MAX_PARAMETERS:
            message = f"more than {MAX_PARAMETERS} parameters: split the lesson"
            raise RulesError([node.place.error(message)])
        for name, item in named.items():
            # A parameter with a fault is one all the same to the conditions that use it.
            one = (Standard(1),)
            parameters[name] = Parameter(name, one, one, "", "")
            if not is_name(name) or name in self.groups:
                told = f"`{name}` is a group of codes: choose another name"
                self.fault(node.keys[name], told if name in self.groups else NAMED)
                self.unread.add(name)
            parameter = self.attempt(self._parameter, name, item, chosen)
            if parameter is not None:
                parameters[name] = parameter

    def _parameter(self, name: str, node: Node, chosen: Mapping[str, Setting]) -> Parameter:
        what = f"parameter {name[:64]}"
        changing = isinstance(node.value, dict) and "values" in node.value
        parts = self.members(node, what, ["values" if changing else "value", "unit", "basis"])
        unit, basis = self.text(parts["unit"], "unit"), self.text(parts["basis"], "basis")
        if unit and not as_unit(unit):
            self.fault(parts["unit"].place, unit_fault(unit))
        if changing:
            items = self.items(parts["values"], "values")
            found = [self.attempt(self._standard, one, f"a value of {what}", unit) for one in items]
            self._refuse_overlap(items, found)
        else:
            found = [self.attempt(self._value, parts["value"], unit)]
        shipped = tuple(one for one in found if one is not None) or (Standard(1),)
        setting = chosen.get(name, Setting(shipped, ""))
        if setting.fault(unit):  # which is told when all pages are read
            setting = Setting(shipped, "")
        return Parameter(
            name=name,
            standards=setting.standards,
            shipped=shipped,
            unit=as_unit(unit),  # or a fault is told above
            basis=basis,
            set_by=setting.set_by,
            reason=setting.reason,
        )

    def _refuse_overlap(self, items: Sequence[Node], found: Sequence[Standard | None]) -> None:
        """Refuse the first value that holds on a day on which one before it does."""
        before: list[Standard] = []
        for item, standard in zip(items, found, strict=True):
            if standard is None:
                continue
            if any(overlapping((one, standard)) for one in before):
                self.fault(item.place, "two of these hold on one day: end the earlier")
                return
            before.append(standard)

    def _standard(self, node: Node, what: str, unit: str) -> Standard:
        """Return one of the values of a parameter that changes with time."""
        parts = self.members(node, what, ["value"], ["from", "until"])
        return replace(self._value(parts["value"], unit), period=self.period(parts))

    def _value(self, node: Node, unit: str) -> Standard:
        if is_absent(node):
            raise RulesError(())
        if fault := value_fault(node.value, unit):
            raise RulesError([node.place.error(fault)])
        return Standard(node.value)

    def _checks(
        self,
        node: Node,
        parameters: Mapping[str, Parameter],
        named: Mapping[str, Place],
        reader: CheckReader,
    ) -> list[Check]:
        checks: list[Check] = []
        gaps = self.gaps
        items = self.items(node, "checks")
        if len(items) > MAX_CHECKS:
            raise RulesError([node.place.error(f"more than {MAX_CHECKS} checks: split the lesson")])
        for item in items:
            check = self.attempt(reader.check, item)
            if check is None:
                self.unread |= words_of(item)
            else:
                checks.append(check)
        seen: set[str] = set()
        for check in checks:
            if check.id in seen:
                self.fault(check.place, f"the check `{check.id}` is repeated: rename one")
            seen.add(check.id)
        for name in parameters:
            if self.gaps == gaps and name not in reader.used | self.unread:
                self.fault(named[name], f"no condition uses the parameter `{name[:64]}`: remove it")
        return checks

    def across(self, lessons: Sequence[Lesson], folder: str) -> None:
        """Look at what only all pages together can show."""
        files: dict[str, str] = {}
        for lesson in lessons:
            if lesson.id in files:
                message = f"the lesson {lesson.id} stands in {files[lesson.id]} too: rename one"
                self.errors.append(PageError(lesson.file, 1, 1, message))
            same = {one.casefold(): one for one in files}.get(lesson.id.casefold(), lesson.id)
            if same != lesson.id:
                message = f"the lesson {lesson.id} differs from {same} in capitals only: rename one"
                self.errors.append(PageError(lesson.file, 1, 1, message))
            files[lesson.id] = lesson.file
        if not (lessons or self.errors):
            self.errors.append(PageError(folder, 1, 1, "no page of a lesson in this folder"))
        if not self.errors:  # where there are faults, it may be a lesson that could not be read
            self.errors.extend(self.settings.faults(lessons, folder))
            self.errors.extend(names_taken(lessons))
