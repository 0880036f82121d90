"""Makes case records like those of a council's extract, the same ones for a seed on every Python.

`python benchmarks/realistic_records.py --records 1000 > cases.jsonl` writes one record a line.

Each is a family of two to six with its plans, meetings, assessments and workers: 40 to 60 rows and
4 to 6 KB. Practice is mostly good. One or two facts in a hundred are missing, 5 % of the records
lack a section or two, and 1 % contradict themselves. They are made to be timed; no share in them,
of breaches above all, says anything of practice.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import Any, TypeVar

from casecheck.record.model import FIELDS, SECTIONS

ROWS = (40, 60)
"""The fewest and the most rows of a record."""
BYTES = (4_000, 6_000)
"""The shortest and the longest line, in bytes, without its line break."""

Row = dict[str, Any]
_T = TypeVar("_T")

_ABUSE = ("neglect", "physical_abuse", "emotional_abuse", "sexual_abuse")
_MISUSE = ("parental_alcohol_misuse", "parental_drug_misuse")
_RISKS = {
    "neglect": 45,
    "domestic_abuse": 40,
    "parental_mental_health": 25,
    "parental_alcohol_misuse": 18,
    "parental_drug_misuse": 15,
    "emotional_abuse": 15,
    "physical_abuse": 12,
    "sexual_abuse": 8,
}
_HISTORY = {
    "domestic_abuse_victim": 15,
    "neglect_in_childhood": 12,
    "substance_misuse": 10,
    "care_experienced": 6,
    "sexual_abuse_victim": 4,
}
_PARTNERS = ("general_practice", "early_help", "housing", "adult_mental_health")
_OPTIONAL_SECTIONS = tuple(section for section in SECTIONS if section != "people")


def record_lines(records: int, seed: int) -> Iterator[str]:
    """Yield that many records as compact JSON, ASCII, without line breaks."""
    for number in range(1, records + 1):
        yield record_line(number, seed)


def record_line(number: int, seed: int) -> str:
    """Return the record of one number; it does not depend on how many others are made.

    A draw that comes out too small or too large for `ROWS` and `BYTES` is drawn again.
    """
    chance = _Chance(seed * 1_000_003 + number)
    while True:
        record = _Extract(chance, f"C-{number:06d}").record()
        line = json.dumps(record, separators=(",", ":"))
        rows = sum(len(record.get(section) or ()) for section in SECTIONS)
        if ROWS[0] <= rows <= ROWS[1] and BYTES[0] <= len(line) <= BYTES[1]:
            return line


class _Chance:
    """Chance from whole numbers only, which every Python draws alike."""

    def __init__(self, seed: int) -> None:
        self._below = Random(seed).randrange

    def percent(self, share: int) -> bool:
        return self._below(100) < share

    def between(self, least: int, most: int) -> int:
        return least + self._below(most - least + 1)

    def pick(self, choices: Sequence[_T]) -> _T:
        return choices[self._below(len(choices))]

    def some(self, shares: dict[str, int]) -> list[str]:
        return [name for name, share in shares.items() if self.percent(share)]


def _day(number: int) -> str:
    return date.fromordinal(number).isoformat()


class _Extract:
    """One family's record as it is written. Days are proleptic ordinals until they are told."""

    def __init__(self, chance: _Chance, case_id: str) -> None:
        self.chance = chance
        self.case_id = case_id
        self.today = date(2025, 1, 1).toordinal() + chance.between(0, 600)
        self.opened = self.today - chance.between(110, 340)
        self.sections: dict[str, list[Row]] = {section: [] for section in SECTIONS}
        self.rows = 0

    def record(self) -> dict[str, Any]:
        """Return the whole record, its faults included."""
        teenage_parent = self.chance.percent(8)
        self.family(teenage_parent)
        self.work_force()
        self.risks()
        self.care()
        self.events()
        if teenage_parent:
            self.young_parent()
        if self.chance.percent(7):
            self.private_law()
        self.lose_facts()
        if self.chance.percent(1):
            self.contradict()
        record: dict[str, Any] = {
            "schema": "casecheck/1",
            "case_id": self.case_id,
            "extracted_on": _day(self.today),
            "opened_on": _day(self.opened),
            "district": self.chance.pick(("NORTH", "SOUTH", "COAST", "TOWN")),
            "team": f"TEAM-{self.chance.between(1, 12)}",
            "lead_agency": "CHILDRENS-SERVICES",
            **self.sections,
        }
        if self.chance.percent(5):
            for _ in range(self.chance.between(1, 2)):
                record.pop(self.chance.pick(_OPTIONAL_SECTIONS), None)
        return record

    def add(self, section: str, **fields: Any) -> str:
        """Add a row, without the events that have not happened, and return its id."""
        self.rows += 1
        identifier = f"{section[:2]}{self.rows}"
        told = {
            name: value
            for name, value in fields.items()
            if value is not None or FIELDS[section][name].role != "event"
        }
        self.sections[section].append({"id": identifier, **told})
        return identifier

    def by_today(self, day: int) -> str | None:
        """Tell a day that has come, and of one that has not, nothing."""
        return _day(day) if day <= self.today else None

    def usually(self, share: int = 90) -> bool:
        """Say whether something is recorded that good practice records."""
        return self.chance.percent(share)

    # Who there is

    def person(self, age: int, history: list[str]) -> str:
        """Add a person of an age in years on the day the case was opened."""
        born = date.fromordinal(self.opened - age * 365 - self.chance.between(0, 364))
        month = f"{born.year}-{born.month:02d}"
        return self.add(
            "people", born=month if self.usually(95) else str(born.year), history=history
        )

    def family(self, teenage_parent: bool) -> None:
        chance = self.chance
        age = chance.between(15, 17) if teenage_parent else chance.between(20, 42)
        self.mother = self.person(age, chance.some(_HISTORY))
        self.father = None
        if chance.percent(75):
            history = chance.some(_HISTORY)
            if chance.percent(15):
                history.append("domestic_abuse_perpetrator")
            self.father = self.person(age + chance.between(0, 6), history)
        youngest = chance.between(0, 1) if teenage_parent else chance.between(0, 14)
        count = 1 if teenage_parent else chance.pick((1, 2, 2, 3, 3, 4))
        ages = [max(0, min(youngest + 2 * older, age - 15)) for older in range(count)]
        self.children = [self.person(years, []) for years in ages]
        self.child, self.child_age = self.children[0], ages[0]
        for child in self.children:
            self.related("parent_of", self.mother, child)
            if self.father:
                self.related("parent_of", self.father, child)
        for one, other in zip(self.children, self.children[1:], strict=False):
            self.related("sibling_of", one, other)
        if self.father:
            together = self.opened - chance.between(0, 700)
            apart = chance.between(self.opened, self.today) if chance.percent(30) else None
            self.related("partner_of", self.mother, self.father, together, apart)
        if teenage_parent or chance.percent(10):
            carer = self.person(age + chance.between(20, 28), chance.some(_HISTORY))
            self.related("parent_of", carer, self.mother)
            self.related("carer_of", carer, self.child, self.opened)

    def related(
        self, kind: str, one: str, other: str, start: int = 0, end: int | None = None
    ) -> None:
        """Relate two people, from the day on which that was recorded where no other is given."""
        self.add(
            "relationships",
            kind=kind,
            **{"from": one, "to": other},
            start=_day(start or self.opened),
            end=end and _day(end),
        )

    def work_force(self) -> None:
        chance = self.chance
        handover = None
        if chance.percent(45):
            handover = chance.between(self.opened + 60, self.today)
        self.worker("practitioner", self.opened, handover)
        if handover:
            self.worker("practitioner", handover, None)
        self.worker("manager", self.opened, None)
        self.worker("conference_chair", self.opened + 40, None)

    def worker(self, role: str, start: int, end: int | None) -> None:
        worker = self.add(
            "workers",
            role=role,
            agency="childrens_services",
            start=_day(start),
            end=end and _day(end),
        )
        if role == "conference_chair":
            return
        topics = {"child_sexual_abuse": 70, "age_appropriate_sexual_behaviour": 60}
        topics |= {"neglect": 40, "domestic_abuse": 30, "parental_substance_misuse": 25}
        for topic in self.chance.some(topics):
            completed = self.today - self.chance.between(30, 1_200)
            self.add("training", worker=worker, topic=topic, completed_on=_day(completed))

    # What worries those who work with them, and what they do

    def risks(self) -> None:
        chance = self.chance
        self.kinds = chance.some(_RISKS) or ["neglect"]
        self.risk_ids = []
        for kind in self.kinds:
            identified = self.opened + chance.between(0, 30)
            resolved = chance.between(identified + 60, self.today) if chance.percent(20) else None
            risk = self.add(
                "risks",
                subject=self.child,
                kind=kind,
                identified_on=_day(identified),
                resolved_on=resolved and _day(resolved),
            )
            self.risk_ids.append(risk)
            if chance.percent(15):
                day = chance.between(identified, self.today)
                self.add("mitigations", risk=risk, recorded_on=_day(day))

    def care(self) -> None:
        """Add the plans of the eldest worry, with what belongs to them."""
        chance = self.chance
        start = self.opened + chance.between(20, 55)
        if chance.percent(35):
            self.plan(self.child, "early_help", self.opened, start)
        if chance.percent(68):
            end = start + chance.between(150, 270) if chance.percent(30) else self.today + 1
            plan = self.plan(self.child, "child_protection", start, end)
            if end <= self.today:
                self.plan(self.child, "child_in_need", end, self.today + 1)
            self.conferences(plan, start, min(end, self.today))
            if chance.percent(18):
                self.change_category(plan, start, min(end, self.today))
        else:
            level = "looked_after" if chance.percent(20) else "child_in_need"
            plan = self.plan(self.child, level, start, self.today + 1)
            for day in range(start + 30, self.today, 42):
                self.meeting(plan, "child_in_need_review", day)
            if level == "looked_after":
                self.order("public", start)
        for sibling in self.children[1:]:
            if chance.percent(30):
                self.plan(sibling, "child_in_need", start, self.today + 1)
        self.actions(plan, start)
        self.assessments()
        self.tools()

    def plan(self, subject: str, level: str, start: int, end: int) -> str:
        abuse = [kind for kind in self.kinds if kind in _ABUSE] or ["emotional_abuse"]
        return self.add(
            "plans",
            subject=subject,
            level=level,
            category=abuse[0],
            start=_day(start),
            end=self.by_today(end),
        )

    def conferences(self, plan: str, start: int, until: int) -> None:
        """Add the conferences of a child protection plan, and a core group every few weeks."""
        chance = self.chance
        if chance.percent(60):
            self.meeting(None, "strategy", start - chance.between(8, 15))
        self.meeting(plan, "initial_conference", start)
        days = {}
        day = start + (chance.between(7, 13) if self.usually(90) else chance.between(14, 30))
        while day <= until:
            days[day] = "core_group"
            day += chance.between(28, 42) if self.usually(92) else chance.between(43, 60)
        day = start + (chance.between(80, 92) if self.usually(90) else chance.between(93, 120))
        while day <= until:
            days[day] = "review_conference"
            day += chance.between(150, 183) if self.usually(90) else chance.between(184, 220)
        for day, kind in sorted(days.items()):
            self.meeting(plan, kind, day)

    def meeting(self, plan: str | None, kind: str, day: int) -> None:
        universal = "health_visiting" if self.child_age < 5 else "school"
        attended = ["childrens_services"]
        if self.usually(98):
            attended += [universal, "police"]
        attended += [agency for agency in _PARTNERS if self.chance.percent(10)]
        self.add(
            "meetings",
            kind=kind,
            plan=plan,
            on=_day(day),
            attended=attended,
            plan_updated=self.usually(98),
            progress_reviewed=self.usually(98),
            child_views=self.usually(97),
        )

    def change_category(self, plan: str, start: int, until: int) -> None:
        chance = self.chance
        day = chance.between(start + 60, max(start + 60, until - 1))
        if day > until:
            return
        earlier = self.sections["plans"][-1]["category"] or "neglect"
        later = chance.pick([category for category in _ABUSE if category != earlier])
        change = self.add(
            "category_changes",
            plan=plan,
            on=_day(day),
            from_category=earlier,
            to_category=later,
        )
        if self.usually(75):
            self.add(
                "chair_agreements",
                category_change=change,
                recorded_on=_day(day - chance.between(0, 7)),
                risks_mitigated=self.usually(),
            )

    def actions(self, plan: str, start: int) -> None:
        chance = self.chance
        set_on, earlier = start, None
        for number in range(chance.between(3, 5)):
            due = set_on + chance.between(28, 84)
            finished = due + (chance.between(-20, 7) if self.usually(88) else 40)
            closed = chance.percent(8)
            earlier = self.add(
                "actions",
                plan=plan,
                kind=chance.pick(("service", "service", "visit", "assessment", "other")),
                for_person=self.child if number == 0 or chance.percent(50) else self.mother,
                addresses=chance.pick(self.risk_ids) if self.usually(90) else "none",
                owner=chance.pick(("childrens_services", "health_visiting", "school", "police")),
                set_on=_day(set_on),
                due=_day(due),
                completed_on=None if closed else self.by_today(finished),
                closed_on=self.by_today(finished) if closed else None,
                closure_reason_recorded=self.usually() if closed else False,
                continues=earlier if earlier and chance.percent(8) else None,
            )
            set_on = min(set_on + chance.between(0, 60), self.today)

    def assessments(self) -> None:
        topics = ["family_history"] if self.usually(60) else []
        if "sexual_abuse" in self.kinds or self.usually(10):
            topics.append("sexual_abuse_history")
        misuse = any(kind in self.kinds for kind in _MISUSE)
        if misuse and self.usually():
            topics.append("substance_misuse")
        if "domestic_abuse" in self.kinds:
            topics.append("domestic_abuse")
        self.assessment(self.child, "child_and_family", self.opened, topics)
        if self.chance.percent(50):
            kind = self.chance.pick(("risk", "parenting"))
            self.assessment(self.child, kind, self.opened + self.chance.between(40, 100), topics)
        if misuse and self.usually(60):
            day = self.opened + self.chance.between(10, 60)
            self.assessment(self.mother, "substance_misuse", day, ["substance_misuse"])

    def assessment(self, subject: str, kind: str, start: int, topics: list[str]) -> None:
        agencies = ["childrens_services"]
        agencies.append("health_visiting" if self.child_age < 5 else "school")
        if "substance_misuse" in topics and self.usually(70):
            agencies.append("adult_substance_misuse")
        took = self.chance.between(25, 63) if self.usually(88) else self.chance.between(64, 100)
        self.add(
            "assessments",
            subject=subject,
            kind=kind,
            started_on=_day(start),
            completed_on=self.by_today(start + took),
            agencies=agencies,
            considers=topics,
            child_seen=self.usually(95),
            child_views=self.usually(),
            impact_on_child=self.usually(),
            parenting_capacity=self.usually(),
        )

    def tools(self) -> None:
        chance = self.chance
        for child in self.children:
            if self.usually(90):
                self.tool("chronology", child, self.opened + chance.between(5, 60))
                self.tool("chronology", child, self.today - chance.between(0, 105))
        if self.usually(60):
            self.tool("genogram", self.child, self.opened + chance.between(0, 60))
        if "neglect" in self.kinds and self.usually(80):
            profile = self.opened + chance.between(20, 100)
            self.tool("graded_care_profile", self.child, profile)
            if self.today - profile > 200 and self.usually(75):
                self.tool("graded_care_profile", self.child, self.today - chance.between(5, 170))
        if "domestic_abuse" in self.kinds and self.usually(70):
            self.tool("dash", self.mother, self.opened + chance.between(0, 30))

    def tool(self, kind: str, subject: str, day: int) -> None:
        self.add("tools", kind=kind, subject=subject, on=_day(day))

    # What happens

    def events(self) -> None:
        chance = self.chance
        for _ in range(chance.between(2, 5)):
            self.incident(chance.pick(("police", "missing", "injury", "other")), self.child)
        if "domestic_abuse" in self.kinds:
            for _ in range(chance.between(1, 2)):
                self.incident("domestic_abuse", self.mother)
            self.referral(self.mother, "marac", self.opened + chance.between(5, 40))
        elif chance.percent(50):
            self.referral(self.child, "other", self.opened + chance.between(10, 90))
        self.decide(self.child, self.opened + 1, self.sections["plans"][0]["level"])

    def incident(self, kind: str, victim: str) -> int:
        day = self.chance.between(self.opened - 20, self.today)
        self.add("incidents", kind=kind, on=_day(day), victim=victim)
        return day

    def referral(self, subject: str, service: str, day: int) -> None:
        made = self.usually(80)
        referral = self.add(
            "referrals",
            subject=subject,
            service=service,
            considered_on=_day(min(day, self.today)),
            made_on=self.by_today(day + 3) if made else None,
            reason_recorded=not made and self.usually(),
        )
        if service == "marac" and made and day + 20 <= self.today:
            self.add(
                "marac_decisions",
                referral=referral,
                on=_day(day + 20),
                age_considered=self.usually(),
            )

    def decide(self, person: str, day: int, level: str) -> None:
        self.add(
            "threshold_decisions",
            person=person,
            on=_day(day),
            level=level,
            rationale_recorded=self.usually(90),
        )

    def young_parent(self) -> None:
        """Add what is done for a mother under 18, a child in her own right."""
        chance = self.chance
        if self.usually(70):
            self.decide(self.mother, self.opened + 5, "child_in_need")
            self.plan(self.mother, "child_in_need", self.opened + 20, self.today + 1)
        if self.usually(70):
            topics = ["family_history", "exposure_to_abuse"]
            if self.usually(60):
                topics += ["intergenerational_domestic_abuse", "older_partner"]
            self.assessment(self.mother, "own_needs", self.opened + 5, topics)
        if self.usually(60):
            self.tool("chronology", self.mother, self.today - chance.between(0, 200))
        if self.usually(60):
            self.tool("genogram", self.mother, self.opened + chance.between(0, 60))
        if chance.percent(60):
            day = self.incident("domestic_abuse", self.mother)
            if self.usually(75):
                self.referral(self.mother, "early_help", day + chance.between(0, 14))

    def private_law(self) -> None:
        applied = self.chance.between(self.opened, self.today - 100)
        supported = applied + self.chance.between(0, 30)
        granted = supported + self.chance.between(90, 200)
        order = self.order("private", applied, supported, granted)
        for day in range(supported + 40, min(granted, self.today), 60):
            in_interest = self.usually()
            review = {"order": order, "on": _day(day), "still_in_interest": in_interest}
            self.add("best_interest_reviews", **review)
            if not in_interest and day + 7 <= self.today:
                self.add("court_notices", order=order, on=_day(day + 7))

    def order(self, law: str, applied: int, supported: int = 0, granted: int = 0) -> str:
        return self.add(
            "court_orders",
            child=self.child,
            law=law,
            applied_on=_day(applied),
            supported_on=self.by_today(supported) if supported else None,
            support_ended_on=None,
            granted_on=self.by_today(granted) if granted else None,
            ended_on=None,
        )

    # What an extract loses and spoils

    def lose_facts(self) -> None:
        for section, rows in self.sections.items():
            facts = [name for name, spec in FIELDS[section].items() if spec.role == "fact"]
            for row in rows:
                for name in facts:
                    if self.chance.between(1, 1_000) <= 15:
                        row[name] = None

    def contradict(self) -> None:
        """Make a day of the plan's first action, or of its last meeting, impossible."""
        action, meetings = self.sections["actions"][0], self.sections["meetings"]
        if meetings and self.chance.percent(50):
            meetings[-1]["on"] = _day(self.today + 3)
        else:
            before = date.fromisoformat(action["set_on"]).toordinal() - 10
            action["completed_on"] = _day(before)


def _main() -> None:
    parser = argparse.ArgumentParser(description="Write made-up case records, one a line.")
    parser.add_argument("--records", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for line in record_lines(options.records, options.seed):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    _main()
