"""Each fault of a census return as a small example, and what the import does with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from command_line import ROOT
from make_returns import (
    Element,
    assessment,
    child,
    element,
    enquiry,
    episode,
    given,
    need_plan,
    protection_plan,
    return_of,
)

from casecheck.intake.sources.cin_census import CinCensus
from casecheck.intake.sources.dirt import FAULTS, Faults
from casecheck.intake.sources.importing import imported
from casecheck.intake.sources.key_file import KEY_BYTES, Key
from casecheck.intake.sources.pseudonyms import Pseudonyms
from casecheck.intake.sources.rows import SourceRefused
from casecheck.record.contradictions import contradictions
from casecheck.record.validation import read_record

REFERENCE = date(2026, 3, 31)
BIRTH = "2015-06-12"
PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))
SILENT_IN_CIN = {21, 28, 37, 39, 40, 42, 47}
"""Faults of which a return's user need not know: what is done with them changes nothing."""
Record = dict[str, Any]


class Import(NamedTuple):
    """What came of a return: its records, and the faults that were met."""

    records: list[Record]
    faults: Faults
    source: CinCensus

    @property
    def record(self) -> Record:
        (record,) = self.records
        return record

    def met(self, number: int) -> list[str]:
        """In which items a fault was met."""
        return [one.item for one in self.faults.met() if one.number == number]


@pytest.fixture
def brought_in(tmp_path: Path) -> Callable[..., Import]:
    """Import a return of some children, or a text that is one."""

    def run(*children: Element, text: str | bytes = "", as_of: date | None = None) -> Import:
        file = tmp_path / "census.xml"
        content = text or "".join(return_of(children, REFERENCE))
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        faults = Faults()
        source = CinCensus([file], as_of, faults)
        return Import(
            [json.loads(one.line) for one in imported(source, PSEUDONYMS)], faults, source
        )

    return run


Run = Callable[..., Import]


def one(*within: Element | None, referred: str = "2025-05-01", **more: Any) -> Element:
    """A child with one episode."""
    return child("C1", BIRTH, episode(referred, *within, **more))


def text_of(*children: Element, reference: str = "2026-03-31", **header: str) -> str:
    return "".join(return_of(children, reference, **header))


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n\n", b"\xef\xbb\xbf\r\n "])
def test_1_a_mark_or_blanks_before_the_declaration_are_passed_over(
    brought_in: Run, before: bytes
) -> None:
    found = brought_in(text=before + text_of(one()).encode())
    assert len(found.records) == 1
    assert list(found.faults.met()) == []


