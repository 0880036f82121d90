"""The checks as conditions on rows, for languages of expressions: rule-engine and CEL.

Neither knows a third value: where something may be unknown a condition is asked twice, whether it
must hold and whether it may. The loops over rows, the days as whole numbers, the working days and
the birthdays are Python's: these languages have none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from common import (
    DAYS,
    FIELDS,
    MAYBE,
    NO,
    YES,
    Found,
    Instance,
    asked_of,
    birthday,
    born_between,
    day,
    each_record,
    rows_of,
    working_days,
)

Holds = Callable[[Any, Any], bool]
"""Says whether a condition holds of an instance's row and of one that is looked for, if any."""
Prepare = Callable[[dict[str, Any]], Any]
Compile = Callable[[str], Holds]
Value = Callable[[Any, Any], int]


class Condition(NamedTuple):
    """What must hold, and what may; "" where nothing can be unknown: then it is the same."""

    must: str
    may: str = ""


class Evidence(NamedTuple):
    """A condition on the instance's row (`r_`), or on some row of a section (`e_`)."""

    holds: Condition
    section: str = ""


class Check(NamedTuple):
    """A check; `absent`: it is met where there is no such evidence."""

    section: str
    asked: Condition
    evidence: tuple[Evidence, ...]
    absent: bool = False


_OF_PLAN = 'e_kind == "{}" and e_on >= r_start and {} and {}'
_HAS, _MAY_HAVE = "e_plan != null and e_plan == r_id", "(e_plan == null or e_plan == r_id)"
_REPEATS = 'e_kind == "review_conference" and e_on > r_on and e_on <= r_on + 160 and {}'
_QUORATE = '(r_attended != null and {length} >= 3 and "police" in r_attended)'
CHECKS = {
    "reviewed": Check(
        "plans", Condition('r_level == "child_protection" and r_start + 92 <= today'),
        (Evidence(Condition(
            _OF_PLAN.format("review_conference", "e_on <= r_start + 92", _HAS),
            _OF_PLAN.format("review_conference", "e_on <= r_start + 92", _MAY_HAVE)), "meetings"),),
    ),
    "core-group": Check(
        "plans", Condition('r_level == "child_protection" and today_wd - r_start_wd >= 10'),
        (Evidence(Condition(
            _OF_PLAN.format("core_group", "e_on_wd - r_start_wd <= 10", _HAS),
            _OF_PLAN.format("core_group", "e_on_wd - r_start_wd <= 10", _MAY_HAVE)), "meetings"),),
    ),
    "answered": Check(
        "risks", Condition("r_identified_on + 90 <= today"),
        (Evidence(Condition("e_risk == r_id and e_recorded_on <= r_identified_on + 90"),
                  "mitigations"),
         Evidence(Condition("r_resolved_on != null and r_resolved_on <= r_identified_on + 90"))),
    ),
    "not-repeated": Check(
        "meetings", Condition('r_kind == "review_conference"'),
        (Evidence(Condition(
            _REPEATS.format("e_plan != null and r_plan != null and e_plan == r_plan"),
            _REPEATS.format("(e_plan == null or r_plan == null or e_plan == r_plan)")),
            "meetings"),),
        absent=True,
    ),
    "young-assessed": Check(
        "people", Condition("r_first != null and today < r_first",
                            "r_first == null or today < r_last"),
        (Evidence(Condition('e_kind == "child_and_family" and e_subject == r_id'), "assessments"),),
    ),
    "child-views": Check(
        "meetings", Condition('r_kind == "review_conference" or r_kind == "child_in_need_review"'),
        (Evidence(Condition("r_child_views != null and r_child_views == true",
                            "r_child_views == null or r_child_views == true")),),
    ),
    "quorum": Check(
        "meetings", Condition('r_kind == "initial_conference"'),
        (Evidence(Condition(_QUORATE, "r_attended == null or " + _QUORATE)),),
    ),
    "done-in-time": Check(
        "actions", Condition("r_due != null and r_due + 14 <= today",
                             "r_due == null or r_due + 14 <= today"),
        (Evidence(Condition(
            "r_completed_on != null and r_due != null and r_completed_on <= r_due + 14",
            "r_completed_on != null and (r_due == null or r_completed_on <= r_due + 14)")),),
    ),
    "trained": Check(
        "workers", Condition('r_role == "practitioner"'),
        (Evidence(Condition(
            'e_worker == r_id and e_topic == "neglect" and e_completed_on + 1095 >= today'),
            "training"),),
    ),
    "in-45-days": Check(
        "assessments", Condition("today_wd - r_started_on_wd >= 45"),
        (Evidence(Condition(
            "r_completed_on != null and r_completed_on_wd - r_started_on_wd <= 45")),),
    ),
    "violence-considered": Check(
        "risks", Condition('r_kind == "domestic_abuse"'),
        (Evidence(Condition(
            'e_subject == r_subject and e_considers != null and "domestic_abuse" in e_considers',
            "e_subject == r_subject and"
            ' (e_considers == null or "domestic_abuse" in e_considers)'), "assessments"),),
    ),
}  # fmt: skip


