"""`rules mutate` changes pages one thing at a time, and tells which change no example notices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import shipped
from amounts import few
from command_line import ROOT, Here

from casecheck.audit.auditor import Auditor
from casecheck.authoring.condition_changes import Names, days_needed, rewordings
from casecheck.authoring.mutating import ExamplesFail, Mutation, Tried
from casecheck.authoring.page_changes import Change, lesson_changes
from casecheck.lessons.errors import RulesError
from casecheck.lessons.lesson import Lesson, Rules
from casecheck.lessons.loading import load_rules, rules_from_pages
from casecheck.lessons.settings import Settings
from casecheck.lessons.yaml_nodes import read_page
from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record
from casecheck.truth.known import Known
from casecheck.truth.plain_reading import PlainReading, outcome_of

HEAD = """\
lesson: M1.1
title: The court is told of what a review found
source: {review: test, finding: M1, theme: 1, cite: Made up for a test}
asks: Each notice rests on a review.
parameters:
  spare_days: {value: 14, unit: days, basis: Two weeks.}
checks:
  - id: reviewed
    asks: Did a review come before the notice?
    for_each: {notice: court_notices}
    where:
      - notice.on + spare_days <= today
    met_by:
      - means: a review of the order, by the day of the notice
        find: {review: best_interest_reviews}
        where:
          - review.order == notice.order
          - review.on <= notice.on
    breach: The notice of {notice.on} has no review.
    cannot_tell: The record cannot tell of the notice of {notice.on}.
examples:
  background:
    extracted_on: 2026-06-30
    opened_on: 2025-01-06
    people: [{id: child, born: 2016-03, history: []}]
    court_orders:
      - {id: order, child: child, law: private, applied_on: 2026-01-05}
      - {id: other, child: child, law: private, applied_on: 2026-01-05}
    court_notices: [{id: notice, order: order, on: 2026-06-16}]
    best_interest_reviews: [{id: review, order: order, on: 2026-06-16, still_in_interest: true}]
  cases:
"""
EXAMPLES = {
    "the same day": """\
    - name: the review was on the day of the notice, a fortnight ago
      expect: {reviewed: compliant}
""",
    "a day late": """\
    - name: the review came a day after the notice
      record: {best_interest_reviews: [{id: review, on: 2026-06-17}]}
      expect: {reviewed: breach}
""",
    "not yet due": """\
    - name: the notice is not yet a fortnight old
      record: {court_notices: [{id: notice, on: 2026-06-17}]}
      expect: {reviewed: not_applicable}
""",
    "another order": """\
    - name: the review was of another order
      record: {best_interest_reviews: [{id: review, order: other}]}
      expect: {reviewed: breach}
