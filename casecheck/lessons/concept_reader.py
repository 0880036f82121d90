"""Read the page of concepts: what several lessons mean by the same words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Literal

from casecheck.lessons.condition_shown import path_kind, read_path
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.lesson import Concept, ConceptRows
from casecheck.lessons.parts import NAMED, Parts, is_name, within
from casecheck.lessons.terms import Field, RowPath
from casecheck.lessons.yaml_nodes import Node, Place, read_page
from casecheck.record.model import FIELDS, FieldSpec


class ConceptReader:
    """Reads pages of concepts."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def concepts(self, text: str, file: str, concepts: dict[str, Concept]) -> None:
        """Add the concepts of a page to those of others."""
        faulty, self.parts.faulty = self.parts.faulty, None
        parts = self.parts.members(read_page(text, file), "the page of concepts", ["concepts"])
        named = self.parts.mapping(parts["concepts"], "concepts is a mapping of names")
        self.parts.faulty = faulty
        for name, node in named.items():
            before = len(self.parts.errors)
            place = parts["concepts"].keys[name]
            if not is_name(name) or name in FIELDS:
                self.parts.fault(place, f"a concept: {NAMED}")
            if name in concepts:
                self.parts.fault(place, f"the concept `{name}` is on another page too: rename one")
            concept = self.parts.attempt(self._concept, name, node)
            if concept is not None:
                concepts[name] = concept
            if len(self.parts.errors) > before and self.parts.faulty is not None:
                self.parts.faulty.add(name)

    def _concept(self, name: str, node: Node) -> Concept:
        parts = self.parts.members(node, f"concept {name}", ["means", "rows"], ["reported_as"])
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
        return Concept(name, means, merged, tuple(rows), reported, node.place.file)

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
        scope = Scope(bindings, FIELDS.__getitem__, {})
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
