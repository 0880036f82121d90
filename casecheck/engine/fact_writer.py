"""Write the facts of records for one lesson, by functions generated for it, as dataclasses does.

Each lesson has four. Where nothing is unknown that matters, `applies` says whether the lesson may
apply to a record at all, and `write` writes one number a quantity; it gives up where something is
unknown. Then another two do the same for facts with both bounds of each quantity. Where a date that
the lesson reads contradicts another, the plain way is taken.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from casecheck.engine.applies_code import applies_code
from casecheck.engine.called import CALLED
from casecheck.engine.compiled import CompiledLesson
from casecheck.engine.doubts import Doubt, single_row_rules
from casecheck.engine.fact_code import writing_code
from casecheck.engine.facts import (
    FIRST,
    NO_FACTS,
    BatchPosition,
    Facts,
    ways_to_apply,
    write_facts,
)
from casecheck.engine.phantoms import Phantoms
from casecheck.engine.sources import Source, sources_of
from casecheck.lessons.lesson import Concept
from casecheck.truth.known import Known

Written = tuple[list[str], list[tuple[Source, int]], list[Doubt]]
"""The texts of facts, their origins, and the doubts: as in `Facts`."""


class FactFunctions(NamedTuple):
    """The code of the functions that write a lesson's facts, as Python keeps compiled code.

    There are four: `applies` and `write`, and the two for bounds. `reads` are the fields that they
    read, by section.
    """

    codes: tuple[bytes, ...]
    reads: frozenset[tuple[str, str]]


def fact_functions(compiled: CompiledLesson, concepts: Mapping[str, Concept]) -> FactFunctions:
    """Generate the functions that write a lesson's facts."""
    exact = sources_of(compiled.exact, concepts)
    bounded = sources_of(compiled.bounded, concepts, len(exact))
    codes = (
        applies_code(exact, ways_to_apply(compiled.exact)),
        writing_code(exact, single_row_rules(compiled.exact)),
        applies_code(bounded, ways_to_apply(compiled.bounded)),
        writing_code(bounded),
    )
    reads = {(source.section, "") for source in (*exact, *bounded)}
    for code in codes:
        reads |= code.reads
        if "opened" in code.words():
            reads.add(("", "opened_on"))
    where = f"<facts of {compiled.lesson.id}>"
    texts = (marshal.dumps(compile(code.text(), where, "exec")) for code in codes)
    return FactFunctions(tuple(texts), frozenset(reads))


class FactWriter:
    """Writes the facts of one lesson, as settled as a record allows.

    Its facts come from other sources where nothing is unknown (`exact`) than else (`bounded`);
    `sources` are both, by their numbers. `functions` are the lesson's, if they are at hand.
    """

    def __init__(
        self,
        compiled: CompiledLesson,
        concepts: Mapping[str, Concept],
        functions: FactFunctions | None = None,
    ) -> None:
        self.exact = sources_of(compiled.exact, concepts)
        self.bounded = sources_of(compiled.bounded, concepts, len(self.exact))
        self.sources = [*self.exact, *self.bounded]
        self.exact_ways = ways_to_apply(compiled.exact)
        self.ways = ways_to_apply(compiled.bounded)
        functions = functions or fact_functions(compiled, concepts)
        self._reads = functions.reads
        self._sections = frozenset(source.section for source in self.exact)
        applies, write, may_apply, write_bounds = functions.codes
        self._applies = _function(applies, self.exact)
        self._write = _function(write, self.exact)
        self._may_apply = _function(may_apply, self.bounded)
        self._write_bounds = _function(write_bounds, self.bounded)

    def write(
        self, known: Known, exact: BatchPosition = FIRST, bounded: BatchPosition = FIRST
    ) -> Facts:
        """Return the facts of one record; none where the lesson does not apply to it.

        The positions are those that they are to have in the next batch for either ruleset.
        """
        if known.unusual and not self._reads.isdisjoint(known.unusual):
            return write_facts(known, self.bounded, self.ways, bounded)
        if not self._applies(known):
            return NO_FACTS
        # Where a section is unknown that it reads, the first would give up.
        if self._sections.isdisjoint(known.record.carried.absent):
            settled: Written | None = self._write(known, *exact)
            if settled is not None:
                facts, origins, doubts = settled
                return Facts(facts, origins, True, doubts)
        if not self._may_apply(known):
            return NO_FACTS
        written: Written = self._write_bounds(known, *bounded)
        return Facts(*written[:2], settled=False)


def _function(code: bytes, sources: Sequence[Source]) -> Callable[..., Any]:
    """Return the one function that generated code makes, which finds the sources as S1, S2 ..."""
    names: dict[str, Any] = {**CALLED, "Doubt": Doubt, "phantom": Phantoms().fact}
    names |= {f"S{number}": source for number, source in enumerate(sources)}
    own: dict[str, Any] = {}
    exec(marshal.loads(code), names, own)  # noqa: S102, S302 - see `code_lines`
    (function,) = own.values()
    return cast(Callable[..., Any], function)
