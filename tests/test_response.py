"""Responses as data: nothing of the source is missing, no sentence of it is copied, faults told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from amounts import tries
from beside import beside
from command_line import RULES, Here
from lesson_pages import planted

from casecheck.authoring.catalogue import UNLINKED
from casecheck.authoring.response_links import measures_beside, response_problems
from casecheck.lessons.errors import RulesError
from casecheck.lessons.loading import load_rules
from casecheck.lessons.shapes import Shapes
from casecheck.response.deadlines import last_day_of
from casecheck.response.files import find_responses, load_responses
from casecheck.response.model import Response
from casecheck.response.reader import read_response

SOURCE = beside("source", "lscb-response-children-p-2017.txt")
needs_source = pytest.mark.skipif(not SOURCE.is_file(), reason=f"{SOURCE} is not here")
PAGE = RULES / "children_p" / "response.yaml"
SHORT = RULES / "statutory" / "response.yaml"


def response(page: Path = PAGE) -> Response:
    (one,) = load_responses([page])
    return one


class Part(NamedTuple):
    """What the source has of one finding, counted by hand: twice, from the document."""

    theme: int
    lessons: tuple[str, ...]
    taken: int
    planned: int
    how: int
    as_at: str | None = None


PARTS: Mapping[str, Part] = {
    "P1": Part(1, ("P1.1",), 1, 1, 1),
    "P2": Part(1, ("P2.1", "P2.2"), 3, 2, 1),
    "P3": Part(2, ("P3.1",), 3, 2, 4),
    "P4": Part(3, ("P4.1",), 3, 0, 1),
    "P5": Part(3, ("P5.1",), 0, 0, 1, "P4"),
    "P6": Part(4, ("P6.1",), 3, 0, 2),
    "P7": Part(5, ("P7.1",), 0, 0, 1, "P1"),
    "P8": Part(6, ("P8.1", "P8.2"), 3, 1, 1),
    "P9": Part(6, ("P9.1",), 2, 2, 1),
}
DISSEMINATION = (
    ("Learning & Improvement Subgroup", "October 2017", date(2017, 10, 31)),
    ("Policy and Procedures Subgroup", "August 2017", date(2017, 8, 31)),
    ("Communications and Engagement Subgroup", "Sept 2017", date(2017, 9, 30)),
    (None, "Sept 2017", date(2017, 9, 30)),
    (None, "Throughout 2017-18", date(2018, 3, 31)),
    ("Performance Management and Quality Assurance Group", "July 2018", date(2018, 7, 31)),
)
DEADLINES = {
    "P3 LSCB action 1": ("over the coming 12 months", date(2018, 9, 30)),
    "P9 action 4": ("QAG Audit 2018-19", date(2019, 3, 31)),
}
"""Where, beside the table of dissemination, the source says by when."""
OWNERS = {
    "P1 action 1": "LSCB", "P1 action 2": "Conference chair (IRO)", "P2 action taken 3": "LSCB",
    "P2 LSCB action 1": "LSCB", "P2 LSCB action 2": "LSCB", "P3 action taken 1": "LSCB",
    "P3 action taken 2": "LSCB and partner agencies", "P3 action taken 3": "Children's Services",
    "P3 LSCB action 1": "LSCB", "P3 LSCB action 2": "LSCB", "P4 action 1": "LSCB",
    "P6 action 1": "Children's Services", "P8 action 2": "LSCB", "P8 action 3": "LSCB",
    "P8 action 4": "MARAC", "P9 action 1": "LSCB", "P9 action 2": "LSCB", "P9 action 3": "LSCB",
    "P9 action 4": "LSCB",
}  # fmt: skip
"""Whom the source names for an action; nobody for any other of the findings."""
ANSWERS = {
    "P1 how 1": "M1a M1b", "P2 how 1": "M2a M2b", "P3 how 1": "M3a", "P3 how 2": "M3b",
    "P3 how 3": "M3c M3d", "P3 how 4": "M3e", "P4 how 1": "M4a M4b",
    "P5 how, which points to P4": "M5a M5b", "P6 how 1": "M6a M6b M6d", "P6 how 2": "M6c",
    "P7 how, which points to P1": "M7a", "P8 how 1": "M8a M8b M8c", "P9 how 1": "M9a M9b M9c",
    "dissemination, expected impact 1": "ML M11", "dissemination, expected impact 2": "M11",
    "dissemination row 6": "M11", "letter, change 3": "M10",
    "letter, last paragraph, quality assurance and annual reports": "ML",
}  # fmt: skip
"""The measures, by the places that their table says they answer."""
AGENCIES = 16
CHANGES = 3


def test_each_finding_has_all_that_the_source_has_of_it() -> None:
    one = response()
    assert [theme.number for theme in one.themes] == [1, 2, 3, 4, 5, 6]
    found = {}
    for finding in one.findings:
        kinds = Counter(action.kind for action in one.actions if action.finding == finding.id)
        found[finding.id] = Part(
            finding.theme,
            tuple(line.id for line in one.lessons if line.finding == finding.id),
            kinds["taken"],
            kinds["planned"],
            sum(how.finding == finding.id for how in one.how),
            finding.as_at,
        )
    assert found == PARTS
    assert (len(one.lessons), len(one.agencies)) == (11, AGENCIES)
    assert [said.kind for said in one.letter].count("change") == CHANGES


def test_the_table_of_dissemination_is_whole() -> None:
    rows = [one for one in response().actions if one.finding is None]
    told = [(one.owner, one.timed.deadline, one.timed.due) for one in rows]
    assert told == [*DISSEMINATION]
    assert {(one.kind, one.status) for one in rows} == {("dissemination", "planned")}
    assert [one.cite for one in rows] == [f"dissemination row {at}" for at in range(1, 7)]


def test_owners_and_deadlines_are_where_the_source_has_some() -> None:
    own = {one.cite: one for one in response().actions if one.finding is not None}
    assert {cite: one.owner for cite, one in own.items() if one.owner} == OWNERS
    timed = {cite: one.timed for cite, one in own.items() if one.timed.deadline}
    assert {cite: (one.deadline, one.due) for cite, one in timed.items()} == DEADLINES
    assert all(one.read_as for one in timed.values())


def test_each_line_is_answered_by_the_measures_of_its_place() -> None:
    answers = {one.cite: " ".join(one.answered_by) for one in response().how}
    assert answers == ANSWERS
    assert len({name for one in response().how for name in one.answered_by}) == 27


def test_every_part_has_a_place_and_no_place_is_told_twice() -> None:
    one = response()
    for parts in (one.themes, one.findings, one.lessons, one.actions, one.how, one.letter):
        cites = [part.cite for part in parts]
        assert all(cites)
        assert len(set(cites)) == len(cites)


@needs_source
def test_the_list_of_parts_counts_what_stands_in_the_source() -> None:
    """Bullets, numbers and headings of the document's text, as far as a machine can tell them."""
    text = SOURCE.read_text(encoding="utf-8")
    before, *themes = re.split(r"^THEME (\d): ", text, flags=re.MULTILINE)
    assert themes[::2] == [str(number) for number in range(1, 7)]
    bullets = re.findall(r"^- ", before, re.MULTILINE)
    assert len(bullets) == AGENCIES + CHANGES
    body, table = text.split("How we will disseminate and evidence the learning")
    findings = re.split(r"^Finding (P\d)$", body, flags=re.MULTILINE)[1:]
    for name, part in zip(findings[::2], findings[1::2], strict=True):
        expected = PARTS[name]
        assert tuple(re.findall(r"^Lesson (P\d\.\d)$", part, re.MULTILINE)) == expected.lessons
        actions, how = part.split("How will we know")
        if "<ul" not in actions:  # whose bullets run together in the text
            assert len(re.findall(r"^- ", actions, re.MULTILINE)) == sum(expected[2:4])
        numbered = len(re.findall(r"^\d\. ", how, re.MULTILINE))
        assert numbered == (0 if expected.as_at else expected.how)
    for _, deadline, _ in DISSEMINATION:
        assert table.count(deadline) == [row[1] for row in DISSEMINATION].count(deadline)


