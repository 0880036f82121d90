"""The text report: what an auditor reads first, on any terminal, with nothing lost."""

from __future__ import annotations

import io
import os
import re

import pytest
from amounts import tries
from hypothesis import given, settings
from hypothesis import strategies as st
from report_fakes import (
    BREACH,
    RULES,
    UNKNOWN,
    audited,
    file_names,
    finding,
    items,
    small_audit,
    written,
)

from casecheck.record.faults import Unreadable
from casecheck.report.audit.formats import open_report
from casecheck.report.audit.selection import Selection
from casecheck.results import CaseAudit
from casecheck.text.printable import printable

WIDE = """\
casecheck 0.1.0: 4 records audited, 2 unreadable, 1 contradictory
Records by their gravest finding: breach 1, cannot tell 1, not wholly evaluated 1, none 1
Rules sha256:0123456789ab, 3 lessons
ENGINE ERRORS: 1. This audit is not complete; see below.

Set otherwise than the pages have it:
  - P1.1 carry_days is 14 days (shipped: 28 days).

In how many records each lesson applies or may apply, and how it came out
                                                      applies          cannot             does not
lesson                                                 or may  breach    tell  compliant     apply
---------------------------------------------------------------------------------------------------
P1.1    A changed category must not hide the old ...        4       1       1          2         0
P2.2    A history of sexual abuse counts when a ...         4       0       0          4         0
P7.1    Multi-agency meetings scrutinise, update ...        3       1       0          2         0

Cases, the weightiest first (2)
A case weighs 1, and for each check 4 where it is in breach and 2 where it cannot be told: twice
  that of high severity, half of low.

C-0101  3 breaches, 2 cannot tell, weight 15  cases/c-0101.json
  BREACH  P1.1 chair-agreement: Category changed from sexual_abuse to neglect on 2026-03-02, and no
    chair's agreement recorded by then says that the earlier risks were mitigated
    [/category_changes/0]
  BREACH  P1.1 risks-carried: The risk of sexual_abuse identified on 2025-11-20 was still open when
    the category changed, and nothing carried it over within 28 days [/category_changes/0 with
    /risks/1]
  BREACH  P7.1 child-views: A meeting did not record the child's views [/meetings/2]
  LOOK UP  P7.1 quorum (2 times): A meeting did not have children's services and two more agencies
    [/meetings/2, /meetings/10]

C-0102  1 cannot tell, weight 3  cases/c-0102.json
  LOOK UP  P1.1 risks-carried: The risk of sexual_abuse identified on 2025-11-20 was still open when
    the category changed, and nothing carried it over within 28 days [/category_changes/0 with
    /risks (not in the extract)]

ENGINE ERRORS (1): lessons that could not be evaluated on a record. An error is never a pass.

C-0104  cases/many.jsonl line 3
  P7.1: the engine could not evaluate this lesson on this record

Could not be read (2): nothing is known of these cases

cases/many.jsonl line 2
  /plans/0/level: not one of the levels of a plan
  /opened_on: is after extracted_on

cases/torn.json
  the text ends too early

Contradictory dates (1 record): audited with the doubtful dates taken as unknown

C-0102  cases/c-0102.json
  the plan ends before it starts; both dates are taken as unknown [/plans/0/start and /plans/0/end]

What to do next
  casecheck explain C-0101 cases/c-0101.json
    shows how each check came to its outcome, row by row.
  casecheck check PATH...
    shows which lessons the extract can answer.

Cannot tell: the record does not hold what the check needs. It is not a pass.
A finding is a question for an auditor, not a verdict on a worker.
"""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def squeezed(text: str) -> str:
    """The words alone: what folding and indenting leave the same."""
    return " ".join(text.split())


def test_reads_so_when_piped() -> None:
    sentence = "P1.1 carry_days is 14 days (shipped: 28 days)."
    assert written("text", small_audit(), [sentence]) == WIDE


