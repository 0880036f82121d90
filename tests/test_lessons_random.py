"""Random checks mean in the engine what they mean read word for word.

The shipped pages use little of what a page may say. Here checks are drawn from a grammar, with
`and`, `or`, `not`, `!=`, exclusions and rows to find, and each is read twice: by the engine, and
over all combinations of rows by the table of `docs/outcomes.md`.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random

import pytest
import random_records
from amounts import tries
from lesson_pages import condition_list, lesson_page

from casecheck.audit.auditor import Auditor
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.conditions import read_condition
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.lesson import Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.lessons.yaml_nodes import Place
from casecheck.record.contradictions import contradictions
from casecheck.record.model import FIELDS, FieldSpec
from casecheck.record.reader import record_of
from casecheck.results import CaseAudit
from casecheck.truth.kleene import Truth
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow

SECTIONS = ("plans", "risks", "actions", "assessments", "relationships", "people", "workers")
AGREED, BREACH, CANNOT_TELL = "compliant", "breach", "insufficient_evidence"
HERE = Place("T1.1.yaml", 1, 1)

# --- conditions, as trees ------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    text: str


@dataclass(frozen=True)
class Not:
    part: Tree

    @property
    def text(self) -> str:
        return f"not ({self.part.text})"


@dataclass(frozen=True)
class Join:
    word: str
    parts: tuple[Tree, ...]

    @property
    def text(self) -> str:
        return f" {self.word} ".join(f"({part.text})" for part in self.parts)


Tree = Leaf | Not | Join
Bindings = Mapping[str, str]


def is_optional(spec: FieldSpec) -> bool:
    """Whether a reference may lead to no row, and so cannot be followed."""
    return spec.role == "event" or spec.allows_none


class Writer:
    """Draws conditions over some bound rows."""

    def __init__(self, rng: Random, bindings: Bindings) -> None:
        self.rng = rng
        self.bindings = bindings

    def tree(self, about: Sequence[str], depth: int = 2) -> Tree:
        rng = self.rng
        if depth == 0 or rng.random() < 0.5:
            return Leaf(self.leaf(rng.choice(about)))
        if rng.random() < 0.4:
            return Not(self.tree(about, depth - 1))
        parts = (self.tree(about, depth - 1), self.tree([*self.bindings], depth - 1))
        return Join(rng.choice(("and", "or")), parts)

    def paths(self, name: str, section: str, kind: str) -> list[str]:
        """Paths to fields of a kind, of a row or of one that it refers to."""
        found = []
        for spec in FIELDS[section].values():
            if spec.kind == kind:
                found.append(f"{name}.{spec.name}")
            elif spec.kind == "reference" and "." not in name and not is_optional(spec):
                found += self.paths(f"{name}.{spec.name}", spec.target or "", kind)
        return found

    def leaf(self, name: str) -> str:
        section = self.bindings[name]
        kinds = ["code", "code", "flag", "codes", "date", "date", "date", "born", "row", "row"]
        while True:
            kind = self.rng.choice(kinds)
            if kind == "row":
                if text := self.same_row(name):
                    return text
            elif paths := self.paths(name, section, kind):
                return self.field(self.rng.choice(paths), kind)

    def field(self, path: str, kind: str) -> str:
        rng, spec = self.rng, self.spec(path)
        if kind == "date":
            return self.dates(path, spec)
        if kind == "born":
            person = path.removesuffix(".born")
            return f"under({rng.choice((1, 13, 18))}, {person}, {self.day(None)})"
        if kind == "codes":
            count = f"count({path}) {rng.choice(('>=', '<=', '==', '!='))} {rng.randint(0, 3)}"
            holds = f"'{rng.choice(spec.codes)}' {rng.choice(('in', 'not in'))} {path}"
            return count if rng.random() < 0.3 else holds
        if kind == "code":
            return self.code(path, spec)
        return path

    def code(self, path: str, spec: FieldSpec) -> str:
        rng = self.rng
        codes = rng.sample(spec.codes, rng.randint(1, min(3, len(spec.codes))))
        if len(codes) > 1:
            return f"{path} {rng.choice(('in', 'not in'))} {tuple(codes)}"
        return f"{path} {rng.choice(('==', '!='))} '{codes[0]}'"

    def dates(self, path: str, spec: FieldSpec) -> str:
        rng = self.rng
        if spec.role == "event" and rng.random() < 0.2:
            return f"happened({path})"
        if rng.random() < 0.2:
            order = rng.choice(("<", "<=", ">", ">="))
            return f"workdays({self.day(path)}, {self.day(None)}) {order} {rng.randint(1, 60)}"
        order = rng.choice(("<", "<=", ">", ">=", "==", "!="))
        if rng.random() < 0.2:
            return f"{self.day(None)} <= {self.day(path)} {order} {self.day(None)}"
        return f"{self.day(path)} {order} {self.day(None)}"

    def spec(self, path: str) -> FieldSpec:
        name, *owners, last = path.split(".")
        section = self.bindings[name]
        for owner in owners:
            section = FIELDS[section][owner].target or ""
        return FIELDS[section][last]

    def day(self, path: str | None) -> str:
        rng = self.rng
        if path is None:
            name = rng.choice([*self.bindings])
            paths = self.paths(name, self.bindings[name], "date")
            if not paths or rng.random() < 0.4:
                return rng.choice(("today", "opened_on", "today - 28", "opened_on + 63"))
            path = rng.choice(paths)
        if self.spec(path).role == "event" and rng.random() < 0.3:
            path = f"or_today({path})"
        return path + rng.choice(("", "", " + 28", " - 92", " + 1"))

    def same_row(self, name: str) -> str:
        """Two ways to a row of one section."""
        mine = self.rows(name, self.bindings[name])
        others = [
            row
            for other, section in self.bindings.items()
            if other != name
            for row in self.rows(other, section)
        ]
        pairs = [(a, b) for a, of in mine for b, of_other in others if of == of_other]
        if not pairs:
            return ""
        first, second = self.rng.choice(pairs)
        return f"{first} {self.rng.choice(('==', '==', '==', '!='))} {second}"

    def rows(self, name: str, section: str) -> list[tuple[str, str]]:
        references = [spec for spec in FIELDS[section].values() if spec.kind == "reference"]
        return [(name, section)] + [(f"{name}.{one.name}", one.target or "") for one in references]


# --- checks --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    find: Bindings
    where: list[Tree]


@dataclass(frozen=True)
class Question:
    for_each: Bindings
    where: list[Tree]
    told: dict[str, list[Way]] = field(default_factory=dict)

    def page(self) -> str:
        lines = ["  - id: drawn", "    asks: Is it so?", f"    for_each: {_mapping(self.for_each)}"]
        lines.append(f"    where: {condition_list(tree.text for tree in self.where)}")
        for what, ways in self.told.items():
            lines.append(f"    {what}:")
            for way in ways:
                lines.append("      - means: so")
                if way.find:
                    lines.append(f"        find: {_mapping(way.find)}")
                where = condition_list(tree.text for tree in way.where)
                lines.append(f"        where: {where}")
        lines += ["    breach: No.", "    cannot_tell: Perhaps.", ""]
        return lesson_page("\n".join(lines), "drawn")


def _mapping(bindings: Bindings) -> str:
    return f"{{{', '.join(f'{name}: {section}' for name, section in bindings.items())}}}"


def draw_question(rng: Random) -> Question:
    for_each = {f"a{at}": rng.choice(SECTIONS) for at in range(rng.choice((1, 1, 2)))}
    writer = Writer(rng, for_each)
    where = [writer.tree([name]) for name in for_each]
    told: dict[str, list[Way]] = {}
    for what in ("given", "unless", "met_by"):
        if what == "met_by" or rng.random() < 0.4:
            told[what] = [draw_way(rng, for_each) for _ in range(rng.choice((1, 1, 2)))]
    return Question(for_each, where, told)


def draw_way(rng: Random, for_each: Bindings) -> Way:
    find = {f"f{at}": rng.choice(SECTIONS) for at in range(rng.choice((0, 1, 1, 2)))}
    writer = Writer(rng, {**for_each, **find})
    where = [writer.tree([name]) for name in find or [rng.choice([*for_each])]]
    if find and (joined := writer.same_row("f0")) and rng.random() < 0.7:
        where.append(Leaf(joined))
    return Way(find, where)


def draw_rules(rng: Random) -> tuple[Question, Rules]:
    """A question whose page loads.

    One that can never hold, branches too much or says a thing twice is refused.
    """
    while True:
        question = draw_question(rng)
        try:
            return question, rules_from_pages({"T1.1.yaml": question.page()}, "rules")
        except RulesError as error:
            told = [one.message for one in error.errors]
        refused = (
            "can never hold", "more than", "asks nothing", "may both be no row",
            "a thing with itself", "already", "asks the same",
        )  # fmt: skip
        assert all(any(why in one for why in refused) for one in told), told


# --- the plain reading ---------------------------------------------------------------------------


def any_of(truths: Iterable[Truth]) -> Truth:
    told = list(truths)
    return True if True in told else None if None in told else False


def all_of(truths: Iterable[Truth]) -> Truth:
    told = list(truths)
    return False if False in told else None if None in told else True


def truth(tree: Tree, rows: Mapping[str, KnownRow], known: Known, scope: Scope) -> Truth:
    if isinstance(tree, Not):
        part = truth(tree.part, rows, known, scope)
        return None if part is None else not part
    if isinstance(tree, Join):
        parts = [truth(part, rows, known, scope) for part in tree.parts]
        return all_of(parts) if tree.word == "and" else any_of(parts)
    condition = read_condition(tree.text, HERE, scope)
    assert not isinstance(condition, PageError), condition
    return any_of(known.all_of(tests, rows) for tests in condition.alternatives)


def combinations(bindings: Bindings, known: Known) -> Iterator[dict[str, KnownRow]]:
    for rows in product(*(known.rows(section) for section in bindings.values())):
        yield dict(zip(bindings, rows, strict=True))


def names_of(tree: Tree, names: Iterable[str]) -> set[str]:
    """Which of some names a condition speaks of."""
    return {name for name in names if re.search(rf"\b{name}\b", tree.text)}


def there(rows: Iterable[KnownRow]) -> Truth:
    """Whether these rows are there: of an unknown section's, nobody knows."""
    return all_of(None if row.data is None else True for row in rows)


