"""Write the facts of records for one lesson, by functions generated for it, as dataclasses does.

Each lesson has four. Where nothing is unknown that matters, `applies` says whether the lesson may
apply to a record at all, and `write` writes one number a quantity; it gives up where something is
unknown. Then another two do the same for facts with both bounds of each quantity. Where a date that
the lesson reads contradicts another, the plain way is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from casecheck.engine.applies_code import applies_code
from casecheck.engine.called import CALLED
from casecheck.engine.code_lines import Code
from casecheck.engine.compiled import CompiledLesson
from casecheck.engine.doubts import Doubt, single_row_rules
from casecheck.engine.fact_code import writing_code
from casecheck.engine.facts import (
    FIRST,
    NO_FACTS,
    BatchPosition,
    Facts,
    phantom_fact,
    ways_to_apply,
    write_facts,
)
from casecheck.engine.sources import Source, sources_of
from casecheck.lessons.lesson import Concept
from casecheck.truth.known import Known

Written = tuple[list[str], list[tuple[Source, int]], list[Doubt]]
"""The texts of facts, their origins, and the doubts: as in `Facts`."""


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
        self._reads: set[tuple[str, str]] = set()
        name, single = compiled.lesson.id, single_row_rules(compiled.exact)
        self._applies = self._compiled(name, self.exact, applies_code(self.exact, self.exact_ways))
        self._write = self._compiled(name, self.exact, writing_code(self.exact, single))
        self._may_apply = self._compiled(name, self.bounded, applies_code(self.bounded, self.ways))
        self._write_bounds = self._compiled(name, self.bounded, writing_code(self.bounded))

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
        names: dict[str, Any] = {**CALLED, "Doubt": Doubt, "phantom": phantom_fact}
        names |= numbered
        self._reads |= code.reads | {(source.section, "") for source in sources}
        if "opened" in code.words():
            self._reads.add(("", "opened_on"))
        exec(compile(code.text(), f"<facts of {lesson}>", "exec"), names)  # noqa: S102 - see `code_lines`
        function: Callable[..., Any] = names[code.name]
        return function