def test_1_bytes_that_are_not_what_the_file_declares_are_read_and_told(brought_in: Run) -> None:
    text = text_of(one(given("Remark", "caf\u00e9"))).encode("windows-1252")
    found = brought_in(text=text)
    assert found.met(1) == ["windows-1252"]
    declared = text.replace(b"UTF-8", b"windows-1252")
    assert brought_in(text=declared).met(1) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_1_utf_16_is_known_by_its_mark(brought_in: Run, encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    text = text_of(one()).replace("UTF-8", "UTF-16")
    assert len(brought_in(text=mark + text.encode(encoding)).records) == 1


DOCTYPES = [
    '<!DOCTYPE Message>',
    '<!DOCTYPE Message [<!ENTITY a "b">]>',
    '<!DOCTYPE Message SYSTEM "file:///etc/passwd">',
    '<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
]  # fmt: skip


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_3_any_document_type_is_refused_with_its_line(brought_in: Run, doctype: str) -> None:
    text = text_of(one()).replace("<Message>", f"{doctype}\n<Message>", 1)
    with pytest.raises(SourceRefused, match=r"line 2: a document type or an entity"):
        brought_in(text=text)


def test_4_xml_that_breaks_off_is_refused_with_place_and_number(brought_in: Run) -> None:
    text = text_of(one(), child("C2", BIRTH, episode("2025-05-01")))
    cut = text[: text.index("<LAchildID>C2") + 8]
    with pytest.raises(SourceRefused, match=r"line 35, column \d+: .* 1 child read before"):
        brought_in(text=cut)


def test_4_an_entity_that_nobody_declared_is_no_text(brought_in: Run) -> None:
    with pytest.raises(SourceRefused, match="undefined entity"):
        brought_in(text=text_of(one()).replace("C1", "&x;"))


@pytest.mark.parametrize("wrapper", ["<Portal><Body>{}</Body></Portal>", "{}"])
def test_5_root_and_namespace_do_not_matter(brought_in: Run, wrapper: str) -> None:
    plain = brought_in(one(need_plan("2025-06-01"))).records
    text = text_of(one(need_plan("2025-06-01"))).partition("\n")[2]
    spaced = text.replace("<", "<c:").replace("<c:/", "</c:")
    spaced = spaced.replace("<c:Message>", '<c:Message xmlns:c="urn:x">', 1)
    assert brought_in(text=wrapper.format(spaced)).records == plain


def test_5_children_without_a_root_of_their_own(brought_in: Run) -> None:
    text = text_of(one())
    header = text[text.index("<Header>") : text.index("</Header>") + 9]
    within = text[text.index("<Child>") : text.index("</Child>") + 8]
    assert len(brought_in(text=f"<x>{header}{within}</x>").records) == 1


def test_5_a_file_of_another_kind_is_refused(brought_in: Run) -> None:
    with pytest.raises(SourceRefused, match="no element Child"):
        brought_in(text="<rss><channel/></rss>")


def test_6_what_nobody_knows_is_counted_and_never_read(brought_in: Run) -> None:
    module = element("NewModule", given("CPPstartDate", "2025-06-01"), given("Other", "x"))
    found = brought_in(
        one(module, given("New", "x")), child("C2", BIRTH, episode("2025-05-01", module))
    )
    assert found.source.unknown == {"NewModule": 2, "New": 1}
    assert "plans" not in found.records[0]  # the return has none


def test_6_a_module_that_is_not_there_says_nothing(brought_in: Run) -> None:
    """And one that is there, of another child, says that this one has none."""
    without = brought_in(one(enquiry("2025-06-01"))).record
    assert {"plans", "assessments", "risks", "court_orders"}.isdisjoint(without)
    assert without["coverage"]["meetings"]["only"] == ["strategy"]
    full = child("C2", BIRTH, episode("2025-05-01", need_plan("2025-06-01")))
    told = [one for one in brought_in(one(), full).records if not one["plans"]]
    assert told[0]["coverage"]["plans"] == {"only": ["child_in_need"], "from": "2025-04-01"}


def test_6_empty_elements_carry_nothing(brought_in: Run) -> None:
    empty = element("CINPlanDates", ("CINPlanStartDate", ""), ("CINPlanEndDate", ""))
    found = brought_in(one(empty))
    assert "plans" not in found.record


@pytest.mark.parametrize("reference", ["2026-03-28", "2026-13-31", "", "soon"])
def test_7_a_reference_date_that_is_none_is_asked_for(brought_in: Run, reference: str) -> None:
    text = text_of(one(), reference=reference)
    with pytest.raises(SourceRefused, match=r"--as-of"):
        brought_in(text=text)
    found = brought_in(text=text, as_of=REFERENCE)
    assert found.record["extracted_on"] == "2026-03-31"
    assert "--as-of 2026-03-31 is taken" in found.source.notes[0]


def test_7_a_return_that_was_made_before_its_reference_date_cannot_speak_for_it(
    brought_in: Run,
) -> None:
    text = text_of(one(), DateTime="2026-02-10T09:00:00")
    with pytest.raises(SourceRefused, match="after 2026-02-10"):
        brought_in(text=text)
    assert brought_in(text=text, as_of=date(2026, 2, 10)).record["extracted_on"] == "2026-02-10"
    with pytest.raises(SourceRefused, match="speaks for the year to 2026-03-31"):
        brought_in(text=text, as_of=date(2026, 5, 1))


def test_7_another_year_in_the_header_is_told(brought_in: Run) -> None:
    found = brought_in(text=text_of(one()).replace("<Year>2026", "<Year>2023"))
    assert found.met(7) == ["Year"]
    assert found.record["extracted_on"] == "2026-03-31"


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("2025-06-01", None), ("2025-06-01T00:00:00", None), ("01/06/2025", None),
        (" 2025-06-01 ", None), ("2025-06-01Z", None), ("2025-06-01T14:30:00", 16),
        ("1/6/2025 00:00:00", None),
    ],
)  # fmt: skip
def test_16_a_day_in_its_spellings(brought_in: Run, written: str, fault: int | None) -> None:
    found = brought_in(one(need_plan(written)))
    assert found.record["plans"][0]["start"] == "2025-06-01"
    assert found.met(16) == (["CINPlanStartDate"] if fault else [])


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("06/25/2025", 17), ("01/06/25", 17), ("1900-01-01", 19), ("1899-12-30", 19),
        ("1970-01-01", 19), ("9999-12-31", 19), ("0125-06-01", 19), ("2225-06-01", 20),
        ("2025-02-30", 55), ("2025-06-01 seen by a neighbour", 55), ("n/a", 53), ("45809", 55),
    ],
)  # fmt: skip
def test_what_is_no_day_is_unknown_and_never_none(
    brought_in: Run, written: str, fault: int
) -> None:
    found = brought_in(one(need_plan("2025-06-01", written)))
    assert found.record["plans"][0]["end"] == "unknown"
    assert found.met(fault) == ["CINPlanEndDate"]
    found = brought_in(one(need_plan(written)))
    assert found.record["plans"][0]["start"] == "../2026-03-31"