""",
}
PAGE = HEAD + "".join(EXAMPLES.values())
NAMES = Names(
    codes=lambda path: {"plan.level": ("low", "mid", "high")}.get(path, ()),
    alike=lambda path: {"plan.start": ("plan.end",), "plan": ("other",)}.get(path, ()),
    is_event=lambda path: path == "plan.end",
)


def folder_of(tmp_path: Path, **pages: str) -> Path:
    for name, text in pages.items():
        tmp_path.joinpath(f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def tried(folder: Path, *chosen: str) -> list[Tried]:
    return list(Mutation(load_rules(folder), chosen).run())


def survivors(page: str, tmp_path: Path, **others: str) -> set[str]:
    every = tried(folder_of(tmp_path, page=page, **others))
    return {change.name for one in every for change in one.survived}


def became(condition: str) -> dict[str, str]:
    """What each change of a condition is called, and the condition that it makes."""
    found = rewordings(condition, NAMES)
    named = {f"{one.part} becomes {one.became}": one.condition for one in found}
    assert len(named) == len(found), "two changes are called the same"
    return named


# --- one condition ---


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            "plan.on <= today - 5",
            {
                "<= becomes <": "plan.on < today - 5",
                "<= becomes >=": "plan.on >= today - 5",
                "today - 5 becomes today - 5 + 1": "plan.on <= today - 5 + 1",
                "today becomes opened_on": "plan.on <= opened_on - 5",
                "5 becomes 4": "plan.on <= today - 4",
                "5 becomes 6": "plan.on <= today - 6",
                "plan becomes other": "other.on <= today - 5",
            },
        ),
        (
            "count(x.attended) >= 3",
            {
                ">= becomes >": "count(x.attended) > 3",
                ">= becomes <=": "count(x.attended) <= 3",
                "3 becomes 2": "count(x.attended) >= 2",
                "3 becomes 4": "count(x.attended) >= 4",
            },
        ),
        (
            "plan.level == 'mid'",
            {
                "== becomes !=": "plan.level != 'mid'",
                "plan.level == 'mid' becomes plan.level == 'high'": "plan.level == 'high'",
                "plan.level == 'mid' becomes plan.level in ('mid', 'high')": (
                    "plan.level in ('mid', 'high')"
                ),
                "plan.level == 'mid' becomes plan.level in ('mid', 'low')": (
                    "plan.level in ('mid', 'low')"
                ),
                "plan becomes other": "other.level == 'mid'",
            },
        ),
        (
            "plan.level in ('low', 'mid')",
            {
                "in becomes not in": "plan.level not in ('low', 'mid')",
                "plan.level in ('low', 'mid') becomes plan.level in ('mid',)": (
                    "plan.level in ('mid',)"
                ),
                "plan.level in ('low', 'mid') becomes plan.level in ('low',)": (
                    "plan.level in ('low',)"
                ),
                "plan.level in ('low', 'mid') becomes plan.level in ('low', 'mid', 'high')": (
                    "plan.level in ('low', 'mid', 'high')"
                ),
                "plan becomes other": "other.level in ('low', 'mid')",
            },
        ),
        (
            "x.seen or not y.seen",
            {
                "x.seen or not y.seen becomes x.seen and (not y.seen)": "x.seen and (not y.seen)",
                "x.seen or not y.seen becomes not y.seen": "not y.seen",
                "x.seen or not y.seen becomes x.seen": "x.seen",
                "x.seen becomes not x.seen": "not x.seen or not y.seen",
                "not y.seen becomes y.seen": "x.seen or y.seen",
            },
        ),
        (
            "a.on <= b.on <= c.on",
            {
                "a.on <= b.on becomes a.on < b.on": "a.on < b.on <= c.on",
                "a.on <= b.on becomes a.on >= b.on": "a.on >= b.on <= c.on",
                "b.on <= c.on becomes b.on < c.on": "a.on <= b.on < c.on",
                "b.on <= c.on becomes b.on >= c.on": "a.on <= b.on >= c.on",
                "c.on becomes c.on + 1": "a.on <= b.on <= c.on + 1",
                "a.on becomes a.on - 1": "a.on - 1 <= b.on <= c.on",
                "a.on <= b.on <= c.on becomes a.on <= b.on": "a.on <= b.on",
                "a.on <= b.on <= c.on becomes b.on <= c.on": "b.on <= c.on",
            },
        ),
        (
            "under(18, link.from, x.on)",
            {
                "x.on becomes x.on - 1": "under(18, link.from, x.on - 1)",
                "x.on becomes x.on + 1": "under(18, link.from, x.on + 1)",
                "18 becomes 17": "under(17, link.from, x.on)",
                "18 becomes 19": "under(19, link.from, x.on)",
                "under(18, link.from, x.on) becomes not under(18, link.from, x.on)": (
                    "not under(18, link.from, x.on)"
                ),
            },
        ),
        (
            "workdays(x.on, or_today(plan.end)) >= days_allowed",
            {
                ">= becomes >": "workdays(x.on, or_today(plan.end)) > days_allowed",
                ">= becomes <=": "workdays(x.on, or_today(plan.end)) <= days_allowed",
                "days_allowed becomes days_allowed - 1": (
                    "workdays(x.on, or_today(plan.end)) >= days_allowed - 1"
                ),
                "or_today(plan.end) becomes plan.end": "workdays(x.on, plan.end) >= days_allowed",
                "plan becomes other": "workdays(x.on, or_today(other.end)) >= days_allowed",
            },
        ),
        (
            # An event that has not been: `not` of the opposite is another question.
            "not (plan.end < x.on)",
            {
                "not plan.end < x.on becomes plan.end < x.on": "plan.end < x.on",
                "not plan.end < x.on becomes plan.end >= x.on": "plan.end >= x.on",
                "< becomes <=": "not plan.end <= x.on",
                "< becomes >": "not plan.end > x.on",
                "x.on becomes x.on - 1": "not plan.end < x.on - 1",
                "plan.end < x.on becomes not plan.end >= x.on": "not not plan.end >= x.on",
                "plan becomes other": "not other.end < x.on",
            },
        ),
        (
            "'police' in link.from.attended",
            {"in becomes not in": "'police' not in link.from.attended"},
        ),
    ],
)
def test_the_changes_of_a_condition(condition: str, expected: Mapping[str, str]) -> None:
    assert became(condition) == expected


def test_a_code_of_a_list_is_swapped_and_joined_by_others_that_are_not_there_yet() -> None:
    names = Names(lambda _: ("x", "y", "z"), lambda _: (), lambda _: False)
    found = [one.condition for one in rewordings("'x' in a.list or 'y' in a.list", names)]
    assert "'x' in a.list or 'z' in a.list or 'y' in a.list" not in found
    assert "('x' in a.list or 'z' in a.list) or 'y' in a.list" in found
    assert "'y' in a.list or 'y' in a.list" in found
    assert not [one for one in found if one.count("'y' in a.list") > 1 and "'z'" in one]


# --- a page ---


def test_examples_on_each_side_of_everything_leave_no_survivor(tmp_path: Path) -> None:
    assert survivors(PAGE, tmp_path) == set()


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("the same day", {"reviewed: met_by review.on <= notice.on: <= becomes <"}),
        (
            "a day late",
            {
                "reviewed: met_by review.on <= notice.on: dropped",
                "reviewed: met_by review.on <= notice.on: <= becomes >=",
                "reviewed: met_by review.on <= notice.on: notice.on becomes notice.on + 1",
            },
        ),
        (
            "not yet due",
            {
                "parameter spare_days: 14 becomes 13",
                "reviewed: where notice.on + spare_days <= today: dropped",
                "reviewed: where notice.on + spare_days <= today: <= becomes >=",
                "reviewed: where notice.on + spare_days <= today: today becomes today + 1",
            },
        ),
        ("another order", {"reviewed: met_by review.order == notice.order: dropped"}),
    ],
)
def test_without_an_example_its_changes_survive(
    missing: str, expected: set[str], tmp_path: Path
) -> None:
    others = (text for name, text in EXAMPLES.items() if name != missing)
    assert survivors(HEAD + "".join(others), tmp_path) == expected


def test_sections_are_swapped_where_another_has_all_the_fields_asked() -> None:
    names = {change.name for change in lesson_changes(read_page(PAGE, "page.yaml"), {})}
    assert {name for name in names if ": best_interest_reviews becomes" in name} == {
        "reviewed: met_by find review: best_interest_reviews becomes court_notices"
    }
    assert {name for name in names if ": court_notices becomes" in name} == {
        "reviewed: for_each notice: court_notices becomes best_interest_reviews"
    }


def test_other_fields_of_the_same_kind_are_tried() -> None:
    page = PAGE.replace("review.on <= notice.on", "notice.order.applied_on <= review.on")
    names = {change.name for change in lesson_changes(read_page(page, "page.yaml"), {})}
    told = "reviewed: met_by notice.order.applied_on <= review.on: notice.order.applied_on becomes"
    assert f"{told} notice.order.granted_on" in names
    assert f"{told} notice.order.law" not in names


ALTERNATIVES = """\
    given:
      - means: an order of private law
        where: [notice.order.law == 'private']
    unless:
      - means: the order has ended
        where: [notice.order.ended_on <= notice.on]
      - means: the child is an adult
        where: ["not under(18, notice.order.child, notice.on)"]
    met_by:
