"""Try every change of the rules on the examples: which of them does no example notice?

A changed page is loaded as any other, and what the loader refuses needs no example. Its checks are
then read on the examples' records by the reference reading, which asks the same as the engine and
takes no compiling.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from casecheck.authoring.page_changes import (
    Change,
    concept_changes,
    lesson_changes,
    mentions,
    named_parts,
    plain,
    with_used_parameters,
    without_examples,
)
from casecheck.authoring.pages import concept_pages
from casecheck.lessons.abouts import Abouts
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Equivalent, Example, Lesson, Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.lessons.nodes import Node
from casecheck.lessons.page_files import CONCEPTS_PAGE, read_page_text
from casecheck.lessons.shapes import Shapes
from casecheck.lessons.yaml_nodes import read_page
from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.truth.account import ways_short
from casecheck.truth.indexed_reading import IndexedReading
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import outcome_of

CONCEPTS = "concepts"
"""What the changes of concepts are counted under, beside the lessons."""


class ExamplesFail(Exception):  # noqa: N818 - says what is the matter
    """Some examples do not come out as their page says, so that they can prove nothing."""

    def __init__(self, failing: Sequence[str]) -> None:
        super().__init__("\n".join(failing))
        self.failing = failing


@dataclass(slots=True)
class Tried:
    """What came of the changes of one lesson's page, or of the concepts.

    `equivalent` are the changes that no example notices and that a page explains.
    """

    of: str
    file: str
    noticed: int = 0
    refused: int = 0
    equivalent: list[Change] = field(default_factory=list)
    survived: list[Change] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """How many changes were tried."""
        return self.noticed + self.refused + len(self.equivalent) + len(self.survived)


class Mutation:
    """The rules of a folder, ready to be changed one thing at a time.

    `chosen` are the ids of the lessons to change, all if there are none. A change of a concept is
    tried on all lessons that use it; not `with_concepts`, where some of those may be missing.

    Raises:
        ExamplesFail: where an example of the lessons does not come out as its page says.
        RulesError: where the pages cannot be read again as they stand.
    """

    def __init__(
        self, rules: Rules, chosen: Iterable[str] = (), *, with_concepts: bool = True
    ) -> None:
        self.rules = rules
        self.with_concepts = with_concepts
        wanted = set(chosen)
        self.chosen = [one for one in rules.lessons if one.id in wanted or not wanted]
        self._written = {one.file: _read(Path(one.file)) for one in rules.lessons}
        self._pages = {file: Abouts(page, Shapes()).page() for file, page in self._written.items()}
        self._concept_pages = {str(file): _read(file) for file in concept_pages(rules)}
        self._shared = _Shared(
            *(
                {
                    name: plain(node)
                    for page in self._concept_pages.values()
                    for name, node in named_parts(page, key).items()
                }
                for key in ("concepts", "groups")
            )
        )
        self._equivalent = {lesson.file: lesson.equivalent for lesson in rules.lessons}
        self._true: set[Equivalent] = set()
        self._examples = _Examples(rules.lessons)
        # The pages as they stand, without a board's settings: their examples are about these.
        as_they_stand = {
            file: without_examples(page, plain(page.value["checks"]))
            for file, page in self._pages.items()
        }
        failing = list(self._examples.failing(self._load(as_they_stand, self._shared)))
        if failing:
            raise ExamplesFail(failing)

    def run(self) -> Iterator[Tried]:
        """Yield what came of each chosen lesson, in order, then of the concepts that they use."""
        for lesson in self.chosen:
            tried = Tried(lesson.id, lesson.file)
            for change in lesson_changes(self._written[lesson.file], self.rules.concepts):
                self._try(change, {lesson.file: change.page}, self._shared, tried)
            yield tried
        for file, page in self._concept_pages.items() if self.with_concepts else ():
            tried = Tried(CONCEPTS, file)
            users: dict[str, dict[str, Any]] = {}
            for change in concept_changes(page, self.rules.concepts):
                name = change.of_concept
                if name not in users:
                    users[name] = self._users(name)
                if any(lesson.file in users[name] for lesson in self.chosen):
                    self._try(change, users[name], self._shared.changed(change.page), tried)
            if tried.changes:
                yield tried

    def stale(self) -> list[Equivalent]:
        """Return what the chosen lessons call equivalent and was not, when all has been tried."""
        called = chain.from_iterable(lesson.equivalent for lesson in self.chosen)
        return [one for one in called if one not in self._true]

    def _try(self, change: Change, pages: Mapping[str, Any], shared: _Shared, tried: Tried) -> None:
        try:
            rules = self._load(pages, shared)
        except RulesError:
            tried.refused += 1
            return
        if self._examples.notice(rules):
            tried.noticed += 1
            return
        called = chain.from_iterable(self._equivalent[file] for file in pages)
        true = [one for one in called if one.change == change.name]
        self._true.update(true)
        (tried.equivalent if true else tried.survived).append(change)

    def _load(self, pages: Mapping[str, Any], shared: _Shared) -> Rules:
        """Load pages given as data, with those concepts and groups that they name."""
        named = shared.named_by(list(pages.values()))
        texts = {}
        for file, page in pages.items():
            checks = page["checks"]
            asked = [
                one for name, one in named.get("concepts", {}).items() if mentions(checks, name)
            ]
            texts[file] = _yaml(with_used_parameters(page, [checks, asked]))
        if named:
            texts[CONCEPTS_PAGE] = _yaml(named)
        return rules_from_pages(texts, self.rules.folder)

    def _users(self, concept: str) -> dict[str, Any]:
        """Return the pages of the lessons that use a concept or group, with those checks that do.

        A group may be used by way of a concept.
        """
        users = {}
        ways = [concept]
        if concept in self._shared.groups:
            ways += [name for name, one in self._shared.concepts.items() if mentions(one, concept)]
        for file, page in self._pages.items():
            checks = [
                one
                for one in plain(page.value["checks"])
                if any(mentions(one, name) for name in ways)
            ]
            if checks:
                users[file] = without_examples(page, checks)
        return users


@dataclass(frozen=True, slots=True)
class _Shared:
    """The concepts and the groups of codes that pages share, as plain data by their names."""

    concepts: Mapping[str, Any]
    groups: Mapping[str, Any]

    def changed(self, page: Mapping[str, Any]) -> _Shared:
        """Return the same with those of a changed page in place of their own."""
        concepts = {**self.concepts, **page.get("concepts", {})}
        return _Shared(concepts, {**self.groups, **page.get("groups", {})})

    def named_by(self, pages: Any) -> dict[str, Any]:
        """Return the page of those that some pages name, or that the concepts named do."""
        concepts = {
            name: with_used_parameters(one, [one.get("where"), one.get("without")])
            for name, one in self.concepts.items()
            if mentions(pages, name)
        }
        words = [pages, concepts]
        groups = {name: one for name, one in self.groups.items() if mentions(words, name)}
        named = {"concepts": concepts, "groups": groups}
        return {key: value for key, value in named.items() if value}


class _Examples:
    """The examples of all lessons, their records read, by the check of which they expect."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        self._of: dict[tuple[str, str], list[tuple[Example, Known]]] = {}
        for lesson in lessons:
            for example in lesson.examples:
                record = read_record(json.dumps(example.record).encode())
                known = Known(record, contradictions(record))
                for check in example.expect:
                    self._of.setdefault((lesson.id, check), []).append((example, known))

    def notice(self, rules: Rules) -> bool:
        """Say whether an example comes out otherwise by these rules than its page says."""
        return next(self.failing(rules), None) is not None

    def failing(self, rules: Rules) -> Iterator[str]:
        """Yield a sentence for each example and check that come out otherwise."""
        for lesson in rules.lessons:
            for check in lesson.checks:
                for example, known in self._of.get((lesson.id, check.id), ()):
                    expected = example.expect[check.id]
                    reading = IndexedReading(known, rules.concepts)
                    instances = [list(reading.told(one)) for one in check.populations]
                    found = outcome_of(one.result for one in chain.from_iterable(instances))
                    short = example.falls_short.get(check.id)
                    if found != expected:
                        told = f"{check.id} is {found}, expected is {expected}: {example.name}"
                        yield str(example.place.error(told))
                    elif short and ways_short(check, instances, reading) != {short}:
                        told = f"{check.id} is not told as {short}: {example.name}"
                        yield str(example.place.error(told))


def _yaml(page: Any) -> str:
    """Return data as the text of a page: JSON is YAML, too."""
    return json.dumps(page, ensure_ascii=False)


def _read(file: Path) -> Node:
    return read_page(read_page_text(file), str(file))