def test_17_one_american_day_makes_all_days_of_its_item_doubtful(brought_in: Run) -> None:
    found = brought_in(one(need_plan("05/06/2025"), need_plan("06/25/2025")))
    assert {plan["start"] for plan in found.record["plans"]} == {"../2026-03-31"}


def test_20_what_lies_ahead_is_a_contradiction_that_the_audit_names(brought_in: Run) -> None:
    found = brought_in(one(assessment("2027-04-28", None)))
    assert found.met(20) == ["AssessmentActualStartDate"]
    read = read_record(json.dumps(found.record).encode())
    assert len(contradictions(read).pairs) == 1


def test_21_a_day_outside_the_year_is_as_it_is(brought_in: Run) -> None:
    found = brought_in(one(need_plan("2019-06-01", "2019-08-01")))
    assert found.record["plans"][0]["start"] == "2019-06-01"
    assert found.met(21) == []


def test_22_an_end_before_its_start_is_kept_and_builds_nothing(brought_in: Run) -> None:
    plan = protection_plan("2025-09-01", "2025-08-01", "NEG", "PHY")
    found = brought_in(one(plan))
    assert found.met(22) == ["CPPendDate"]
    assert "on" not in found.record["category_changes"][0]
    assert len(contradictions(read_record(json.dumps(found.record).encode())).pairs) == 1


def test_23_a_plan_of_one_day_is_told(brought_in: Run) -> None:
    found = brought_in(one(need_plan("2025-06-01", "2025-06-01")))
    assert found.met(23) == ["CINPlanEndDate"]
    assert len(found.record["plans"]) == 1


# ---------------------------------------------------------------- plans, conferences, reviews


def test_24_plans_that_overlap_are_told_and_doubles_are_one(brought_in: Run) -> None:
    found = brought_in(
        one(need_plan("2025-06-01"), need_plan("2025-07-01"), need_plan("2025-07-01"))
    )
    assert len(found.record["plans"]) == 2
    assert found.met(24) == ["CINPlanStartDate"]
    assert found.met(52) == ["CINPlanStartDate"]


def test_24_reviews_of_a_doubled_plan_are_of_the_one_that_is_left(brought_in: Run) -> None:
    plans = [
        protection_plan("2025-06-01", None, "NEG", "NEG", [on])
        for on in ("2025-08-01", "2025-11-03")
    ]
    record = brought_in(one(*plans)).record
    assert [row["plan"] for row in record["meetings"]] == ["plan1", "plan1"]


def test_24_a_review_outside_its_plan_may_be_anothers(brought_in: Run) -> None:
    plan = protection_plan("2025-06-02", "2025-10-01", "NEG", "NEG", ["2025-09-01", "2025-11-03"])
    found = brought_in(one(plan))
    assert [row.get("plan") for row in found.record["meetings"]] == ["plan1", None]
    assert found.met(24) == ["CPPreviewDate"]


