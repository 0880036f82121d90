"""Read the page of a lesson: its parameters, checks and examples. Faults are gathered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from casecheck.lessons.abouts import Abouts
from casecheck.lessons.check_reader import CheckReader
from casecheck.lessons.concept_uses import ConceptUses
from casecheck.lessons.effort import too_much_effort
from casecheck.lessons.errors import RulesError
from casecheck.lessons.examples import read_examples
from casecheck.lessons.lesson import Check, Concept, Equivalent, Example, Lesson, Parameter, Source
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.parts import CHECK_ID, LESSON_ID, NAMED, Parts, is_name, words_of
from casecheck.lessons.periods import Standard, overlapping
from casecheck.lessons.setting import Setting
from casecheck.lessons.settings import Settings
from casecheck.lessons.shapes import is_absent
from casecheck.lessons.units import as_unit, unit_fault, value_fault
from casecheck.lessons.yaml_nodes import read_page

MAX_CHECKS = 60
MAX_PARAMETERS = 100


class LessonReader(Parts):
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
