"""What a check asks, as a digest: the same as long as the check means the same.

It changes with the rows that a check is about, with its conditions and the numbers in force, and
with the concepts that it asks for. It does not with words, examples, names of rows, or the order in
which conditions stand. So a waiver can notice that what was accepted is asked otherwise now, and a
comparison of two runs which checks are not the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from casecheck.lessons.alternative import Alternative
from casecheck.lessons.condition import Condition
from casecheck.lessons.lesson import Check, Concept, Population, Rules
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import FLIPPED, Alternatives, Comparison, Field, RowPath, Test
from casecheck.record.model import FieldSpec

LENGTH = 16
"""Characters of a digest: 64 bits, by which two of some hundreds are told apart."""


def meanings_of(rules: Rules) -> dict[str, str]:
    """Return the digest of what each check asks, by `LESSON/check`."""
    return {
        f"{lesson.id}/{check.id}": meaning_of(check, rules.concepts)
        for lesson in rules.lessons
        for check in lesson.checks
    }


def meaning_of(check: Check, concepts: Mapping[str, Concept]) -> str:
    """Return the digest of what a check asks."""
    parts = [_population(one, concepts) for one in check.populations]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _population(population: Population, concepts: Mapping[str, Concept]) -> Any:
    # The order of the rows is that in which a finding points to them.
    names = {name: f"row{number}" for number, name in enumerate(population.for_each)}
    once = population.once and {
        "days": population.once.days,
        "same": _renamed(population.once.same, names),
    }
    return {
        **({"once": once} if once else {}),
        "for_each": [_kind(kind, concepts) for kind in population.for_each.values()],
        "where": _conditions(population.where, names),
        **{
            key: _sorted(_way(one, names, concepts) for one in ways)
            for key, ways in (
                ("given", population.given),
                ("unless", population.unless),
                ("met_by", population.met_by),
            )
        },
    }


def _way(way: Alternative, names: Mapping[str, str], concepts: Mapping[str, Concept]) -> Any:
    found = {name: f"found{number}" for number, name in enumerate(way.rows)}
    named = {**names, **found}
    meaning = {
        "find": [_kind(kind, concepts) for kind in way.find.values()],
        "where": _conditions(way.where, named),
    }
    if way.without:
        meaning["without"] = {
            "find": [_kind(kind, concepts) for kind in way.without.find.values()],
            "where": _conditions(way.without.where, named),
        }
    if way.at_least:
        meaning["at_least"] = way.at_least.number
    if way.last:
        meaning[way.last.kind] = way.last.day.spec.name
        meaning["then"] = _conditions(way.last.then, named)
    return meaning


def _kind(kind: str, concepts: Mapping[str, Concept]) -> Any:
    """Return a section, or what makes the rows of a concept what they are."""
    if kind not in concepts:
        return kind
    concept = concepts[kind]
    rows = []
    for one in concept.rows:
        names = {one.binding: "row"}
        put = Substitution(one.binding, "row")
        paths = {
            name: str(put.field(path) if isinstance(path, Field) else put.row(path))
            for name, path in one.fields.items()
        }
        where = _conditions(one.where, names)
        rows.append({"of": one.section, "where": where, "fields": paths})
    return {"rows": rows, "reported_as": list(concept.reported_as)}


def _conditions(where: Iterable[Condition], names: Mapping[str, str]) -> Any:
    return _sorted(_alternatives(one.alternatives, names) for one in where)


def _alternatives(alternatives: Alternatives, names: Mapping[str, str]) -> Any:
    return _sorted(_sorted(_test(test, names) for test in tests) for tests in alternatives)


def _test(test: Test, names: Mapping[str, str]) -> Any:
    # At once, for a new name may be another row's old one.
    marked = {name: f"{number} {new}" for number, (name, new) in enumerate(names.items())}
    for name, mark in marked.items():
        test = Substitution(name, mark).test(test)
    if not isinstance(test, Comparison):
        return _plain(test)
    sides = [[_plain(test.left), test.order], [_plain(test.right), FLIPPED[test.order]]]
    return {"sides": _sorted(sides), "when_null": test.when_null}


def _renamed(row: RowPath, names: Mapping[str, str]) -> str:
    return str(Substitution(row.binding, names[row.binding]).row(row))


def _plain(part: Any) -> Any:
    """Return a part of a term as what JSON can write, the same for the same part."""
    if isinstance(part, FieldSpec):
        return part.name
    if is_dataclass(part):
        content = {one.name: _plain(getattr(part, one.name)) for one in fields(part)}
        return {type(part).__name__: content}
    if isinstance(part, frozenset):
        return sorted(part)
    return list(part) if isinstance(part, tuple) else part


def _sorted(parts: Iterable[Any]) -> list[Any]:
    return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True))
