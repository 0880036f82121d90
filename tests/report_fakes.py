"""Invented audits for the tests of the reports: three lessons, and records that came out."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass

from command_line import in_cells
from hypothesis import strategies as st

from casecheck.record.faults import Contradiction, FieldError, Unreadable
from casecheck.report.audit.formats import open_report
from casecheck.report.audit.selection import WHOLE, Selection
from casecheck.results import CaseAudit, EngineError, Finding, LessonResult, Outcome, Severity

BREACH = Outcome.BREACH
UNKNOWN = Outcome.INSUFFICIENT_EVIDENCE
COMPLIANT = Outcome.COMPLIANT
NONE = Outcome.NOT_APPLICABLE


@dataclass(frozen=True)
class FakeCheck:
    id: str
    asks: str
    severity: Severity = "medium"
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class FakeLesson:
    id: str
    title: str
    theme: int
    checks: Sequence[FakeCheck]


@dataclass(frozen=True)
class FakeRules:
    digest: str
    lessons: Sequence[FakeLesson]


RULES = FakeRules(
    "sha256:" + "0123456789abcdef" * 4,
    (
        FakeLesson(
            "P1.1",
            "A changed category must not hide the old risks",
            1,
            (
                FakeCheck("chair-agreement", "Did the chair agree before the change?"),
                FakeCheck("risks-carried", "Was each open risk carried over?"),
            ),
        ),
        FakeLesson(
            "P2.2",
            "A history of sexual abuse counts when a carer's ability to protect is judged",
            2,
            (FakeCheck("perpetrator-history-assessed", "Was the history considered?"),),
        ),
        FakeLesson(
            "P7.1",
            "Multi-agency meetings scrutinise, update and implement the plan",
            7,
            (
                FakeCheck("quorum", "Were three agencies there?"),
                FakeCheck("child-views", "Were the child's views heard?"),
            ),
        ),
    ),
)

_SENTENCES = {
    "chair-agreement": "Category changed from sexual_abuse to neglect on 2026-03-02, and no "
    "chair's agreement recorded by then says that the earlier risks were mitigated",
    "risks-carried": "The risk of sexual_abuse identified on 2025-11-20 was still open when the "
    "category changed, and nothing carried it over within 28 days",
    "perpetrator-history-assessed": "No completed assessment weighs the history of sexual abuse "
    "together with the capacity to parent",
    "quorum": "A meeting did not have children's services and two more agencies",
    "child-views": "A meeting did not record the child's views",
}


def finding(
    case_id: str, lesson: str, check: str, outcome: Outcome, *pointers: str, message: str = ""
) -> Finding:
    """A finding with the check's own sentence, and a fingerprint that tells it from others."""
    mark = f"{case_id}{lesson}{check}{pointers}"
    return Finding(
        case_id,
        lesson,
        check,
        outcome,
        message or _SENTENCES[check],
        pointers,
        f"{sum(ord(letter) * place for place, letter in enumerate(mark)):016x}",
    )


def audited(
    case_id: str,
    file: str,
    line: int | None = None,
    *,
    findings: Sequence[Finding] = (),
    contradictions: Sequence[Contradiction] = (),
    errors: Sequence[EngineError] = (),
) -> CaseAudit:
    """A record's audit: a check without findings is compliant; a lesson with an error is out."""
    lost = {error.lesson for error in errors}
    worst: dict[tuple[str, str], Outcome] = {}
    for found in findings:
        key = (found.lesson, found.check)
        worst[key] = BREACH if BREACH in (worst.get(key), found.outcome) else UNKNOWN
    lessons = {}
    for lesson in RULES.lessons:
        if lesson.id not in lost:
            checks = {
                check.id: worst.get((lesson.id, check.id), COMPLIANT) for check in lesson.checks
            }
            lessons[lesson.id] = LessonResult(min(checks.values(), key=list(Outcome).index), checks)
    return CaseAudit(
        case_id, file, line, lessons, tuple(findings), tuple(contradictions), tuple(errors)
    )