def test_24_two_open_episodes_are_told(brought_in: Run) -> None:
    found = brought_in(child("C1", BIRTH, episode("2025-05-01"), episode("2025-06-01")))
    assert found.met(24) == ["CINreferralDate"]


def test_24_of_a_child_told_twice_word_for_word_no_period_overlaps(brought_in: Run) -> None:
    plan = ("2025-06-12", None, "NEG", "NEG", ["2025-08-04"])
    within = (assessment("2025-05-02", "2025-06-02", ["1B"]), protection_plan(*plan))
    once = child("C1", BIRTH, episode("2025-05-01", *within))
    alone, found = brought_in(once), brought_in(once, once)
    assert found.met(24) == []
    assert found.met(36) == ["LAchildID"]
    assert found.record == alone.record
    later = child("C1", BIRTH, episode("2025-05-08", *within))
    assert brought_in(once, later).met(24) == ["CINreferralDate"]


def test_25_an_event_before_the_referral_opens_the_case(brought_in: Run) -> None:
    found = brought_in(one(assessment("2025-04-20", None)))
    assert found.record["opened_on"] == "../2025-04-20"
    assert found.met(25) == ["CINreferralDate"]


def test_26_one_conference_told_twice_is_one_and_two_days_are_two(brought_in: Run) -> None:
    same = brought_in(one(enquiry("2025-06-02", "2025-06-16"), conference="2025-06-16"))
    kinds = [row["kind"] for row in same.record["meetings"]]
    assert kinds == ["initial_conference", "strategy"]
    assert "strategy" in same.record["coverage"]["meetings"]["only"]
    two = brought_in(one(enquiry("2025-06-02", "2025-06-16"), conference="2025-06-17"))
    assert [row["kind"] for row in two.record["meetings"]].count("initial_conference") == 2
    assert two.met(26) == ["DateOfInitialCPC"]


def test_26_a_conference_without_an_enquiry_leaves_strategy_meetings_open(brought_in: Run) -> None:
    """A family that moved in has one, and its enquiry was elsewhere."""
    record = brought_in(one(enquiry("2025-09-01"), conference="2025-06-16")).record
    assert record["coverage"]["meetings"]["only"] == ["initial_conference"]


def test_27_a_conference_on_another_day_than_its_plan_starts_or_at_a_weekend(
    brought_in: Run,
) -> None:
    plan = protection_plan("2025-06-18", None, "NEG", "NEG")
    found = brought_in(one(enquiry("2025-06-02", "2025-06-14"), plan))
    assert [one.times for one in found.faults.met() if one.number == 27] == [2]
    same = brought_in(one(enquiry("2025-06-02", "2025-06-18"), plan))
    assert same.met(27) == []
    assert same.record["meetings"][0]["plan"] == "plan1"


def test_28_a_target_is_not_read(brought_in: Run) -> None:
    found = brought_in(one(element("Section47", given("S47ActualStartDate", "2025-06-02"),
                                   given("InitialCPCtarget", "2025-06-23"))))  # fmt: skip
    assert len(found.record["meetings"]) == 1


def test_29_an_enquiry_is_a_strategy_meeting_of_which_nobody_knows_who_came(
    brought_in: Run,
) -> None:
    found = brought_in(one(enquiry("2025-06-02")))
    (meeting,) = found.record["meetings"]
    assert meeting == {
        "id": "meeting1",
        "kind": "strategy",
        "subject": "child1",
        "on": "2025-06-02",
    }
    assert found.met(29) == ["S47ActualStartDate"]


def test_30_a_review_without_its_day_makes_reviews_incomplete(brought_in: Run) -> None:
    plan = protection_plan("2025-06-02", None, "NEG", "NEG", ["", "2025-08-01", "2025-08-01"])
    found = brought_in(one(plan))
    assert len(found.record["meetings"]) == 1
    assert found.record["coverage"]["meetings"]["only"] == []
    assert found.faults.lost == 1
    assert found.met(30) == ["CPPreviewDate"]


def test_30_reviews_may_stand_in_one_element_or_in_one_each(brought_in: Run) -> None:
    days = ["2025-08-01", "2025-11-03"]
    together = one(protection_plan("2025-06-02", None, "NEG", "NEG", days))
    text = text_of(together)
    apart = text.replace("</CPPreviewDate>\n", "</CPPreviewDate></Reviews><Reviews>\n", 1)
    assert apart != text
    assert brought_in(text=apart).records == brought_in(text=text).records


