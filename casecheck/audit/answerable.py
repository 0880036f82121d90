"""How much of what the lessons in force read an extract's records hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from casecheck.audit.check_answers import ExtractAnswers
from casecheck.lessons.lesson import Rules
from casecheck.lessons.needs import Fact, needs_of
from casecheck.record.model import FIELDS, SECTIONS, CaseRecord


class Answerable:
    """Counts, over the records of an extract, what the lessons in force read and they hold.

    `records` counts records; `whole` for each lesson those that carry every section it reads,
    whole; `missing` for each section those that do not carry it, `partial` those that carry it in
    part (`coverage`); `rows` and `silent`, for each fact,
    the rows of its section and those of them where it is null. `refused` counts for each lesson the
    records that the engine could not evaluate, which are answered for none. `extract` says the
    same check by check.
    """

    def __init__(self, rules: Rules) -> None:
        self.needs = {lesson.id: needs_of(lesson, rules.concepts) for lesson in rules.lessons}
        self.extract = ExtractAnswers(rules)
        self.records = 0
        self.whole: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self.partial: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.silent: Counter[Fact] = Counter()
        read = dict.fromkeys(fact for needs in self.needs.values() for fact in needs.facts)
        self._facts = {
            section: [fact for fact in read if fact[0] == section] for section in SECTIONS
        }

    def add(self, record: CaseRecord, refused: Collection[str] = ()) -> None:
        """Count one record, and the lessons that the engine could not evaluate on it."""
        self.refused.update(refused)
        self.records += 1
        self.extract.add(record.carried)
        absent = {section for section, rows in record.sections.items() if rows is None}
        partial = {section for section in record.in_part if section not in absent}
        self.missing.update(absent)
        self.partial.update(partial)
        lacking = absent | partial
        self.whole.update(
            lesson
            for lesson, needs in self.needs.items()
            if lesson not in refused and lacking.isdisjoint(needs.sections)
        )
        for section, rows in record.sections.items():
            if rows:
                self.rows[section] += len(rows)
                for fact in self._facts[section]:
                    _, name = fact
                    self.silent[fact] += sum(row.get(name) is None for row in rows)

    def not_recorded(self) -> list[Fact]:
        """Return the facts that lessons read and that some row lacks, the most often lacking first.

        How often is a share of the section's rows.
        """
        lacking = [fact for fact, number in self.silent.items() if number]
        order = {fact: position for position, fact in enumerate(_FACTS)}
        return sorted(
            lacking, key=lambda fact: (-self.silent[fact] / self.rows[fact[0]], order[fact])
        )

    def read_by(self, fact: Fact) -> list[str]:
        """Return the lessons that read a fact."""
        return [lesson for lesson, needs in self.needs.items() if fact in needs.facts]


_FACTS: tuple[Fact, ...] = tuple(
    (section, name) for section in SECTIONS for name in FIELDS[section]
)
