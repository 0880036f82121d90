"""The HTML report: all that an audit says, in one page that asks for nothing and runs nothing."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from amounts import tries
from command_line import SAMPLES, Here
from html_pages import Page, checked
from hypothesis import given, settings
from hypothesis import strategies as st
from once import made_once
from report_fakes import (
    BREACH,
    RULES,
    UNKNOWN,
    FakeCheck,
    FakeLesson,
    FakeRules,
    audited,
    finding,
    hostile_text,
    items,
    small_audit,
)

from casecheck import api
from casecheck.audit.check_answers import ExtractAnswers
from casecheck.record.carried import Carried
from casecheck.record.faults import Contradiction, FieldError, Unreadable
from casecheck.report.audit import html_report
from casecheck.report.audit.extract_words import steps_of, what_to_ask_for
from casecheck.report.audit.formats import TooMuchForOneFile, open_report
from casecheck.report.audit.html_extract import extract_part
from casecheck.report.audit.origin import Origin
from casecheck.report.audit.selection import BY, WHOLE, Selection
from casecheck.report.html.markup import Html, joined, tag, text
from casecheck.results import (
    About,
    CaseAudit,
    Dated,
    EngineError,
    Place,
    Timeline,
    TimelineRow,
    Unknown,
    Waiver,
)

DAY = date(2026, 3, 2)
HOSTILE = (
    "</script></style></title><script>bad()</script><img src=x onerror=bad()>\"'><svg onload=bad()>"
)


def page_of(
    audits: Sequence[CaseAudit | Unreadable],
    selection: Selection = WHOLE,
    *,
    notices: Sequence[str] = (),
    notes: Sequence[str] = (),
    rules: Any = RULES,
    origin: Origin | None = None,
    deviations: Sequence[str] = (),
) -> str:
    stream = io.StringIO(newline="")
    report = open_report("html", stream, rules, deviations, origin=origin, selection=selection)
    for item in audits:
        report.add(item)
    report.finish(notices, notes)
    return stream.getvalue()


def cases(page: Page) -> list[str]:
    """The ids of the cases that have a part, in their order."""
    return [one.text for one in page.all("h3") if "summary" in one.inside]


def drawn(audit: CaseAudit, *rows: TimelineRow) -> CaseAudit:
    return audit._replace(
        timeline=Timeline(Dated(None, DAY), date(2026, 6, 30), rows, ("visits",), ("meetings",))
    )


def test_it_says_all_that_an_audit_says() -> None:
    page = checked(page_of(small_audit(), notices=["A waiver."], notes=["A note."]))
    for item in small_audit():
        if isinstance(item, Unreadable):
            told = [item.file, *(one.message for one in item.errors)]
        else:
            told = [one.message for one in (*item.findings, *item.contradictions, *item.errors)]
            told += [pointer for one in item.findings for pointer in one.pointers]
        for words in told:
            assert words in page.shown
    for words in ("4 records", "A waiver.", "A note.", "C-0103", "cases/many.jsonl line 2"):
        assert words in page.shown
    assert "Could not be read (2)" in page.shown
    assert "Engine errors: 1." in page.shown


def test_the_weightiest_case_comes_first_and_those_without_findings_in_a_list() -> None:
    page = checked(page_of(small_audit()))
    assert cases(page) == ["C-0101", "C-0102", "C-0104"]
    assert "Without a finding of their own: 1 record" in page.shown
    numbers = [one.text for one in page.all("span") if one.attributes.get("class") == "no"]
    assert numbers == ["no. 1", "no. 2", "no. 3"]


def test_the_first_ten_are_open() -> None:
    audits = [
        audited(f"C-{n:04}", f"{n}.json", findings=[finding(f"C-{n:04}", "P7.1", "quorum", BREACH)])
        for n in range(12)
    ]
    parts = [one for one in checked(page_of(audits)).all("details") if "case" in _classes(one)]
    assert ["open" in one.attributes for one in parts] == [True] * 10 + [False] * 2
    every = checked(page_of(audits, Selection(every=True))).all("details")
    assert sum("open" in one.attributes for one in every) == 12


def _classes(one: Any) -> list[str]:
    return (one.attributes.get("class") or "").split()


@settings(max_examples=tries(40))
@given(items(), st.randoms(use_true_random=False))
def test_the_order_in_which_records_come_changes_nothing(
    found: list[CaseAudit | Unreadable], rng: random.Random
) -> None:
    shuffled = list(found)
    rng.shuffle(shuffled)
    assert page_of(shuffled) == page_of(found)


@settings(max_examples=tries(60))
@given(items(), st.lists(hostile_text(), min_size=12, max_size=12))
def test_nothing_that_comes_from_outside_is_markup(
    found: list[CaseAudit | Unreadable], words: list[str]
) -> None:
    checked(_page_with(found, words))


def test_no_hostile_text_is_markup() -> None:
    page = checked(_page_with(small_audit(), [HOSTILE] * 12))
    assert page.shown.count("bad()") > 30
    assert [one for one in page.elements if one.name in ("img", "iframe")] == []
    assert len(page.all("script")) == 1


def with_words(words: str, item: CaseAudit | Unreadable) -> CaseAudit | Unreadable:
    """An item with the same words in each of its texts."""
    if isinstance(item, Unreadable):
        return Unreadable(words, item.line, tuple(FieldError(words, words) for _ in item.errors))
    waiver = Waiver("f", words, words, DAY)
    row = TimelineRow("plans", 0, words, words, (words, words), Dated(DAY, DAY), lasting=True)
    findings = tuple(
        one._replace(
            message=words,
            pointers=(words,),
            waiver=waiver if number % 2 else None,
            lapsed=waiver,
            tags=(words,),
            about=About(words, words, 7),
            due=DAY,
            unknown=(Unknown(words, "not_recorded"),) if one.outcome is not BREACH else (),
        )
        for number, one in enumerate(item.findings)
    )
    changed = item._replace(
        case_id=words,
        file=words,
        team=words,
        district=words,
        findings=findings,
        contradictions=tuple(
            Contradiction(words, (words, words), words) for _ in item.contradictions
        ),
        errors=tuple(EngineError(words, one.lesson, words, words, words) for one in item.errors),
        repeats=Place(words, 3),
    )
    return drawn(changed, row, row._replace(section="meetings", lasting=False))


def _page_with(found: Sequence[CaseAudit | Unreadable], words: list[str]) -> str:
    """A page of audits with such words in every text that can reach it."""
    title, asks, folder, pack, note, notice, set_, *of_items = words
    audits = [with_words(of_items[at % len(of_items)], item) for at, item in enumerate(found)]
    lessons = [FakeLesson(one.id, title, 1, [FakeCheck(asks, asks)]) for one in RULES.lessons]
    rules = FakeRules(pack, lessons)
    origin = Origin(pack, [folder], folder, False, False)
    by = Selection(by=BY[len(found) % len(BY)])
    return page_of(
        audits, by, notices=[notice], notes=[note], rules=rules, origin=origin, deviations=[set_]
    )


# What a reader asked to see


def grouped() -> list[CaseAudit]:
    return [
        case._replace(team=team, district=None)
        for case, team in zip(
            [item for item in small_audit() if isinstance(item, CaseAudit)],
            ("TEAM-10", "TEAM-2", None, "TEAM-2"),
            strict=True,
        )
    ]


def test_cases_are_gathered_by_team() -> None:
    page = checked(page_of(grouped(), Selection(by="team")))
    heads = [one.text for one in page.all("h3") if "section" in one.inside]
    assert heads == ["Team TEAM-2", "C-0102", "C-0104", "Team TEAM-10", "C-0101"]
    assert "TEAM-2" in [one.text for one in page.all("option")]


def test_by_lesson_a_case_stands_under_each_with_what_is_found_of_it_there() -> None:
    page = checked(page_of(grouped(), Selection(by="lesson")))
    assert cases(page) == ["C-0101", "C-0102", "C-0101", "C-0104"]
    bodies = [one for one in page.all("div") if _classes(one) == ["find"]]
    assert ["quorum" in one.text for one in bodies] == [False, False, True, False]
    only_dates = [grouped()[1]._replace(findings=())]
    assert "Other cases" in checked(page_of(only_dates, Selection(by="lesson"))).shown


def test_cases_that_are_asked_for_are_told_also_without_findings() -> None:
    asked = Selection(cases=frozenset({"C-0103", "C-9999"}))
    page = checked(page_of(small_audit(), asked))
    assert cases(page) == ["C-0103"]
    assert "No record has the case id C-9999." in page.shown
    assert "4 records" in page.shown


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_only_the_weightiest_are_told(number: int) -> None:
    rng = random.Random(1)
    audits = small_audit()
    rng.shuffle(audits)
    page = checked(page_of(audits, Selection(top=number)))
    assert cases(page) == ["C-0101", "C-0102", "C-0104"][:number]
    assert ("not told here" in page.shown) is (number < 3)


def test_only_the_summary() -> None:
    page = checked(page_of(small_audit(), Selection(summary=True)))
    assert cases(page) == []
    assert "P7.1" in page.shown


# What it holds


def test_more_cases_than_a_file_can_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_report, "MOST_CASES", 2)
    with pytest.raises(TooMuchForOneFile, match=r"2 cases in one file.*--lesson.*--top"):
        page_of(small_audit())
    checked(page_of(small_audit(), Selection(top=2)))
    monkeypatch.setattr(html_report, "MOST_CASES", 5_000)
    monkeypatch.setattr(html_report, "MOST_BYTES", 2_000)
    with pytest.raises(TooMuchForOneFile, match="0 MB"):
        page_of(small_audit())


def test_many_findings_of_one_case_are_told_up_to_a_number() -> None:
    findings = [
        finding("C-1", "P7.1", "quorum", BREACH, f"/meetings/{n}", message=f"Meeting {n}")
        for n in range(200)
    ]
    page = checked(page_of([audited("C-1", "a.json", findings=findings)]))
    assert len([one for one in page.all("li") if "data-o" in one.attributes]) == 150
    assert "And 50 more findings" in page.shown


def test_what_only_the_extract_leaves_open_is_no_finding_of_a_case() -> None:
    of_extract = finding("C-1", "P7.1", "quorum", UNKNOWN, "/meetings")
    of_extract = of_extract._replace(unknown=(Unknown("/meetings", "not_in_extract"),))
    own = finding("C-1", "P1.1", "risks-carried", UNKNOWN, "/risks/0", message="Which risk?")
    own = own._replace(unknown=(Unknown("/risks/0/kind", "not_recorded"),))
    page = checked(page_of([audited("C-1", "a.json", findings=[own, of_extract])]))
    assert "Which risk?" in page.shown
    assert of_extract.message not in page.shown
    assert "/risks/0/kind not recorded: finding 1" in page.shown
    alone = checked(page_of([audited("C-1", "a.json", findings=[of_extract])]))
    assert "open only for what the extract lacks" in alone.shown
    assert cases(alone) == []


def test_a_finding_has_what_the_script_filters_by() -> None:
    audit = audited("C-1", "a.json", findings=[finding("C-1", "P7.1", "quorum", UNKNOWN, "/x")])
    unknown = (Unknown("/meetings/0/on", "not_recorded"), Unknown("/plans", "contradictory"))
    audit = audit._replace(findings=(audit.findings[0]._replace(unknown=unknown),), team="T")
    (item,) = (one for one in checked(page_of([audit])).all("li") if "data-l" in one.attributes)
    assert item.attributes == {
        "data-l": "P7.1",
        "data-o": "u",
        "data-r": "not_recorded contradictory",
    }


def test_nothing_but_its_own_makes_text_markup() -> None:
    assert text("<b>") == "&lt;b&gt;"
    assert tag("p", "<", Html("<b>x</b>"), title='"', hidden=True, id="", data_n=0) == (
        '<p title="&quot;" hidden data-n="0">&lt;<b>x</b></p>'
    )
    assert tag("path", d="M0 0") == '<path d="M0 0"/>'
    assert joined(["a", "\udcff\x00"]) == r"a\xff\x00"


def test_what_the_extract_cannot_answer_is_told_once() -> None:
    extract = ExtractAnswers(None)
    assert list(extract_part(extract)) == []
    extract.add(Carried(("visits",)))
    told = "".join(extract_part(extract))
    assert "<code>visits</code>" in told
    assert "Section by section" in told


def test_it_asks_for_the_sections_that_the_text_asks_for() -> None:
    with made_once():
        extract = ExtractAnswers(api.load_rules())
    for absent in (("actions",), ("actions",), ("actions", "plans", "meetings", "risks")):
        extract.add(Carried(absent))
    steps = steps_of(extract)
    assert steps != what_to_ask_for(extract.checks())
    told = "".join(extract_part(extract))
    for step in steps:
        checks = ", ".join(sorted(step.checks))
        assert f"<code>{' and '.join(step.sections)}</code>" in told
        assert f"({checks})" in told


def test_what_is_wider_than_a_phone_can_be_moved_by_the_keyboard(here: Here) -> None:
    told = here("audit", SAMPLES / "small-families.jsonl", "--format", "html").text
    wide = re.findall(r'<div class="wide"[^>]*>', told)
    assert len(wide) > 3
    assert all('tabindex="0"' in one and "aria-label=" in one for one in wide)
    assert "Without a finding of their own" in " ".join(wide)
