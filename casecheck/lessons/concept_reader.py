"""Read the page of concepts: what several lessons mean by the same words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from casecheck.lessons.concept_further import FURTHER, read_further
from casecheck.lessons.condition_shown import path_kind, read_path
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.errors import PageError, RulesError, did_you_mean
from casecheck.lessons.lesson import Concept, ConceptRows, Group
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.parts import NAMED, Parts, is_name, within
from casecheck.lessons.terms import Field, RowPath
from casecheck.lessons.yaml_nodes import read_page
from casecheck.record.model import FIELDS, FieldSpec

_OPTIONAL = ["reported_as", *FURTHER]
_GROUPS = "groups is a mapping of names to lists of codes, such as {violence: [injury, police]}"
CODES = frozenset(
    code for fields in FIELDS.values() for spec in fields.values() for code in spec.codes
)
"""Every code of a case record."""


class ConceptReader:
    """Reads pages of concepts, and the groups of codes on them."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def concepts(self, text: str, file: str, concepts: dict[str, Concept]) -> None:
        """Add the concepts of a page to those of others."""
        faulty, self.parts.faulty = self.parts.faulty, None
        page = read_page(text, file)
        has_groups = isinstance(page.value, dict) and "groups" in page.value
        keys = ["concepts", "groups"]
        required = keys[:1] if not has_groups else []
        parts = self.parts.members(page, "the page of concepts", required, keys[len(required) :])
        named: dict[str, Node] = {}
        if "concepts" in parts:
            named = self.parts.mapping(parts["concepts"], "concepts is a mapping of names")
        self.parts.faulty = faulty
        for name, node in named.items():
            before = len(self.parts.errors)
            place = parts["concepts"].keys[name]
            if not is_name(name) or name in FIELDS:
                self.parts.fault(place, f"a concept: {NAMED}")
            if name in self.parts.groups:
                self.parts.fault(place, f"`{name}` is a group of codes already: rename one")
            if name in concepts:
                self.parts.fault(place, f"the concept `{name}` is on another page too: rename one")
            concept = self.parts.attempt(self._concept, name, node)
            if concept is not None:
                concepts[name] = concept
            if len(self.parts.errors) > before and self.parts.faulty is not None:
                self.parts.faulty.add(name)

    def groups(self, text: str, file: str) -> None:
        """Add the groups of codes of a page to those of others; conditions may then name them."""
        try:
            page = read_page(text, file)
        except RulesError:  # which is told when its concepts are read
            return
        if not (isinstance(page.value, dict) and "groups" in page.value):
            return
        node = page.value["groups"]
        for name, item in self.parts.mapping(node, _GROUPS).items():
            place = node.keys[name]
            if not is_name(name) or name in FIELDS:
                self.parts.fault(place, f"a group: {NAMED}")
            if name in self.parts.groups:
                self.parts.fault(place, f"the group `{name}` is on another page too: rename one")
            # A group with a fault is one all the same to the conditions that name it.
            self.parts.groups[name] = Group(name, tuple(self._codes(name, item)), place)

    def _codes(self, name: str, node: Node) -> Iterator[str]:
        seen: set[str] = set()
        for item in self.parts.items(node, f"group {name}"):
            code = self.parts.text(item, "a code")
            if code in seen:
                self.parts.fault(item.place, f"'{code[:64]}' stands here already: remove it")
            elif code and code not in CODES:
                hint = did_you_mean(code, sorted(CODES))
                self.parts.fault(item.place, f"no field has the code '{code[:64]}': {hint}")
            elif code:
                yield code
            seen.add(code)

    def _concept(self, name: str, node: Node) -> Concept:
        parts = self.parts.members(node, f"concept {name}", ["means", "rows"], _OPTIONAL)
        rows: list[ConceptRows] = []
        all_specs: list[dict[str, FieldSpec]] = []
        before = len(self.parts.errors)
        items = self.parts.items(parts["rows"], "rows")
        for item in items:
            self.parts.attempt(self._concept_rows, name, item, rows, all_specs)
        if len(self.parts.errors) > before:
            raise RulesError(())
        if not all_specs:
            raise RulesError([node.place.error(f"concept {name} has no rows")])
        merged = self._merged(name, all_specs, node.place)
        reported = tuple(
            self.parts.text(item, "reported_as")
            for item in self.parts.items(parts.get("reported_as"), "reported_as")
        )
        for field in reported:
            if field not in merged or merged[field].kind != "reference":
                message = f"`{field[:64]}` is not a row of {name}"
                self.parts.fault(parts["reported_as"].place, message)
        known = all(one in merged and merged[one].kind == "reference" for one in reported)
        if reported and known and not _tells_apart(reported, merged, rows):
            message = (
                f"two rows of {name} could be reported as one, and one of them be lost: report the"
                " row itself too (by a field for it, such as `incident: incident`), or all fields"
            )
            self.parts.fault(parts["reported_as"].place, message)
        means = self.parts.text(parts["means"], "means")
        further = read_further(self.parts, name, merged, parts)
        return Concept(name, means, merged, tuple(rows), reported, node.place.file, further)

    def _concept_rows(
        self,
        name: str,
        node: Node,
        rows: list[ConceptRows],
        all_specs: list[dict[str, FieldSpec]],
    ) -> None:
        parts = self.parts.members(node, f"rows of {name}", ["of", "fields"], ["where"])
        bindings = self.parts.bindings(parts["of"], "of", {})
        if len(bindings) != 1:
            raise RulesError(
                [parts["of"].place.error("one name: one section, such as {risk: risks}")]
            )
        ((binding, section),) = bindings.items()
        scope = Scope(bindings, FIELDS.__getitem__, {}, groups=self.parts.codes_of_groups())
        where = self.parts.conditions(parts.get("where"), scope)
        if where:
            self.parts.can_hold(where, parts["where"].place)
        fields: dict[str, RowPath | Field] = {}
        specs: dict[str, FieldSpec] = {}
        for field, path in self.parts.mapping(
            parts["fields"], "fields is a mapping of names to paths, such as {child: risk.subject}"
        ).items():
            if not is_name(field):
                self.parts.fault(parts["fields"].keys[field], NAMED)
            found = self._path(path, scope)
            if isinstance(found, RowPath):
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
                self.parts.fault(path.place, "a concept's field is a row or a day")
        rows.append(ConceptRows(binding, section, where, fields))
        all_specs.append(specs)

    def _path(self, node: Node, scope: Scope) -> RowPath | Field | None:
        text = self.parts.text(node, "a path")
        if not text:
            return None
        found = read_path(text, node.text_place or node.place, scope)
        if isinstance(found, PageError):
            self.parts.keep([within(found, node, text)])
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


def _tells_apart(
    reported: Collection[str], specs: Mapping[str, FieldSpec], rows: Iterable[ConceptRows]
) -> bool:
    """Say whether rows that are reported alike are alike in all that a condition may ask."""
    if specs.keys() <= set(reported):
        return True
    return all(any(way.fields.get(one) == RowPath(way.binding) for one in reported) for way in rows)
