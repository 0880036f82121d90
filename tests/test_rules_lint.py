"""`casecheck rules lint` finds what loading cannot, and only that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent
from typing import Any

import lint_pages
import pytest
from command_line import Here
from lesson_pages import planted

from casecheck.authoring.catalogue import LINTS, Lint
from casecheck.authoring.linting import lint
from casecheck.authoring.scaffold import page_text
from casecheck.authoring.wording import ACCUSATIONS, broken_promise, says_nothing
from casecheck.lessons.loading import load_rules
from casecheck.results import Outcome

NEW = page_text("r", "A1", "Risks are acted on", Path("r/A1.yaml"))


def codes(folder: Path) -> list[str]:
    """The codes of what is found, but for the texts of a new page, which these pages keep."""
    return [one.code for one in lint(load_rules(folder)) if one.code != "L009"]


def told(folder: Path, page: str, code: str, concepts: str = "") -> list[str]:
    """What is found of one code in a page, without its place."""
    folder.joinpath("A1.yaml").write_text(page, encoding="utf-8")
    if concepts:
        folder.joinpath("concepts.yaml").write_text(concepts, encoding="utf-8")
    return [one.message for one in lint(load_rules(folder)) if one.code == code]


# --- the codes and their pages ---


def test_the_pages_of_all_codes_are_up_to_date() -> None:
    found = {path.name: path.read_text("utf-8") for path in lint_pages.FOLDER.iterdir()}
    assert found == lint_pages.pages(), "run python tests/lint_pages.py"


def test_codes_and_names_are_each_one_lint() -> None:
    assert [one.code for one in LINTS] == [f"L{number:03}" for number in range(1, len(LINTS) + 1)]
    assert len({one.name for one in LINTS}) == len(LINTS)


@pytest.mark.parametrize(
    "one",
    [one for one in LINTS if one.code not in ("L009", "L010", "L011")],
    ids=lambda one: one.code,
)
def test_the_example_of_a_page_is_found_until_it_is_mended(tmp_path: Path, one: Lint) -> None:
    file = tmp_path / "A1.yaml"
    file.write_text(planted(NEW, one.wrong, one.right), encoding="utf-8")
    assert set(codes(tmp_path)) == {one.code}
    file.write_text(NEW, encoding="utf-8")
    assert codes(tmp_path) == []


@pytest.mark.slow
def test_the_lessons_that_are_shipped_are_clean(here: Here) -> None:
    for folder in ("rules/children_p", "rules/statutory"):
        ended = here("rules", "lint", folder)
        assert (ended.status, ended.text) == (0, "Nothing found.\n")


# --- the command ---


def test_what_a_folder_says_of_itself_is_read_too(here: Here, faulty: Path) -> None:
    faulty.with_name("review.yaml").write_text("reveiw: r\ntitle: R\nabout: It.\n")
    for command in ("lint", "test"):
        ended = here("rules", command, faulty.parent)
        assert ended.status == 2
        assert "review.yaml:1:1: a review has no `reveiw`: did you mean `review`?" in ended.told


def test_a_page_that_is_a_link_to_itself_is_named(here: Here, faulty: Path) -> None:
    loop = faulty.with_name("B1.yaml")
    loop.symlink_to(loop)
    for arguments in (
        ["lint", faulty.parent],
        ["test", faulty.parent],
        ["list", "--rules", faulty.parent],
    ):
        ended = here("rules", *arguments)
        assert ended.status == 2
        assert f"{loop.name}:1:1: this is not a file: remove it" in ended.told


def test_a_lesson_that_asks_too_much_of_the_engine_is_refused(here: Here, faulty: Path) -> None:
    joins = [f"action.set_on <= risk.identified_on + {number}" for number in range(30)]
    page = faulty.read_text(encoding="utf-8")
    at = page.index("          - action.addresses == risk\n")
    lines = "".join(f"          - {one}\n" for one in joins)
    faulty.write_text(page[:at] + lines + page[at:], encoding="utf-8")
    ended = here("rules", "lint", faulty)
    assert ended.status == 2
    assert "the engine cannot do more than" in ended.told


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A page of which two codes find something."""
    text = planted(NEW, "title: Blame\n", 'title: "Risks are acted on"\n')
    text = planted(text, "    basis: TBD\n", LINTS[2].right)
    file = tmp_path / "A1.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_what_is_found_has_its_place_and_the_fix(here: Here, faulty: Path) -> None:
    ended = here("rules", "lint", faulty, "--ignore", "L009")
    assert ended.status == 1
    lines = faulty.read_text().splitlines()
    title, basis = lines.index("title: Blame") + 1, lines.index("    basis: TBD") + 1
    assert ended.text.splitlines() == [
        f"{faulty}:{title}:8: L006 `Blame` passes a verdict: write what is not recorded",
        f"{faulty}:{basis}:12: L003 the basis of `action_days` does not say why it is this number:"
        " say who set it and where, or that it is a working assumption, and why",
        "2 problems found.",
    ]