def finder(compiled: Compile, prepare: Prepare) -> Callable[[Path], Found]:
    """Return what finds by conditions that a language compiles, once; `prepare` makes it a row."""
    ready = {}
    for name, check in CHECKS.items():
        conditions = (check.asked, *(one.holds for one in check.evidence))
        ready[name] = [_three_valued(compiled, one) for one in conditions]
    return lambda file: each_record(file, partial(_instances, ready, prepare))


def _three_valued(compiled: Compile, condition: Condition) -> Value:
    must = compiled(condition.must)
    if not condition.may:
        return lambda row, other: YES if must(row, other) else NO
    may = compiled(condition.may)
    return lambda row, other: NO if not may(row, other) else YES if must(row, other) else MAYBE


def _instances(
    ready: dict[str, list[Value]], prepare: Prepare, record: dict[str, Any]
) -> dict[str, list[Instance]]:
    today = day(record["extracted_on"])
    all_know = {"today": today, "today_wd": working_days(today)}
    parts = {name: rows_of(record, name) for name in FIELDS}
    asked_about = {
        name: [prepare(told("r_", name, row) | all_know) for row in rows]
        for name, (rows, _) in parts.items()
    }
    looked_for = {
        name: [prepare(told("e_", name, row)) for row in rows] for name, (rows, _) in parts.items()
    }
    found = {}
    for name, check in CHECKS.items():
        asked, *evidence = ready[name]
        others = parts[check.section][1]
        instances = list(asked_of(check.section, others))
        for at, row in enumerate(asked_about[check.section]):
            if (is_asked := asked(row, None)) == NO:
                continue
            best = NO
            for one, holds in zip(check.evidence, evidence, strict=True):
                if not one.section:
                    best = max(best, holds(row, None))
                    continue
                best = max(best, MAYBE if parts[one.section][1] else NO)
                for other in looked_for[one.section]:
                    if best == YES:
                        break
                    best = max(best, holds(row, other))
            met = YES - best if check.absent else best
            instances.append((f"/{check.section}/{at}", is_asked, met))
        found[name] = instances
    return found


def told(prefix: str, section: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return what the checks read of a row: days as whole numbers, working days, birthdays."""
    values: dict[str, Any] = {}
    for name in FIELDS[section]:
        value = row.get(name)
        if name in DAYS:
            value = None if value is None else day(value)
            values[f"{prefix}{name}_wd"] = None if value is None else working_days(value)
        values[prefix + name] = value
    if section == "people":
        born = born_between(row.get("born"))
        values[f"{prefix}first"] = None if born is None else birthday(born[0], 5)
        values[f"{prefix}last"] = None if born is None else birthday(born[1], 5)
    return values
