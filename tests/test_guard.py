"""The guard finds what looks like an identity, tells its kind and place, and leaves the rest be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import planted
import pytest
from amounts import tries
from hypothesis import given
from hypothesis import strategies as st
from random_records import random_record

from casecheck.intake.sources import guard
from casecheck.intake.sources.guard import Suspect, kinds_in, looks_like, masked, suspects

SAMPLES = Path(__file__).parent.parent / "sample_cases"


def kinds(text: str, field: str = "") -> list[str]:
    return [one.kind for one in suspects(text, field)]


# ---------------------------------------------------------------- what is planted is found


@pytest.mark.parametrize("kind", planted.PLANTS)
def test_of_a_hundred_planted_at_least_ninety_nine_are_found(kind: str) -> None:
    number = tries(5000)
    assert sum(planted.found(kind, seed)[0] for seed in range(number)) >= 0.99 * number


def test_every_kind_is_planted() -> None:
    assert set(planted.PLANTS) == set(guard.KINDS)


@pytest.mark.parametrize("separator", ["", " ", "-", ".", "\u00a0", "\u2009", "\u2013", "\u2011"])
@pytest.mark.parametrize("groups", [(3, 6), (5,), (), (3, 7), (4, 7)])
def test_an_nhs_number_in_its_usual_groups(separator: str, groups: tuple[int, ...]) -> None:
    cuts = [0, *groups, 10]
    parts = ["9434765919"[a:b] for a, b in pairwise(cuts)]
    assert kinds(f"see {separator.join(parts)}, page 2") == [guard.NHS_NUMBER]


@pytest.mark.parametrize(
    "case_id", ["N9434765919", "CASE-9434765919", "C9434765919-2", "A950000178301", "AB123456C"]
)
def test_a_pseudonym_that_is_an_identifier_in_disguise_is_seen(case_id: str) -> None:
    assert len(suspects(case_id)) == 1


@pytest.mark.parametrize("zero", [0x660, 0x6F0, 0x966, 0xFF10])
def test_digits_of_any_script_are_digits(zero: int) -> None:
    digits = "".join(chr(zero + int(one)) for one in "9434765919")
    assert suspects(f"nr {digits}") == [Suspect(guard.NHS_NUMBER, 3, 13)]


def test_the_place_is_that_of_the_text_as_it_stands() -> None:
    text = "\ufb01le \u200b943\u200b476\u00a05919\u200b of it"  # a ligature, and what is not seen
    (one,) = suspects(text)
    assert text[one.start : one.end] == "943\u200b476\u00a05919"


def test_a_field_tells_what_its_value_is() -> None:
    for field in ("born", "date_of_birth", "DOB", "pers_dob", "PersonBirthDate", "Date of birth",
                  "childDob", "d.o.b."):  # fmt: skip
        for value in ("2012-05-03", "03/05/2012", "2012-05-03T00:00:00", "3 May 2012", "41032"):
            assert kinds(value, field) == [guard.BIRTH], (field, value)
        assert kinds("2012-05", field) == []
        assert kinds("2012", field) == []
    for field in ("held_on", "pre_birth_assessment", "stubborn", "adobe", "unborn_plan_start"):
        assert kinds("2012-05-03", field) == [], field
    assert kinds("1000000043", "ULN") == kinds("1000000043", "learner_number") == [guard.ULN]
    assert kinds("1000000043", "amount") == []


# ---------------------------------------------------------------- what is clean is left alone


def strings_of(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield field, name
            yield from strings_of(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from strings_of(each, field)


@pytest.mark.slow
def test_of_a_thousand_clean_records_at_most_one_looks_so() -> None:
    number = tries(5000, fewest=1000)
    alarms = sum(
        any(suspects(text, field) for field, text in strings_of(random_record(Random(seed))))
        for seed in range(number)
    )
    assert alarms <= number / 1000


def test_no_sample_case_looks_so() -> None:
    for file in SAMPLES.glob("*.json"):
        record = json.loads(file.read_text(encoding="utf-8"))
        assert [one for one in strings_of(record) if suspects(one[1], one[0])] == [], file.name


def test_of_a_thousand_clean_reasons_at_most_one_looks_so() -> None:
    number = tries(20_000)
    alarms = sum(bool(suspects(planted.clean_reason(Random(seed)))) for seed in range(number))
    assert alarms <= number / 1000


@pytest.mark.parametrize(
    "text",
    [
        "9434765918", "943 476 5918", "R247962919251", "QQ123456C", "BG123456A", "AO123456A",
        "1000000043", "d4356ca4304a4fc63e62c91ec0ccea4f", "2026-01-05/2026-03-31",
        "P1.1 of page 12", "On 12.05.26 a meeting", "S47 2nd enquiry",
        "unborn child; conference 2026-03-04",
        "pre-birth assessment on 2026-03-04", "born in 2012; conference of 2026-03-04",
        "2026-06-03 2026-07-04", "0.9434765919", "94347659190", "QZ1 1AA", "LA1 4CW", "@home",
        "TEAM-E1", "1111111111", "IRO 12, CP3 of 2026", "",
    ],
)  # fmt: skip
def test_what_only_resembles_one_is_left_alone(text: str) -> None:
    assert suspects(text) == []


def test_a_long_text_is_looked_at_as_a_short_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = Random(5)
    pieces = (
        " 943 476 5919 ",
        "dob 3.5.2012 ",
        "a@b.example ",
        "LA1 4YW ",
        "12 ",
        "on 2026-03-04 ",
    )
    texts = [
        "".join(draw.choice((*pieces, "x" * draw.randrange(400))) for _ in range(80))
        for _ in range(tries(200))
    ]
    in_passages = [suspects(text) for text in texts]
    assert all(in_passages)
    monkeypatch.setattr(guard, "_LONG", 10**9)
    assert in_passages == [suspects(text) for text in texts]


@given(st.text())
def test_any_text_is_looked_at_and_places_lie_within_it_in_order(text: str) -> None:
    starts = 0
    for one in suspects(text, "born"):
        assert starts <= one.start < one.end <= len(text)
        starts = one.start


@pytest.mark.parametrize(
    "text",
    ["9" * 50_000, "a" * 50_000 + "@", "9 " * 30_000, "born " * 20_000, "0161 " * 20_000,
     "-" * 50_000 + "1 2", "\u00e9" * 50_000 + "12"],
)  # fmt: skip
def test_a_long_text_costs_by_its_length_only(text: str) -> None:
    """A pattern that goes back and forth would not end."""
    suspects(text)


def test_ten_digits_may_be_two_things() -> None:
    assert kinds("0161000002") == [guard.NHS_NUMBER, guard.PHONE]
    assert masked("ring 0161000002 now") == "ring [NHS number] now"
    assert kinds("+44 161 000 0022") == [guard.PHONE]


# ---------------------------------------------------------------- what is said of it


def test_it_is_said_in_words_and_masked_without_its_value() -> None:
    text = "Ring 0161 496 0123 or jane@example.org, LA1 4YW"
    assert looks_like(text) == "a phone number and an e-mail address and a postcode"
    assert masked(text) == "Ring [phone number] or [e-mail address], [postcode]"
    assert looks_like("all well") == ""
    assert masked("all well") == "all well"
    assert looks_like("9434765919") == "an NHS number"
    assert looks_like("A950000178301") == "a unique pupil number"


def test_a_seal_in_groups_is_no_number() -> None:
    """Packs have such seals, and digits of two groups beside each other may pass for a phone."""
    assert kinds_in("ab12-15a4-f5fe-0479-2266-82bb") == []
    assert kinds_in("ring 01229 476123") != []