def reading(question: Question, known: Known) -> tuple[str, set[tuple[str, tuple[str, ...]]]]:
    """A check's outcome, and its findings: what each is, and of which rows."""

    def holds(trees: Iterable[Tree], rows: Mapping[str, KnownRow], of: Bindings) -> Truth:
        scope = Scope(of, FIELDS.__getitem__, {})
        return all_of(truth(tree, rows, known, scope) for tree in trees)

    def told(what: str, instance: Mapping[str, KnownRow]) -> Truth:
        return any_of(
            truth
            for way in question.told[what]
            for truth in (there_are(way, instance), there_may_be(way, instance))
        )

    def there_are(way: Way, instance: Mapping[str, KnownRow]) -> Truth:
        of = {**question.for_each, **way.find}
        return any_of(
            all_of((there(found.values()), holds(way.where, {**instance, **found}, of)))
            for found in combinations(way.find, known)
        )

    def there_may_be(way: Way, instance: Mapping[str, KnownRow]) -> Truth:
        """Unknown where a row may be there of a section that is not, with any others after it."""
        for number in range(1, len(way.find)):
            first = dict([*way.find.items()][:number])
            of = {**question.for_each, **first}
            asked = [tree for tree in way.where if names_of(tree, way.find) <= of.keys()]
            if not known.is_known([*first.values()][-1]) and any(
                holds(asked, {**instance, **found}, of) is not False
                for found in combinations(first, known)
            ):
                return None
        return False

    findings: set[tuple[str, tuple[str, ...]]] = set()
    unsettled: set[tuple[str, tuple[str, ...]]] = set()
    met = False
    for instance in combinations(question.for_each, known):
        asked = all_of(known.asked_about(row) for row in instance.values())
        conditions = holds(question.where, instance, question.for_each)
        member = all_of((there(instance.values()), asked, conditions))
        if "given" in question.told:
            member = all_of((member, told("given", instance)))
        if "unless" in question.told:
            excluded = told("unless", instance)
            member = all_of((member, None if excluded is None else not excluded))
        if member is False:
            continue
        evidence = told("met_by", instance)
        pointers = tuple(row.pointer for row in instance.values())
        if evidence is True:
            met = met or member is True
            if member is None:
                unsettled.add((CANNOT_TELL, pointers))
        else:
            breach = member is True and evidence is False
            findings.add((BREACH if breach else CANNOT_TELL, pointers))
    if findings:
        return min(findings)[0], findings
    if met:
        return AGREED, set()
    return (CANNOT_TELL, unsettled) if unsettled else ("not_applicable", set())


def engine(audited: CaseAudit) -> tuple[str, set[tuple[str, tuple[str, ...]]]]:
    assert not audited.errors
    findings = {(str(one.outcome), one.pointers) for one in audited.findings}
    return str(audited.lessons["T1.1"].checks["drawn"]), findings


@pytest.mark.parametrize("block", range(12))
def test_a_random_check_means_what_its_words_say(block: int) -> None:
    for seed in range(block * 10, block * 10 + tries(10, fewest=2)):
        rng = random.Random(seed)
        question, rules = draw_rules(rng)
        auditor = Auditor(rules)
        for number in range(12):
            draw = random_records.sparse_record if number % 3 == 0 else random_records.random_record
            drawn = draw(random.Random(seed * 1000 + number))
            record = record_of(json.dumps(drawn).encode())
            known = Known(record, contradictions(record))
            expected = reading(question, known)
            where = f"seed {seed}, record {number}\n{question.page()}"
            assert engine(auditor.audit_one(record)) == expected, where