# ---------------------------------------------------------------- the child


def test_31_birth_is_carried_to_the_month_and_a_child_to_come_is_expected(brought_in: Run) -> None:
    unborn = child("C2", None, episode("2026-01-05"), expected=date(2026, 6, 20))
    nobody = child("C3", None, episode("2026-01-05"))
    gone_by = child("C4", None, episode("2025-05-05"), expected=date(2025, 6, 20))
    both = child("C5", BIRTH, episode("2026-01-05"), expected=date(2015, 6, 1))
    found = brought_in(one(), unborn, nobody, gone_by, both)
    born = {record["people"][0].get("born") for record in found.records}
    assert born == {"2015-06", "2026-06", None}
    assert [met.times for met in found.faults.met() if met.number == 31] == [1, 2]


def test_32_nobody_over_25_has_a_birth(brought_in: Run) -> None:
    found = brought_in(*(child(f"C{at}", birth, episode("2025-05-01"))
                         for at, birth in enumerate(("2006-01-01", "1990-01-01"))))  # fmt: skip
    born = {record["people"][0].get("born") for record in found.records}
    assert born == {"2006-01", None}
    assert found.met(32) == ["PersonBirthDate"]


def test_33_what_began_over_forty_weeks_before_birth_began_on_an_unknown_day(
    brought_in: Run,
) -> None:
    found = brought_in(child("C1", "2026-01-10", episode(
        "2025-02-01", need_plan("2025-04-05"), need_plan("2025-02-01"),
        assessment("2025-02-01", None),
    )))  # fmt: skip
    starts = {plan["start"] for plan in found.record["plans"]}
    assert starts == {"2025-04-05", "../2026-03-31"}
    assert sorted(found.met(33)) == ["AssessmentActualStartDate", "CINPlanStartDate"]


def test_35_a_child_without_an_identifier_is_refused_and_others_go_on(brought_in: Run) -> None:
    nameless = child(None, BIRTH, episode("2025-05-01"))
    others = [child(f"C{at}", BIRTH, episode("2025-05-01")) for at in range(19)]
    found = brought_in(nameless, *others)
    assert (len(found.records), found.faults.lost, found.met(35)) == (19, 1, ["LAchildID"])
    with pytest.raises(SourceRefused, match="2 of 21 children have no LAchildID"):
        brought_in(nameless, nameless, *others)


def test_36_one_child_told_twice_is_joined_and_two_are_both_refused(brought_in: Run) -> None:
    first = child("C1", BIRTH, episode("2025-05-01", need_plan("2025-06-01")))
    again = child("C1", BIRTH, episode("2025-09-01", need_plan("2025-10-01")))
    found = brought_in(first, again)
    assert len(found.record["plans"]) == 2
    assert found.faults.lost == 0
    other = child("C1", "2014-01-01", episode("2025-09-01"))
    brother = child("C1", BIRTH, episode("2025-09-01"), sex="M")
    sister = child("C1", BIRTH, episode("2025-09-01"), sex="F")
    for pair in ((first, other), (brother, sister), (child("C1", None), child("C1", None))):
        refused = brought_in(*pair)
        assert (refused.records, refused.faults.lost) == ([], 2)


def test_37_an_identifier_is_a_text(brought_in: Run) -> None:
    records = [
        brought_in(child(name, BIRTH, episode("2025-05-01"))).record["case_id"]
        for name in ("0123", " 0123 ", "0123.0", "123")
    ]
    assert records[0] == records[1] == records[2] != records[3]


def test_40_nothing_else_of_a_child_is_carried(brought_in: Run) -> None:
    planted = ["H801200001001", "H801200001002", "Rosalind", "2015-06-12", "C1-SECRET"]
    text = text_of(child("C1-SECRET", BIRTH, episode("2025-05-01")))
    names = ("UPN", "FormerUPN", "Forename")
    identifiers = "".join(
        f"<{name}>{one}</{name}>" for name, one in zip(names, planted, strict=False)
    )
    found = brought_in(text=text.replace("<UPNunknown>", f"{identifiers}<UPNunknown>"))
    written = json.dumps([found.records, found.source.unknown, list(found.faults.met())])
    assert all(one not in written for one in planted)


