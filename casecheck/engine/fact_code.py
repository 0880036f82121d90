"""Write facts quickly: Python functions generated for each lesson, as dataclasses generates.

Straight code costs a tenth of the plain way in `facts`, which it must equal (a test holds the two
together). Its text is made of the record model's own attribute names and codes and of whole
numbers, never of anything else that a page says.

Each lesson has four functions. Where nothing is unknown that matters, `applies` says whether the
lesson may apply to a record at all, and `write` writes one number a quantity; it gives up where
something is unknown. Then another two do the same for facts with both bounds of each quantity.
Where a date that the lesson reads contradicts another, the plain way is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from casecheck.engine.compiling import TRUE, UNSURE, CompiledLesson, Pattern, TruthOf, Value
from casecheck.engine.facts import (
    FIRST,
    NO_FACTS,
    BatchPosition,
    Facts,
    Source,
    Way,
    phantom_fact,
    single_row_rules,
    sources_of,
    ways_to_apply,
    write_facts,
)
from casecheck.engine.row_code import CALLED, Expression, Requirement, RowCode
from casecheck.lessons.lesson import Concept
from casecheck.truth.known import Known

Written = tuple[list[str], list[tuple[Source, int]], list[tuple[str, str]]]


class FactWriter:
    """Writes the facts of one lesson, as settled as a record allows.

    Its facts come from other sources where nothing is unknown (`exact`) than else (`bounded`);
    `sources` are both, by their numbers.
    """

    def __init__(self, compiled: CompiledLesson, concepts: Mapping[str, Concept]) -> None:
        self.exact = sources_of(compiled.exact, concepts)
        self.bounded = sources_of(compiled.bounded, concepts, len(self.exact))
        self.sources = [*self.exact, *self.bounded]
        self.exact_ways = ways_to_apply(compiled.exact)
        self.ways = ways_to_apply(compiled.bounded)
        self._dates: set[tuple[str, str]] = set()
        name, single = compiled.lesson.id, single_row_rules(compiled)
        self._applies = self._compiled(name, self.exact, applies_code(self.exact, self.exact_ways))
        self._write = self._compiled(name, self.exact, writing_code(self.exact, single))
        self._may_apply = self._compiled(name, self.bounded, applies_code(self.bounded, self.ways))
        self._write_bounds = self._compiled(name, self.bounded, writing_code(self.bounded))

    def write(
        self, known: Known, exact: BatchPosition = FIRST, bounded: BatchPosition = FIRST
    ) -> Facts:
        """Return the facts of one record; none where the lesson does not apply to it.

        The places are where they shall stand in the next batch for either ruleset.
        """
        if known.unknown_dates and not self._dates.isdisjoint(known.unknown_dates):
            return write_facts(known, self.bounded, self.ways, bounded)
        if not self._applies(known):
            return NO_FACTS
        settled: Written | None = self._write(known, *exact)
        if settled is not None:
            facts, origins, doubts = settled
            return Facts(facts, origins, True, doubts)
        if not self._may_apply(known):
            return NO_FACTS
        written: Written = self._write_bounds(known, *bounded)
        return Facts(*written[:2], settled=False)

    def _compiled(self, lesson: str, sources: Sequence[Source], code: Code) -> Callable[..., Any]:
        numbered = {f"S{number}": source for number, source in enumerate(sources)}
        names: dict[str, Any] = {**CALLED, "phantom": phantom_fact, **numbered}
        self._dates |= code.dates
        exec(compile(code.text(), f"<facts of {lesson}>", "exec"), names)  # noqa: S102 - see above
        function: Callable[..., Any] = names[code.name]
        return function


class Code(NamedTuple):
    """A function of one record, line by line, and the date fields that it reads, by section."""

    name: str
    parameters: str
    lines: Sequence[str]
    dates: AbstractSet[tuple[str, str]]

    def text(self) -> str:
        """Return the function's text: at its head it looks up what it needs of the record."""
        words = set(re.findall(r"\w+", "\n".join(self.lines)))
        head = [f"{name} = {told}" for name, told in _HEAD.items() if name in words]
        lines = "\n".join(f"    {line}" for line in [*head, *self.lines])
        return f"def {self.name}({self.parameters}):\n{lines}\n"


