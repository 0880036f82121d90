"""Where the facts of each kind come from: the sections of a record, and paths from their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from casecheck.engine.properties import SELF, Property, TruthOf, Value
from casecheck.engine.ruleset import Kind, Ruleset
from casecheck.lessons.lesson import Concept, ConceptRows
from casecheck.lessons.substitution import Substitution
from casecheck.lessons.terms import Alternatives, Comparison, Field, RowPath


@dataclass(frozen=True, slots=True)
class Source:
    """One way in which a kind's facts come about: from the rows of a section.

    `number` is its place among the lesson's sources. `where` holds for the rows that are of this
    kind. `properties` speak of the row as `SELF`. `fields` are a concept's fields as paths from
    it; `reported` are the rows that stand for the fact in an instance; empty for the row. Of a
    concept, `way` is the way of its page in which the row is one.
    """

    number: int
    kind: Kind
    section: str
    where: tuple[Alternatives, ...]
    fields: Mapping[str, RowPath | Field]
    properties: tuple[tuple[str, Property], ...]
    reported: tuple[RowPath, ...]
    way: ConceptRows | None

    def own(self, binding: str) -> Substitution:
        """Return what turns a term of a bound row into one of this source's row, `SELF`."""
        return Substitution(binding, SELF, self.fields)


def sources_of(ruleset: Ruleset, concepts: Mapping[str, Concept], first: int = 0) -> list[Source]:
    """Return every way in which a ruleset's facts come about, numbered from `first` on."""
    found = (
        source for kind in ruleset.kinds.values() for source in _sources_of_kind(kind, concepts)
    )
    return [replace(source, number=number) for number, source in enumerate(found, first)]


def _sources_of_kind(kind: Kind, concepts: Mapping[str, Concept]) -> Iterator[Source]:
    concept = concepts.get(kind.name)
    if concept is None:
        yield _source(kind, None, (), {}, ())
        return
    for rows in concept.rows:
        own = Substitution(rows.binding, SELF)
        fields = {
            name: own.row(path) if isinstance(path, RowPath) else own.field(path)
            for name, path in rows.fields.items()
        }
        where = tuple(
            tuple(tuple(own.test(test) for test in tests) for tests in condition.alternatives)
            for condition in rows.where
        )
        reported = tuple(fields[name] for name in concept.reported_as)
        yield _source(kind, rows, where, fields, reported)


def _source(
    kind: Kind,
    way: ConceptRows | None,
    where: tuple[Alternatives, ...],
    fields: Mapping[str, RowPath | Field],
    reported: tuple[RowPath | Field, ...],
) -> Source:
    to_self = Substitution(SELF, SELF, fields)
    return Source(
        number=0,
        kind=kind,
        section=way.section if way else kind.name,
        where=where,
        fields=fields,
        properties=tuple(
            (name, _of_self(asked, to_self)) for asked, name in kind.properties.items()
        ),
        reported=tuple(row for row in reported if isinstance(row, RowPath)),
        way=way,
    )


def _of_self(asked: Property, to_self: Substitution) -> Property:
    if isinstance(asked, Value):
        return Value(to_self.base(asked.base), asked.plus, asked.null_above)
    if isinstance(asked.test, Comparison):
        told = to_self.test(asked.test)
        assert isinstance(told, Comparison)
        return TruthOf(told)
    return TruthOf(to_self.fact(asked.test))