def test_42_codes_may_have_blanks_and_another_case(brought_in: Run) -> None:
    plan = protection_plan("2025-06-02", None, " neg\u00a0", "phy")
    record = brought_in(one(plan)).record
    assert record["plans"][0]["category"] == "neglect"
    assert record["category_changes"][0]["to_category"] == "physical_abuse"


def test_44_a_code_that_nobody_knows_is_unknown(brought_in: Run) -> None:
    found = brought_in(
        one(protection_plan("2025-06-02", None, "XYZ", "NEG"), closed="2026-01-01", reason="RC77")
    )
    assert "category" not in found.record["plans"][0]
    assert found.record["category_changes"] == []
    assert found.met(44) == ["InitialCategoryOfAbuse", "ReasonForClosure"]


def test_46_factors_and_what_they_leave_open(brought_in: Run) -> None:
    found = brought_in(one(
        assessment("2025-05-02", "2025-06-02", ["2B", "21", "RB", "2b"]),
        assessment("2025-07-02", "2025-08-04"), assessment("2025-09-02", None, ["16A"]),
    ))  # fmt: skip
    assert sorted((row["kind"], row["identified_on"]) for row in found.record["risks"]) == [
        ("neglect", "../2026-03-31"), ("parental_drug_misuse", "../2025-06-02"),
    ]  # fmt: skip
    assert found.record["coverage"]["risks"] == {"incomplete": True, "without": ["resolved_on"]}
    assert found.record["assessments"][0]["considers"] == ["substance_misuse", "unknown"]
    assert found.record["assessments"][2]["completed_on"] == "unknown"  # it has factors
    assert [one.times for one in found.faults.met() if one.number == 46] == [3]
    assert found.met(44) == ["AssessmentFactors"]


def test_46_a_risk_that_two_assessments_found_was_known_by_the_first_of_them(
    brought_in: Run,
) -> None:
    found = [assessment("2025-05-02", "2025-06-02", ["2B"]),
             assessment("2025-09-02", "2025-10-02", ["2B"])]  # fmt: skip
    for order in (found, found[::-1]):
        (risk,) = brought_in(one(*order)).record["risks"]
        assert risk["identified_on"] == "../2025-06-02"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("1A", "child_alcohol_misuse"), ("1B", "parental_alcohol_misuse"),
     ("1C", "household_alcohol_misuse"), ("2A", "child_drug_misuse"),
     ("2B", "parental_drug_misuse"), ("2C", "household_drug_misuse"),
     ("3A", "domestic_abuse"), ("3B", "domestic_abuse"), ("3C", "domestic_abuse"), ("4A", None),
     ("4B", "parental_mental_health"), ("4C", None), ("10A", None), ("11A", None),
     ("16A", "neglect"), ("17A", "emotional_abuse"), ("18A", "physical_abuse"),
     ("18B", "physical_abuse"), ("18C", "physical_abuse"), ("19A", "sexual_abuse"),
     ("19B", "sexual_abuse"), ("19C", "sexual_abuse"),
     ("20", None), ("21", None), ("24A", None)],
)  # fmt: skip
def test_47_whose_misuse_a_factor_is_decides_its_kind(
    brought_in: Run, code: str, kind: str | None
) -> None:
    found = brought_in(one(assessment("2025-05-02", "2025-06-02", [code])))
    assert [row["kind"] for row in found.record["risks"]] == ([kind] if kind else [])
    assert found.met(44) == []


def test_47_an_old_code_beside_its_new_one_is_one_risk(brought_in: Run) -> None:
    found = brought_in(one(assessment("2025-05-02", "2025-06-02", ["18A", "18B"])))
    assert len(found.record["risks"]) == 1
    assert found.met(47) == ["AssessmentFactors"]


def test_48_without_a_latest_category_no_change_is_made_up(brought_in: Run) -> None:
    found = brought_in(one(protection_plan("2025-06-02", None, "NEG", None),
                           protection_plan("2025-01-02", "2025-05-01", "NEG", "NEG")))  # fmt: skip
    assert found.record["category_changes"] == []
    assert found.record["coverage"]["category_changes"] == {"incomplete": True}
    assert found.met(48) == ["LatestCategoryOfAbuse"]


