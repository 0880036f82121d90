"""Write Python that writes a lesson's facts, ten times as quick as the plain way in `facts`.

A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence

from casecheck.engine.code_lines import (
    Code,
    any_condition,
    least_demanding,
    loop_lines,
    must_lines,
    property_lines,
    requirements_of,
    where_lines,
)
from casecheck.engine.doubts import SingleRowRules
from casecheck.engine.durable import fact_template
from casecheck.engine.properties import TRUE, UNSURE, TruthOf, Value
from casecheck.engine.row_code import RowCode
from casecheck.engine.ruleset import Pattern
from casecheck.engine.sources import Source


def writing_code(sources: Sequence[Source], single: SingleRowRules | None = None) -> Code:
    """Return the function that writes a lesson's facts.

    It writes settled ones where the rules of evidence on a `single` row are given, which a fact
    may be in doubt of; else with both bounds of each quantity.
    """
    lines = ["facts = []", "origins = []", "doubts = []"]
    reads: set[tuple[str, str]] = set()
    for number, source in enumerate(sources):
        code = RowCode(source.section, settled=single is not None)
        lines += _source_lines(number, code, source, single or {})
        reads |= code.fields.reads
    lines.append("return facts, origins, doubts")
    return Code("write", "known, id, record", lines, reads)


def _source_lines(
    number: int,
    code: RowCode,
    source: Source,
    single: SingleRowRules,
) -> list[str]:
    """Return the lines that write the facts of one source."""
    names = [name for name, _ in source.properties]
    body = where_lines(code, source, unsure=True)
    body += _passing_lines(code, source)
    body += property_lines(code, source, names)
    body += code.fields.take_lines()
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
        *(f"    {line}" for line in loop_lines(code, "for position, of in enumerate(rows):", body)),
    ]


def _passing_lines(code: RowCode, source: Source) -> list[str]:
    """Return the lines that pass over a row as soon as it is known that no pattern is left."""
    patterns = list(source.kind.patterns)
    lines = must_lines(code, source, patterns)
    truths = least_demanding(one.truths for one in patterns)
    limits = least_demanding(map(requirements_of, patterns))
    for left in (truths, limits) if limits != truths else (truths,):
        lines += property_lines(code, source, [name for asked in left for name, _ in asked])
        conditions = dict.fromkeys(map(code.may_pass, left))
        if "True" not in conditions:
            lines += [*code.fields.take_lines(), f"if not ({any_condition(conditions)}): continue"]
    return lines


def _both(condition: str, other: str) -> str:
    return other if condition == "True" else f"({condition}) and ({other})"


def _doubt_lines(code: RowCode, source: Source, single: SingleRowRules) -> list[str]:
    """Return the lines that give up, or note a doubt, where what some pattern reads is unknown."""
    by_condition: dict[str, list[Pattern]] = {}
    for pattern in source.kind.patterns:
        by_condition.setdefault(code.may_pass(requirements_of(pattern)), []).append(pattern)
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
                lines += [f"    doubts.append(Doubt({rule!r}, str(id + 1)))" for rule in rules]
    return lines


def _fact_text(code: RowCode, source: Source) -> str:
    """Return the f-string of a fact.

    What is unknown in a settled fact matters to no rule, and is nought.
    """
    properties: list[tuple[str, str]] = []
    if not code.settled:
        unsure = f"{{'{UNSURE}' if unsure else '{TRUE}'}}"
        properties.append(("x", unsure if code.perhaps_unsure else str(TRUE)))
        properties.append(("p", str(TRUE)))
    for name, asked in source.properties:
        if isinstance(asked, TruthOf):
            properties.append((name, code.truth_number(name)))
        elif code.settled:
            properties.append((name, code.number(name)))
        else:
            low, high = code.bounds(name, asked.base)
            properties += [(name + "0", low), (name + "1", high)]
    return fact_template(source.kind.number, properties)