def words_in(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))


@needs_source
def test_no_run_of_more_than_eight_words_is_the_sources() -> None:
    source = words_in(SOURCE.read_text(encoding="utf-8"))
    runs = {tuple(source[at : at + 9]) for at in range(len(source) - 8)}
    ours = words_in(PAGE.read_text(encoding="utf-8"))
    copied = [ours[at : at + 9] for at in range(len(ours) - 8) if tuple(ours[at : at + 9]) in runs]
    assert copied == []


def test_the_format_is_not_made_for_one_document() -> None:
    one = response(SHORT)
    assert (one.review, len(one.themes), len(one.findings)) == ("statutory-timescales", 2, 3)
    assert [how.not_answered != "" for how in one.how] == [False, False, False, True]
    (timed,) = [action.timed for action in one.actions if action.timed.deadline]
    assert timed.due is None
    assert timed.read_as


# --- faults ---

SMALL = """\
response: r
title: What was promised
cite: A document
agencies:
  - name: Police
themes:
  - theme: 1
    title: Risks
    cite: theme 1
    findings:
      - finding: F1
        text: Risks were not acted on.
        cite: finding F1
        lessons:
          - lesson: A1
            text: Risks are acted on.
            cite: lesson A1
        actions:
          - id: X1
            kind: taken
            text: Training was held.
            cite: action 1
            owner: null
            deadline: October 2017
            due: 2017-10-31
            status: done
        how:
          - id: H1
            text: Risks are acted on sooner.
            cite: how 1
            answered_by: [A1]
entered:
  - measure: M1
    title: A survey
    fields:
      date: {kind: date, required: true, means: its day}
      asked: {kind: count, means: how many were asked}
      answered: {kind: count, at_most: asked, means: how many answered}
"""
FAULTS = [
    ("title: What", "titel: What", 2, "a response has no `titel`: did you mean `title`?"),
    ("cite: A document\n", "", 1, "a response lacks `cite`"),
    ("theme: 1\n", "theme: one\n", 7, "theme is its number in the source, from 1"),
    ("            kind: taken", "            kind: takken", 20, "did you mean `taken`?"),
    ("kind: taken", "kind: dissemination", 20, "here `kind` is taken or planned"),
    ("status: done", "status: finished", 26, "no status `finished`"),
    ("owner: null\n            ", "", 19, "an action lacks `owner`"),
    ("id: H1", "id: X1", 28, "the id X1 stands on line 19 already: choose another"),
    ("id: H1", "id: h1", 28, "an id begins with a capital"),
    ("due: 2017-10-31", "due: 2017-10-30", 25, "the last day of October 2017 is 2017-10-31"),
    ("due: 2017-10-31", "due: 2017-10-32", 25, "`due` is a day of the calendar"),
    ("            due: 2017-10-31\n", "", 24, "a deadline needs `due`"),
    ("            deadline: October 2017\n", "", 24, "say the `deadline` as the source has it"),
    ("deadline: October 2017", "deadline: next year", 25, "say in `read_as` how the day"),
    ("answered_by: [A1]", "answered_by: [A1, A1]", 31, "`A1` stands here already"),
    ("answered_by: [A1]", "answered_by: [A1, 'a b']", 31, "`a b` is no id of a measure"),
    ("            answered_by: [A1]\n", "", 28, "write one of the two"),
    ("answered_by: [A1]", "answered_by: []", 31, "a list with at least one item"),
    ("        actions:", "        as_at: F1\n        actions:", 11, "write one of the two"),
    ("            kind: taken", "            kind: taken\n            lesson: A2", 21,
     "no lesson `A2` of this finding: known: A1"),
    ("kind: date, required: true", "kind: day, required: true", 36, "no kind `day`"),
    ("required: true", "required: yes", 36, "required is true or false"),
    ("required: true, ", "", 36, "no field is required"),
    ("at_most: asked", "at_most: asks", 38, "known: asked, date"),
    ("at_most: asked", "at_most: date", 38, "`date` is no number"),
    ("      date:", "      Date:", 36, "a field is a word in lower case"),
    ("text: Training was held.", "text: 7", 21, "text is a text"),
]  # fmt: skip