"""


def test_alternatives_are_removed_but_for_the_only_evidence(tmp_path: Path) -> None:
    page = PAGE.replace("    met_by:\n", ALTERNATIVES)
    found = survivors(page, tmp_path)
    removed = {name for name in found if name.endswith("removed")}
    assert removed == {
        "reviewed: given removed",
        "reviewed: unless 1 removed",
        "reviewed: unless 2 removed",
    }


def test_an_item_of_instances_is_removed(tmp_path: Path) -> None:
    check = PAGE[PAGE.index("    for_each: {notice") : PAGE.index("examples:")]
    item = "".join(f"    {line}\n" for line in check.splitlines())
    first = "      - " + item.lstrip()
    second = first.replace("notice.on + spare_days <= today", "opened_on + spare_days <= notice.on")
    page = PAGE.replace(check, f"    instances:\n{first}{second}")
    found = survivors(page.replace("not_applicable", "compliant"), tmp_path)
    assert "reviewed: instances 1 removed" in found


PERIODS = """\
  spare_days:
    unit: days
    basis: Two weeks, then four.
    values:
      - {value: 14, until: 2026-06-16}
      - {value: 28, from: 2026-06-17}
"""


def test_standards_that_change_with_time_are_moved_too(tmp_path: Path) -> None:
    parameter = next(line for line in PAGE.splitlines() if "spare_days: {" in line)
    page = PAGE.replace(f"{parameter}\n", PERIODS)
    found = survivors(page, tmp_path)
    assert "parameter spare_days value 2: 28 becomes 29" in found
    assert "parameter spare_days value 1: 14 becomes 15" not in found
    # A day earlier, no standard holds on the day of the notice: the examples notice.
    assert "parameter spare_days value 1 until: 2026-06-16 becomes 2026-06-15" not in found


def test_what_the_loader_refuses_needs_no_example(tmp_path: Path) -> None:
    (before,) = tried(folder_of(tmp_path, page=PAGE))
    due = "      - notice.on + spare_days <= today\n"
    page = PAGE.replace(due, f"{due}      - notice.on >= opened_on\n")
    (after,) = tried(folder_of(tmp_path, page=page))
    names = {change.name for change in after.survived}
    assert (before.refused, after.refused) == (0, 2)
    assert "reviewed: where notice.on >= opened_on: dropped" in names
    # Neither can hold together with the other condition.
    assert "reviewed: where notice.on >= opened_on: opened_on becomes today" not in names
    assert "reviewed: where notice.on + spare_days <= today: today becomes opened_on" not in names


CONCEPTS = """\
concepts:
  told:
    means: A notice to the court.
    rows:
      - of: {notice: court_notices}
        where: [notice.order.law == 'private']
        fields: {order: notice.order, on: notice.on}
  unused:
    means: A notice that no lesson asks about.
    rows:
      - of: {notice: court_notices}
        where: [notice.order.law == 'public']
        fields: {on: notice.on}
