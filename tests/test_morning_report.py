"""The text report as a morning's work: what first, why, what to look up, and whom to ask."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from amounts import tries
from command_line import ROOT, Here, command_line, environment
from hypothesis import given, settings
from hypothesis import strategies as st
from once import made_once
from report_fakes import BREACH, RULES, UNKNOWN, FakeRules, audited, finding, small_audit, written

from casecheck.audit.check_answers import CheckAnswers, ExtractAnswers
from casecheck.audit.gravity import CaseWeights
from casecheck.lessons.errors import RulesError
from casecheck.lessons.in_force import AS_SHIPPED, board_settings, rules_in_force
from casecheck.record.carried import Carried
from casecheck.report.audit.about_words import about_words, lead, sentence
from casecheck.report.audit.case_line import cut
from casecheck.report.audit.cases_text import LINES_IN_FULL, MOST_LINES, shares
from casecheck.report.audit.extract_words import extract_lines, what_to_ask_for
from casecheck.report.audit.formats import ON_A_STREAM as FORMATS
from casecheck.report.audit.groups import Groups
from casecheck.report.audit.same_evidence import EvidenceSought, same_lacking, same_unknown
from casecheck.report.audit.selection import IN_FULL, SHAPED, WHOLE, By, Selection
from casecheck.results import About, CaseAudit, Finding, Reason, Unknown, Waiver
from casecheck.text.page import Page

SHAPING = ("--by team", "--case C-0104", "--top 1", "--all", "--summary")


def squeezed(text: str) -> str:
    return " ".join(text.split())


def open_for(found: Finding, reason: Reason, *pointers: str) -> Finding:
    """A finding that cannot be told for one reason."""
    return found._replace(unknown=tuple(Unknown(pointer, reason) for pointer in pointers))


def case(number: int, breaches: int, unknown: int = 0, team: str | None = None) -> CaseAudit:
    """A record with so many checks in breach, each about its own meeting, and so many unknown."""
    checks = [(lesson.id, check.id) for lesson in RULES.lessons for check in lesson.checks]
    case_id = f"C-{number:04}"
    found = [
        finding(case_id, *checks[at], BREACH if at < breaches else UNKNOWN, f"/meetings/{at}")
        for at in range(breaches + unknown)
    ]
    return audited(case_id, f"{case_id}.json", findings=found)._replace(team=team)


def ids(text: str) -> list[str]:
    """The cases that have a title of their own, in order."""
    return re.findall(r"^(C-\d+)  ", text, re.MULTILINE)


def lines_of_cases(text: str) -> list[str]:
    """The cases that have one line, in order."""
    return re.findall(r"^  (C-\d+) ", text, re.MULTILINE)


# --- which cases, and in which order ---


def test_the_first_ten_in_full_and_the_rest_a_line_each() -> None:
    text = written("text", [case(number, 1 + number % 3) for number in range(30)])
    assert len(ids(text)) == IN_FULL
    assert len(lines_of_cases(text)) == 20
    every = [*ids(text), *lines_of_cases(text)]
    weights = {f"C-{number:04}": 1 + number % 3 for number in range(30)}
    assert every == sorted(weights, key=lambda one: (-weights[one], one))
    assert f"{IN_FULL} of 30 in full" in text


def test_more_than_can_be_read_are_counted_and_not_listed() -> None:
    text = written("text", [case(number, 1) for number in range(200)])
    assert len(lines_of_cases(text)) == MOST_LINES
    assert f"and {200 - IN_FULL - MOST_LINES} more cases: --all" in text


@pytest.mark.parametrize("breaches", [1, 5])
def test_the_default_report_is_short_whatever_there_is_to_say(breaches: int) -> None:
    def hard(number: int) -> CaseAudit:
        audit = case(number, breaches)
        found = [one for one in audit.findings for _ in range(40)]
        many = [
            one._replace(message=f"{one.message} {at}", pointers=(f"/meetings/{at}",))
            for at, one in enumerate(found)
        ]
        return audit._replace(findings=tuple(many))

    text = written("text", [hard(number) for number in range(100)])
    assert len(text.splitlines()) < LINES_IN_FULL + MOST_LINES + 40
    assert "more, of P1.1" in text
    assert "--case C-0000" in text


def test_a_case_that_is_cut_keeps_what_is_to_be_looked_up() -> None:
    def hard(number: int) -> CaseAudit:
        audit = case(number, 4, 1)
        *breaches, unknown = audit.findings
        many = [
            one._replace(message=f"{one.message} {at}", pointers=(f"/meetings/{at}",))
            for one in breaches
            for at in range(40)
        ]
        return audit._replace(findings=(*many, unknown))

    text = written("text", [hard(number) for number in range(10)])
    assert len(ids(text)) == len(re.findall("^  LOOK UP  ", text, re.MULTILINE)) == 10
    assert len(re.findall("^  BREACH  ", text, re.MULTILINE)) >= 10


def test_all_tells_every_case_in_full() -> None:
    text = written(
        "text", [case(number, 1) for number in range(40)], selection=Selection(every=True)
    )
    assert len(ids(text)) == 40
    assert "more" not in text


def test_top_tells_so_many_in_full_and_no_others() -> None:
    audit = [case(number, 1 + (number == 7)) for number in range(40)]
    text = written("text", audit, selection=Selection(top=3))
    assert ids(text) == ["C-0007", "C-0000", "C-0001"]
    assert not lines_of_cases(text)
    assert "3 of 40 in full" in text
    assert not ids(written("text", audit, selection=Selection(top=0)))


def test_one_case_is_told_in_full_and_its_contradictions_with_it() -> None:
    chosen = Selection(cases=frozenset({"C-0102"}))
    text = written("text", small_audit(), selection=chosen)
    assert set(ids(text)) == {"C-0102"}
    assert "both dates are taken as unknown" in text
    assert "4 records audited" in text  # the counts are those of the whole audit
    assert "C-0101" not in written("text", small_audit(), selection=chosen).split("What to do")[0]


def test_a_case_that_is_not_there_is_told() -> None:
    text = written("text", small_audit(), selection=Selection(cases=frozenset({"C-9"})))
    assert "No record has the id C-9." in text


def test_a_case_without_findings_is_there() -> None:
    text = written("text", small_audit(), selection=Selection(cases=frozenset({"C-0103"})))
    assert "No record has" not in text
    assert "Nothing was found of C-0103." in text


def test_a_summary_tells_no_case() -> None:
    text = written("text", small_audit(), selection=Selection(summary=True))
    assert not ids(text)
    assert "In how many records" in text
    assert "Could not be read (2)" in text
    assert len(text.splitlines()) < 40


@given(st.lists(st.integers(1, 60), max_size=12), st.integers(0, 200))
def test_lines_are_shared_out_and_what_one_spares_others_have(sizes: list[int], room: int) -> None:
    given_out = shares(sizes, room)
    assert sum(given_out) <= room or not sizes
    assert all(0 <= one <= size for one, size in zip(given_out, sizes, strict=True))
    if sum(sizes) <= room:
        assert given_out == sizes
    short = [one for one, size in zip(given_out, sizes, strict=True) if one < size]
    assert max(short, default=0) - min(short, default=0) <= 1


def test_the_weight_is_that_of_a_risk_sample_unless_the_board_says_otherwise() -> None:
    audit = case(1, 2, 2)
    assert CaseWeights().of(audit) == 13
    assert CaseWeights(cannot_tell=1).of(audit) == 11
    assert CaseWeights(times={"P1.1": 3}).of(audit) == 1 + 3 * 4 + 3 * 4 + 2 + 2
    assert CaseWeights(times={"P1.1": 3, "P1.1/risks-carried": 0}).of(audit) == 1 + 12 + 4
    accepted = Waiver("0", "why", "who", date.max)
    waived = [one._replace(waiver=accepted) for one in audit.findings]
    assert CaseWeights().of(audit._replace(findings=tuple(waived))) == 1


def test_a_boards_weights_put_other_cases_first() -> None:
    one = audited(
        "C-1", "a", findings=[finding("C-1", "P1.1", "risks-carried", BREACH, "/risks/0")]
    )
    two = case(2, 0, 3)
    assert ids(written("text", [one, two])) == ["C-0002", "C-1"]
    chosen = Selection(weights=CaseWeights(times={"P1.1/risks-carried": 5, "P2.2": 0}))
    text = written("text", [one, two], selection=chosen)
    assert ids(text) == ["C-1", "C-0002"]
    assert "P1.1/risks-carried 5 times" in text


# --- what the extract lacks, and what is a case's own ---


def test_what_the_extract_lacks_is_no_finding_of_a_case() -> None:
    found = finding("C-1", "P7.1", "quorum", UNKNOWN, "/meetings/0")
    lacking = open_for(found, "not_in_extract", "/actions")
    text = written("text", [audited("C-1", "a.json", findings=[lacking])])
    assert not ids(text)
    assert "only what the extract lacks 1" in text
    assert "that is no pass" in text
    blank = open_for(found, "not_recorded", "/meetings/0/attended")
    both = lacking._replace(unknown=(*lacking.unknown, *blank.unknown))
    text = written("text", [audited("C-1", "a.json", findings=[both])])
    assert "[/meetings/0/attended: not recorded; /actions: not in the extract]" in squeezed(text)


def test_what_hangs_on_the_same_blank_is_looked_up_once() -> None:
    on = ("/meetings/0/attended", "/meetings/0/on")
    quorum = finding("C-1", "P7.1", "quorum", UNKNOWN, "/meetings/0")
    views = finding("C-1", "P7.1", "child-views", UNKNOWN, "/meetings/0")
    found = [open_for(one, "not_recorded", *on) for one in (quorum, views)]
    other = open_for(quorum._replace(pointers=("/meetings/1",)), "not_recorded", "/meetings/1/on")
    text = written("text", [audited("C-1", "a.json", findings=[*found, other])])
    assert text.count("LOOK UP") == 2
    assert "LOOK UP  P7.1 quorum, child-views: " in text
    assert "[/meetings/0/attended, /meetings/0/on: not recorded]" in squeezed(text)
    assert [len(one.findings) for one in same_unknown([*found, other])] == [2, 1]


def answers(*would_settle: str, told: int = 0) -> CheckAnswers:
    return CheckAnswers(answered=told, not_=10, would_settle=would_settle)


ASKED = {
    "P1.1 a": answers("changes"),
    "P1.1 b": answers("changes", "agreements"),
    "P2.1 c": answers("workers", "training"),
    "P7.1 d": answers("actions"),
    "P7.1 e": answers("actions"),
    "P7.1 f": answers("workers", told=30),
}


def test_what_to_ask_for_is_the_most_checks_for_the_fewest_sections() -> None:
    steps = [(one.sections, one.checks) for one in what_to_ask_for(ASKED)]
    assert steps == [
        (("actions",), ("P7.1 d", "P7.1 e")),
        (("changes",), ("P1.1 a",)),
        (("agreements",), ("P1.1 b",)),
        (("workers", "training"), ("P2.1 c",)),
    ]


def test_what_a_few_records_lack_is_not_asked_of_the_extract() -> None:
    (step,) = what_to_ask_for({"P1.1 a": answers("actions", "plans")}, ["actions"])
    assert step.sections == ("actions",)
    (step,) = what_to_ask_for({"P1.1 a": answers("plans")}, ["actions"])
    assert step.sections == ("plans",)


@settings(max_examples=tries(50))
@given(st.dictionaries(st.sampled_from(list("abcdefgh")), st.sets(st.sampled_from("xyzvw"))))
def test_whatever_is_to_be_asked_for_each_check_is_settled_once(
    needs: Mapping[str, set[str]],
) -> None:
    checks = {f"P1.1 {name}": answers(*sorted(sections)) for name, sections in needs.items()}
    steps = what_to_ask_for(checks)
    settled = [name for step in steps for name in step.checks]
    assert sorted(settled) == sorted(name for name, one in checks.items() if one.would_settle)
    have: set[str] = set()
    for step in steps:
        assert have.isdisjoint(step.sections)
        have |= set(step.sections)
        for name in step.checks:
            assert set(checks[name].would_settle) <= have


class Fixed(ExtractAnswers):
    """An extract that answers what it was told to."""

    def checks(self) -> Mapping[str, CheckAnswers]:
        return ASKED


@pytest.mark.parametrize("width", [40, 80, 100])
def test_the_extract_is_told_once(width: int) -> None:
    extract = Fixed(None)
    for _ in range(10):
        extract.add(Carried(("actions", "workers")))
    page = Page(io.StringIO(), width, None)
    lines = extract_lines(page, extract)
    assert all(len(line) <= width for line in lines)
    words = squeezed(" ".join(lines))
    assert "What this extract cannot answer: 5 of 6 checks" in words
    assert "Not answered: every check of P1.1, P2.1; 2 of the 3 checks of P7.1." in words
    assert "In no record: actions, workers." in words
    assert "actions: 2 more checks (P7.1 d, e) changes: 1 more check (P1.1 a)" in words
    assert extract_lines(page, ExtractAnswers(None)) == []


# --- one missing thing is one thing to say ---


def missing(lesson: str, check: str, *pointers: str, message: str = "") -> Finding:
    found = finding("C-0101", lesson, check, BREACH, *pointers, message=message or check)
    return found._replace(shortfall="missing")


@pytest.fixture(scope="module")
def sought() -> EvidenceSought:
    with made_once():
        return EvidenceSought(rules_in_force(AS_SHIPPED))


def checks_together(found: list[Finding], sought: EvidenceSought) -> list[list[str]]:
    return [[check for _, check in one.checks] for one in same_lacking(found, sought)]


def test_one_missing_meeting_is_one_thing_whatever_number_of_checks_it_fails(
    sought: EvidenceSought,
) -> None:
    group, frequency = "first-core-group", "meeting-frequency"
    one = missing("P7.1", group, "/plans/0"), missing("P7.1", frequency, "/plans/0")
    assert checks_together([*one], sought) == [[frequency, group]]  # any meeting: it says more
    apart = missing("P7.1", group, "/plans/0"), missing("P7.1", frequency, "/plans/1")
    assert checks_together([*apart], sought) == [[group], [frequency]]
    sibling = missing("P7.1", group, "/plans/1")
    assert checks_together([*one, sibling], sought) == [[frequency, group]]
    (together,) = same_lacking([*one, sibling], sought)
    assert len(together.findings) == 3


def test_what_came_late_is_not_what_is_missing(sought: EvidenceSought) -> None:
    late = missing("P7.1", "first-core-group", "/plans/0")._replace(shortfall="late")
    other = missing("P7.1", "meeting-frequency", "/plans/0")
    assert len(same_lacking([late, other], sought)) == 2


def test_two_things_that_an_assessment_must_hold_are_two(sought: EvidenceSought) -> None:
    checks = ("domestic-abuse-assessed", "older-partner")
    found = [missing("P8.1", check, "/people/0", "/relationships/1") for check in checks]
    assert len(same_lacking(found, sought)) == 2


def test_no_breach_is_left_out(here: Here) -> None:
    text = here("audit", "sample_cases/c-0101.json", "--all").text
    report = json.loads(here("audit", "sample_cases/c-0101.json", "--format", "json").text)
    for one in report["findings"]:
        if one["outcome"] == "breach":
            assert re.search(rf"BREACH .*\b{one['check']}\b", squeezed(text)), one


# --- whom it is about ---


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (About("child1", "child-2", 14), "child-2, aged 14"),
        (About("child1", None, 0), "child1, aged 0"),
        (About("child1", "child-2", None), "child-2"),
        (About(None, None, 3), ""),
    ],
)
def test_the_child_leads_the_sentence(about: About, words: str) -> None:
    assert about_words(about) == words
    found = finding("C-1", "P7.1", "quorum", BREACH, "/meetings/0")._replace(about=about)
    text = written("text", [audited("C-1", "a.json", findings=[found, found])])
    lead_words = f"{words}: " if words else ""
    assert f"BREACH P7.1 quorum (2 times): {lead_words}A meeting" in squeezed(text)


def test_the_children_of_one_sentence_are_named_each_once() -> None:
    ada, ben = About("a", "ada", 9), About("b", "ben", None)
    assert lead([ada, ben, ada, About(None, None, None)]) == "ada, aged 9; ben: "


def test_each_breach_of_the_sample_names_its_child(here: Here) -> None:
    text = here("audit", "sample_cases/c-0101.json", "--all").text
    entries = re.findall(r"^  BREACH  (.*?)\]$", text, re.MULTILINE | re.DOTALL)
    child = r"[\w-]+(, aged \d+)?"
    assert len(entries) > 50
    for entry in map(squeezed, entries):
        assert re.match(rf"P\d\.\d [^:]*: {child}(; {child})*: [A-Z]", entry), entry


def test_explain_says_first_what_was_found(here: Here) -> None:
    text = squeezed(here("explain", "C-0104", "sample_cases").text)
    short, how = text.split("How each check came to its outcome", 1)
    assert short.count("BREACH P1.1 ") == 5
    assert "It was completed on 2025-11-06, 1 day after the last day allowed" in short
    assert "not applicable" in short or "does not apply" in short
    assert "change.plan.level" not in short
    assert "change.plan.level" in how


def test_what_explain_says_first_is_bounded(here: Here) -> None:
    text = here("explain", "P7.1", "sample_cases/c-0101.json", "--most", "2").text
    short = text.split("How each check came")[0]
    assert short.count("  BREACH  ") == 2
    assert re.search(r"and \d+ more; --most \d+ shows them", short)


@pytest.mark.slow
def test_a_long_report_goes_through_the_pager_on_a_terminal_only(tmp_path: Path) -> None:
    paged = tmp_path / "paged"
    changed = {"PAGER": f"tee {paged}", "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "100"}
    line = command_line("audit", "sample_cases/c-0104.json", "--lesson", "P1.1")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        line, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(changed), cwd=ROOT
    ) as process:
        shown = b""
        while b"not a verdict" not in shown:
            shown += os.read(ours, 65_536)
        process.wait(timeout=120)
    os.close(ours)
    os.close(theirs)
    piped = subprocess.run(
        line, env=environment(changed), cwd=ROOT, capture_output=True, check=True
    )
    assert paged.read_bytes() == piped.stdout
    paged.unlink()
    subprocess.run([*line, "--summary"], env=environment(changed), cwd=ROOT, check=True)
    assert not paged.exists()


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("No review is shown.", "No review is shown. The last day in time was 2026-03-02."),
        ("No review is shown", "No review is shown. The last day in time was 2026-03-02."),
        ("None by 2026-03-02.", "None by 2026-03-02."),
    ],
)
def test_a_deadline_that_the_sentence_does_not_name_is_told(message: str, words: str) -> None:
    found = finding("C-1", "P7.1", "quorum", BREACH, "/meetings/0", message=message)
    assert sentence(found._replace(due=date(2026, 3, 2)), ()) == words
    assert sentence(found, [About("a", None, 4)]) == f"a, aged 4: {message}"


# --- by lesson, team and district ---


def teams() -> list[CaseAudit]:
    return [
        case(1, 2, 0, "TEAM-10"),
        case(2, 1, 3, "TEAM-2"),
        case(3, 0, 1, "TEAM-2"),
        case(4, 0, 0, "TEAM-2"),
        case(5, 4, 0, None),
    ]


def test_teams_stand_beside_each_other_by_lesson() -> None:
    text = written("text", teams(), selection=Selection(by="team"))
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if "TEAM-" in line[:7]}
    table = [line.split() for line in text.splitlines() if re.match(r"TEAM-\d+ +\d", line)]
    assert table == [["TEAM-2", "3", "1/2", "0/2", "0/2"], ["TEAM-10", "1", "1/1", "0/1", "0/1"]]
    assert rows
    assert "no team recorded" in text
    assert text.index("TEAM-2: 1 case in breach, 1 more to look up") < text.index("TEAM-10: 1 case")


def test_one_lesson_is_told_check_by_check() -> None:
    rules = FakeRules(RULES.digest, RULES.lessons[:1])
    groups = Groups("team", rules)
    for audit in teams():
        found = tuple(one for one in audit.findings if one.lesson == "P1.1")
        lessons = {"P1.1": audit.lessons["P1.1"]}
        list(groups.add(audit._replace(lessons=lessons, findings=found)))
    lines = groups.table(Page(io.StringIO(), 100, None))
    assert "P1.1 by team, and each of its checks" in lines[0]
    assert lines[1] == "(1) chair-agreement, (2) risks-carried"
    assert [line.split() for line in lines if line.startswith("TEAM")] == [
        ["TEAM-2", "3", "1/2", "1/2", "0/2"],
        ["TEAM-10", "1", "1/1", "1/1", "1/1"],
    ]


def test_a_narrow_page_tells_teams_in_lines() -> None:
    text = written("text", teams(), width=30, selection=Selection(by="team"))
    assert "TEAM-2: 3 cases; P1.1 1/2, P2.2 0/2, P7.1 0/2" in squeezed(text)


def test_by_lesson_shows_the_cases_of_each_and_their_own_checks() -> None:
    text = written("text", teams(), selection=Selection(by="lesson", top=1))
    blocks = re.split(r"^(?=P\d\.\d .*: \d+ cases? in breach)", text, flags=re.MULTILINE)[1:]
    assert [block.split()[0] for block in blocks] == ["P1.1", "P2.2", "P7.1"]
    assert "P7.1 Multi-agency" in blocks[2]
    assert [lines_of_cases(block) for block in blocks] == [["C-0005"]] * 3
    assert "quorum" in blocks[2]
    assert "chair-agreement" not in blocks[2]
    assert "and 3 more cases" in blocks[0]


@pytest.mark.parametrize("by", ["lesson", "team", "district"])
def test_a_summary_by_group_has_its_table_and_no_case(by: By) -> None:
    chosen = Selection(by=by, summary=True)
    text = written("text", teams(), selection=chosen)
    assert "C-0005" not in text.split("What to do next")[0]
    assert ("no team recorded" in text) is (by == "team")


@given(st.text(max_size=60), st.integers(20, 120))
def test_a_line_is_never_wider_than_the_page(words: str, width: int) -> None:
    line = "  " + " ".join(words.split())
    assert len(cut(line, width)) <= width
    if len(line) <= width:
        assert cut(line, width) == line


# --- on the command line ---


@pytest.mark.parametrize("form", [one for one in FORMATS if one not in SHAPED])
def test_what_programs_read_is_whole_and_says_so(here: Here, form: str) -> None:
    asked = ("audit", "sample_cases/c-0104.json", "--lesson", "P1.1", "--format", form)
    whole = here(*asked).out
    for shaping in SHAPING:
        shaped = here(*asked, *shaping.split())
        assert (shaped.status, shaped.out) == (0, whole)
        assert shaping in shaped.err.decode()
        assert "always holds everything" in shaped.err.decode()


def test_a_reader_may_write_a_case_in_small_letters(here: Here) -> None:
    ended = here(
        "audit", "sample_cases", "--lesson", "P1.1", "--case", "c-0104", "--case", "C-0105"
    )
    assert sorted(ids(ended.text)) == ["C-0104", "C-0105"]
    assert ended.err == b""


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ("breach = -1", "a weight is from 0 to 100"),
        ("breach = 101", "a weight is from 0 to 100"),
        ("breach = true", "a weight is a whole number"),
        ("breach = '4'", "a weight is a whole number"),
        ("P1.1 = 2", "goes in quotation marks"),
        ("'P1.11' = 2", "nothing is called 'P1.11'"),
        ("'P7.1/quorums' = 2", "did you mean `P7.1/quorum`?"),
    ],
)
def test_a_fault_in_the_weights_is_told(tmp_path: Path, weights: str, said: str) -> None:
    file = tmp_path / "casecheck.toml"
    file.write_text(f"[weights]\n{weights}\n", encoding="utf-8")
    with made_once(), pytest.raises(RulesError, match=re.escape(said)):
        rules_in_force(board_settings(file))


def test_the_boards_weights_are_in_force(here: Here, tmp_path: Path) -> None:
    file = tmp_path / "casecheck.toml"
    words = "[weights]\nbreach = 10\n'P1.1' = 2\n'P1.1/risks-carried' = 0\n[checks_off]\n"
    file.write_text(words + "'P9.1' = 'by hand'\n'P7.1/quorum' = 'no'\n", encoding="utf-8")
    ended = here("audit", "sample_cases/c-0104.json", "--settings", file)
    assert "weight 81" in ended.text  # four of the five checks in breach count, twice ten each
    file.write_text("[weights]\n'P9.1/own-plan' = 2\n[checks_off]\n'P9.1' = 'x'\n", "utf-8")
    assert here("audit", "sample_cases/c-0104.json", "--settings", file).status == 0


def test_nothing_that_shapes_is_the_whole_report() -> None:
    assert WHOLE.options() == []
    asked = Selection("team", frozenset({"C-2", "C-1"}), 3, True, True)
    assert asked.options() == [
        "--by team",
        "--case C-1",
        "--case C-2",
        "--top 3",
        "--all",
        "--summary",
    ]