def small(folder: Path, text: str = SMALL) -> Path:
    page = folder / "response.yaml"
    page.write_text(text, encoding="utf-8")
    return page


def test_a_small_response_is_read(tmp_path: Path) -> None:
    one = response(small(tmp_path))
    assert (one.actions[0].lesson, one.forms[0].fields[0].required) == ("A1", True)


@pytest.mark.parametrize(("old", "new", "line", "told"), FAULTS, ids=lambda one: str(one)[:40])
def test_a_fault_is_told_with_its_file_and_line_and_what_to_do(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    page = small(tmp_path, planted(SMALL, new, old))
    with pytest.raises(RulesError) as caught:
        load_responses([page])
    said = [str(one) for one in caught.value.errors]
    assert any(one.startswith(f"{page}:{line}:") and told in one for one in said), said


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    page = small(tmp_path, SMALL.replace("kind: taken", "kind: x").replace("id: H1", "id: X1"))
    with pytest.raises(RulesError) as caught:
        load_responses([page])
    assert len(caught.value.errors) == 2


def damaged(lines: list[str], chance: Random) -> str:
    """A page of which a line or two are gone, doubled, moved in, or say something else."""
    torn = [*lines]
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(torn))
        other = chance.choice(["null", "7", "true", "[]", "{}", "{a: b}", "x", "2017-13-45"])
        key = torn[at].partition(":")[0]
        line = chance.choice(
            ["", torn[at] * 2, f"  {torn[at]}", f"{key}: {other}\n", f"{key}: [\n"]
        )
        torn[at] = line
    return "".join(torn)