def test_what_is_found_for_programs(here: Here, faulty: Path) -> None:
    ended = here("rules", "lint", faulty, "--format", "json", "--ignore", "L009")
    assert ended.status == 1
    first, second = json.loads(ended.out)["problems"]
    assert (first["code"], first["file"], first["column"]) == ("L006", str(faulty), 8)
    assert first["message"] == "`Blame` passes a verdict"
    assert first["fix"] == "write what is not recorded"
    assert second["code"] == "L003"


@pytest.mark.parametrize(
    ("options", "status", "found"),
    [
        (["--select", "L003"], 1, {"L003"}),
        (["--select", "L003", "--select", "L006"], 1, {"L003", "L006"}),
        (["--ignore", "L003"], 1, {"L006"}),
        (["--ignore", "L003", "--ignore", "L006"], 0, set()),
        (["--select", "L001"], 0, set()),
    ],
)
def test_some_codes_only(
    here: Here, faulty: Path, options: list[str], status: int, found: set[str]
) -> None:
    options = ["--ignore", "L009", *options]
    ended = here("rules", "lint", faulty, *options, "--format", "json")
    assert ended.status == status
    assert {one["code"] for one in json.loads(ended.out)["problems"]} == found


@pytest.mark.parametrize("option", ["--select", "--ignore", "--explain"])
def test_a_code_that_there_is_not(here: Here, option: str) -> None:
    ended = here("rules", "lint", option, "L03")
    assert ended.status == 2
    assert "no code 'L03': did you mean `L003`?" in ended.told


def test_explaining_a_code_prints_its_page(here: Here) -> None:
    for one in LINTS:
        ended = here("rules", "lint", "--explain", one.code)
        page = lint_pages.FOLDER.joinpath(f"{one.code}.md").read_text("utf-8")
        assert (ended.status, ended.text) == (0, page)


def test_broken_rules_are_not_linted(here: Here, faulty: Path) -> None:
    faulty.write_text("lesson: [")
    ended = here("rules", "lint", faulty)
    assert ended.status == 2
    assert f"{faulty}:1:9: this is not YAML" in ended.told


# --- L001 ---


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_without_example(tmp_path: Path, outcome: Outcome) -> None:
    text = NEW.replace(f"{{action-set: {outcome}}}", "{action-set: unshown}")
    other = next(one for one in Outcome if one is not outcome)
    found = told(tmp_path, text.replace("unshown", other), "L001")
    assert found == [f"`action-set` has no example that ends in `{outcome}`"]


# --- L002 ---


