"""Load a folder of pages: every fault found, each with file, line, column and the likely cure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from keyword import iskeyword
from math import prod
from pathlib import Path
from typing import Literal

from casecheck.lessons.conditions import (
    Condition,
    Scope,
    path_kind,
    read_condition,
    read_path,
)
from casecheck.lessons.errors import PageError, RulesError, closest, did_you_mean
from casecheck.lessons.examples import read_examples
from casecheck.lessons.lesson import (
    Alternative,
    Check,
    Concept,
    ConceptRows,
    Equivalent,
    Lesson,
    Message,
    Parameter,
    Population,
    Review,
    Rules,
    Source,
)
from casecheck.lessons.never import why_never
from casecheck.lessons.periods import (
    ALWAYS,
    NUMBER,
    Period,
    Standard,
    is_number,
    overlapping,
    read_day,
    told,
)
from casecheck.lessons.settings import Setting, Settings
from casecheck.lessons.shapes import Shapes, is_absent
from casecheck.lessons.terms import (
    Calendar,
    Comparison,
    DayOf,
    Field,
    OpenedOn,
    Order,
    Quantity,
    Row,
    bindings_of_base,
)
from casecheck.lessons.yaml_nodes import MAX_PAGE_CHARACTERS, Node, Place, read_page
from casecheck.record import FIELDS, FieldSpec

CONCEPTS_PAGE = "concepts.yaml"
REVIEW_PAGE = "review.yaml"
MAX_CHECKS = 60
MAX_PAGES = 1_000
MAX_PERIODS = 24
"""The most periods of one check in which different standards hold."""
MAX_COMBINATIONS = 64
"""The most ways to choose one alternative of each condition: the engine has a rule for each."""
_LESSON_ID = re.compile(r"[A-Z][A-Za-z0-9.-]{0,31}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_CHECK_ID = re.compile(r"[a-z][a-z0-9-]{0,59}", re.ASCII)
_RESERVED = frozenset({"today", "opened_on", "under", "workdays", "happened", "or_today", "count"})
_UNITS = ("days", "working days")
_SLOT = re.compile(r"\{([^{}]*)\}")
_POPULATION = (
    "for_each", "dated", "where", "given", "unless", "met_by", "breach", "cannot_tell",
)  # fmt: skip
_NAMED = "a name is a word of its own, in lower case and _"
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
    for path in dict.fromkeys(path for each in (folder, *more) for path in _find_pages(each)):
        text = files.attempt(_read, path)
        if text is not None and path.name == REVIEW_PAGE:
            review = files.page(str(path), _review, files, text, str(path))
            if review is not None:
                reviews[path.parent] = review
        elif text is not None:
            pages[str(path)] = text
    if files.errors:
        raise RulesError(files.errors)
    named = {each.resolve() for each in (folder, *more)}
    out = [at for at, one in reviews.items() if not one.default and at.resolve() not in named]
    pages = {file: text for file, text in pages.items() if not _is_under(Path(file), out)}
    rules = rules_from_pages(pages, ", ".join(map(str, (folder, *more))), settings)
    return replace(
        rules,
        reviews=tuple(one for at, one in reviews.items() if not _is_under(at / REVIEW_PAGE, out)),
        left_out=tuple(reviews[at] for at in out),
    )


def _is_under(file: Path, folders: Iterable[Path]) -> bool:
    return any(folder in file.parents for folder in folders)


def _review(shapes: Shapes, text: str, file: str) -> Review:
    parts = shapes.members(
        read_page(text, file), "a review", ["review", "title", "about"], ["default"]
    )
    default = parts["default"].value if "default" in parts else True
    if not isinstance(default, bool):
        shapes.fault(parts["default"].place, "default is true or false")
    name, title, about = (shapes.text(parts[key], key) for key in ("review", "title", "about"))
    return Review(name, title, about, default is True, str(Path(file).parent))


def rules_from_pages(
    pages: Mapping[str, str], folder: str, settings: Settings = _NO_SETTINGS
) -> Rules:
    """Return the lessons of pages given as text by their file names."""
    loader = _Loader(settings)
    concepts: dict[str, Concept] = {}
    for file, text in pages.items():
        if Path(file).name == CONCEPTS_PAGE:
            loader.page(file, loader.concepts, text, file, concepts)
    lessons: list[Lesson] = []
    for file, text in pages.items():
        if Path(file).name != CONCEPTS_PAGE:
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
    return Rules(tuple(asked), concepts, _digest(pages, asked, settings), folder, settings.off)


def _find_pages(folder: Path) -> list[Path]:
    pages = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".yaml", ".yml"))
    misnamed = [path for path in pages if path.suffix != ".yaml"]
    if misnamed:
        message = "a page's name ends in .yaml: rename it"
        raise RulesError(PageError(str(path), 1, 1, message) for path in misnamed)
    if not pages:
        raise RulesError([PageError(str(folder), 1, 1, "no page (*.yaml) in this folder")])
    if len(pages) > MAX_PAGES:
        raise RulesError([PageError(str(folder), 1, 1, f"more than {MAX_PAGES} pages")])
    return pages


def _read(path: Path) -> str:
    try:
        if not path.is_file():
            raise RulesError([PageError(str(path), 1, 1, "this is not a file: remove it")])
        with path.open(encoding="utf-8") as page:
            return page.read(MAX_PAGE_CHARACTERS + 1)
    except UnicodeDecodeError:
        raise RulesError([PageError(str(path), 1, 1, "the page is not UTF-8 text")]) from None
    except OSError as error:
        message = f"the page cannot be read: {error.strerror}"
        raise RulesError([PageError(str(path), 1, 1, message)]) from None


def _is_name(name: str) -> bool:
    """Say whether a page may give a name: it can stand in a condition, where it means itself."""
    return bool(_NAME.fullmatch(name)) and name not in _RESERVED and not iskeyword(name)


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
            standards = told(parameter.standards, parameter.unit)
            content.update(f"{lesson.id}.{name}={standards}\n".encode())
    for off in sorted((one.lesson, one.check) for one in settings.off):
        content.update(f"off {off}\n".encode())
    return f"sha256:{content.hexdigest()}"


def _words(node: Node) -> set[str]:
    """Return every word in the texts of a node: the names that conditions there may use."""
    if isinstance(node.value, dict | list):
        parts = node.value.values() if isinstance(node.value, dict) else node.value
        return {word for part in parts for word in _words(part)}
    return set(re.findall(r"\w+", str(node.value)))


class _Loader(Shapes):
    """Reads pages and gathers every fault on the way.

    `unread` are the words of what a fault kept from being read: a name among them may be used
    there. `faulty` are the concepts with a fault; None stands for all, none being readable.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.unread: set[str] = set()
        self.faulty: set[str] | None = set()

    # --- concepts ---

    def concepts(self, text: str, file: str, concepts: dict[str, Concept]) -> None:
        """Add the concepts of a page to those of others."""
        faulty, self.faulty = self.faulty, None
        parts = self.members(read_page(text, file), "the page of concepts", ["concepts"])
        named = self.mapping(parts["concepts"], "concepts is a mapping of names")
        self.faulty = faulty
        for name, node in named.items():
            before = len(self.errors)
            place = parts["concepts"].keys[name]
            if not _is_name(name) or name in FIELDS:
                self.fault(place, "a concept's name is a word of its own, in lower case and _")
            if name in concepts:
                self.fault(place, f"the concept `{name}` is on another page too: rename one")
            concept = self.attempt(self._concept, name, node)
            if concept is not None:
                concepts[name] = concept
            if len(self.errors) > before and self.faulty is not None:
                self.faulty.add(name)

    def _concept(self, name: str, node: Node) -> Concept:
        parts = self.members(node, f"concept {name}", ["means", "rows"], ["reported_as"])
        rows: list[ConceptRows] = []
        all_specs: list[dict[str, FieldSpec]] = []
        before = len(self.errors)
        items = self.items(parts["rows"], "rows")
        for item in items:
            self.attempt(self._concept_rows, name, item, rows, all_specs)
        if len(self.errors) > before:
            raise RulesError(())
        if not all_specs:
            raise RulesError([node.place.error(f"concept {name} has no rows")])
        merged = self._merged(name, all_specs, node.place)
        reported = tuple(
            self.text(item, "reported_as")
            for item in self.items(parts.get("reported_as"), "reported_as")
        )
        for field in reported:
            if field not in merged or merged[field].kind != "reference":
                self.fault(parts["reported_as"].place, f"`{field[:64]}` is not a row of {name}")
        return Concept(name, self.text(parts["means"], "means"), merged, tuple(rows), reported)

    def _concept_rows(
        self,
        name: str,
        node: Node,
        rows: list[ConceptRows],
        all_specs: list[dict[str, FieldSpec]],
    ) -> None:
        parts = self.members(node, f"rows of {name}", ["of", "fields"], ["where"])
        bindings = self._bindings(parts["of"], "of", {})
        if len(bindings) != 1:
            raise RulesError(
                [parts["of"].place.error("one name: one section, such as {risk: risks}")]
            )
        ((binding, section),) = bindings.items()
        scope = Scope(bindings, FIELDS.__getitem__, {})
        where = self._conditions(parts.get("where"), scope)
        if where:
            self._can_hold(where, parts["where"].place)
        fields: dict[str, Row | Field] = {}
        specs: dict[str, FieldSpec] = {}
        for field, path in self.mapping(
            parts["fields"], "fields is a mapping of names to paths, such as {child: risk.subject}"
        ).items():
            if not _is_name(field):
                self.fault(parts["fields"].keys[field], _NAMED)
            found = self._path(path, scope)
            if isinstance(found, Row):
                # A row that may not be there is as little there for the concept.
                role: Literal["event", "fact"] = "event" if found.optional else "fact"
                target = path_kind(found, scope)
                specs[field] = FieldSpec(field, "reference", role, target=target)
                fields[field] = found
            elif isinstance(found, Field) and found.spec.kind == "date":
                spec = found.spec
                specs[field] = replace(spec, name=field)
                fields[field] = found
            elif found is not None:
                self.fault(path.place, "a concept's field is a row or a day")
        rows.append(ConceptRows(binding, section, where, fields))
        all_specs.append(specs)

    def _path(self, node: Node, scope: Scope) -> Row | Field | None:
        text = self.text(node, "a path")
        if not text:
            return None
        found = read_path(text, node.text_place or node.place, scope)
        if isinstance(found, PageError):
            self.keep([_within(found, node, text)])
            return None
        return found

    def _merged(
        self, name: str, all_specs: list[dict[str, FieldSpec]], place: Place
    ) -> dict[str, FieldSpec]:
        merged = dict(all_specs[0])
        for specs in all_specs[1:]:
            if specs.keys() != merged.keys():
                raise RulesError([place.error(f"each way to {name} gives the same fields")])
            for field, spec in specs.items():
                if (spec.kind, spec.target) != (merged[field].kind, merged[field].target):
                    raise RulesError([place.error(f"`{field}` of {name} is of one kind only")])
                # The concept's day may be later than today, or never, if one way's may.
                if spec.role == "event":
                    merged[field] = replace(merged[field], role="event")
                if spec.may_lie_ahead:
                    merged[field] = replace(merged[field], may_lie_ahead=True)
        return merged

    # --- lessons ---

    def lesson(self, text: str, file: str, concepts: Mapping[str, Concept]) -> Lesson:
        """Return the lesson of a page."""
        page = read_page(text, file)
        self.unread = set()
        required = ["lesson", "title", "source", "asks", "checks", "examples"]
        optional = ["parameters", "equivalent", "from", "until"]
        parts = self.members(page, "a lesson's page", required, optional)
        identifier = self.text(parts["lesson"], "lesson")
        if identifier and not _LESSON_ID.fullmatch(identifier):
            self.fault(parts["lesson"].place, "a lesson's id is like P1.1")
        title, asks = self.text(parts["title"], "title"), self.text(parts["asks"], "asks")
        source = self.attempt(self._source, parts["source"])
        parameters: dict[str, Parameter] = {}
        if "parameters" in parts:
            self.attempt(self._parameters, parts["parameters"], identifier, parameters)
        period = self._period(parts)
        checks = self.attempt(self._checks, parts["checks"], parameters, concepts, period)
        ids = self._check_ids(parts["checks"])
        examples = self.attempt(read_examples, parts["examples"], ids, self)
        equivalent = [
            one
            for item in self.items(parts.get("equivalent"), "equivalent")
            if (one := self.attempt(self._equivalent, item)) is not None
        ]
        if source is None or checks is None or examples is None:
            raise RulesError(())
        return Lesson(
            id=identifier,
            title=title,
            asks=asks,
            source=source,
            parameters=parameters,
            checks=tuple(checks),
            examples=examples,
            equivalent=tuple(equivalent),
            file=file,
            period=period,
        )

    def _period(self, parts: Mapping[str, Node]) -> Period:
        """Return the days on which something is in force, by its `from` and `until`."""
        start, end = self._limit(parts, "from"), self._limit(parts, "until")
        if start and end and end < start:
            self.fault(parts["until"].place, "`until` comes before `from`")
            return ALWAYS
        return Period(start, end)

    def _limit(self, parts: Mapping[str, Node], key: str) -> date | None:
        if key not in parts or is_absent(parts[key]):
            return None
        day = read_day(parts[key].value)
        if day is None:
            self.fault(parts[key].place, f"`{key}` is a day of the calendar, YYYY-MM-DD")
        return day

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
        sound = {one for one in ids if isinstance(one, str) and _CHECK_ID.fullmatch(one)}
        return sorted(sound) if ids and len(sound) == len(ids) else None

    def _source(self, node: Node) -> Source:
        parts = self.members(node, "source", ["review", "finding", "theme", "cite"])
        theme = parts["theme"].value
        if type(theme) is not int and not is_absent(parts["theme"]):
            self.fault(parts["theme"].place, "theme is a whole number")
        words = {key: self.text(parts[key], key) for key in ("review", "finding", "cite")}
        return Source(theme=theme, **words)

    def _parameters(self, node: Node, lesson: str, parameters: dict[str, Parameter]) -> None:
        chosen = self.settings.parameters.get(lesson, {})
        for name, item in self.mapping(node, "parameters is a mapping of names").items():
            # A parameter with a fault is one all the same to the conditions that use it.
            parameters[name] = Parameter(name, (Standard(1),), (Standard(1),), "days", "")
            if not _is_name(name):
                self.fault(node.keys[name], _NAMED)
                self.unread.add(name)
            parameter = self.attempt(self._parameter, name, item, chosen)
            if parameter is not None:
                parameters[name] = parameter

    def _parameter(self, name: str, node: Node, chosen: Mapping[str, Setting]) -> Parameter:
        what = f"parameter {name[:64]}"
        changing = isinstance(node.value, dict) and "values" in node.value
        parts = self.members(node, what, ["values" if changing else "value", "unit", "basis"])
        unit, basis = self.text(parts["unit"], "unit"), self.text(parts["basis"], "basis")
        if unit and unit not in _UNITS:
            self.fault(parts["unit"].place, "a unit is `days` or `working days`")
        if changing:
            items = self.items(parts["values"], "values")
            found = [self.attempt(self._standard, one, f"a value of {what}") for one in items]
        else:
            found = [self.attempt(self._value, parts["value"])]
        shipped = tuple(one for one in found if one is not None) or (Standard(1),)
        if overlapping(shipped):
            self.fault(parts["values"].place, "two of these hold on one day: end the earlier")
        setting = chosen.get(name, Setting(shipped, ""))
        if not setting.is_sound:  # which is told when all pages are read
            setting = Setting(shipped, "")
        return Parameter(
            name=name,
            standards=setting.standards,
            shipped=shipped,
            unit=unit,  # type: ignore[arg-type]
            basis=basis,
            set_by=setting.set_by,
            reason=setting.reason,
        )

    def _standard(self, node: Node, what: str) -> Standard:
        """Return one of the values of a parameter that changes with time."""
        parts = self.members(node, what, ["value"], ["from", "until"])
        return replace(self._value(parts["value"]), period=self._period(parts))

    def _value(self, node: Node) -> Standard:
        if is_absent(node):
            raise RulesError(())
        if not is_number(node.value):
            raise RulesError([node.place.error(NUMBER)])
        return Standard(node.value)

    def _checks(
        self,
        node: Node,
        parameters: Mapping[str, Parameter],
        concepts: Mapping[str, Concept],
        period: Period,
    ) -> list[Check]:
        checks: list[Check] = []
        gaps = self.gaps
        items = self.items(node, "checks")
        if len(items) > MAX_CHECKS:
            raise RulesError([node.place.error(f"more than {MAX_CHECKS} checks: split the lesson")])
        reader = _CheckReader(self, parameters, concepts, period)
        for item in items:
            check = self.attempt(reader.check, item)
            if check is None:
                self.unread |= _words(item)
            else:
                checks.append(check)
        seen: set[str] = set()
        for check in checks:
            if check.id in seen:
                self.fault(check.place, f"the check `{check.id}` is repeated: rename one")
            seen.add(check.id)
        for name in parameters:
            if self.gaps == gaps and name not in reader.used | self.unread:
                self.fault(node.place, f"no condition uses the parameter `{name[:64]}`: remove it")
        return checks

    def across(self, lessons: Sequence[Lesson], folder: str) -> None:
        """Look at what only all pages together can show."""
        files: dict[str, str] = {}
        for lesson in lessons:
            if lesson.id in files:
                message = f"the lesson {lesson.id} stands in {files[lesson.id]} too"
                self.errors.append(PageError(lesson.file, 1, 1, message))
            files[lesson.id] = lesson.file
        if not (lessons or self.errors):
            self.errors.append(PageError(folder, 1, 1, "no page of a lesson in this folder"))
        if not self.errors:  # where there are faults, it may be a lesson that could not be read
            self.errors.extend(self.settings.faults(lessons, folder))

    # --- shared by concepts and checks ---

    def _bindings(self, node: Node, what: str, concepts: Mapping[str, Concept]) -> dict[str, str]:
        named = self.mapping(node, f"{what} maps names to sections, such as {{plan: plans}}")
        bindings: dict[str, str] = {}
        for name, item in named.items():
            kind = item.value if isinstance(item.value, str) else ""
            if not _is_name(name):
                self.fault(node.keys[name], _NAMED)
                self.unread.add(name)
            if kind in FIELDS or kind in concepts:
                bindings[name] = kind
            elif self.faulty is not None and kind not in self.faulty:
                hint = did_you_mean(kind, [*FIELDS, *concepts])
                self.fault(item.place, f"no section or concept `{kind[:64]}`: {hint}")
        if len(bindings) < len(named):
            raise RulesError(())
        return bindings

    def _conditions(self, node: Node | None, scope: Scope) -> tuple[Condition, ...]:
        found: list[Condition] = []
        for item in self.items(node, "where"):
            text = self.text(item, "a condition")
            if not text:
                continue
            condition = read_condition(text, item.text_place or item.place, scope)
            if isinstance(condition, PageError):
                self.keep([_within(condition, item, text)])
                # A misspelt name uses the one that was meant.
                names = [*scope.bindings, *scope.numbers]
                words = _words(item)
                self.unread |= words | {closest(word, names) or "" for word in words}
            else:
                found.append(condition)
        return tuple(found)

    def _can_hold(self, conditions: tuple[Condition, ...], place: Place) -> bool:
        """Say whether conditions may hold together, and are few enough; tell it where not."""
        combinations = prod(len(condition.alternatives) for condition in conditions)
        if combinations > MAX_COMBINATIONS:
            message = (
                f"`or` and `!=` make {combinations} combinations of these conditions and those"
                f" above them, more than {MAX_COMBINATIONS}: split the check"
            )
            self.fault(place, message)
        elif reason := why_never([condition.alternatives for condition in conditions]):
            self.fault(place, f"these conditions can never hold together: {reason}")
        else:
            return True
        return False