@pytest.mark.parametrize("width", [20, 40, 71, 72, 80, 100, 120])
def test_fits_its_width_whatever_that_is(width: int) -> None:
    text = written("text", small_audit(), width=width)
    for line in text.splitlines():
        command = line.startswith("  casecheck ")
        one_word = len(line.split()) == 1
        assert len(line) <= width or command or one_word, line


def test_a_narrow_terminal_gets_the_same_words() -> None:
    narrow, wide = (written("text", small_audit(), width=width) for width in (40, 100))
    from_cases_on = [squeezed(text[text.index("Cases,") :]) for text in (narrow, wide)]
    assert from_cases_on[0] == from_cases_on[1]
    assert (
        "applies, or may, to 4: 1 breach, 1 cannot tell, 2 compliant; does not apply to 0"
        in squeezed(narrow)
    )


def test_a_very_wide_terminal_keeps_its_lines_readable() -> None:
    assert written("text", small_audit(), width=1000) == written("text", small_audit(), width=120)


def test_the_gravest_case_comes_first() -> None:
    def case(case_id: str, breaches: int, unknown: int) -> CaseAudit:
        outcomes = [BREACH] * breaches + [UNKNOWN] * unknown
        return audited(
            case_id,
            f"{case_id}.json",
            findings=[
                finding(case_id, "P7.1", "quorum", outcome, f"/meetings/{row}")
                for row, outcome in enumerate(outcomes)
            ],
        )

    audit = [case("C-1", 0, 9), case("C-2", 1, 0), case("C-3", 1, 2), case("C-4", 10, 0)]
    text = written("text", audit)
    assert re.findall("^(C-.)  ", text, re.MULTILINE) == ["C-4", "C-3", "C-2", "C-1"]
    assert "casecheck explain C-4 C-4.json" in text


def test_breaches_come_before_what_cannot_be_told_and_rows_in_their_order() -> None:
    text = written("text", small_audit()[:1])
    assert re.findall("BREACH|LOOK UP", text) == ["BREACH"] * 3 + ["LOOK UP"]
    assert "[/meetings/2, /meetings/10]" in text


def test_one_sentence_is_said_once_with_all_its_places() -> None:
    found = [finding("C-1", "P7.1", "quorum", UNKNOWN, f"/meetings/{row}") for row in range(60)]
    audit = [audited("C-1", "a.json", findings=found)]
    text = written("text", audit, width=80, selection=Selection(every=True))
    assert text.count("quorum") == text.count("quorum (60 times): ") == 1
    for row in range(60):
        assert re.search(rf"/meetings/{row}\b", text)
    assert len(text.splitlines()) < 50
    assert "/meetings/7 and 52 more]" in squeezed(written("text", audit, width=80))


def test_instances_about_one_row_are_told_together() -> None:
    places = [("/plans/1",), ("/plans/0", "/meetings/10"), ("/plans/0", "/meetings/2")]
    found = [finding("C-1", "P7.1", "quorum", BREACH, *pointers) for pointers in places]
    text = written("text", [audited("C-1", "a.json", findings=found)])
    assert "[/plans/0 with /meetings/2, /meetings/10; /plans/1]\n" in text


def test_an_unknown_section_is_called_so() -> None:
    found = finding("C-1", "P7.1", "quorum", UNKNOWN, "/people", "/people")
    text = written("text", [audited("C-1", "a.json", findings=[found])])
    assert "[/people (not in the extract)]" in squeezed(text)


def test_an_audit_without_findings_does_not_sound_like_praise() -> None:
    text = written("text", [audited("C-1", "a.json")])
    assert "No findings. A lesson that does not apply to a record says nothing about it." in text
    assert "CANNOT TELL" not in text
    assert "explain" not in text


def test_an_audit_of_nothing_says_so() -> None:
    text = written("text", [small_audit()[3]])
    assert "0 records audited, 1 unreadable" in text
    assert "No record was audited: this says nothing of practice." in text
    assert "No findings" not in text