def number_page(
    where: str,
    records: Sequence[Any],
    *,
    parameter: str = "",
    for_each: str = "risk: risks",
    unless: str = "",
    met_by: str = "happened(risk.resolved_on)",
    expect: str = "asked",
) -> str:
    """A page that asks one condition, and what its examples change in the background."""
    cases = "".join(
        f"    - {{name: case {number}, expect: {{{expect}: breach}}, record: {json.dumps(one)}}}\n"
        for number, one in enumerate(records)
    )
    return (
        "lesson: A1\ntitle: A lesson\nasks: Something.\n"
        "source: {review: test, finding: T1, theme: 1, cite: Made up for a test}\n"
        + (parameter and f"parameters: {{n: {{{parameter}, basis: Made up for a test}}}}\n")
        + f"checks:\n  - id: asked\n    asks: Something?\n    for_each: {{{for_each}}}\n"
        f"    where: [{json.dumps(where)}]\n"
        + (unless and f"    unless: [{{means: x, where: [{json.dumps(unless)}]}}]\n")
        + f"    met_by: [{{means: x, where: [{json.dumps(met_by)}]}}]\n"
        "    breach: A message.\n    cannot_tell: Another.\n"
        "  - id: other\n    asks: Something?\n    for_each: {plan: plans}\n"
        "    met_by: [{means: x, where: [happened(plan.end)]}]\n"
        "    breach: A message.\n    cannot_tell: Another.\n"
        "examples:\n  background:\n    extracted_on: 2026-06-30\n    opened_on: 2026-01-05\n"
        "    people: [{id: child, born: 2012-03, history: []}]\n"
        "    plans: [{id: plan, subject: child, level: child_protection, start: 2026-01-12}]\n"
        "    risks: [{id: risk, subject: child, kind: neglect, identified_on: 2026-06-15}]\n"
        "    meetings: [{id: meeting, kind: core_group, plan: plan, on: 2026-06-15}]\n"
        f"  cases:\n{cases}"
    )


def risk(day: str, **more: Any) -> dict[str, Any]:
    return {"risks": [{"id": "risk", "identified_on": day, **more}]}


def born(month: str) -> dict[str, Any]:
    return {"people": [{"id": "child", "born": month}]}


def attended(*agencies: str) -> dict[str, Any]:
    return {"meetings": [{"id": "meeting", "attended": list(agencies)}]}


FOUR = ("police", "school", "housing", "probation")
# A condition; examples in which it just holds, just fails, holds by more, fails by more.
SIDES: list[Any] = [
    ("risk.identified_on + 28 <= today", *map(risk, ("2026-06-02", "2026-06-03")),
     *map(risk, ("2026-06-01", "2026-06-04"))),
    ("risk.identified_on + 28 < today", *map(risk, ("2026-06-01", "2026-06-02")),
     *map(risk, ("2026-05-31", "2026-06-03"))),
    ("today >= risk.identified_on + 28", *map(risk, ("2026-06-02", "2026-06-03")),
     *map(risk, ("2026-06-01", "2026-06-04"))),
    ("today > risk.identified_on + 28", *map(risk, ("2026-06-01", "2026-06-02")),
     *map(risk, ("2026-05-31", "2026-06-03"))),
    ("not (risk.identified_on + 28 <= today)", *map(risk, ("2026-06-03", "2026-06-02")),
     *map(risk, ("2026-06-04", "2026-06-01"))),
    ("today - 28 <= risk.identified_on <= today", *map(risk, ("2026-06-02", "2026-06-01")),
     *map(risk, ("2026-06-03", "2026-05-31"))),
    ("workdays(risk.identified_on, today) <= 5", *map(risk, ("2026-06-23", "2026-06-22")),
     *map(risk, ("2026-06-24", "2026-06-19"))),
    ("workdays(risk.identified_on, today) >= 5", *map(risk, ("2026-06-23", "2026-06-24")),
     *map(risk, ("2026-06-22", "2026-06-25"))),
    ("under(18, risk.subject, risk.identified_on)", *map(born, ("2008-07", "2008-05")),
     *map(born, ("2008-08", "2008-04"))),
    ("not under(18, risk.subject, risk.identified_on)", *map(born, ("2008-05", "2008-07")),
     *map(born, ("2008-04", "2008-08"))),
    ("under(18, risk.subject, risk.identified_on)", *map(born, ("2009", "2007")),
     *map(born, ("2010", "2006"))),
    ("risk.subject.born + 63 <= today", *map(born, ("2026-03", "2026-05")),
     *map(born, ("2026-02", "2026-06"))),
    ("workdays(risk.subject.born, today) <= 60", *map(born, ("2026-04", "2026-03")),
     *map(born, ("2026-05", "2026-02"))),
    ("count(meeting.attended) >= 3", attended(*FOUR[:3]), attended(*FOUR[:2]),
     attended(*FOUR), attended(*FOUR[:1])),
]  # fmt: skip


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side[0])
def test_a_number_wants_an_example_on_each_side(tmp_path: Path, side: Any) -> None:
    where, holds, fails, more, less = side
    meeting = "meeting" in where
    row = {
        "for_each": "meeting: meetings" if meeting else "risk: risks",
        "met_by": "meeting.child_views" if meeting else "happened(risk.resolved_on)",
    }
    just_fails = ["fails by one"]
    for records, expected in (
        ([holds, fails], []),
        ([holds, less], just_fails),
        ([more, fails], ["only just holds"]),
        ([more, less], ["only just holds", *just_fails]),
    ):
        found = told(tmp_path, number_page(where, records, **row), "L002")
        assert len(found) == len(expected)
        for message, words in zip(sorted(found, key=just_holds_first), expected, strict=True):
            assert words in message
            assert f"`{where}`" in message


