"""The engine and the reference reading, held to each other on conditions given as texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

import drawn_records
import yaml
from lesson_pages import lesson_page

from casecheck.audit.auditor import Auditor
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.conditions import read_condition
from casecheck.lessons.lesson import Check, Rules
from casecheck.lessons.loading import rules_from_pages
from casecheck.lessons.yaml_nodes import Place
from casecheck.record.model import FIELDS
from casecheck.results import Outcome
from casecheck.truth.kleene import Truth, any_of
from casecheck.truth.known import Known
from casecheck.truth.known_row import KnownRow
from casecheck.truth.plain_reading import Instance, PlainReading, Result, finding_of, outcome_of

NUMBERS = {"days": 28}
"""The parameters that a condition may name."""
Asked = tuple[Mapping[str, str], str]
"""Names with the sections of their rows, and a condition that asks of these."""


def checks_of(asked: Iterable[Asked], only: int | None = None) -> str:
    """Checks in which each condition, and its `not`, is evidence, membership and found rows.

    `only` says which of these, for a condition that takes the engine many rules.
    """
    lines = []
    for number, (names, condition) in enumerate(asked):
        for sign, text in (("is", condition), ("not", f"not ({condition})")):
            for at, form in enumerate(_forms(names, text)):
                if only is not None and only != at + (sign == "not") * 4:
                    continue
                check = {"id": f"c{number}-{sign}-{at}", "asks": "Is it so?", **form}
                check |= {"breach": "No.", "cannot_tell": "Perhaps."}
                lines.append(yaml.safe_dump([check], sort_keys=False, width=1000))
    return "".join(lines)


def _forms(names: Mapping[str, str], text: str) -> Iterator[dict[str, Any]]:
    first, *found = names.items()
    perhaps = [{"means": "so", "where": ["opened_on + 28 <= today"]}]
    yield {"for_each": dict(names), "met_by": [{"means": "so", "where": [text]}]}
    yield {"for_each": dict(names), "where": [text], "met_by": perhaps}
    if found:
        way = {"means": "so", "find": dict(found), "where": [text]}
        yield {"for_each": dict([first]), "met_by": [way]}
        yield {"for_each": dict([first]), "unless": [way], "met_by": perhaps}


def rules_of(asked: Iterable[Asked], concepts: str = "", only: int | None = None) -> Rules:
    text = "".join(f"  {line}\n" for line in checks_of(asked, only).splitlines())
    first = text.partition("id: ")[2].partition("\n")[0]
    pages = {"T1.1.yaml": lesson_page(text, first)}
    return rules_from_pages({**pages, **({"concepts.yaml": concepts} if concepts else {})}, "rules")


def held_to_each_other(rules: Rules, seeds: Iterable[int]) -> Counter[Outcome]:
    """Compare both readings of some records; return how often each outcome was reached."""
    auditor = Auditor(rules)
    reached: Counter[Outcome] = Counter()
    (lesson,) = rules.lessons
    for seed in seeds:
        known = drawn_records.known_of(drawn_records.drawn(Random(seed)))
        audited = auditor.audit_one(known.record)
        assert not audited.errors, (seed, audited.errors)
        engine = audited.lessons[lesson.id].checks
        found = {(one.check, one.outcome, one.pointers) for one in audited.findings}
        for check in lesson.checks:
            outcome, findings = plainly(check, known, rules)
            where = f"seed {seed}, {check.id}"
            assert engine[check.id] == outcome, where
            mine = {(outcome, pointers) for id_, outcome, pointers in found if id_ == check.id}
            assert mine == findings, where
            reached[outcome] += 1
    return reached


def plainly(
    check: Check, known: Known, rules: Rules
) -> tuple[Outcome, set[tuple[Outcome, tuple[str, ...]]]]:
    """A check's outcome and findings, by the reference reading."""
    reading = PlainReading(known, rules.concepts)
    instances = [one for each in check.populations for one in reading.instances(each)]
    outcome = outcome_of(one.result for one in instances)
    alone = all(one.result is Result.UNSETTLED for one in instances)
    findings = {
        (finding, _pointers(one, reading))
        for one in instances
        if (finding := finding_of(one.result, only_unsettled=alone)) is not None
    }
    return outcome, findings


def _pointers(instance: Instance, reading: PlainReading) -> tuple[str, ...]:
    return tuple(row.pointer for one in instance.bound.values() for row in reading.reported(one))


def truth(text: str, names: Mapping[str, str], known: Known, rows: Mapping[str, KnownRow]) -> Truth:
    """What a condition is of some rows, by the reference reading of its tests."""
    found = read_condition(
        text, Place("page.yaml", 7, 11), Scope(names, FIELDS.__getitem__, NUMBERS)
    )
    assert isinstance(found, Condition), found
    return any_of(known.all_of(tests, rows) for tests in found.alternatives)


def settled_and_kept(seed: int, asked: Iterable[Asked]) -> Counter[Truth]:
    """Check that what is true or false of a record is so of each record that it may stand for.

    Return how often a condition was which. A record with a contradiction may then not tell.
    """
    rng = Random(seed)
    record = drawn_records.drawn(rng)
    record.pop("coverage", None)
    for section in drawn_records.SECTIONS:
        if record[section] is None:
            return Counter()
    settled: Counter[Truth] = Counter()
    known = drawn_records.known_of(record)
    wholes = {
        multiple: [
            drawn_records.known_of(drawn_records.completed(rng, record, multiple=multiple))
            for _ in range(4)
        ]
        for multiple in (True, False)
    }
    for names, text in asked:
        for rows in drawn_records.combinations(known, names):
            found = truth(text, names, known, rows)
            settled[found] += 1
            for whole in wholes["same_code" not in text] if found is not None else ():
                same = {name: whole.row_at(row.section, row.index) for name, row in rows.items()}
                assert truth(text, names, whole, same) in (found, None), (seed, text)
    return settled