def test_an_error_of_the_engine_is_told_at_the_head_and_in_full() -> None:
    text = written("text", small_audit())
    assert text.index("ENGINE ERRORS: 1. This audit is not complete") < text.index("P1.1")
    assert "P7.1: the engine could not evaluate this lesson on this record" in text
    assert "ENGINE" not in written("text", small_audit()[:4])


@pytest.mark.parametrize(
    ("file", "line", "command"),
    [
        ("a b.json", None, "'a b.json'"),
        ("a.jsonl", 4, "a.jsonl"),
        ("a\x1b.json", None, "PATH"),
        ("-", 4, "PATH"),
    ],
)
def test_the_next_command_can_be_typed(file: str, line: int | None, command: str) -> None:
    found = finding("C-1", "P7.1", "quorum", BREACH, "/meetings/0")
    text = written("text", [audited("C-1", file, line, findings=[found])])
    assert f"casecheck explain C-1 {command}\n" in text


def test_standard_input_has_a_name() -> None:
    found = finding("C-1", "P7.1", "quorum", BREACH, "/meetings/0")
    assert "standard input line 3" in written("text", [audited("C-1", "-", 3, findings=[found])])


@settings(max_examples=tries(25))
@given(audit=items(), data=st.data(), width=st.sampled_from([20, 40, 80]))
def test_the_order_of_adding_changes_nothing_and_nothing_controls_the_terminal(
    audit: list[CaseAudit | Unreadable], data: st.DataObject, width: int
) -> None:
    whole = Selection(every=True)
    text = written("text", audit, width=width, selection=whole)
    shuffled = data.draw(st.permutations(audit))
    assert text == written("text", shuffled, width=width, selection=whole)
    assert written("text", audit, width=width) == written("text", shuffled, width=width)
    assert text.replace("\n", "").isprintable()
    text.encode("utf-8")
    for item in audit:
        if isinstance(item, CaseAudit):
            for found in item.findings:
                assert squeezed(printable(found.message)) in squeezed(text)
        else:
            for wrong in item.errors:
                assert squeezed(printable(wrong.message)) in squeezed(text)


@settings(max_examples=tries(25))
@given(audit=items())
def test_colour_adds_nothing_but_colour(audit: list[CaseAudit | Unreadable]) -> None:
    plain, coloured = (written("text", audit, color=color) for color in (False, True))
    bare = COLOUR.sub("", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == [
        line.rstrip() for line in plain.splitlines()
    ]


def test_markup_of_a_library_is_only_text() -> None:
    found = finding("C-1", "P7.1", "quorum", BREACH, "/meetings/0", message="[red]:smile:[/red]")
    text = written("text", [audited("C-1", "[bold].json", findings=[found])], color=True)
    assert "[red]:smile:[/red]" in text
    assert "[bold].json" in text


@given(file=file_names())
def test_a_name_is_printed_harmlessly(file: str) -> None:
    assert printable(file).isprintable()
    assert file.isprintable() <= (printable(file) == file)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO) -> str:
    report = open_report("text", stream, RULES, ())
    for item in small_audit():
        report.add(item)
    report.finish()
    return stream.getvalue()


def test_a_terminal_has_its_own_width_and_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert shown(Terminal()) == written("text", small_audit(), width=40, color=True)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_can_decline_colour(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    assert "\x1b" not in shown(Terminal())


def test_a_pipe_reads_the_same_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = shown(io.StringIO())
    for name in os.environ:
        if name not in {"PATH", "TMPDIR"}:
            monkeypatch.delenv(name)
    for name, value in {
        "COLUMNS": "33",
        "FORCE_COLOR": "1",
        "TTY_COMPATIBLE": "1",
        "JUPYTER_COLUMNS": "7",
        "TERM": "dumb",
    }.items():
        monkeypatch.setenv(name, value)
    assert shown(io.StringIO()) == expected