_HEAD = {
    "sections": "known.record.sections",
    "by_id": "known.by_id",
    "numbers": "known.numbers",
    "today": "known.today",
    "opened": "known.opened_on",
    "now": "working(known.today)",
}


# Whether a lesson may apply


def applies_code(sources: Sequence[Source], ways: Sequence[Way]) -> Code:
    """Return the function that says whether a lesson may apply to a record.

    It looks only for the rows that an instance needs, first of the kind that most ways need, and
    ends as soon as some way has all of its rows or each way lacks one.
    """
    search = _Search(ways)
    lines = [f"{flag} = False" for flag in search.flags.values()]
    dates: set[tuple[str, str]] = set()
    for at, kind in enumerate(search.kinds, 1):
        for source in sources:
            if source.kind.name == kind:
                code = RowCode(source.section, settled=True)
                lines += _seeking_lines(code, source, search)
                dates |= code.dates
        lines += search.ending_lines(kind, search.kinds[at:])
    return Code("applies", "known", [*lines, "return False"], dates)


class _Search:
    """What to look for: a fact that is a way `alone`, or for each of the `ways` facts together.

    `flags` are the variables that say whether a fact may pass one of the latter's patterns. Where a
    fact that is a way alone is among the others that a way needs, that way says nothing more.
    """

    def __init__(self, ways: Iterable[Way]) -> None:
        found = [tuple(dict.fromkeys(way)) for way in ways]
        self.alone: list[tuple[str, Pattern]] = []
        for (place,) in sorted([one for one in found if len(one) == 1], key=_length):
            if not self._is_found(place):
                self.alone.append(place)
        self.ways = [way for way in found if not any(map(self._is_found, way))]
        together = dict.fromkeys(place for way in self.ways for place in way)
        self.flags = {place: f"q{number}" for number, place in enumerate(together)}
        needed = Counter(kind for kind, _ in self.alone)
        for way in self.ways:
            needed.update(list(dict.fromkeys(kind for kind, _ in way)))
        self.kinds = [kind for kind, _ in needed.most_common()]

    def _is_found(self, place: tuple[str, Pattern]) -> bool:
        """Say whether a fact that may pass a pattern may pass one that is a way alone."""
        kind, pattern = place
        asked = set(_asked(pattern))
        return any(kind == of and asked.issuperset(_asked(one)) for of, one in self.alone)

    def patterns(self, kind: str) -> dict[Pattern, str]:
        """Return the patterns to look for in a kind, each with the line where a fact may pass."""
        found = {one: "return True" for of, one in self.alone if of == kind}
        flags = {one: flag for (of, one), flag in self.flags.items() if of == kind}
        return found | {one: f"{flag} = True" for one, flag in flags.items()}

    def ending_lines(self, kind: str, left: Collection[str]) -> list[str]:
        """Return the lines that end the search where it can end when a kind has been gone through.

        `left` are the kinds that have not been.
        """
        lines, still = [], ["True" for of, _ in self.alone if of in left]
        for way in self.ways:
            flags = [self.flags[place] for place in way if place[0] not in left]
            if len(flags) < len(way):
                still.append(" and ".join(flags) or "True")
            elif any(of == kind for of, _ in way):
                lines.append(f"if {' and '.join(flags)}: return True")
        if left and "True" not in still:
            lines.append(f"if not ({_any(dict.fromkeys(still))}): return False")
        return lines


def _length(way: Way) -> int:
    return sum(len(_asked(pattern)) for _, pattern in way)


def _seeking_lines(code: RowCode, source: Source, search: _Search) -> list[str]:
    """Return the lines that look through a section for rows that an instance needs."""
    patterns = search.patterns(source.kind.name)
    body = _where_lines(code, source, unsure=False)
    body += _must_lines(code, source, list(patterns))
    for pattern, passed in patterns.items():
        asked = _asked(pattern)
        body += _property_lines(code, source, [name for name, _ in asked])
        condition = code.may_pass(asked)
        body += [*code.take_lines(), passed if condition == "True" else f"if {condition}: {passed}"]
    ends = "return True" in patterns.values()
    return [
        f"rows = sections[{source.section!r}]",
        "if rows is None:",
        *(f"    {line}" for line in (["return True"] if ends else patterns.values())),
        "else:",
        *(f"    {line}" for line in _loop_lines(code, "for of in rows:", body)),
    ]