"""


def test_a_concept_is_changed_where_a_lesson_uses_it(tmp_path: Path) -> None:
    page = PAGE.replace("for_each: {notice: court_notices}", "for_each: {notice: told}")
    every = tried(folder_of(tmp_path, page=page, concepts=CONCEPTS))
    assert [one.of for one in every] == ["M1.1", "concepts"]
    found = {change.name for change in every[1].survived}
    assert "concept told: rows 1 notice.order.law == 'private': dropped" in found
    assert "concept told: rows 1 notice.order.law == 'private': == becomes !=" not in found
    assert not [name for name in found if "unused" in name]


def test_a_concept_without_conditions_is_found_too(tmp_path: Path) -> None:
    page = PAGE.replace("for_each: {notice: court_notices}", "for_each: {notice: told}")
    bare = re.sub(r"(?m)^        where: .*\n", "", CONCEPTS)
    of_lesson, of_concepts = tried(folder_of(tmp_path, page=page, concepts=bare))
    # Without conditions, the concept is no more than its section.
    assert {change.name for change in of_lesson.survived} == {
        "reviewed: for_each notice: told becomes court_notices"
    }
    assert of_concepts.noticed > 0
    assert (of_concepts.refused, of_concepts.survived) == (0, [])


def test_examples_that_fail_prove_nothing(tmp_path: Path) -> None:
    page = PAGE.replace("expect: {reviewed: compliant}", "expect: {reviewed: breach}")
    with pytest.raises(ExamplesFail, match=r"page\.yaml:32:7: reviewed is compliant, expected"):
        tried(folder_of(tmp_path, page=page))


def test_a_boards_settings_are_left_aside(tmp_path: Path) -> None:
    set_here = Settings.of({"M1.1": {"spare_days": 5}}, "a test")
    (one,) = Mutation(load_rules(folder_of(tmp_path, page=PAGE), set_here)).run()
    assert one.survived == []


@pytest.mark.parametrize(
    ("condition", "needed"),
    [
        ("workdays(risk.identified_on, one.completed_on) <= n", True),
        ("one.completed_on != risk.identified_on", True),
        ("happened(one.completed_on)", True),
        ("one.child_seen and one.completed_on <= today", True),
        ("one.child_seen or one.completed_on <= today", False),
        ("not (one.completed_on <= today)", False),
        ("or_today(one.completed_on) <= today", False),
        ("one.child_seen", False),
    ],
)
def test_days_without_which_a_condition_is_false(condition: str, needed: bool) -> None:
    assert ("one.completed_on" in days_needed(condition)) == needed


def test_what_differs_only_of_an_event_that_another_condition_needs_is_no_change() -> None:
    """No record could tell the two apart: a page would have to excuse each such window."""
    changes = {one.name for one in changes_of("P3.1")}
    compared = "timely: met_by risk.identified_on - lookback_days <= assessment.completed_on"
    assert f"{compared}: <= becomes <" in changes
    assert not any(name.startswith(f"{compared} becomes not ") for name in changes)


def test_what_the_instances_need_is_needed_by_their_evidence_too() -> None:
    where = "      - happened(notice.order.granted_on)\n"
    page = HEAD.replace("    met_by:\n", f"{where}    met_by:\n").replace(
        "review.on <= notice.on", "review.on <= notice.order.granted_on"
    )
    for text, named in ((page, False), (page.replace(where, ""), True)):
        told = [one.name for one in lesson_changes(read_page(text + NO_CASE, ""), {})]
        assert any("becomes not review.on > " in name for name in told) == named


NO_CASE = "    - {name: one, expect: {reviewed: breach}}\n"


def changes_of(lesson: str) -> list[Change]:
    page = read_page((shipped.FOLDER / "children_p" / f"{lesson}.yaml").read_text("utf-8"), "")
    return list(lesson_changes(page, shipped.rules().concepts))


# --- what a page calls equivalent ---

EQUIVALENT = """\
equivalent:
  - change: "reviewed: met_by review.on <= notice.on: <= becomes <"
    because: It is not, but the page says so.