def _within(error: PageError, node: Node, text: str) -> PageError:
    """Return a fault in a text at the text's own place, where its characters cannot be counted."""
    if node.text_place and text == node.value:
        return error
    return replace(error, line=node.place.line, column=node.place.column)


class _CheckReader:
    """Reads the checks of one lesson."""

    def __init__(
        self,
        loader: _Loader,
        parameters: Mapping[str, Parameter],
        concepts: Mapping[str, Concept],
        period: Period,
    ) -> None:
        self.loader = loader
        self.parameters = parameters
        self.concepts = concepts
        self.period = period
        self.numbers = {name: parameter.value for name, parameter in parameters.items()}
        self.used: set[str] = set()

    def fields(self, kind: str) -> Mapping[str, FieldSpec]:
        return FIELDS[kind] if kind in FIELDS else self.concepts[kind].specs

    def check(self, node: Node) -> Check:
        loader = self.loader
        optional = [*_POPULATION, "instances", "from", "until"]
        parts = loader.members(node, "a check", ["id", "asks"], optional)
        identifier = loader.text(parts["id"], "id")
        if identifier and not _CHECK_ID.fullmatch(identifier):
            loader.fault(parts["id"].place, "a check's id is like chair-agreement")
        whole = {key: parts[key] for key in _POPULATION if key in parts}
        populations: list[Population] = []
        if "instances" in parts:
            for key, item in whole.items():
                loader.fault(item.place, f"`{key}` belongs under each of `instances`")
            items = loader.items(parts["instances"], "instances")
        else:
            items = [Node(whole, node.place, {})]
        period = loader._period(parts)
        for part, item in enumerate(items):
            for numbers, days in self._standards(item, period):
                self.numbers = numbers
                population = loader.attempt(self.population, item, part, days)
                if population is None:
                    loader.unread |= _words(item)
                else:
                    populations.append(population)
        asks = loader.text(parts["asks"], "asks")
        return Check(identifier, asks, tuple(populations), parts["id"].place, period)

    def _standards(self, node: Node, period: Period) -> list[tuple[dict[str, int], Period]]:
        """Return the numbers that one part of a check uses, and the days on which they hold.

        There are several where a parameter changes with time; days on which one of them has no
        value are in none.
        """
        days = period.meet(self.period)
        words = _words(node)
        used = {name: one.standards for name, one in self.parameters.items() if name in words}
        if prod(map(len, used.values())) > MAX_PERIODS:
            message = f"more than {MAX_PERIODS} combinations of the values of these parameters"
            raise RulesError([node.place.error(message)])
        found = []
        for chosen in product(*used.values()):
            together = days
            for standard in chosen:
                together = together and together.meet(standard.period)
            if together is not None:
                values = [standard.value for standard in chosen]
                numbers = {**self.numbers, **dict(zip(used, values, strict=True))}
                found.append((numbers, together))
        if not found:
            raise RulesError([node.place.error("on no day is all of this in force: see `from`")])
        return found

    def _in_force(
        self, period: Period, named: Node | None, for_each: Mapping[str, str], place: Place
    ) -> tuple[Condition, ...]:
        """Return the condition that an instance's own day lies in the period; none for always."""
        dated = self._dated(named, for_each)
        if period == ALWAYS:
            return ()
        if dated is None:
            (kind, *_) = for_each.values()
            message = f"no day stands for a row of {kind}: name one by `dated: ...`"
            raise RulesError([place.error(message)])
        name, day = dated
        tests, words = [], []
        orders: tuple[tuple[Order, date | None], ...] = ((">=", period.start), ("<=", period.end))
        for order, limit in orders:
            if limit is not None:
                tests.append(Comparison(day, order, Quantity(Calendar(limit.toordinal()))))
                words.append(f"{name} {order} {limit}")
        used = frozenset(bindings_of_base(day.base))
        return (Condition(" and ".join(words), place, (tuple(tests),), used),)

    def _dated(
        self, named: Node | None, for_each: Mapping[str, str]
    ) -> tuple[str, Quantity] | None:
        """Return the day that stands for an instance, and its name on the page."""
        if named is None:
            binding, kind = next(iter(for_each.items()))
            days = [spec for spec in self.fields(kind).values() if spec.kind == "date"]
            own = next((spec for spec in days if spec.role == "required"), None)
            if own is None:
                return None
            return f"{binding}.{own.name}", Quantity(DayOf(Field(Row(binding), own)))
        text = self.loader.text(named, "dated")
        if text == "opened_on":
            return text, Quantity(OpenedOn())
        found = read_path(text, named.text_place or named.place, self._scope(for_each))
        if isinstance(found, Field) and found.spec.kind == "date":
            return text, Quantity(DayOf(found))
        if isinstance(found, PageError):
            raise RulesError([found])
        raise RulesError([named.place.error("`dated` is a day: a date field, or opened_on")])

    def population(self, node: Node, part: int, period: Period) -> Population:
        """Return the instances of one part of a check in a period in which its numbers hold."""
        loader = self.loader
        gaps = loader.gaps
        required = ["for_each", "met_by", "breach", "cannot_tell"]
        parts = loader.members(node, "a check", required, ["dated", "where", "given", "unless"])
        for_each = loader._bindings(parts["for_each"], "for_each", self.concepts)
        self._no_shadowing(parts["for_each"], for_each)
        scope = self._scope(for_each)
        where = loader._conditions(parts.get("where"), scope)
        self._note(where)
        place = parts["where"].place if "where" in parts else node.place
        where += self._in_force(period, parts.get("dated"), for_each, place)
        # Conditions that cannot hold are told once, not again with each alternative.
        possible = loader._can_hold(where, place)
        found: dict[str, tuple[Alternative, ...]] = {}
        for what in ("given", "unless", "met_by"):
            found[what] = self._alternatives(parts.get(what), what, for_each, where, possible)
        asked = [where, *(alternative.where for all_of in found.values() for alternative in all_of)]
        if loader.gaps == gaps:
            self._all_used(parts["for_each"], for_each, asked, "for_each")
        return Population(
            for_each=for_each,
            where=where,
            given=found["given"],
            unless=found["unless"],
            met_by=found["met_by"],
            breach=self._message(parts["breach"], scope),
            cannot_tell=self._message(parts["cannot_tell"], scope),
            part=part,
            period=period,
        )

    def _scope(self, bindings: Mapping[str, str]) -> Scope:
        return Scope(bindings, self.fields, self.numbers)

    def _alternatives(
        self,
        node: Node | None,
        what: str,
        outer: Mapping[str, str],
        where: tuple[Condition, ...],
        possible: bool,
    ) -> tuple[Alternative, ...]:
        found: list[Alternative] = []
        for item in self.loader.items(node, what):
            alternative = self.loader.attempt(self._alternative, item, what, outer, where, possible)
            if alternative is None:
                self.loader.unread |= _words(item)
            else:
                found.append(alternative)
        return tuple(found)

    def _alternative(
        self,
        node: Node,
        what: str,
        outer: Mapping[str, str],
        where: tuple[Condition, ...],
        possible: bool,
    ) -> Alternative:
        loader = self.loader
        gaps = loader.gaps
        parts = loader.members(node, f"an item of {what}", ["means", "where"], ["find"])
        means = loader.text(parts["means"], "means")
        bindings: dict[str, str] = {}
        if "find" in parts:
            bindings = loader._bindings(parts["find"], "find", self.concepts)
            self._no_shadowing(parts["find"], bindings, outer)
        conditions = loader._conditions(parts["where"], self._scope({**outer, **bindings}))
        self._note(conditions)
        if bindings and loader.gaps == gaps:
            self._all_used(parts["find"], bindings, [conditions], "find")
        if possible:
            loader._can_hold((*where, *conditions), parts["where"].place)
        return Alternative(means, bindings, conditions)

    def _no_shadowing(
        self, node: Node, names: Mapping[str, str], outer: Mapping[str, str] | None = None
    ) -> None:
        for name in names:
            if name in self.numbers or name in (outer or {}):
                self.loader.fault(node.keys[name], f"`{name}` is a name in use: choose another")
                self.loader.unread.add(name)

    def _note(self, conditions: Iterable[Condition]) -> None:
        for condition in conditions:
            self.used |= condition.used

    def _all_used(
        self,
        node: Node,
        bindings: Mapping[str, str],
        asked: Iterable[tuple[Condition, ...]],
        what: str,
    ) -> None:
        used = {name for conditions in asked for one in conditions for name in one.used}
        for name in bindings:
            if name not in used | self.loader.unread:
                message = (
                    f"no condition uses `{name}`: remove it from {what}, or say how it matters"
                )
                self.loader.fault(node.keys[name], message)

    def _message(self, node: Node, scope: Scope) -> Message:
        text = self.loader.text(node, "a message")
        parts: list[str | Row | Field] = []
        end = 0
        for slot in _SLOT.finditer(text):
            parts.append(text[end : slot.start()])
            end = slot.end()
            found = read_path(slot[1], node.place, scope)
            if isinstance(found, Field) and found.spec.kind == "codes":
                found = node.place.error(f"`{found}` is a list: a message shows a code or a day")
            if isinstance(found, PageError):
                # A message may be folded over lines: the fault is named at its beginning.
                message = f"in {slot[0][:64]}: {found.message}"
                self.loader.fault(node.place, message)
            else:
                parts.append(found)
        parts.append(text[end:])
        if any(brace in part for part in parts if isinstance(part, str) for brace in "{}"):
            self.loader.fault(node.place, "a brace stands alone: values are written {row.field}")
        return Message(tuple(parts))