def test_48_a_change_is_made_on_some_day_of_the_plan(brought_in: Run) -> None:
    ended = protection_plan("2025-06-02", "2025-12-01", "NEG", "PHY")
    still = protection_plan("2025-06-02", None, "EMO", "MUL")
    for plan, on in ((ended, "2025-06-02/2025-12-01"), (still, "2025-06-02/2026-03-31")):
        assert brought_in(one(plan)).record["category_changes"][0]["on"] == on


@pytest.mark.parametrize("flag", ["1", "true", "TRUE", "y"])
def test_49_a_referral_that_led_to_nothing_is_a_decision_and_else_none(
    brought_in: Run, flag: str
) -> None:
    found = brought_in(one(no_action=flag))
    (decision,) = found.record["threshold_decisions"]
    assert (decision["level"], decision["on"]) == ("no_further_action", "2025-05-01/2026-03-31")
    after = brought_in(one(need_plan("2025-06-01"), no_action=flag))
    assert after.record["threshold_decisions"] == []
    assert after.met(49) == ["ReferralNFA"]


def test_50_a_case_is_closed_where_all_its_episodes_are(brought_in: Run) -> None:
    plan = need_plan("2025-06-01", "2025-09-01")
    assert (
        brought_in(one(plan, closed="2025-10-01", reason="RC7")).record["closed_on"] == "2025-10-01"
    )
    two = child("C1", BIRTH, episode("2025-05-01", closed="2025-06-01", reason="RC7"),
                episode("2025-09-01"))  # fmt: skip
    assert "closed_on" not in brought_in(two).record


@pytest.mark.parametrize(
    ("within", "more"),
    [
        ([need_plan("2025-06-01", "2025-11-01")], {"reason": "RC7"}),  # activity after
        ([need_plan("2025-06-01")], {"reason": "RC7"}),  # a plan that is still open
        ([], {}),  # no reason
    ],
)
def test_50_activity_after_a_closing_leaves_open_whether_it_is_closed(
    brought_in: Run, within: list[Element], more: dict[str, str]
) -> None:
    found = brought_in(one(*within, closed="2025-10-01", **more))
    assert found.met(50) == ["CINclosureDate"]
    assert ("closed_on" in found.record) is (not within)
    if within:
        assert found.record["plans"][0]["end"] in ("2025-11-01", "unknown")


def test_50_what_a_closed_episode_left_unfinished_did_perhaps_end(brought_in: Run) -> None:
    """Else an assessment would seem never to have been completed, years after its case."""
    unfinished = assessment("2025-05-05", None)
    closed = episode("2025-05-01", unfinished, closed="2025-06-01", reason="RC7")
    record = brought_in(child("C1", BIRTH, closed, episode("2025-09-01"))).record
    assert record["assessments"][0]["completed_on"] == "unknown"
    died = text_of(one(unfinished)).replace(
        "<Sex>", "<PersonDeathDate>2025-07-01</PersonDeathDate><Sex>"
    )
    assert brought_in(text=died).record["assessments"][0]["completed_on"] == "unknown"
    assert "completed_on" not in brought_in(one(unfinished)).record["assessments"][0]


def test_50_early_help_goes_on_after_the_closing(brought_in: Run) -> None:
    record = brought_in(one(closed="2025-10-01", reason="RC9")).record
    assert "closed_on" not in record
    (referral,) = record["referrals"]
    assert (referral["service"], referral["made_on"]) == ("early_help", "2025-10-01")
    (decision,) = record["threshold_decisions"]
    assert (decision["level"], decision["on"]) == ("early_help", "2025-10-01")


def test_51_a_child_without_an_episode_is_one_of_whom_nothing_is_known(brought_in: Run) -> None:
    found = brought_in(
        child("C1", BIRTH), child("C2", BIRTH, episode("2025-05-01", need_plan("2025-06-01")))
    )
    bare = next(record for record in found.records if "plans" not in record)
    assert bare["coverage"] == {"people": {"incomplete": True}}
    assert found.met(51) == ["episodes"]


