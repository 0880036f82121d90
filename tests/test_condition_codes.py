"""Codes of two rows, lists of them, and named groups: three values, the engine, faults, tools."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import drawn_records
import pytest
import two_readings
import yaml
from amounts import few, tries
from lesson_pages import CONCEPTS, PAGE, faults, lesson_page, load, planted
from test_condition_functions import BASE, of, plan
from test_lessons_conditions import HERE

from casecheck.audit.auditor import Auditor
from casecheck.authoring.linting import unused_concepts
from casecheck.authoring.mutating import Mutation
from casecheck.lessons.condition import Condition
from casecheck.lessons.condition_words import Scope
from casecheck.lessons.conditions import read_condition
from casecheck.lessons.errors import PageError
from casecheck.lessons.loading import load_rules, rules_from_pages
from casecheck.lessons.meaning import meanings_of
from casecheck.record.model import FIELDS
from casecheck.report.lessons.lesson_text import lesson_text
from casecheck.report.lessons.lesson_words import LessonWords
from casecheck.results import Outcome
from casecheck.text.page import Page
from casecheck.truth.kleene import Truth, negation

YES, NO, PERHAPS = True, False, None
HARM = ("sexual_abuse", "physical_abuse", "neglect")


# --- codes of two rows ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("neglect", "neglect", YES),
        ("neglect", "sexual_abuse", NO),
        ("multiple", "neglect", PERHAPS),  # it may be neglect among others
        ("multiple", "multiple", PERHAPS),
        (None, "neglect", PERHAPS),
        (None, None, PERHAPS),
    ],
)
def test_a_category_is_the_same_as_another(
    first: str | None, second: str | None, expected: Truth
) -> None:
    rows = {"a": plan("2026-03-01", category=first), "b": plan("2026-04-01", category=second)}
    for asked in ("a.category == b.category", "b.category == a.category"):
        assert of(asked, **rows) is expected
        assert of(f"not ({asked})", **rows) is negation(expected)
        assert of(asked.replace("==", "!="), **rows) is negation(expected)


@pytest.mark.parametrize(
    ("category", "kind", "expected"),
    [
        ("neglect", "neglect", YES),
        ("neglect", "domestic_abuse", NO),
        ("multiple", "sexual_abuse", PERHAPS),
        ("multiple", "domestic_abuse", NO),  # which is no category
        (None, "domestic_abuse", PERHAPS),
    ],
)
def test_a_category_is_the_same_as_the_kind_of_a_risk(
    category: str | None, kind: str, expected: Truth
) -> None:
    risk = {"of": "risks", "subject": "child", "kind": kind, "identified_on": "2026-01-01"}
    rows = {"a": plan("2026-03-01", category=category), "b": risk}
    for asked in ("a.category == b.kind", "b.kind == a.category"):
        assert of(asked, **rows) is expected
        assert of(asked.replace("==", "!="), **rows) is negation(expected)


# The kinds that the row may be of (the others) lie on either side of these in the format's order.
@pytest.mark.parametrize("kind", FIELDS["meetings"]["kind"].codes)
def test_a_row_that_may_be_missing_is_of_the_kinds_that_are_not_carried(kind: str) -> None:
    only = ["initial_conference", "core_group", "child_in_need_review"]
    meetings = [{"id": "m", "kind": kind, "on": "2026-03-01"}]
    coverage = {"meetings": {"only": only}}
    known = drawn_records.known_of({**BASE, "meetings": meetings, "coverage": coverage})
    there, missing = known.rows("meetings")
    names = {"a": "meetings", "b": "meetings"}
    expected = NO if kind in only else PERHAPS
    for rows in ({"a": there, "b": missing}, {"a": missing, "b": there}):
        for asked in ("a.kind == b.kind", "same_code(a.kind, b.kind)"):
            assert two_readings.truth(asked, names, known, rows) is expected
            assert two_readings.truth(f"not ({asked})", names, known, rows) is negation(expected)


IN_PART = {
    "risks": {"only": ["sexual_abuse", "neglect", "parental_drug_misuse"]},
    "incidents": {"only": ["physical_abuse", "domestic_abuse", "police"]},
}
"""Some kinds may be of both, some of one only."""


def _kinds_left(section: str) -> set[str]:
    return {*FIELDS[section]["kind"].codes} - {*IN_PART[section]["only"]}


@pytest.mark.parametrize("asked", ["a.kind == b.kind", "same_code(a.kind, b.kind)"])
@pytest.mark.parametrize("turned", [False, True])
def test_two_rows_that_may_be_missing_are_of_kinds_of_which_some_may_be_the_same(
    asked: str, turned: bool
) -> None:
    risks = [{"id": f"r{at}", "subject": "child", "kind": code, "identified_on": "2026-01-01"}
             for at, code in enumerate(FIELDS["risks"]["kind"].codes)]  # fmt: skip
    incidents = [{"id": f"i{at}", "kind": code, "on": "2026-01-01"}
                 for at, code in enumerate(FIELDS["incidents"]["kind"].codes)]  # fmt: skip
    shown = {"risks": risks, "incidents": incidents}
    known = drawn_records.known_of({**BASE, **shown, "coverage": IN_PART})
    names = {"a": "risks", "b": "incidents"}
    text = asked.replace("a.kind", "x").replace("b.kind", "a.kind").replace("x", "b.kind")
    for a, first in zip([*known.rows("risks")], [*risks, None], strict=True):
        for b, second in zip([*known.rows("incidents")], [*incidents, None], strict=True):
            kinds = [{row["kind"]} if row else _kinds_left(section)
                     for row, section in ((first, "risks"), (second, "incidents"))]  # fmt: skip
            expected: Truth = NO if kinds[0].isdisjoint(kinds[1]) else PERHAPS
            if first and second and expected is PERHAPS:
                expected = YES
            found = two_readings.truth(text if turned else asked, names, known, {"a": a, "b": b})
            assert found is expected, kinds


@pytest.mark.parametrize(
    ("only", "category", "expected"),
    [
        (["physical_abuse"], "physical_abuse", NO),
        (["physical_abuse"], "sexual_abuse", PERHAPS),
        (["physical_abuse"], "multiple", PERHAPS),
        (["physical_abuse", "sexual_abuse", "emotional_abuse", "neglect"], "multiple", NO),
        (["physical_abuse", "sexual_abuse", "emotional_abuse", "neglect"], None, PERHAPS),
    ],
)
def test_a_category_of_multiple_is_one_that_a_row_which_may_be_missing_may_be_of(
    only: list[str], category: str | None, expected: Truth
) -> None:
    plans = [{"id": "p", "subject": "child", "level": "child_protection", "start": "2026-03-01",
              "category": category}]  # fmt: skip
    record = {**BASE, "plans": plans, "coverage": {"risks": {"only": only}}}
    known = drawn_records.known_of(record)
    rows = {"a": known.rows("plans")[0], "b": known.rows("risks")[-1]}
    for asked in ("a.category == b.kind", "b.kind == a.category"):
        found = two_readings.truth(asked, {"a": "plans", "b": "risks"}, known, rows)
        assert found is expected


@pytest.mark.parametrize(
    "asked",
    ["a.kind == b.kind", "same_code(a.kind, b.kind)", "not same_code(b.kind, a.kind)"],
)
def test_the_engine_knows_of_what_kinds_a_row_that_may_be_missing_can_be(asked: str) -> None:
    """No incident carried is of the kinds that a risk may be of: nothing is left to doubt."""
    check = {"id": "same-kind", "asks": "Is it?", "for_each": {"a": "risks"},
             "met_by": [{"means": "so", "find": {"b": "incidents"}, "where": [asked]}],
             "breach": "No.", "cannot_tell": "Perhaps."}  # fmt: skip
    text = yaml.safe_dump([check], sort_keys=False)
    page = lesson_page("".join(f"  {line}\n" for line in text.splitlines()), "same-kind")
    rules = rules_from_pages({"T1.1.yaml": page}, "rules")
    auditor = Auditor(rules)
    risks = [{"id": "r", "subject": "child", "kind": "neglect", "identified_on": "2026-01-01"}]
    for only in (["neglect", "physical_abuse"], ["sexual_abuse", "physical_abuse"]):
        record = {**BASE, "risks": risks, "coverage": {"incidents": {"only": only}}}
        known = drawn_records.known_of(record)
        (kept,) = two_readings.plainly(rules.lessons[0].checks[0], known, rules)[:1]
        may_be = "neglect" not in only
        expected = Outcome.BREACH
        if may_be or asked.startswith("not"):
            expected = Outcome.INSUFFICIENT_EVIDENCE
        assert auditor.audit_one(known.record).lessons["T1.1"].checks["same-kind"] == expected
        assert kept == expected


# --- lists ---------------------------------------------------------------------------------------

ALL, ANY = (
    "all('police', 'school') in meeting.attended",
    "any('police', 'school') in meeting.attended",
)
LISTS = [
    (["police", "school", "housing"], YES, YES),
    (["police", "housing"], NO, YES),
    (["housing"], NO, NO),
    ([], NO, NO),
    (["police", "unknown"], PERHAPS, YES),
    (["housing", "unknown"], PERHAPS, PERHAPS),
    (["police", "school", "unknown"], YES, YES),
    (None, PERHAPS, PERHAPS),
]  # fmt: skip


@pytest.mark.parametrize(("attended", "every", "some"), LISTS)
def test_a_list_holds_all_or_any_of_some_codes(
    attended: list[str] | None, every: Truth, some: Truth
) -> None:
    meeting = {"of": "meetings", "kind": "strategy", "on": "2026-03-01", "attended": attended}
    for asked, expected in ((ALL, every), (ANY, some)):
        assert of(asked, meeting=meeting) is expected
        assert of(f"not ({asked})", meeting=meeting) is negation(expected)


@pytest.mark.parametrize(
    ("kind", "factors", "expected"),
    [
        ("neglect", ["neglect", "injury"], YES),
        ("neglect", [], NO),
        ("neglect", ["unknown"], PERHAPS),
        ("neglect", ["neglect", "unknown"], YES),
        ("neglect", None, PERHAPS),
    ],
)
def test_the_code_of_one_row_is_in_the_list_of_another(
    kind: str, factors: list[str] | None, expected: Truth
) -> None:
    codes = FIELDS["contacts"]["factors"].codes
    told = factors and [code for code in factors if code in (*codes, "unknown")]
    rows = {
        "risk": {"of": "risks", "subject": "child", "kind": kind, "identified_on": "2026-01-01"},
        "contact": {"of": "contacts", "subject": "child", "on": "2026-03-01",
                    "factors": told if factors is not None else None},
    }  # fmt: skip
    assert of("risk.kind in contact.factors", **rows) is expected
    assert of("not (risk.kind in contact.factors)", **rows) is negation(expected)
    assert of("risk.kind not in contact.factors", **rows) is negation(expected)


@pytest.mark.parametrize(
    ("agency", "attended", "is_in"),
    [("police", ["police"], YES), (None, ["police"], PERHAPS), (None, [], NO),
     (None, ["unknown"], PERHAPS), ("police", [], NO)],
)  # fmt: skip
def test_a_code_that_is_not_known_is_in_no_empty_list(
    agency: str | None, attended: list[str], is_in: Truth
) -> None:
    rows = {
        "worker": {"of": "workers", "role": "manager", "agency": agency, "start": "2026-01-01"},
        "meeting": {"of": "meetings", "kind": "strategy", "on": "2026-03-01", "attended": attended},
    }
    assert of("worker.agency in meeting.attended", **rows) is is_in
    assert of("worker.agency not in meeting.attended", **rows) is negation(is_in)


# --- groups of codes -----------------------------------------------------------------------------

NAMES = {"risk": "risks", "plan": "plans", "meeting": "meetings", "contact": "contacts"}
SCOPE = Scope(NAMES, FIELDS.__getitem__, {}, groups={"harm": HARM, "both": ("police", "school")})


def read(text: str) -> Condition | PageError:
    return read_condition(text, HERE, SCOPE)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("risk.kind in harm", f"risk.kind in {HARM}"),
        ("risk.kind not in harm", f"risk.kind not in {HARM}"),
        ("any(both) in meeting.attended", "any('police', 'school') in meeting.attended"),
        ("all(both) in meeting.attended", "all('police', 'school') in meeting.attended"),
        ("any('housing', both) in meeting.attended",
         "any('police', 'school', 'housing') in meeting.attended"),
    ],
)  # fmt: skip
def test_a_group_stands_for_its_codes(short: str, long: str) -> None:
    named, written = read(short), read(long)
    assert isinstance(named, Condition)
    assert isinstance(written, Condition)
    assert named.question() == written.question()


FAULTS = [
    ("risk.kind in hram", "hram", "did you mean `harm`?"),
    ("risk.kind in both", "both", "the group `both` holds 'police', which `risk.kind` never is"),
    ("risk.kind == harm", "risk", "cannot be compared"),
    ("any(harm) in meeting.attended", "harm", "the group `harm` holds 'sexual_abuse', which"),
    ("any(meeting.attended, 'police') in meeting.attended", "meeting", "a code in quotes, or"),
    ("any('police') in meeting.attended", "any", "two codes or more stand in any() and all()"),
    ("any() in meeting.attended", "any", "two codes or more"),
    ("any('police', 'polize') in meeting.attended", "'polize'", "did you mean `police`?"),
    ("any('police', both) in meeting.attended", "both", "'police' stands here already: remove it"),
    ("any('police', x='school') in meeting.attended", "any", "codes and groups alone"),
    ("any('police', 'school') not in meeting.attended", "any",
     "for none of them write `not (any('police', 'school') in meeting.attended)`"),
    ("all('police', 'school') not in meeting.attended", "all", "for not all of them write"),
    ("any('neglect', 'injury') in risk.kind", "risk", "a list of codes is needed here: any("),
    ("any(meeting.attended, 'police')", "any", "it is written any('police', 'school') in list"),
    ("all(meeting.attended, 'police') == plan", "all", "it is written all('police', 'school') in"),
    ("happened(plan.end) in meeting.attended", "happened", "true or false already"),
    ("count(meeting.attended) in meeting.attended", "count", "`in` asks either"),
    ("plan.category in meeting.attended", "plan", "have no code in common: ask each of the codes"),
    ("plan.category == plan.category", "plan.category", "compares a thing with itself"),
    ("plan.category < risk.kind", "plan", "codes have no order"),
    ("('police', 'school') in meeting.attended", "('police'", "any(...) or all(...) in"),
    ("plan.start in meeting.attended", "plan", "`in` asks"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "part"), FAULTS)
def test_a_fault_in_codes_is_told_at_its_place(text: str, at: str, part: str) -> None:
    told = read(text)
    assert isinstance(told, PageError)
    assert part in told.message, told.message
    assert text[told.column - HERE.column :].startswith(at), told


WITH_GROUP = CONCEPTS + "groups:\n  grave: [neglect, sexual_abuse]\n"
NAMING = planted(PAGE, "risk.kind in grave", "risk.kind == 'neglect'")


def test_a_group_of_the_page_of_concepts_is_named_by_lessons_and_concepts() -> None:
    rules = load(NAMING, WITH_GROUP)
    assert rules.groups["grave"].codes == ("neglect", "sexual_abuse")
    assert not faults(PAGE, planted(WITH_GROUP, "risk.kind not in grave", "risk.kind != 'neglect'"))
    more = WITH_GROUP.replace("[neglect, sexual_abuse]", "[neglect]")
    assert meanings_of(rules) != meanings_of(load(NAMING, more))


@pytest.mark.parametrize(
    ("groups", "line", "part"),
    [
        ("groups: {grave: [neglect, negelct]}", 1, "no field has the code 'negelct': did you mean"),
        ("groups: {grave: [neglect, neglect]}", 1, "'neglect' stands here already"),
        ("groups: {grave: neglect}", 1, "group grave is a list with at least one item"),
        ("groups: [grave]", 1, "groups is a mapping of names to lists of codes"),
        ("groups: {Grave: [neglect]}", 1, "a group: a name is a word of its own"),
        ("groups: {plans: [neglect]}", 1, "a group: a name is a word of its own"),
        ("groups: {worry: [neglect]}", 0, "`worry` is a group of codes already: rename one"),
        ("group: {grave: [neglect]}", 1, "did you mean `groups`?"),
    ],
)
def test_a_fault_in_a_group_is_told_once(groups: str, line: int, part: str) -> None:
    concepts = CONCEPTS + groups + "\n"
    told = [one for one in faults(PAGE, concepts) if part in one.message]
    assert len(told) == 1, faults(PAGE, concepts)
    assert told[0].line == (len(concepts.splitlines()) if line else 2)


def test_nothing_else_has_the_name_of_a_group() -> None:
    row = planted(PAGE, "{grave: risks}", "{risk: risks}")
    assert any("`grave` is a group of codes: choose another" in one.message
               for one in faults(row, WITH_GROUP))  # fmt: skip
    number = PAGE.replace("spare_days", "grave")
    assert any("`grave` is a group of codes: choose another" in one.message
               for one in faults(number, WITH_GROUP))  # fmt: skip


def test_a_page_may_hold_groups_alone_and_a_fault_of_its_text_is_told_once() -> None:
    page = planted(PAGE, "{worry: risks}", "{worry: worry}").replace(
        "worry.since", "worry.identified_on"
    )
    page = page.replace("worry.child", "worry.subject")
    assert not faults(page, "groups:\n  grave: [neglect]\n")
    broken = [one for one in faults(page, "groups: {grave: [neglect}\n") if "concepts" in one.file]
    assert len(broken) == 1
    assert any("lacks `concepts`" in one.message for one in faults(page, "{}\n"))


def folder_of(tmp_path: Path, page: str, concepts: str) -> Path:
    folder = tmp_path / "r"
    folder.mkdir()
    folder.joinpath("T1.1.yaml").write_text(page)
    folder.joinpath("concepts.yaml").write_text(concepts)
    return folder


def test_a_group_that_no_condition_names_is_noticed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, PAGE, WITH_GROUP)
    (one,) = unused_concepts(load_rules(folder))
    assert one.message == "no condition names the group of codes `grave`"
    assert one.line == len(WITH_GROUP.splitlines())
    folder.joinpath("T1.1.yaml").write_text(NAMING)
    assert unused_concepts(load_rules(folder)) == []
    folder.joinpath("T1.1.yaml").write_text(PAGE)
    folder.joinpath("concepts.yaml").write_text(
        planted(WITH_GROUP, "risk.kind not in grave", "risk.kind != 'neglect'")
    )
    assert unused_concepts(load_rules(folder)) == []


@pytest.mark.parametrize("by_concept", few([False, True], True))
def test_the_codes_of_a_group_are_changed_too(tmp_path: Path, by_concept: bool) -> None:
    page, concepts = (PAGE, planted(WITH_GROUP, "risk.kind not in grave", "risk.kind != 'neglect'"))
    if not by_concept:
        page, concepts = NAMING, WITH_GROUP
    mutation = Mutation(load_rules(folder_of(tmp_path, page, concepts)))
    changes = [change.name for tried in mutation.run() for change in tried.survived
               if tried.of == "concepts"]  # fmt: skip
    told = [name for name in changes if name.startswith("group grave")]
    assert {"group grave: sexual_abuse dropped", "group grave: physical_abuse added"} <= set(told)


def test_a_lesson_in_words_says_what_its_groups_are() -> None:
    rules = load(NAMING, WITH_GROUP)
    words = LessonWords(rules.concepts, rules.groups)
    (lesson,) = rules.lessons
    text = "\n".join(
        lesson_text([*words.lesson(lesson, lesson.checks)], Page(_Stream(), None, None))
    )
    assert "`grave`: one of neglect, sexual_abuse" in text


class _Stream:
    """A stream that is no terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return False

    def write(self, _: Any) -> int:
        return 0