"""


def test_an_equivalent_change_is_told_apart(tmp_path: Path) -> None:
    others = "".join(text for name, text in EXAMPLES.items() if name != "the same day")
    mutation = Mutation(load_rules(folder_of(tmp_path, page=HEAD + others + EQUIVALENT)))
    (one,) = mutation.run()
    assert one.survived == []
    assert [change.name for change in one.equivalent] == [
        "reviewed: met_by review.on <= notice.on: <= becomes <"
    ]
    assert mutation.stale() == []


def test_an_equivalent_that_an_example_notices_is_stale(tmp_path: Path) -> None:
    mutation = Mutation(load_rules(folder_of(tmp_path, page=PAGE + EQUIVALENT)))
    (one,) = mutation.run()
    assert (one.equivalent, one.survived) == ([], [])
    assert [one.change for one in mutation.stale()] == [
        "reviewed: met_by review.on <= notice.on: <= becomes <"
    ]


def test_one_page_excuses_no_change_of_another(tmp_path: Path) -> None:
    others = "".join(text for name, text in EXAMPLES.items() if name != "the same day")
    second = (HEAD + others).replace("lesson: M1.1", "lesson: M1.2")
    found = survivors(HEAD + others + EQUIVALENT, tmp_path, second=second)
    assert found == {"reviewed: met_by review.on <= notice.on: <= becomes <"}


# --- the shipped lessons ---


@pytest.mark.slow
def test_no_change_of_a_shipped_lesson_survives() -> None:
    (one,) = Mutation(shipped.rules(), ["P2.1"], with_concepts=False).run()
    assert (one.of, one.survived) == ("P2.1", [])
    assert one.noticed > 40


@pytest.mark.slow
@pytest.mark.longest
def test_no_change_of_the_shipped_lessons_survives() -> None:
    mutation = Mutation(shipped.rules())
    every = list(mutation.run())
    assert [change.name for one in every for change in one.survived] == []
    assert mutation.stale() == []
    assert [one.of for one in every] == [*(one.id for one in shipped.rules().lessons), "concepts"]
    # Were a kind of change lost, there would be fewer to survive.
    assert sum(one.changes for one in every) > 1_900
    assert sum(one.noticed for one in every) > 1_800


def sample(lesson: Lesson) -> Iterator[Change]:
    """Two or three changes of a lesson's page, far apart."""
    page = read_page(Path(lesson.file).read_text(encoding="utf-8"), lesson.file)
    changes = list(lesson_changes(page, shipped.rules().concepts))
    yield from changes[:: len(changes) // 2]


def changed(change: Change) -> Rules:
    concepts = {file: text for file, text in shipped.pages().items() if "concepts" in file}
    return rules_from_pages({**concepts, "page.yaml": json.dumps(change.page)}, "")


@pytest.mark.parametrize(
    "lesson",
    few(shipped.rules().lessons, *shipped.rules().lessons[1:5:3]),
    ids=lambda lesson: lesson.id,
)
def test_the_engine_says_the_same_of_a_changed_page(lesson: Lesson) -> None:
    for change in sample(lesson):
        try:
            rules = changed(change)
        except RulesError:
            continue
        (of_change,) = rules.lessons
        records = [example.record for example in lesson.examples]
        for record, audited in zip(
            records, shipped.audit_together(records, Auditor(rules)), strict=True
        ):
            by_hand = reading(record, rules)
            (by_engine,) = audited.lessons.values()
            assert by_engine.checks == {
                check.id: outcome_of(
                    instance.result
                    for population in check.populations
                    for instance in by_hand.instances(population)
                )
                for check in of_change.checks
            }, change.name


def reading(record: Mapping[str, Any], rules: Rules) -> PlainReading:
    read = read_record(json.dumps(record).encode())
    return PlainReading(Known(read, contradictions(read)), rules.concepts)


# --- the command ---


def test_the_report_names_each_survivor_with_its_place_and_cure(here: Here, tmp_path: Path) -> None:
    others = "".join(text for name, text in EXAMPLES.items() if name != "the same day")
    folder = folder_of(tmp_path, page=HEAD + others)
    ended = here("rules", "mutate", "--rules", folder)
    assert ended.status == 1
    assert re.search(r"^M1\.1 +\d+ +\d+ +0 +0 +1$", ended.text, re.MULTILINE)
    words = " ".join(ended.text.split())
    told = "page.yaml:18:13: reviewed: met_by review.on <= notice.on: <= becomes <"
    assert told in words
    assert "No example notices: add one in which only this differs." in words
    assert "name the change at the end of the page under `equivalent`" in words
    assert "1 that no example notices." in words


LISTS = """\
lesson: M1.1
title: Who came
source: {review: test, finding: M1, theme: 1, cite: Made up for a test}
asks: The police came.
checks:
  - id: came
    asks: Did the police come?
    for_each: {meeting: meetings}
    where: ["meeting.kind in ('strategy', 'core_group')"]
    met_by: [{means: the police came, where: ["'police' in meeting.attended"]}]
    breach: Nobody came.
    cannot_tell: Who came is not known.
examples:
  background:
    extracted_on: 2026-06-30
    opened_on: 2025-01-06
    meetings: [{id: meeting, kind: strategy, on: 2026-06-16, attended: [police]}]
  cases:
    - {name: they came, expect: {came: compliant}}
    - {name: nobody came, expect: {came: breach}, record: {meetings: [{id: meeting, attended: []}]}}
"""


def test_codes_that_may_join_one_condition_are_named_together(here: Here, tmp_path: Path) -> None:
    ended = here("rules", "mutate", "--rules", folder_of(tmp_path, page=LISTS))
    words = " ".join(ended.text.split())
    assert words.count("becomes 'police' in meeting.attended or ") == 1
    assert "and the same with each of 'probation', 'ambulance'," in words
    assert words.count("'core_group', ") == 1
    assert words.count("one example for each code") == 2


def test_nothing_survives(here: Here, tmp_path: Path) -> None:
    ended = here("rules", "mutate", "--rules", folder_of(tmp_path, page=PAGE))
    assert (ended.status, ended.err) == (0, b"")
    assert ended.text.endswith("none survives.\n")


def test_a_stale_equivalent_fails_too(here: Here, tmp_path: Path) -> None:
    ended = here("rules", "mutate", "--rules", folder_of(tmp_path, page=PAGE + EQUIVALENT))
    assert ended.status == 1
    assert "called equivalent, and no such change survives: reviewed: met_by" in " ".join(
        ended.text.split()
    )


def test_as_json(here: Here, tmp_path: Path) -> None:
    others = "".join(text for name, text in EXAMPLES.items() if name != "another order")
    page = HEAD + others + EQUIVALENT
    ended = here("rules", "mutate", "--format", "json", "--rules", folder_of(tmp_path, page=page))
    assert ended.status == 1
    told = json.loads(ended.text)
    (counts,) = told["lessons"]
    assert counts["lesson"] == "M1.1"
    assert counts["changes"] == counts["noticed"] + counts["refused"] + counts["survived"]
    file = str(tmp_path / "page.yaml")
    dropped = "reviewed: met_by review.order == notice.order: dropped"
    assert told["survived"] == [{"change": dropped, "file": file, "line": 17}]
    assert [one["change"] for one in told["stale"]] == [
        "reviewed: met_by review.on <= notice.on: <= becomes <"
    ]
    assert told["equivalent"] == []


def test_examples_that_fail_are_told_and_nothing_is_changed(here: Here, tmp_path: Path) -> None:
    page = PAGE.replace("expect: {reviewed: compliant}", "expect: {reviewed: breach}")
    ended = here("rules", "mutate", "--rules", folder_of(tmp_path, page=page))
    assert (ended.status, ended.out) == (2, b"")
    assert "casecheck rules test" in ended.told
    assert "reviewed is compliant, expected is breach: the review was on the day" in ended.told


@pytest.mark.slow
@pytest.mark.longest
def test_only_one_lesson_with_the_concepts_that_it_uses(here: Here) -> None:
    ended = here("rules", "mutate", "--lesson", "P2.2", "--format", "json")
    assert ended.status == 0
    told = json.loads(ended.text)
    assert [one["lesson"] for one in told["lessons"]] == ["P2.2", None]
    assert told["lessons"][1]["file"].endswith("concepts.yaml")


def test_an_unknown_lesson(here: Here) -> None:
    ended = here("rules", "mutate", "--lesson", "P2.9")
    assert ended.status == 2
    assert "No lesson 'P2.9'" in ended.told


def test_the_manual_names_each_kind_of_change() -> None:
    manual = ROOT.joinpath("docs/mutation.md").read_text(encoding="utf-8")
    for kind in ("comparison", "bound", "dropped", "`and`", "code", "section", "parameter"):
        assert kind in manual
