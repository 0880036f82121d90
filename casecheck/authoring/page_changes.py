"""Change one thing in a page: a condition, a number, a section, an alternative.

A page is changed as plain data (mappings, lists, texts), and only as much of it is kept as the
change concerns: the loader then reads it as any other page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casecheck.authoring.check_changes import CheckChanges
from casecheck.authoring.edits import (
    Edit,
    Steps,
    changed_by,
    changed_of,
    number_edits,
    period_edits,
    place_of,
)
from casecheck.lessons.abouts import Abouts
from casecheck.lessons.lesson import Concept
from casecheck.lessons.nodes import Node, Place
from casecheck.lessons.shapes import Shapes
from casecheck.record.model import FIELDS

_NO_EXAMPLES = ("examples", "equivalent")


@dataclass(frozen=True, slots=True)
class Change:
    """A page with one change: what it is called, where it is, and what the page then holds.

    `of_concept` is the concept or group that is changed, "" where it is a lesson.
    """

    name: str
    place: Place
    page: Mapping[str, Any]
    of_concept: str = ""


def lesson_changes(page: Node, concepts: Mapping[str, Concept]) -> Iterator[Change]:
    """Yield every change of a lesson's page; a change of a check keeps that check alone.

    A change of what several checks are about keeps all of them, and changes each.
    """
    shared = SharedChanges(page)
    page = shared.page
    whole = {key: plain(node) for key, node in page.value.items() if key not in _NO_EXAMPLES}
    for edit in (*period_edits(whole, (), ""), *_of_parameters(whole)):
        yield Change(edit.name, place_of(page, edit.path), _with_stub(changed_by(whole, edit)))
    writer = CheckChanges(concepts)
    for at, check in enumerate(whole["checks"]):
        for edit in writer.of_check(check):
            place = place_of(page, ("checks", at, *edit.path))
            label, others = shared.concerned(at, edit.path)
            if label and others[0] != at:
                continue  # which is tried with the first check that is about the same
            changed = [changed_of(whole["checks"][other], edit, label) for other in others]
            only = {**whole, "checks": changed}
            yield Change(f"{label or check['id']}: {edit.name}", place, _with_stub(only))


def concept_changes(page: Node, concepts: Mapping[str, Concept]) -> Iterator[Change]:
    """Yield every change of a page of concepts; each keeps the changed concept or group alone."""
    writer = CheckChanges(concepts, made_of=FIELDS)  # a concept is made of sections only
    yield from _group_changes(page)
    for name, node in named_parts(page, "concepts").items():
        concept = plain(node)
        for edit in (*writer.of_concept(concept), *writer.of_concepts_further(name, concept)):
            only = {"concepts": {name: changed_by(concept, edit)}}
            place = place_of(page, ("concepts", name, *edit.path))
            yield Change(f"concept {name}: {edit.name}", place, only, name)


def named_parts(page: Node, key: str) -> Mapping[str, Node]:
    """Return what stands under the names of a part of a page of concepts, which it may lack."""
    parts: Mapping[str, Node] = page.value[key].value if key in page.value else {}
    return parts


def _group_changes(page: Node) -> Iterator[Change]:
    """Yield each group without each of its codes, and with each that stands beside all of them."""
    for name, node in named_parts(page, "groups").items():
        codes = plain(node)
        place = place_of(page, ("groups", name))
        beside = dict.fromkeys(
            code
            for fields in FIELDS.values()
            for spec in fields.values()
            if set(codes) <= set(spec.codes)
            for code in spec.codes
        )
        changed = {f"{code} dropped": [one for one in codes if one != code] for code in codes}
        changed |= {f"{code} added": [*codes, code] for code in beside if code not in codes}
        for told, now in changed.items():
            if now:
                yield Change(f"group {name}: {told}", place, {"groups": {name: now}}, name)


def without_examples(page: Node, checks: Sequence[Any]) -> dict[str, Any]:
    """Return a lesson's page with some of its checks, and without its examples."""
    whole = {key: plain(node) for key, node in page.value.items() if key not in _NO_EXAMPLES}
    return _with_stub({**whole, "checks": checks})


def with_used_parameters(part: Mapping[str, Any], users: Any) -> dict[str, Any]:
    """Return a page, or a concept, with the parameters that its users still mention.

    What no condition uses the loader refuses, and no example would have to notice it.
    """
    kept = dict(part)
    named = kept.pop("parameters", {})
    if used := {name: value for name, value in named.items() if mentions(users, name)}:
        kept["parameters"] = used
    return kept


def plain(node: Node) -> Any:
    """Return what a node holds as mappings, lists, texts and numbers."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def mentions(data: Any, word: str) -> bool:
    """Say whether a word stands anywhere in the texts of some data."""
    return re.search(rf"\b{re.escape(word)}\b", json.dumps(data)) is not None


class SharedChanges:
    """Knows which parts of a page's checks come from what several of them are about.

    `page` is the page with that written out in each check.
    """

    def __init__(self, page: Node) -> None:
        abouts = Abouts(page, Shapes())
        self.page = abouts.page()
        self._checks = page.value["checks"].value
        self._shared = list(map(abouts.shared_by, self._checks))

    def concerned(self, at: int, path: Steps) -> tuple[str, list[int]]:
        """Return what a change of one check is named by, "" for the check, and which it changes."""
        shared = self._shared[at]
        if shared is None or not shared.is_part(path, self._checks[at]):
            return "", [at]
        return f"about {shared.name}", [n for n, one in enumerate(self._shared) if one is shared]


def _of_parameters(page: Mapping[str, Any]) -> Iterator[Edit]:
    """Yield each parameter one down and one up, at each of its values if it has several."""
    for name, parameter in page.get("parameters", {}).items():
        at, label = ("parameters", name), f"parameter {name}"
        if "value" in parameter:
            yield from number_edits(parameter["value"], (*at, "value"), label)
        for number, one in enumerate(parameter.get("values", [])):
            path, spot = (*at, "values", number), f"{label} value {number + 1}"
            yield from number_edits(one["value"], (*path, "value"), spot)
            yield from period_edits(one, path, f"{spot} ")


def _with_stub(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page with an example that says nothing."""
    checks = page["checks"]
    kept = {key: value for key, value in page.items() if key not in _NO_EXAMPLES}
    background = {"extracted_on": "2026-06-30", "opened_on": "2026-06-30"}
    cases = [{"name": "none", "expect": {check["id"]: "breach" for check in checks}}]
    kept["examples"] = {"background": background, "cases": cases}
    return kept