# --- the two readings ----------------------------------------------------------------------------

ASKED: list[two_readings.Asked] = [
    ({"a": "plans", "b": "plans"}, "a.category == b.category"),
    ({"a": "plans", "b": "risks"}, "a.category == b.kind"),
    ({"a": "incidents", "b": "risks"}, "a.kind != b.kind"),
    ({"a": "actions", "b": "plans"}, "a.plan.category == b.category"),
    ({"a": "meetings", "b": "meetings"}, "a.kind == b.kind"),
    ({"m": "meetings"}, ALL.replace("meeting.", "m.")),
    ({"m": "meetings"}, "any(both, 'housing') in m.attended"),
    ({"m": "risks"}, "m.kind in harm"),
]
CODE_IN_LIST: list[two_readings.Asked] = [
    ({"a": "risks", "b": "contacts"}, "a.kind in b.factors"),
    ({"a": "workers", "b": "meetings"}, "a.agency in b.attended"),
]
GROUPS = f"groups:\n  harm: [{', '.join(HARM)}]\n  both: [police, school]\n"


def test_the_engine_reads_codes_as_the_reference_does() -> None:
    reached: Counter[Outcome] = Counter()
    for at in range(0, len(ASKED), 4):
        rules = two_readings.rules_of(ASKED[at : at + 4], GROUPS)
        reached += two_readings.held_to_each_other(rules, range(tries(200, fewest=40)))
    assert min(reached[outcome] for outcome in Outcome) > 50


@pytest.mark.slow
@pytest.mark.parametrize("asked", CODE_IN_LIST, ids=["risks", "workers"])
def test_the_engine_reads_a_code_in_a_list_as_the_reference_does(asked: two_readings.Asked) -> None:
    reached: Counter[Outcome] = Counter()
    for form in range(8):
        rules = two_readings.rules_of([asked], GROUPS, form)
        reached += two_readings.held_to_each_other(rules, range(tries(150, fewest=30)))
    assert min(reached[outcome] for outcome in Outcome) > 2


@pytest.mark.slow
def test_what_is_settled_of_codes_stays_so_whatever_the_record_leaves_open() -> None:
    settled: Counter[Truth] = Counter()
    asked = [
        one for one in (*ASKED, *CODE_IN_LIST) if "both" not in one[1] and "harm" not in one[1]
    ]
    for seed in range(tries(400, fewest=80)):
        settled += two_readings.settled_and_kept(seed, asked)
    assert min(settled.values()) > 30
