"""Mappings: those that are shipped are right; what is wrong with one is said with its place."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from beside import beside

from casecheck.intake.sources import values
from casecheck.intake.sources.case import DRAFT_FIELDS, PersonRef, Ref
from casecheck.intake.sources.dirt import Faults
from casecheck.intake.sources.mapping import (
    FOLDER,
    WrongMapping,
    factors,
    load_mapping,
    read_mapping,
)
from casecheck.intake.sources.rows import Place, SourceRow
from casecheck.intake.sources.values import UNKNOWN
from casecheck.record.model import FIELDS, KINDS

MAPPINGS = sorted(file.stem for file in FOLDER.glob("*.toml") if file.stem != "factors")
PLACE = Place("list.csv", "row", 2)
SMALL = """
source = "csv"
wordings = true
[codes.agency]
Police = "police"
"Health visitor" = "health_visiting"
[[rows]]
of = "meetings"
section = "meetings"
key = "number"
when = {kind = ["CG", "core group"]}
needs = ["held"]
set = {kind = "core_group"}
[rows.fields]
on = "held"
plan = {item = "plan", link = "plans"}
subject = "child"
attended = {item = "who", codes = "agency"}
child_views = "views"
[[rows]]
of = "people"
section = "people"
fields.born = "birth"
[coverage.meetings]
only = {core_group = "meetings"}
"""


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_that_is_shipped_fills_fields_with_values_that_they_may_have(name: str) -> None:
    mapping = load_mapping(name)
    assert mapping.rows
    for rules in mapping.rows.values():
        for rule in rules:
            for field, value in rule.fixed.items():
                spec = FIELDS.get(rule.section, {}).get(field)
                assert spec is None or not spec.codes or value in spec.codes
    for section, cover in mapping.cover.items():
        assert set(cover.only or ()) <= set(KINDS[section])
        events = {one for one, spec in FIELDS[section].items() if spec.role == "event"}
        assert set(cover.without) <= events


def test_every_required_field_is_filled_or_found_out() -> None:
    """A row that lacks one is dropped: no mapping may rely on that."""
    for rules in load_mapping("cin_census").rows.values():
        for rule in rules:
            required = {
                name for name, spec in DRAFT_FIELDS[rule.section].items()
                if spec.role == "required" and spec.kind != "date"
            }  # fmt: skip
            assert required <= {one.name for one in rule.fields} | set(rule.fixed)


def test_factors_are_those_of_the_sheet_they_were_taken_from() -> None:
    sheet = Path(os.environ.get("CASECHECK_FACTORS", beside("intake", "factors.csv")))
    if not sheet.is_file():
        pytest.skip("the sheet of factors is not here: no file factors.csv")
    renamed = {"other_alcohol_misuse": "household_alcohol_misuse",
               "other_drug_misuse": "household_drug_misuse"}  # fmt: skip
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8").splitlines()))
    assert {row["code"] for row in rows} == set(factors())
    for row in rows:
        proposed = row["what_the_record_lacks"].partition(" (proposed)")[0]
        kind = row["risk_kind_in_casecheck_1"] or renamed.get(proposed, proposed)
        known = kind if kind in KINDS["risks"] else None
        assert factors()[row["code"]].risk == known, row["code"]


def drafts(**items: str | None) -> list[Any]:
    faults = Faults()
    row = SourceRow("meetings", PLACE, items)
    made = list(read_mapping(SMALL).drafts(row, faults))
    return [*made, *[(one.number, one.item) for one in faults.met()]]


def test_a_row_becomes_a_draft_of_typed_values() -> None:
    (draft,) = drafts(
        kind="cg", held="01/06/2025", plan="7", child="C1", who="police; Health Visitor", views="Y",
        number="12",
    )  # fmt: skip
    assert draft.values == {
        "kind": "core_group", "on": date(2025, 6, 1), "plan": Ref("plans", "7"),
        "subject": PersonRef("C1"), "attended": ["police", "health_visiting"], "child_views": True,
    }  # fmt: skip
    assert draft.key == Ref("meetings", "12")
    assert draft.item("on") == "held"


def test_rows_of_other_kinds_or_without_what_they_need_make_none() -> None:
    assert drafts(kind="review", held="2025-06-01") == []
    assert drafts(kind="CG", held=None) == []


def test_what_is_not_known_of_a_list_leaves_it_open() -> None:
    draft, fault = drafts(kind="CG", held="2025-06-01", who="police, the aunt")
    assert draft.values["attended"] == ["police", "unknown"]
    assert fault == (43, "who")
    draft, *met = drafts(kind="CG", held="2025-06-01", who="the aunt", views="perhaps so")
    assert met == [(43, "who"), (55, "views")]
    assert draft.values["attended"] is UNKNOWN


def test_births_are_cut_to_the_month() -> None:
    mapping = read_mapping(SMALL)
    for written, read in (("2015-06-12", "2015-06"), ("2015", "2015"), ("junior", UNKNOWN)):
        (draft,) = mapping.drafts(SourceRow("people", PLACE, {"birth": written}), Faults())
        assert draft.values["born"] == read


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("source =", "source ==", "no TOML"),
        ("wordings", "wording", "no such part: wording"),
        ('section = "meetings"', 'section = "meeting"', "no such section: meeting"),
        ('on = "held"', 'day = "held"', "meetings.*day: there is no such field"),
        ('codes = "agency"', 'codes = "agencies"', "which of the codes' tables"),
        ('link = "plans"', 'codes = "agency"', "say the table into which it links"),
        ("[coverage.meetings]", "[coverage.plans]", "say which table or item carries it"),
        ("[coverage.meetings]", "[coverage.gatherings]", "no such section"),
        ('kind = "core_group"', 'sort = "core_group"', "meetings has no field sort"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(was: str, becomes: str, message: str) -> None:
    assert was in SMALL
    with pytest.raises(WrongMapping, match=message):
        read_mapping(SMALL.replace(was, becomes))


def test_a_field_that_is_worked_out_cannot_be_filled() -> None:
    with pytest.raises(WrongMapping, match="cannot fill it"):
        read_mapping(SMALL.replace('fields.born = "birth"', 'fields.pseudonym = "birth"'))


def test_flags_in_their_spellings() -> None:
    assert [values.flag(one)[0] for one in ("Y", "a) Yes", "0", "b) No", " FALSE ")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [values.flag(one) for one in ("not recorded", "X", "she said so")] == [
        (UNKNOWN, 53), (UNKNOWN, 44), (UNKNOWN, 55),
    ]  # fmt: skip
