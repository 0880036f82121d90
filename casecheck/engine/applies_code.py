"""Write Python that says whether a lesson may apply to a record: an early exit.

Most lessons do not apply to most records, and to find that out costs less than to write facts. For
lesson ST2.1 of the statutory set the function reads:

    >>> from pathlib import Path
    >>> from casecheck.engine.compiling import compile_lesson
    >>> from casecheck.engine.facts import ways_to_apply
    >>> from casecheck.engine.sources import sources_of
    >>> from casecheck.lessons.loading import load_rules
    >>> rules = load_rules(Path("rules/statutory"))
    >>> (lesson,) = [lesson for lesson in rules.lessons if lesson.id == "ST2.1"]
    >>> exact = compile_lesson(lesson).exact
    >>> code = applies_code(sources_of(exact, rules.concepts), ways_to_apply(exact))
    >>> print(code.text().strip())
    def applies(known):
        sections = known.record.sections
        rows = sections['meetings']
        if rows is None:
            return True
        else:
            for of in rows:
                n0 = of['kind']
                p_a = (n0 == 'initial_conference')
                if not p_a: continue
                return True
        return False
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from casecheck.engine.code_lines import (
    Code,
    any_condition,
    loop_lines,
    must_lines,
    property_lines,
    requirements_of,
    where_lines,
)
from casecheck.engine.facts import Way
from casecheck.engine.row_code import RowCode
from casecheck.engine.ruleset import Pattern
from casecheck.engine.sources import Source


def applies_code(sources: Sequence[Source], ways: Sequence[Way]) -> Code:
    """Return the function that says whether a lesson may apply to a record.

    It looks only for the rows that an instance needs, first of the kind that most ways need, and
    ends as soon as some way has all of its rows or each way lacks one.
    """
    early = EarlyExit(ways)
    lines = [f"{flag} = False" for flag in early.flags.values()]
    reads: set[tuple[str, str]] = set()
    for at, kind in enumerate(early.kinds, 1):
        for source in sources:
            if source.kind.name == kind:
                code = RowCode(source.section, settled=True)
                lines += _seeking_lines(code, source, early)
                reads |= code.fields.reads
        lines += early.ending_lines(kind, early.kinds[at:])
    return Code("applies", "known", [*lines, "return False"], reads)


class EarlyExit:
    """Where the search can end: at a fact that is a way `alone`, or when a way has all its facts.

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
        asked = set(requirements_of(pattern))
        return any(kind == of and asked.issuperset(requirements_of(one)) for of, one in self.alone)

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
            lines.append(f"if not ({any_condition(dict.fromkeys(still))}): return False")
        return lines


def _length(way: Way) -> int:
    return sum(len(requirements_of(pattern)) for _, pattern in way)


def _seeking_lines(code: RowCode, source: Source, early: EarlyExit) -> list[str]:
    """Return the lines that look through a section for rows that an instance needs."""
    patterns = early.patterns(source.kind.name)
    body = where_lines(code, source, unsure=False)
    body += must_lines(code, source, list(patterns))
    for pattern, passed in patterns.items():
        asked = requirements_of(pattern)
        body += property_lines(code, source, [name for name, _ in asked])
        condition = code.may_pass(asked)
        body += [
            *code.fields.take_lines(),
            passed if condition == "True" else f"if {condition}: {passed}",
        ]
    ends = "return True" in patterns.values()
    return [
        f"rows = sections[{source.section!r}]",
        "if rows is None:",
        *(f"    {line}" for line in (["return True"] if ends else patterns.values())),
        "else:",
        *(f"    {line}" for line in loop_lines(code, "for of in rows:", body)),
    ]
