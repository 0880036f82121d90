"""Read the forms of a response: what is entered for measures that no record can answer."""

from __future__ import annotations

from typing import cast

from casecheck.lessons.errors import RulesError, did_you_mean
from casecheck.lessons.nodes import Node
from casecheck.lessons.parts import NAME
from casecheck.lessons.shapes import Shapes
from casecheck.response.model import FIELD_KINDS, Field, FieldKind, Form

COMPARED = ("number", "share", "count")
"""The kinds of fields that are numbers."""


def read_forms(shapes: Shapes, node: Node | None) -> tuple[Form, ...]:
    """Return the forms of a list; no two of one measure have the same required fields."""
    forms: list[Form] = []
    for item in shapes.items(node, "entered"):
        form = shapes.attempt(_form, shapes, item)
        if form is None:
            continue
        for other in forms:
            if (other.measure, _needed(other)) == (form.measure, _needed(form)):
                message = f"the form on line {other.place.line} needs the same fields of the same"
                shapes.fault(item.place, f"{message} measure: put the two together")
        forms.append(form)
    return tuple(forms)


def _needed(form: Form) -> set[str]:
    return {one.name for one in form.fields if one.required}


def _form(shapes: Shapes, node: Node) -> Form:
    parts = shapes.members(node, "a form", ["measure", "title", "fields"])
    named = shapes.mapping(parts["fields"], "fields map names to what they hold")
    read = [shapes.attempt(_field, shapes, name, item, named) for name, item in named.items()]
    for name in named:
        if not NAME.fullmatch(name):
            shapes.fault(parts["fields"].keys[name], "a field is a word in lower case and _")
    fields = tuple(one for one in read if one is not None)
    if len(fields) == len(named) and not any(one.required for one in fields):
        message = "no field is required: say of what tells one entry from another `required: true`"
        shapes.fault(parts["fields"].place, message)
    kinds = {one.name: one.kind for one in fields}
    for one in fields:
        if one.at_most and kinds.get(one.at_most, "number") not in COMPARED:
            message = f"`{one.at_most}` is no number, so that nothing is at most so much"
            shapes.fault(named[one.name].value["at_most"].place, f"{message}: name another field")
    measure, title = (shapes.text(parts[key], key) for key in ("measure", "title"))
    return Form(measure, title, fields, node.place)


def _field(shapes: Shapes, name: str, node: Node, named: dict[str, Node]) -> Field:
    parts = shapes.members(node, "a field", ["kind", "means"], ["required", "at_most"])
    kind = shapes.text(parts["kind"], "kind")
    if kind not in FIELD_KINDS:
        shapes.fault(
            parts["kind"].place, f"no kind `{kind[:64]}`: {did_you_mean(kind, FIELD_KINDS)}"
        )
        raise RulesError(())
    required = parts["required"].value if "required" in parts else False
    if not isinstance(required, bool):
        shapes.fault(parts["required"].place, "required is true or false")
    at_most = shapes.text(parts["at_most"], "at_most") if "at_most" in parts else None
    if at_most is not None and (at_most not in named or at_most == name or kind not in COMPARED):
        others = [one for one in named if one != name]
        message = "`at_most` of a number names another field of the form"
        shapes.fault(parts["at_most"].place, f"{message}: {did_you_mean(at_most, others)}")
    means = shapes.text(parts["means"], "means")
    return Field(name, cast(FieldKind, kind), required is True, at_most, means)