def just_holds_first(message: str) -> bool:
    return "fails by one" in message


def test_it_says_how_near_the_nearest_comes(tmp_path: Path) -> None:
    page = number_page("risk.identified_on + 28 <= today", [risk("2026-05-31"), risk("2026-06-03")])
    (found,) = told(tmp_path, page, "L002")
    assert found.endswith("only just holds (the nearest, `case 0`, is 2 days from it)")


def test_a_number_that_comes_from_a_parameter(tmp_path: Path) -> None:
    for where, parameter, just in (
        ("risk.identified_on + n <= today", "value: 28, unit: days", "2026-06-02"),
        ("workdays(risk.identified_on, today) >= n", "value: 20, unit: working days", "2026-06-02"),
        # Nothing of a nought is left in what is compared.
        ("risk.identified_on + n <= opened_on", "value: 0, unit: days", "2026-01-05"),
    ):
        after = f"{just[:-2]}{int(just[-2:]) + 1:02}"
        both = number_page(where, [risk(just), risk(after)], parameter=parameter)
        assert told(tmp_path, both, "L002") == []
        one = number_page(where, [risk(just)], parameter=parameter)
        assert len(told(tmp_path, one, "L002")) == 1


def test_unequal_wants_both_neighbours_and_the_number_itself(tmp_path: Path) -> None:
    where = "risk.identified_on != opened_on + 28"
    days = ["2026-02-01", "2026-02-02", "2026-02-03"]
    assert told(tmp_path, number_page(where, list(map(risk, days))), "L002") == []
    for left_out in days:
        left = [risk(day) for day in days if day != left_out]
        assert told(tmp_path, number_page(where, left), "L002")


def test_equal_wants_the_number_itself_and_a_neighbour(tmp_path: Path) -> None:
    where = "risk.identified_on == opened_on + 28"
    for neighbour in ("2026-02-01", "2026-02-03"):
        page = number_page(where, [risk("2026-02-02"), risk(neighbour)])
        assert told(tmp_path, page, "L002") == []
    assert told(tmp_path, number_page(where, [risk("2026-02-02"), risk("2026-02-04")]), "L002")


@pytest.mark.parametrize(
    "where",
    [
        "risk.identified_on <= today",
        "risk.kind == 'neglect'",
        "happened(risk.resolved_on)",
        "risk.subject.born <= risk.identified_on",
    ],
)
def test_a_condition_without_a_number_wants_none(tmp_path: Path, where: str) -> None:
    assert told(tmp_path, number_page(where, [{}]), "L002") == []


DUE = "risk.identified_on + 28 <= today"
BOTH = [risk("2026-06-02"), risk("2026-06-03")]


