"""Read the page of a measure. Faults are gathered, as in the pages of lessons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from casecheck.lessons.concept_uses import ConceptUses
from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.lesson import Concept, Equivalent, Group, Lesson, Parameter
from casecheck.lessons.lesson_reader import LessonReader
from casecheck.lessons.nodes import Node
from casecheck.lessons.parts import is_name
from casecheck.lessons.settings import Settings
from casecheck.lessons.yaml_nodes import read_page
from casecheck.measures.measure import (
    BYS,
    HOPED,
    KINDS,
    UNITS,
    Apart,
    Asked,
    Measure,
    MeasureExample,
)
from casecheck.measures.measure_examples import MeasureExampleReader
from casecheck.measures.member_reader import CheckMissing, MemberReader

ID = re.compile(r"[A-Z][A-Za-z0-9.-]{0,31}", re.ASCII)
REQUIRED = ["measure", "title", "asks", "answers", "basis", "kind", "hoped"]
OF_RECORDS = [
    "by",
    "unit",
    "parameters",
    "members",
    "apart",
    "within_days",
    "examples",
    "equivalent",
]
Word = TypeVar("Word", bound=str)


class MeasureReader(LessonReader):
    """Reads the pages of measures; `lessons` are those whose checks they may name."""

    def __init__(
        self,
        settings: Settings,
        concepts: Mapping[str, Concept],
        groups: Mapping[str, Group],
        lessons: Sequence[Lesson],
    ) -> None:
        super().__init__(settings)
        self.groups = dict(groups)
        self._concepts = concepts
        self._lessons = {one.id: one for one in lessons}

    def measure(self, text: str, file: str) -> Measure:
        """Return the measure of a page."""
        page = read_page(text, file)
        self.unread = set()
        parts = self.members(page, "a measure's page", REQUIRED, OF_RECORDS)
        identifier = self.text(parts["measure"], "measure")
        if identifier and not ID.fullmatch(identifier):
            self.fault(parts["measure"].place, "a measure's id is like M1a")
        answers = [self.text(one, "answers") for one in self.items(parts["answers"], "answers")]
        title, asks, basis = (self.text(parts[key], key) for key in ("title", "asks", "basis"))
        kind = self._word(parts["kind"], "kind", KINDS)
        measure = Measure(
            id=identifier,
            title=title,
            asks=asks,
            answers=tuple(answers),
            basis=basis,
            kind=kind or "count",
            hoped=self._word(parts["hoped"], "hoped", HOPED) or "none",
            file=file,
            place=parts["measure"].place,
            by=(self._word(parts["by"], "by", BYS) if "by" in parts else None) or "events",
            unit=(self._word(parts["unit"], "unit", UNITS) if "unit" in parts else None)
            or "instance",
        )
        if kind is None:
            raise RulesError(())
        if kind in ("entered", "lessons"):
            return self._not_asked(measure, parts)
        return self._asked(measure, parts)

    def _word(self, node: Node, key: str, words: Sequence[Word]) -> Word | None:
        text = self.text(node, key)
        found = next((one for one in words if one == text), None)
        if text and found is None:
            self.fault(node.place, f"no {key} `{text[:64]}`: {did_you_mean(text, words)}")
        return found

    def _not_asked(self, measure: Measure, parts: Mapping[str, Node]) -> Measure:
        """Return a measure of which records are not asked: entered, or of stored runs."""
        for key in OF_RECORDS:
            if key in parts:
                message = f"a measure of kind {measure.kind} has no `{key}`: leave it out"
                self.fault(parts[key].place, message)
        return measure

    def _asked(self, measure: Measure, parts: Mapping[str, Node]) -> Measure:
        if measure.kind == "median_days" and measure.by != "events":
            self.fault(parts["by"].place, "a median of days is of events")
        parameters: dict[str, Parameter] = {}
        if "parameters" in parts:
            self.attempt(self._parameters, parts["parameters"], measure.id, parameters)
        reader = MemberReader(
            self,
            parameters,
            self._concepts,
            self._lessons,
            measure.kind,
            measure.by,
            measure.unit,
        )
        missing = ""
        members: tuple[Asked, ...] = ()
        apart: tuple[Apart, ...] = ()
        try:
            members, apart = self._members_of(parts, reader)
        except CheckMissing as error:
            missing = str(error)
        within = self._within(parts, parameters, reader)
        examples = self._examples(parts, apart)
        if missing:
            because = f"asks for {missing}, which is not among the lessons in force"
            return replace(measure, because=because)
        self._refuse_unused(parts, parameters, reader)
        return replace(
            measure,
            parameters=parameters,
            members=members,
            apart=apart,
            within=within,
            background=examples[0],
            examples=examples[1],
            equivalent=examples[2],
        )

    def _members_of(
        self, parts: Mapping[str, Node], reader: MemberReader
    ) -> tuple[tuple[Asked, ...], tuple[Apart, ...]]:
        if "members" not in parts:
            self.gaps += 1
            raise RulesError([parts["measure"].place.error("a measure lacks `members`")])
        members = reader.members(self._written_out(parts["members"], parts), "members")
        apart: list[Apart] = []
        if "apart" in parts:
            named = self.mapping(parts["apart"], "apart maps names to members")
            for name, item in named.items():
                if not is_name(name):
                    self.fault(parts["apart"].keys[name], "a name is in lower case and _")
                of_it = self.members(item, "what is shown apart", ["means", "members"])
                asked = reader.members(self._written_out(of_it["members"], parts), "members")
                apart.append(Apart(name, self.text(of_it["means"], "means"), asked))
        return members, tuple(apart)

    def _written_out(self, members: Node, parts: Mapping[str, Node]) -> Node:
        """Return a list of members with what their concepts ask, as in a check's `instances`."""
        if not isinstance(members.value, list):
            return members
        check = Node({"instances": members}, members.place, {})
        content = {"checks": Node([check], members.place, {})}
        if "parameters" in parts:
            content["parameters"] = parts["parameters"]
        page = ConceptUses(Node(content, members.place, {}), self._concepts, self).page()
        written: Node = page.value["checks"].value[0].value["instances"]
        return written

    def _within(
        self, parts: Mapping[str, Node], parameters: Mapping[str, Parameter], reader: MemberReader
    ) -> int | None:
        if "within_days" not in parts:
            return None
        name = self.text(parts["within_days"], "within_days")
        if name not in parameters:
            hint = did_you_mean(name, parameters)
            self.fault(parts["within_days"].place, f"no parameter `{name[:64]}`: {hint}")
            return None
        reader.used.add(name)
        return parameters[name].value

    def _examples(
        self, parts: Mapping[str, Node], apart: Sequence[Apart]
    ) -> tuple[Mapping[str, object], tuple[MeasureExample, ...], tuple[Equivalent, ...]]:
        if "examples" not in parts:
            self.gaps += 1
            self.fault(parts["measure"].place, "a measure lacks `examples`")
            return {}, (), ()
        reader = MeasureExampleReader((one.name for one in apart), self)
        found = self.attempt(reader.examples, parts["examples"])
        equivalent = [
            one
            for item in self.items(parts.get("equivalent"), "equivalent")
            if (one := self.attempt(self._equivalent, item)) is not None
        ]
        return found[0] if found else {}, tuple(reader.read), tuple(equivalent)

    def _refuse_unused(
        self, parts: Mapping[str, Node], parameters: Mapping[str, Parameter], reader: MemberReader
    ) -> None:
        for name in parameters:
            if self.gaps == 0 and name not in reader.used | self.unread:
                place = parts["parameters"].keys[name]
                self.fault(place, f"nothing uses the parameter `{name[:64]}`: remove it")