# The facts


def writing_code(
    sources: Sequence[Source], single: Mapping[tuple[str, Pattern], Sequence[str]] | None = None
) -> Code:
    """Return the function that writes a lesson's facts.

    It writes settled ones where the rules of evidence on a `single` row are given, which a fact
    may be in doubt of; else with both bounds of each quantity.
    """
    lines = ["facts = []", "origins = []", "doubts = []"]
    dates: set[tuple[str, str]] = set()
    for number, source in enumerate(sources):
        code = RowCode(source.section, settled=single is not None)
        lines += _source_lines(number, code, source, single or {})
        dates |= code.dates
    lines.append("return facts, origins, doubts")
    return Code("write", "known, id, record", lines, dates)


def _source_lines(
    number: int,
    code: RowCode,
    source: Source,
    single: Mapping[tuple[str, Pattern], Sequence[str]],
) -> list[str]:
    """Return the lines that write the facts of one source."""
    names = [name for name, _ in source.properties]
    body = _where_lines(code, source, unsure=True)
    body += _passing_lines(code, source)
    body += _property_lines(code, source, names)
    body += code.take_lines()
    if code.settled and (unknown := code.unknown(names)):
        numbers = [name for name, asked in source.properties if isinstance(asked, Value)]
        doubt = [*_doubt_lines(code, source, single), *code.nought_lines(numbers)]
        body += [f"if {unknown}:", *(f"    {line}" for line in doubt)]
    body += ["id += 1", f"origins.append((S{number}, position))"]
    body.append(f"facts.append({_fact_text(code, source)})")
    unknown_section = ["return None"]
    if not code.settled:
        unknown_section = [
            f"if fact := phantom(known, S{number}, id + 1, record):",
            "    id += 1",
            f"    origins.append((S{number}, 0))",
            "    facts.append(fact)",
        ]
    return [
        f"rows = sections[{source.section!r}]",
        "if rows is None:",
        *(f"    {line}" for line in unknown_section),
        "else:",
        *(
            f"    {line}"
            for line in _loop_lines(code, "for position, of in enumerate(rows):", body)
        ),
    ]


def _loop_lines(code: RowCode, loop: str, body: Sequence[str]) -> list[str]:
    """Return a loop over rows; before it the indexes of other rows that it reads."""
    lines = [loop, *(f"    {line}" for line in body)]
    if code.indexes:
        indexes = [f"{name} = by_id[{section!r}]" for section, name in code.indexes.items()]
        return ["if rows:", *(f"    {line}" for line in [*indexes, *lines])]
    return lines


def _where_lines(code: RowCode, source: Source, *, unsure: bool) -> list[str]:
    """Return the lines that pass over a row which is certainly not of this kind.

    `unsure`: they note where it is so only perhaps.
    """
    lines: list[str] = []
    for alternatives in source.where:
        each = [_together("all_of", [code.test(test) for test in tests]) for tests in alternatives]
        text, perhaps = _together("any_of", each)
        lines += code.take_lines()
        if not perhaps:
            lines.append(f"if not {text}: continue")
        elif unsure:
            code.perhaps_unsure = True
            lines += [f"w = {text}", "if w is False: continue", "if w is None: unsure = True"]
        else:
            lines.append(f"if {text} is False: continue")
    return ["unsure = False", *lines] if code.perhaps_unsure else lines


def _together(function: str, parts: Sequence[Expression]) -> Expression:
    if len(parts) == 1:
        return parts[0]
    return Expression(f"{function}(({', '.join(text for text, _ in parts)}))", perhaps=True)