def test_an_example_that_expects_nothing_of_the_check_proves_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, number_page(DUE, BOTH), "L002") == []
    assert len(told(tmp_path, number_page(DUE, BOTH, expect="other"), "L002")) == 2


def test_all_else_must_be_so_that_the_number_decides(tmp_path: Path) -> None:
    for where in (f"{DUE} and risk.kind == 'domestic_abuse'", f"{DUE} or risk.kind == 'neglect'"):
        assert len(told(tmp_path, number_page(where, BOTH), "L002")) == 2
    for where in (f"{DUE} and risk.kind == 'neglect'", f"{DUE} or risk.kind == 'domestic_abuse'"):
        assert told(tmp_path, number_page(where, BOTH), "L002") == []


def test_a_number_of_the_evidence_wants_rows_that_are_asked_about(tmp_path: Path) -> None:
    met_by = "risk.resolved_on <= risk.identified_on + 14"
    records = [
        risk("2026-06-01", resolved_on="2026-06-15"),
        risk("2026-06-01", resolved_on="2026-06-16"),
    ]
    kind = "risk.kind == 'neglect'"
    assert told(tmp_path, number_page(kind, records, met_by=met_by), "L002") == []
    others = "risk.kind != 'neglect'"
    assert len(told(tmp_path, number_page(others, records, met_by=met_by), "L002")) == 2
    left_out = number_page(
        "risk.identified_on <= today", records, met_by=met_by, unless="risk.kind == 'neglect'"
    )
    assert len(told(tmp_path, left_out, "L002")) == 2


def test_a_number_of_an_exclusion(tmp_path: Path) -> None:
    unless = "risk.resolved_on <= risk.identified_on + 14"
    days = ["2026-06-15", "2026-06-16"]
    records = [risk("2026-06-01", resolved_on=day) for day in days]
    kind = "risk.identified_on <= today"
    met_by = "risk.kind == 'domestic_abuse'"
    both = number_page(kind, records, unless=unless, met_by=met_by)
    assert told(tmp_path, both, "L002") == []
    one = number_page(kind, records[:1], unless=unless, met_by=met_by)
    assert len(told(tmp_path, one, "L002")) == 1


def test_what_is_not_known_stands_on_no_side(tmp_path: Path) -> None:
    where = "under(18, risk.subject, risk.identified_on)"
    assert len(told(tmp_path, number_page(where, [born("2008-06")]), "L002")) == 2
    unknown = {"people": [{"id": "child", "born": None}]}
    assert len(told(tmp_path, number_page(where, [unknown]), "L002")) == 2


def test_each_standard_wants_both_sides_in_its_own_time(tmp_path: Path) -> None:
    values = "values: [{value: 28, until: 2026-03-31}, {value: 7, from: 2026-04-01}], unit: days"
    where = "risk.identified_on + n <= today"
    new = [risk("2026-06-23"), risk("2026-06-24")]
    change = [risk("2026-03-31"), risk("2026-04-01")]
    found = told(tmp_path, number_page(where, [*new, *change], parameter=values), "L002")
    # Nothing can be due by the old standard today; each other number is proved.
    assert found
    assert all("until 2026-03-31" in one and f"`{where}`" in one for one in found)
    old = [
        {"extracted_on": "2026-04-15", **risk(day)} for day in ("2026-03-18", "2026-03-19")
    ]  # fmt: skip
    assert told(tmp_path, number_page(where, [*new, *change, *old], parameter=values), "L002") == []
    found = told(tmp_path, number_page(where, [*new, *old], parameter=values), "L002")
    assert {one for one in found if "2026-03-31`" in one or "2026-04-01`" in one} == set(found)
    assert len(found) == 4


CONCEPT = """\
concepts:
  young:
    means: A risk to somebody young.
    rows:
      - of: {one: risks}
        where: ["under(18, one.subject, one.identified_on)"]
        fields: {since: one.identified_on, until: one.resolved_on}
"""