def test_55_a_text_among_elements_or_in_place_of_a_code_is_never_kept(brought_in: Run) -> None:
    planted = "Mother said that Rosalind hit him"
    text = text_of(one(protection_plan("2025-06-02", planted, planted, planted)))
    text = text.replace("<UPNunknown>UN1</UPNunknown>", f"<UPNunknown>UN1</UPNunknown>{planted}")
    found = brought_in(text=text)
    assert sorted(found.met(55)) == [
        "CPPendDate", "ChildIdentifiers", "InitialCategoryOfAbuse", "LatestCategoryOfAbuse",
    ]  # fmt: skip
    assert "Rosalind" not in json.dumps([found.record, list(found.faults.met())])


def test_55_an_element_that_stands_twice_with_two_texts_is_no_value(brought_in: Run) -> None:
    text = text_of(one(need_plan("2025-06-02", "2025-07-01")))
    end = "<CINPlanEndDate>2025-07-01</CINPlanEndDate>"
    twice = text.replace(end, end + end.replace("07", "08"))
    assert brought_in(text=twice).record["plans"][0]["end"] == "unknown"


def test_57_sections_are_told_from_the_years_first_day(brought_in: Run) -> None:
    record = brought_in(
        one(need_plan("2025-06-02"), assessment("2025-05-02", None), enquiry("2025-05-02"))
    ).record
    first = {section: told.get("from") for section, told in record["coverage"].items()}
    assert first["plans"] == first["assessments"] == first["meetings"] == "2025-04-01"


# ---------------------------------------------------------------- what else a return tells


def test_the_first_assessment_after_a_referral_of_the_year_begins_no_earlier_than_that(
    brought_in: Run,
) -> None:
    """The guidance counts from the referral (docs/lessons/ST1.1.md)."""
    both = [assessment("2025-05-20", "2025-06-20"), assessment("2025-09-01", None)]
    starts = [row["started_on"] for row in brought_in(one(*both)).record["assessments"]]
    assert starts == ["2025-05-01/2025-05-20", "2025-09-01"]
    before = brought_in(one(*both, referred="2025-03-20")).record["assessments"]
    assert [row["started_on"] for row in before] == ["2025-05-20", "2025-09-01"]


def test_the_module_on_pre_proceedings(brought_in: Run) -> None:
    module = element(
        "PreProceedingsandFGDM", given("PPStartDate", "2025-09-09"),
        given("FGDMMeetingFac", "1"), given("CourtAppDate", "2025-12-18"), given("PPOutcome", "A"),
    )  # fmt: skip
    record = brought_in(one(module)).record
    kinds = {row["kind"]: row["on"] for row in record["meetings"]}
    assert kinds == {"legal_planning": "2025-09-09", "family_group_decision": "../2026-03-31"}
    assert record["coverage"]["meetings"]["only"] == []  # other such meetings may not be in it
    (order,) = record["court_orders"]
    assert (order["law"], order["kind"], order["applied_on"]) == ("public", "care", "2025-12-18")
    assert record["coverage"]["court_orders"]["incomplete"] is True


def test_nothing_depends_on_the_order_in_the_file(brought_in: Run) -> None:
    parts: Iterable[Element] = [
        need_plan("2025-06-02"), enquiry("2025-05-02", "2025-05-12"),
        assessment("2025-05-02", None),
        protection_plan("2025-05-12", None, "NEG", "PHY", ["2025-08-01"]),
    ]  # fmt: skip
    assert brought_in(one(*parts)).records == brought_in(one(*reversed(list(parts)))).records


def test_the_manual_has_every_fault() -> None:
    manual = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    rows = [f"| {number} | {fault.name} | {fault.action} |" for number, fault in FAULTS.items()]
    assert "\n".join(rows) in manual


def test_each_fault_that_a_return_can_have_has_an_example() -> None:
    """By the number in a test's name; those of workbooks and tables are for their own tests."""
    of_others = {2, 8, 9, 10, 11, 12, 13, 14, 15, 18, 34, 38, 41, 43, 45, 54, 56, 58}
    named = {
        int(name.split("_")[1])
        for name in globals()
        if name.startswith("test_") and name.split("_")[1].isdigit()
    }
    by_table = {19, 53, 17}  # in test_what_is_no_day_is_unknown_and_never_none
    assert named | by_table | of_others | {39, 52} >= set(FAULTS)