def _passing_lines(code: RowCode, source: Source) -> list[str]:
    """Return the lines that pass over a row as soon as it is known that no pattern is left."""
    patterns = list(source.kind.patterns)
    lines = _must_lines(code, source, patterns)
    truths = _least(one.truths for one in patterns)
    limits = _least(map(_asked, patterns))
    for left in (truths, limits) if limits != truths else (truths,):
        lines += _property_lines(code, source, [name for asked in left for name, _ in asked])
        conditions = dict.fromkeys(map(code.may_pass, left))
        if "True" not in conditions:
            lines += [*code.take_lines(), f"if not ({_any(conditions)}): continue"]
    return lines


def _must_lines(code: RowCode, source: Source, patterns: Sequence[Pattern]) -> list[str]:
    """Return the lines that tell the truths that every pattern asks, and pass over what fails."""
    lines: list[str] = []
    everywhere = set(patterns[0].truths).intersection(*(one.truths for one in patterns))
    for name, negated in patterns[0].truths:
        if (name, negated) in everywhere:
            lines += _property_lines(code, source, [name])
            lines.append(code.must_line(name, negated))
    return lines


def _property_lines(code: RowCode, source: Source, names: Iterable[str]) -> list[str]:
    """Return the lines that tell those of some properties that have not been told."""
    wanted = set(names)
    return [
        line
        for name, asked in source.properties
        if name in wanted
        for line in code.property_lines(name, asked)
    ]


def _asked(pattern: Pattern) -> tuple[Requirement, ...]:
    """Return all that a pattern asks of a fact alone."""
    limits = [(name, (order, number)) for name, order, number in pattern.limits]
    return (*pattern.truths, *limits)


def _least(asked: Iterable[tuple[Requirement, ...]]) -> list[tuple[Requirement, ...]]:
    """Return those that ask nothing more than another does: whatever passes any passes one."""
    each = {frozenset(one): one for one in asked}
    return [one for all_of, one in each.items() if not any(other < all_of for other in each)]


def _any(conditions: Iterable[str]) -> str:
    return " or ".join(f"({one})" for one in conditions)


def _both(condition: str, other: str) -> str:
    return other if condition == "True" else f"({condition}) and ({other})"


def _doubt_lines(
    code: RowCode, source: Source, single: Mapping[tuple[str, Pattern], Sequence[str]]
) -> list[str]:
    """Return the lines that give up, or note a doubt, where what some pattern reads is unknown."""
    by_condition: dict[str, list[Pattern]] = {}
    for pattern in source.kind.patterns:
        by_condition.setdefault(code.may_pass(_asked(pattern)), []).append(pattern)
    lines = []
    for condition, patterns in by_condition.items():
        doubted = {one: single.get((source.kind.name, one)) for one in patterns}
        read = [name for one, rules in doubted.items() if rules is None for name in one.read()]
        unsettled = None in doubted.values()
        if unsettled and (unknown := code.unknown(read)):
            lines.append(f"if {_both(condition, unknown)}: return None")
        for pattern, rules in doubted.items():
            if rules and (unknown := code.unknown(pattern.read())):
                lines.append(f"if {_both(condition, unknown)}:")
                lines += [f"    doubts.append(({rule!r}, str(id + 1)))" for rule in rules]
    return lines


def _fact_text(code: RowCode, source: Source) -> str:
    """Return the f-string of a fact.

    What is unknown in a settled fact matters to no rule, and is nought.
    """
    parts = ['"id":{id}', f'"t":{source.kind.number}', '"r":{record}', '"z":1']
    if not code.settled:
        certain = f"{{'{UNSURE}' if unsure else '{TRUE}'}}" if code.perhaps_unsure else f"{TRUE}"
        parts.append(f'"x":{certain}')
    for name, asked in source.properties:
        if isinstance(asked, TruthOf):
            parts.append(f'"{name}":{code.truth_number(name)}')
        elif code.settled:
            parts.append(f'"{name}":{code.number(name)}')
        else:
            low, high = code.bounds(name, asked.base)
            parts.append(f'"{name}0":{low},"{name}1":{high}')
    # Quoted threefold, since it holds quotation marks of both kinds, also in its expressions.
    return f"f'''{{{{{','.join(parts)}}}}}'''"