def test_a_number_of_a_concept_is_proved_by_those_who_ask_for_it(
    here: Here, tmp_path: Path
) -> None:
    asks = {"for_each": "one: young", "met_by": "happened(one.until)"}
    both = number_page("one.since <= today", list(map(born, ("2008-07", "2008-05"))), **asks)
    assert told(tmp_path, both, "L002", CONCEPT) == []
    one = number_page("one.since <= today", [born("2008-07")], **asks)
    (found,) = told(tmp_path, one, "L002", CONCEPT)
    assert found.startswith("in no example of a check that asks for `young`")
    assert "fails by one month" in found
    other = number_page("one.since <= today", list(map(born, ("2008-07", "2008-05"))), **asks,
                        expect="other")  # fmt: skip
    assert len(told(tmp_path, other, "L002", CONCEPT)) == 2
    # Who names a page alone is not told of the concepts, which other pages may prove.
    assert here("rules", "lint", tmp_path / "A1.yaml", "--select", "L002").status == 0
    assert here("rules", "lint", tmp_path, "--select", "L002").status == 1


# --- L003, L004 ---


@pytest.mark.parametrize(
    "basis",
    ["Four weeks.", "TBD", "To do: ask the board what it was", "A week.", "28", "Our own standard",
     "The number is to be confirmed by the board"],
)  # fmt: skip
def test_a_basis_that_says_nothing(basis: str) -> None:
    assert says_nothing(basis)


@pytest.mark.parametrize(
    "basis",
    ["The board's own standard.", "A working assumption of this rule set, two weeks.",
     "Working Together 2018, chapter 1"],
)  # fmt: skip
def test_a_basis_that_says_something(basis: str) -> None:
    assert not says_nothing(basis)


def test_a_unit_by_which_nothing_is_counted(tmp_path: Path) -> None:
    for where, right, wrong in (
        ("risk.identified_on + n <= today", "days", "working days"),
        ("workdays(risk.identified_on, today) >= n", "working days", "days"),
    ):
        page = number_page(where, BOTH, parameter=f"value: 20, unit: {wrong}")
        (found,) = told(tmp_path, page, "L004")
        assert found == f"conditions count `n` by {right}, not by {wrong}"
        page = number_page(where, BOTH, parameter=f"value: 20, unit: {right}")
        assert told(tmp_path, page, "L004") == []


def test_a_parameter_counts_by_one_unit(tmp_path: Path) -> None:
    for where in (
        "workdays(risk.identified_on, today) >= n and risk.identified_on + n <= today",
        "risk.identified_on + n <= today and workdays(risk.identified_on, today) >= n",
    ):
        for unit, other in (("days", "working days"), ("working days", "days")):
            page = number_page(where, BOTH, parameter=f"value: 20, unit: {unit}")
            (found,) = told(tmp_path, page, "L004")
            assert found == f"conditions count `n` by {unit} and by {other}"


# --- L005 ---


@pytest.mark.parametrize(
    ("name", "expected", "said"),
    [
        ("a breach by one day", {"compliant"}, "breach"),
        ("a breach by one day", {"breach"}, None),
        ("a breach of the first check only", {"breach", "compliant"}, None),
        ("no breach", {"breach"}, "no breach"),
        ("not a Breach yet", {"breach"}, "not a Breach"),
        ("no breach", {"not_applicable"}, None),
        ("no breach of the second", {"breach", "compliant"}, None),
        ("compliant on the last day", {"breach"}, "compliant"),
        ("not compliant", {"compliant"}, "not compliant"),
        ("not compliant", {"breach"}, None),
        ("the record cannot tell", {"breach"}, "cannot tell"),
        ("insufficient evidence of the day", {"compliant"}, "insufficient evidence"),
        ("does not apply to adults", {"breach"}, "does not apply"),
        ("does not apply to adults", {"not_applicable"}, None),
        ("not applicable", {"insufficient_evidence"}, "not applicable"),
        ("the child's views do not apply pressure", {"not_applicable"}, None),
        ("an action was set late", {"compliant"}, None),
    ],
)
def test_what_a_name_promises(name: str, expected: set[str], said: str | None) -> None:
    assert broken_promise(name, {Outcome(one) for one in expected}) == said