def test_any_damage_is_read_or_told_with_its_place() -> None:
    chance = Random("damage")
    lines = SMALL.splitlines(keepends=True)
    for _ in range(tries(500)):
        shapes = Shapes()
        read = shapes.page("r.yaml", read_response, shapes, damaged(lines, chance), "r.yaml")
        assert isinstance(read, Response) or shapes.errors
        assert all(one.file == "r.yaml" and one.line >= 1 for one in shapes.errors)


def test_a_finding_that_points_to_one_without_actions_is_told(tmp_path: Path) -> None:
    text = SMALL[: SMALL.index("        actions:")] + "        as_at: F2\n"
    text += SMALL[SMALL.index("        how:") :]
    with pytest.raises(RulesError, match="no finding `F2` with actions of its own"):
        load_responses([small(tmp_path, text)])


def test_what_the_reviews_of_one_board_call_alike_is_told(tmp_path: Path) -> None:
    pages = []
    for name in ("a", "b"):
        tmp_path.joinpath(name).mkdir()
        pages.append(small(tmp_path / name))
    assert find_responses([tmp_path]) == pages
    review = tmp_path / "b" / "review.yaml"
    review.write_text("review: r\ntitle: R\nabout: It.\ndefault: false\n", encoding="utf-8")
    assert find_responses([tmp_path]) == pages[:1]
    assert find_responses([tmp_path, tmp_path / "b"]) == pages
    assert find_responses([tmp_path / "b"]) == pages[1:]
    with pytest.raises(RulesError, match=r"b/response.yaml:19:\d+: the id X1 stands in .*a/respo"):
        load_responses(pages)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Sept 2017", date(2017, 9, 30)),
        ("february 2024", date(2024, 2, 29)),
        ("2018-07-01", date(2018, 7, 1)),
        ("Octember 2017", None),
        ("October 0000", None),
        ("2017-18", None),
        ("2018", None),
    ],
)
def test_the_last_day_of_a_month_is_known(words: str, day: date | None) -> None:
    assert last_day_of(words) == day


# --- a page beside lessons ---


