"""What authors of rules, and boards, are told: new pages, units, names, and changes of meaning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import ROOT, Here
from lesson_pages import CONCEPTS, CONCEPTS_FILE, FILE, PAGE, faults, load, planted
from once import load_once
from qag_sealed import resealed

from casecheck.authoring.linting import unused_concepts
from casecheck.authoring.scaffold import page_text
from casecheck.lessons.errors import closest
from casecheck.lessons.loading import load_rules
from casecheck.lessons.meaning import meanings_of
from casecheck.lessons.template import texts_to_replace
from casecheck.text.counted import counted, in_units

CASES = "sample_cases/small-families.jsonl"
CASE = ROOT / "sample_cases" / "c-0104.json"
WORST = ROOT / "sample_cases" / "c-0101.json"


# --- a page that is not written yet ---


@pytest.fixture
def new_page(here: Here, tmp_path: Path) -> Path:
    assert here("rules", "new", "board", "A1", "Risks", "--rules", tmp_path / "p").status == 0
    return tmp_path / "p" / "board" / "A1.yaml"


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "sarif"])
def test_every_report_says_that_a_page_is_not_written(
    here: Here, new_page: Path, form: str
) -> None:
    ended = here("audit", CASE, "--rules", new_page.parent, "--format", form)
    assert ended.status == 0
    words = " ".join(ended.text.split())
    assert "A1 is asked although its page is not written yet" in words


def test_each_text_that_is_left_is_told_at_its_place(here: Here, new_page: Path) -> None:
    text = new_page.read_text()
    left = texts_to_replace("A1", "board")
    assert len(left) == 7
    assert "Lesson A1 of the review board" in left
    ended = here("rules", "lint", new_page)
    assert (ended.status, ended.text.count("L009")) == (1, 7)
    basis = "A working assumption, four weeks. Say here who set this number, and where."
    new_page.write_text(planted(text, "The board's own standard of May 2026.", basis))
    assert here("rules", "lint", new_page).text.count("L009") == 6
    assert "A1 is asked although" in here("audit", CASE, "--rules", new_page.parent).text


def test_a_page_that_is_written_is_told_nothing(here: Here, new_page: Path) -> None:
    text = new_page.read_text()
    for part in (
        "When a risk of neglect to a child is identified, an",
        "Lesson A1 of",
        "A working assumption, four weeks. Say here who set",
        "Was an action that addresses the risk set",
        "means: an action that addresses the risk, set",
        "For the risk identified on {risk.identified_on}, no action that addresses it is",
        "The record cannot tell whether an action that addresses the risk",
    ):
        text = planted(text, part.replace(" a", " a first a", 1).replace(" of", " 1 of"), part)
    new_page.write_text(text)
    assert "L009" not in here("rules", "lint", new_page).text
    for command in (["rules", "test", new_page], ["rules", "mutate", new_page]):
        assert "L009" not in here(*command).told
    assert "not written" not in here("audit", CASE, "--rules", new_page.parent).text


def test_a_page_that_lacks_its_source_can_be_looked_through_too() -> None:
    from casecheck.lessons.template import unwritten  # noqa: PLC0415
    from casecheck.lessons.yaml_nodes import read_page  # noqa: PLC0415

    page = page_text("r", "A1", "T", Path("A1.yaml"))
    assert len(list(unwritten(read_page(page, "A1.yaml")))) == 7
    for text in ("asks: x\n", "source: x\n", "[x]\n", "lesson: 1\nsource: {review: 1}\n"):
        assert list(unwritten(read_page(text, "A1.yaml"))) == []


# --- units ---


@pytest.mark.parametrize(
    "condition",
    [
        "count(meeting.attended) >= spare_days",
        "spare_days <= count(meeting.attended)",
        "count(meeting.attended) >= some_workdays",
        "count(meeting.attended) != spare_days + 1",
        "count(meeting.attended) + spare_days >= 3",
        "count(meeting.attended) - 1 >= spare_days",
        "2 <= count(meeting.attended) <= spare_days",
        "not (count(meeting.attended) < spare_days)",
    ],
)
def test_a_count_of_codes_is_no_number_of_days(condition: str) -> None:
    page = PAGE.replace("find: {mitigation: mitigations}", "find: {meeting: meetings}")
    page = page.replace("mitigation.risk == risk", condition)
    (fault,) = faults(page)
    assert "count() counts codes, and the parameter `" in fault.message
    assert "days: write the number itself" in fault.message


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("under(spare_days, plan.subject, today)", "an age is written as a number"),
        ("workdays(plan.start, today) >= count(meeting.attended)", "compare workdays() with a"),
        ("plan.start + count(meeting.attended) <= today", "only a fixed number or a parameter"),
        ("plan.start >= spare_days", "a day cannot be compared with a number"),
        ("count(meeting.attended) >= plan.start", "a number cannot be compared with a day"),
    ],
)
def test_other_units_that_do_not_go_together(condition: str, told: str) -> None:
    page = PAGE.replace(
        "find: {mitigation: mitigations}", "find: {meeting: meetings, plan: plans}"
    ).replace("[mitigation.risk == risk]", f'["{condition}"]')
    assert any(told in fault.message for fault in faults(page))


@pytest.mark.parametrize(
    "condition",
    [
        "count(meeting.attended) >= 3",
        "count(meeting.attended) + 1 >= 3",
        "meeting.on + spare_days + spare_days <= today",
        "spare_days + meeting.on <= today",
    ],
)
def test_units_that_go_together(condition: str) -> None:
    page = PAGE.replace("find: {mitigation: mitigations}", "find: {meeting: meetings}")
    assert faults(page.replace("mitigation.risk == risk", condition)) == ()


# --- keys ---


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("count: 3", "rows are counted with `at_least: 2`"),
        ("minimum: 3", "rows are counted with `at_least: 2`"),
        ("within: 28", "a window of days is a condition of `where`"),
        ("when: x", "conditions are the list `where`"),
        ("any: x", "alternatives are written in one condition"),
        ("not: x", "write `not` in a condition"),
        ("mean: x", "did you mean `means`?"),
        ("wehre: x", "did you mean `where`?"),
        ("zebra: x", "known: at_least, earliest, find, latest, means, where, without"),
    ],
)
def test_a_key_that_is_not_known_gets_a_hint_only_where_there_is_one(key: str, hint: str) -> None:
    page = PAGE.replace("      - means: an action\n", f"      - means: an action\n        {key}\n")
    assert any(hint in fault.message for fault in faults(page)), faults(page)
    assert not any("`until`" in fault.message for fault in faults(page))


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("count: 3", "rows are counted with `at_least: 2`"),
        ("except: x", "`unless`"),
        ("evidence: x", "evidence is `met_by`"),
        ("message: x", "what an auditor reads is `breach` and `cannot_tell`"),
        ("description: x", "say it in `asks`"),
        ("name: x", "it is named by `id`"),
    ],
)
def test_keys_of_a_check_that_other_languages_have(key: str, hint: str) -> None:
    page = PAGE.replace("  - id: followed-up\n", f"  - id: followed-up\n    {key}\n")
    (fault,) = faults(page)
    assert hint in fault.message


def test_a_name_is_near_when_most_of_its_letters_are_shared() -> None:
    assert closest("count", ["until", "unless", "where"]) is None
    assert closest("untill", ["until", "unless"]) == "until"
    assert closest("resolved", ["resolved_on", "identified_on"]) == "resolved_on"


# --- words ---


def test_one_is_no_plural() -> None:
    assert counted(1, "case") == "1 case"
    assert counted(2_000, "case") == "2,000 cases"
    assert (in_units(1, "working days"), in_units(0, "days")) == ("1 working day", "0 days")


@pytest.mark.slow
def test_a_parameter_of_one_is_told_in_the_singular(here: Here) -> None:
    words = " ".join(here("rules", "list", "--set", "P1.1.carry_days=1").text.split())
    assert "carry_days = 1 day, set by --set (on the page: 28 days)" in words
    ended = here("audit", CASE, "--set", "P1.1.carry_days=1", "--lesson", "P1.1")
    assert "P1.1.carry_days is 1 day, set by" in " ".join(ended.text.split())
    ended = here("explain", "P1.1", "--case", CASE)
    assert "1 days" not in ended.text


# --- concepts and folders ---


@pytest.mark.slow
def test_concepts_and_fields_that_nothing_asks_for(here: Here, tmp_path: Path) -> None:
    assert unused_concepts(load_once(ROOT / "rules" / "children_p")) == []
    folder = tmp_path / "r"
    folder.mkdir()
    folder.joinpath(FILE).write_text(PAGE)
    more = CONCEPTS.replace("since: risk.identified_on}", "since: risk.identified_on, spare: risk}")
    more = more.replace("since: plan.start}", "since: plan.start, spare: plan.subject}")
    more = CONCEPTS + CONCEPTS.partition("\n")[2].replace("worry:", "unasked:")
    folder.joinpath(CONCEPTS_FILE).write_text(more)
    found = unused_concepts(load_rules(folder))
    assert [one.message for one in found] == ["no check asks for the concept `unasked`"]
    more = CONCEPTS.replace("plan.start}", "plan.start, until: plan.end}").replace(
        "risk.identified_on}", "risk.identified_on, until: risk.resolved_on}"
    )
    folder.joinpath(CONCEPTS_FILE).write_text(more)
    (one,) = unused_concepts(load_rules(folder))
    assert one.message == "nothing reads the field `until` of the concept `worry`"
    assert more.splitlines()[one.line - 1].strip().startswith("fields: {child: risk.subject")
    ended = here("rules", "lint", folder, "--select", "L010")
    assert (ended.status, ended.text.count("L010")) == (1, 1)
    assert here("rules", "lint", folder / FILE, "--select", "L010").status == 0


def test_what_a_lesson_that_is_left_out_may_ask_for_is_not_told(tmp_path: Path) -> None:
    tmp_path.joinpath(FILE).write_text(
        PAGE.replace("worry: worry", "worry: risks").replace("worry.since", "worry.identified_on")
        .replace("worry.child", "worry.subject")
    )  # fmt: skip
    tmp_path.joinpath(CONCEPTS_FILE).write_text(CONCEPTS)
    assert len(unused_concepts(load_rules(tmp_path))) == 1
    out = tmp_path / "out"
    out.mkdir()
    out.joinpath("review.yaml").write_text("review: r\ntitle: R\nabout: Another.\ndefault: false\n")
    assert unused_concepts(load_rules(tmp_path)) == []


def test_a_folder_of_which_nothing_is_in_force_says_so(here: Here, new_page: Path) -> None:
    new_page.with_name("review.yaml").write_text(
        "review: board\ntitle: The board's own\nabout: It.\ndefault: false\n"
    )
    base = new_page.parents[1]
    ended = here("audit", CASE, "--rules", base)
    assert ended.status != 0
    assert "no lesson of this folder is in force" in ended.told
    assert f"--rules {new_page.parent}" in ended.told
    assert here("audit", CASE, "--rules", new_page.parent).status == 0


# --- what a check means ---


VISIT = "some_workdays\n          - action.kind == 'visit'\n"


def test_a_meaning_changes_with_what_is_asked_and_not_with_words() -> None:
    before = meanings_of(load())
    assert before.keys() == {"T1.1/followed-up", "T1.1/noticed"}
    for same in (
        PAGE.replace("was not followed up", "has not been followed up"),
        PAGE.replace("means: an action", "means: another word"),
        PAGE.replace("action", "deed").replace("deeds", "actions"),
        PAGE.replace(
            "      - risk.kind == 'neglect'\n      - risk.identified_on + spare_days <= today\n",
            "      - risk.identified_on + spare_days <= today\n      - risk.kind == 'neglect'\n",
        ),
        PAGE.replace("risk.identified_on + spare_days <= today",
                     "today >= risk.identified_on + spare_days"),
    ):  # fmt: skip
        assert meanings_of(load(same)) == before
    for other in (
        load(settings={"T1.1": {"spare_days": 27}}),
        load(PAGE.replace("spare_days: {value: 28", "spare_days: {value: 29")),
        load(PAGE.replace("plan.level == 'child_protection'", "plan.level == 'looked_after'")),
        load(PAGE.replace("some_workdays\n", VISIT)),
        load(PAGE.replace("action.set_on) <= some_workdays", "action.set_on) < some_workdays")),
    ):
        now = meanings_of(other)
        assert now["T1.1/followed-up"] != before["T1.1/followed-up"]
        assert now["T1.1/noticed"] == before["T1.1/noticed"]
    now = meanings_of(load(concepts=CONCEPTS.replace("!= 'neglect'", "== 'neglect'")))
    assert now["T1.1/noticed"] != before["T1.1/noticed"]
    assert now["T1.1/followed-up"] == before["T1.1/followed-up"]


def waiver(file: Path, mark: str, asked: str = "") -> Path:
    more = f'    asked: "{asked}"\n' if asked else ""
    file.write_text(
        f'waivers:\n  - fingerprint: "{mark}"\n    outcome: breach\n    reason: Seen on paper.\n'
        f"    who: QAG\n    until: 2028-12-31\n{more}"
    )
    return file


def test_a_waiver_does_not_outlive_a_change_of_its_check(here: Here, tmp_path: Path) -> None:
    audit = ["audit", WORST, "--lesson", "P1.1", "--format", "json"]
    report = json.loads(here(*audit).out)
    set_otherwise = ["--set", "P1.1.carry_days=29"]
    others = json.loads(here(*audit, *set_otherwise).out)["findings"]
    stands = {one["fingerprint"] for one in others if one["outcome"] == "breach"}
    mark, name = next(
        (one["fingerprint"], one["check"])
        for one in report["findings"]
        if one["fingerprint"] in stands and one["check"] != "chair-agreement"
    )
    rules = json.loads(here("rules", "list", "--format", "json").out)["lessons"]
    (asked,) = [
        check["asked"]
        for lesson in rules
        for check in lesson["checks"]
        if (lesson["id"], check["id"]) == ("P1.1", name)
    ]
    file = waiver(tmp_path / "w.yaml", mark, asked)
    found = json.loads(here(*audit, "--waivers", file).out)
    assert [one["fingerprint"] for one in found["findings"] if "waiver" in one] == [mark]
    assert found["waivers"] == []
    changed = [*audit, "--waivers", file, *set_otherwise]
    found = json.loads(here(*changed).out)
    assert mark in [one["fingerprint"] for one in found["findings"]]
    assert not any("waiver" in one for one in found["findings"])
    (told,) = found["waivers"]
    assert "was given when its check asked something else, and accepts nothing now" in told
    # One that was written before is in force as it was, and says how it can notice.
    waiver(file, mark)
    found = json.loads(here(*audit, "--waivers", file).out)
    assert [one["fingerprint"] for one in found["findings"] if "waiver" in one] == [mark]
    (told,) = found["waivers"]
    assert f'add `asked: "{asked}"`' in told


def test_what_a_waiver_says_of_its_check_is_a_digest(here: Here, tmp_path: Path) -> None:
    file = waiver(tmp_path / "w.yaml", "0" * 32, "not one")
    ended = here("audit", CASE, "--waivers", file)
    assert ended.status != 0
    assert "`asked` is 16 figures and letters" in ended.told


# --- which rules differ ---


@pytest.mark.slow
def test_compare_says_which_checks_differ(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    for settings in ([], ["--set", "P1.1.carry_days=21"], ["--lesson", "P7.1"]):
        assert here("audit", CASES, "--store", file, *settings).status == 0
    words = " ".join(here("compare", "1", "2", "--store", file).text.split())
    assert "P1.1.carry_days: 28 days in A, 21 days, set by --set" in words
    assert "P1.1/risks-carried: asks something else in B than in A" in words
    assert "chair-agreement:" not in words
    report = json.loads(here("compare", "1", "2", "--store", file, "--format", "json").out)
    assert report["checks"].keys() == {
        "P1.1/risks-carried", "P1.1/actions-carried", "P1.1/assessments-carried",
        "P1.1/replacement-carries-risks",
    }  # fmt: skip
    of_other = here("compare", "1", "2", "--store", file, "--lesson", "P7.1", "--format", "json")
    assert json.loads(of_other.out)["checks"] == {}
    words = " ".join(here("compare", "2", "3", "--store", file).text.split())
    assert "P8.2/referral-considered: in force in A only" in words
    assert "P7.1/" not in words
    words = " ".join(here("compare", "3", "2", "--store", file).text.split())
    assert "P8.2/referral-considered: in force in B only" in words


def test_compare_says_where_only_words_differ_and_where_it_cannot_tell(
    here: Here, tmp_path: Path
) -> None:
    folder, file = tmp_path / "r", tmp_path / "s.db"
    folder.mkdir()
    folder.joinpath(CONCEPTS_FILE).write_text(CONCEPTS)
    for page in (PAGE, PAGE.replace("was not followed up", "has not been followed up")):
        folder.joinpath(FILE).write_text(page)
        assert here("audit", CASES, "--rules", folder, "--store", file).status == 0
    words = " ".join(here("compare", "1", "2", "--store", file).text.split())
    assert "only words or examples differ" in words
    resealed(file, "UPDATE run SET meanings = '{}' WHERE id = 1")
    words = " ".join(here("compare", "1", "2", "--store", file).text.split())
    assert "Which checks differ is not known: run 1 did not save what each asked." in words
    report = json.loads(here("compare", "1", "2", "--store", file, "--format", "json").out)
    assert report["checks"] is None