def small_audit() -> list[CaseAudit | Unreadable]:
    """Six inputs, in reading order, with one of everything a report can hold."""
    return [
        audited(
            "C-0101",
            "cases/c-0101.json",
            findings=[
                finding("C-0101", "P7.1", "quorum", UNKNOWN, "/meetings/10"),
                finding("C-0101", "P7.1", "quorum", UNKNOWN, "/meetings/2"),
                finding(
                    "C-0101", "P1.1", "risks-carried", BREACH, "/category_changes/0", "/risks/1"
                ),
                finding("C-0101", "P1.1", "chair-agreement", BREACH, "/category_changes/0"),
                finding("C-0101", "P7.1", "child-views", BREACH, "/meetings/2"),
            ],
        ),
        audited(
            "C-0102",
            "cases/c-0102.json",
            findings=[
                finding(
                    "C-0102", "P1.1", "risks-carried", UNKNOWN, "/category_changes/0", "/risks"
                ),
            ],
            contradictions=[
                Contradiction(
                    "C-0102",
                    ("/plans/0/start", "/plans/0/end"),
                    "the plan ends before it starts; both dates are taken as unknown",
                )
            ],
        ),
        audited("C-0103", "cases/c-0103.json"),
        Unreadable(
            "cases/many.jsonl",
            2,
            (
                FieldError("/plans/0/level", "not one of the levels of a plan"),
                FieldError("/opened_on", "is after extracted_on"),
            ),
        ),
        audited(
            "C-0104",
            "cases/many.jsonl",
            3,
            errors=[
                EngineError(
                    "C-0104", "P7.1", "the engine could not evaluate this lesson on this record"
                )
            ],
        ),
        Unreadable("cases/torn.json", None, (FieldError("", "the text ends too early"),)),
    ]


def written(
    format_name: str,
    items: Sequence[CaseAudit | Unreadable],
    settings: Sequence[str] = (),
    width: int | None = None,
    color: bool | None = None,
    *,
    selection: Selection = WHOLE,
) -> str:
    """The whole report of some items, as text with its own line ends; of a workbook its cells."""
    below = io.BytesIO()
    stream = io.TextIOWrapper(below, encoding="utf-8", newline="", errors="surrogateescape")
    report = open_report(
        format_name, stream, RULES, settings, selection=selection, width=width, color=color
    )
    for item in items:
        report.add(item)
    report.finish()
    stream.flush()
    content = below.getvalue()
    return in_cells(content) if format_name == "xlsx" else content.decode()


def hostile_text() -> st.SearchStrategy[str]:
    """Text as nobody should write it: formulas, controls, separators, undecodable bytes."""
    marks = list("=+-@＝\t\r\n\u2028\u202e\udcff\"',;\\ \u3000éa#%?:/\0")
    pieces = st.sampled_from([*marks, "\x1b[2J", "[bold]", "[/]", "{0}"])
    return st.lists(pieces | st.characters(), max_size=8).map("".join)


def file_names() -> st.SearchStrategy[str]:
    """Names that a POSIX file can have, as `os.fsdecode` gives them."""
    names = st.binary(min_size=1, max_size=6) | hostile_text().map(
        lambda text: text.encode("utf-8", "replace") or b"a"
    )
    return names.map(lambda name: os.fsdecode(name.replace(b"\0", b"")) or "a")


@st.composite
def items(draw: st.DrawFn) -> list[CaseAudit | Unreadable]:
    """A few inputs in reading order, no two at one place; some records share a case id."""
    at = st.tuples(file_names(), st.none() | st.integers(1, 300))
    places = draw(st.lists(at, max_size=5, unique_by=lambda place: (place[0], place[1] or 0)))
    return [
        draw(_audits(file, line)) if draw(st.integers(0, 4)) else draw(_unreadable(file, line))
        for file, line in sorted(places, key=lambda place: (place[0], place[1] or 0))
    ]


@st.composite
def _audits(draw: st.DrawFn, file: str, line: int | None) -> CaseAudit:
    case_id = draw(st.sampled_from(["C-1", "C-10", "C-2"]))
    checks = [(lesson.id, check.id) for lesson in RULES.lessons for check in lesson.checks]
    pointers = st.lists(
        st.sampled_from(["/risks", "/risks/0", "/risks/10", "/risks/2", "/plans/0"]),
        min_size=1,
        max_size=2,
    )
    findings = [
        Finding(case_id, lesson, check, outcome, message, tuple(where), mark)
        for (lesson, check), outcome, message, where, mark in draw(
            st.lists(
                st.tuples(
                    st.sampled_from(checks),
                    st.sampled_from([BREACH, UNKNOWN]),
                    hostile_text(),
                    pointers,
                    st.text("0123456789abcdef", min_size=1),
                ),
                max_size=5,
            )
        )
    ]
    contradictions = [
        Contradiction(case_id, (f"/plans/{row}/start", f"/plans/{row}/end"), message)
        for row, message in draw(
            st.lists(st.tuples(st.integers(0, 12), hostile_text()), max_size=2)
        )
    ]
    errors = [
        EngineError(case_id, lesson, "the engine could not evaluate this lesson on this record")
        for lesson in draw(st.sets(st.sampled_from([lesson.id for lesson in RULES.lessons])))
    ]
    return audited(
        case_id, file, line, findings=findings, contradictions=contradictions, errors=errors
    )


@st.composite
def _unreadable(draw: st.DrawFn, file: str, line: int | None) -> Unreadable:
    wrong = st.builds(FieldError, st.sampled_from(["", "/plans/0/level"]), hostile_text())
    return Unreadable(file, line, tuple(draw(st.lists(wrong, max_size=2))))