def test_no_lesson_and_no_digest_changes_by_a_response(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    for name in ("P4.1.yaml", "concepts.yaml", "review.yaml"):
        folder.joinpath(name).write_bytes((RULES / "children_p" / name).read_bytes())
    before = load_rules(folder)
    folder.joinpath("response.yaml").write_bytes(PAGE.read_bytes())
    after = load_rules(folder)
    assert (after.digest, after.packs) == (before.digest, before.packs)
    folder.joinpath("response.yaml").rename(folder / "responses.yaml")
    with pytest.raises(RulesError, match=r"this page is to be named response\.yaml: rename it"):
        load_rules(folder)


def lints(folder: Path) -> list[str]:
    responses = load_responses(find_responses([folder]))
    return [
        str(one).partition("L0")[2] for one in response_problems(responses, [load_rules(folder)])
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lesson of the review r, its response, and pages of two measures."""
    from test_rules_lint import NEW  # noqa: PLC0415 - its page of a lesson

    tmp_path.joinpath("A1.yaml").write_text(NEW, encoding="utf-8")
    source = load_rules(tmp_path).lessons[0].source
    text = SMALL.replace("finding: F1", f"finding: {source.finding}")
    small(tmp_path, text.replace("theme: 1", f"theme: {source.theme}"))
    return tmp_path


def test_a_response_whose_names_lead_somewhere_is_clean(folder: Path) -> None:
    assert lints(folder) == []
    assert measures_beside(folder / "response.yaml") == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("lesson: A1", "lesson: A11", "no lesson `A11` of the review `r`: did you mean `A1`?"),
        ("lesson: A1", "lesson: A11", "11 nothing is said of the lesson A1"),
        ("theme: 1", "theme: 7", "A1 stands under"),
        ("held.", "held by a negligent trainer.", "06 `negligent`"),
    ],
)
def test_what_leads_nowhere_is_found(folder: Path, old: str, new: str, told: str) -> None:
    page = folder / "response.yaml"
    page.write_text(planted(page.read_text("utf-8"), new, old), encoding="utf-8")
    assert any(told in one for one in lints(folder)), lints(folder)


def test_the_example_of_the_lints_page_is_found_until_it_is_mended(folder: Path) -> None:
    page = folder / "response.yaml"
    text = page.read_text("utf-8")
    page.write_text(planted(text, UNLINKED.wrong, UNLINKED.right), encoding="utf-8")
    assert {one[:2] for one in lints(folder)} == {"11"}


def test_lint_takes_a_response_by_its_name_or_its_folder(here: Here, folder: Path) -> None:
    page = folder / "response.yaml"
    assert here("rules", "lint", page).text == "Nothing found.\n"
    page.write_text(page.read_text("utf-8").replace("lesson: A1", "lesson: A7"), encoding="utf-8")
    for path in (page, folder):
        ended = here("rules", "lint", path, "--select", "L011")
        assert ended.status == 1
        assert f"{page}:15:13: L011 no lesson `A7` of the review `r`" in ended.text
    page.write_text("response: [", encoding="utf-8")
    ended = here("rules", "lint", page)
    assert ended.status == 2
    assert f"The response cannot be used:\n{page}:1:" in ended.told


def test_measures_are_held_to_the_lines_once_there_are_some(folder: Path) -> None:
    folder.joinpath("M1.yaml").write_text("measure: M1\ntitle: A survey\n", encoding="utf-8")
    page = folder / "response.yaml"
    assert measures_beside(page) == {"M1": str(folder / "M1.yaml")}
    rules = folder / "rules"  # lessons are read without the page of a measure
    rules.mkdir()
    rules.joinpath("A1.yaml").write_bytes((folder / "A1.yaml").read_bytes())

    def found(answers: str, form: str = "M1") -> list[str]:
        text = SMALL.replace("[A1]", answers).replace("measure: M1", f"measure: {form}")
        small(folder, text)
        problems = response_problems([response(page)], [load_rules(rules)])
        return [one.message for one in problems if "under" not in one.message]

    assert found("[A1, M1]") == []
    assert found("[A1]") == ["the measure M1 answers no line"]
    assert found("[A1, M1, M2]") == ["H1 is answered by `M2`, which is no measure and no lesson"]
    assert found("[M1]", "M9") == ["figures are entered for `M9`, which is no measure"]