# --- L006 ---


ASKS = "    asks: Was an action that addresses the risk set within the days allowed?\n"


@pytest.mark.parametrize(
    "words",
    [words for one in ACCUSATIONS for words in one.such_as.split(", ")],
)
def test_words_that_accuse(tmp_path: Path, words: str) -> None:
    page = planted(NEW, f"    asks: So {words} and more?\n", ASKS)
    assert told(tmp_path, page, "L006")
    (problem,) = [one for one in lint(load_rules(tmp_path)) if one.code == "L006"]
    line = page.splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith(problem.message.split("`")[1])
    assert problem.fix.startswith(("write ", "make "))


@pytest.mark.parametrize(
    "words",
    [
        "the risk of neglect to a child",
        "from neglect to emotional abuse",
        "by default",
        "the worker's role",
        "the record does not show a worker",
        "carefully",
    ],
)
def test_words_that_do_not_accuse(tmp_path: Path, words: str) -> None:
    page = planted(NEW, f"    asks: So {words} and more?\n", ASKS)
    assert told(tmp_path, page, "L006") == []


@pytest.mark.parametrize(
    ("at", "silent"),
    [
        ('title: "Risks are acted on"', False),
        ("asks: Was an action", False),
        ("means: an action that", False),
        ("For the risk identified on", False),
        ("The record cannot tell whether an", False),
        ("name: no action is recorded", True),
        ("basis: A working assumption", True),
    ],
)
def test_wherever_a_report_may_show_them(tmp_path: Path, at: str, silent: bool) -> None:
    accusing = f'{at[:-1]} blame"' if at.endswith('"') else f"{at} blame"
    assert bool(told(tmp_path, planted(NEW, accusing, at), "L006")) is not silent


def test_a_concept_accuses_as_well(here: Here, tmp_path: Path) -> None:
    concept = planted(CONCEPT, "means: A fault.", "means: A risk to somebody young.")
    asks = {"for_each": "one: young", "met_by": "happened(one.until)"}
    page = number_page("one.since <= today", [{}], **asks)
    assert told(tmp_path, page, "L006", concept) == ["`fault` passes a verdict"]
    ended = here("rules", "lint", tmp_path, "--select", "L006")
    assert f"{tmp_path / 'concepts.yaml'}:3:14: L006 " in ended.text


# --- L007 ---


WORKER = """\
concepts:
  holding:
    means: A worker who holds a case.
    rows:
      - of: {one: workers}
        fields: {who: one, since: one.start}
"""


@pytest.mark.parametrize(
    ("shown", "whose"),
    [
        ("plan.subject", "a person of the family"),
        ("holding.who", "a worker"),
        ("plan", None),
        ("plan.start", None),
        ("plan.level", None),
        ("holding.who.role", None),
        ("holding.since", None),
    ],
)
@pytest.mark.parametrize("message", ["breach", "cannot_tell"])
@pytest.mark.parametrize("instances", [False, True], ids=["check", "instances"])
def test_the_ids_of_persons(
    tmp_path: Path, message: str, shown: str, *, instances: bool, whose: str | None
) -> None:
    page = number_page(
        "holding.since <= plan.start",
        [{}],
        for_each="holding: holding, plan: plans",
        met_by="happened(plan.end)",
    )
    for_each, other = page.index("    for_each: {holding"), page.index("  - id: other")
    said = "A message" if message == "breach" else "Another"
    part = planted(page[for_each:other], f"{message}: On {{{shown}}}.", f"{message}: {said}.")
    if instances:
        part = f"    instances:\n      -\n{indent(part, '    ')}"
    found = told(tmp_path, f"{page[:for_each]}{part}{page[other:]}", "L007", WORKER)
    assert found == ([f"the message shows `{{{shown}}}`, the id of {whose}"] if whose else [])
