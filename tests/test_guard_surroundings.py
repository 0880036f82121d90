"""Identities planted among anything are found, and what casecheck writes itself is taken for none.

What stands beside an identity may be other numbers, days, digests or signs, with or without a
blank: of each kind at least 99 in 100 are found. At most one in a thousand clean records, or of the
texts that stand in reports and stores beside one, is suspected.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from random import Random

import planted
import pytest
from amounts import tries

from casecheck.intake.sources.guard import masked, suspects
from casecheck.intake.sources.key_file import KEY_BYTES, Key
from casecheck.intake.sources.pseudonyms import LETTERS, Pseudonyms

PSEUDONYMS = Pseudonyms(Key(bytes(KEY_BYTES)))
SIGNS = "abc XYZ 0123 9-/.,;:()[]{}\"'<>=_&#@%*+|\n\té\u00df\u201c\u201d\u2013"
WORDS = ("the", "child", "mother", "plan", "on", "at", "seen", "of", "a", "SW", "IRO", "CP", "LA")
BETWEEN = (
    " ", " ", " ", " ", ", ", ". ", ": ", "; ", "(", ")", "\n", "\t", "[", "]", '"', "'", "<", ">",
    "=", "|", "/", " - ", "\u2013", "&", "*", "#", "?", "!",
)  # fmt: skip


def day(random: Random) -> str:
    return f"20{random.randrange(10, 27)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}"


def digest(random: Random) -> str:
    return hashlib.sha256(random.randbytes(8)).hexdigest()


def anything(random: Random) -> str:
    """What may stand beside an identity, or nothing."""
    return random.choice((
        planted.clean_reason(random),
        "".join(random.choices(SIGNS, k=random.randrange(1, 30))),
        " ".join(random.choices(WORDS, k=random.randrange(1, 12))),
        str(random.randrange(10 ** random.randrange(1, 9))),
        day(random),
        digest(random)[: random.choice((12, 16, 32, 64))],
        "".join(random.choices(LETTERS, k=16)),
        "",
    ))  # fmt: skip


def found(kind: str, seed: int) -> bool:
    """Plant one among anything, and say whether it was found there, or a part of it with more."""
    random = Random(f"{kind} among anything {seed}")
    written = planted.PLANTS[kind](random)
    before, after = (one and (one, random.choice(BETWEEN)) for one in map(anything, [random] * 2))
    start = "".join(before)
    text = start + written + "".join(reversed(after))
    first, last = len(start), len(start) + len(written)
    return any(one.kind == kind and one.start < last and first < one.end for one in suspects(text))


def told(random: Random) -> Iterator[str]:
    """What stands in reports, stores and logs beside a record: no content of anybody."""
    whole, number = digest(random), random.randrange
    yield from (whole, whole[:7], whole[:8], whole[:12], whole[:16], f"sha256:{whole[:12]}")
    yield "-".join(whole[at : at + 4] for at in range(0, 24, 4))
    yield f"{PSEUDONYMS.of('child', whole)} {day(random)} {PSEUDONYMS.of('person', whole)}"
    yield f"{day(random)}/{day(random)} ../{day(random)} {day(random)}T10:20:30.012345+00:00"
    yield from (", ".join(day(random) for _ in "12345"), " ".join(day(random) for _ in "12345"))
    yield " ".join(str(number(1000)) for _ in range(8))
    yield "; ".join(str(number(10**5)) for _ in range(5))
    yield f"{number(10**6):,} of {number(10**6):,} rows, {random.random():.3f}"
    yield f"/plans/{number(30)} with /meetings/{number(300)}, line {number(10**6)}, {number(999)}"
    yield f"P{number(1, 9)}.{number(1, 9)} {whole[:8]} {day(random)}, {number(400)} days later"
    yield f"{whole[8:20]} {day(random)} {number(10**6)} {whole[20:28]}"


@pytest.mark.parametrize("kind", planted.PLANTS)
def test_what_is_planted_among_anything_is_found(kind: str) -> None:
    number = tries(5000)
    assert sum(found(kind, seed) for seed in range(number)) >= 0.99 * number


@pytest.mark.slow
@pytest.mark.parametrize("kind", planted.PLANTS)
def test_of_thousands_planted_among_anything_99_in_100_are_found(kind: str) -> None:
    number = 5000
    assert sum(found(kind, -seed) for seed in range(1, number + 1)) >= 0.99 * number


@pytest.mark.slow
def test_what_is_told_beside_records_is_no_identity() -> None:
    number = tries(10_000)
    alarms = [one for seed in range(number) for one in told(Random(seed)) if suspects(one)]
    assert len(alarms) <= number / 1000, alarms


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("seen 2020-10-21; dob: 17-09-66", "17-09-66"),
        ("on 2024-01-22, born 22 Nov 2012 in a town", "22 Nov 2012"),
        ("22 Nov 2012 (DOB), seen 2024-01-22", "22 Nov 2012"),
        ("born 2012-05-03, sister born 2014-06-04", "2014-06-04"),
        ("3166 943-476-5919", "943-476-5919"),
        ("minutes of 2026 943 476 5919, page 2", "943 476 5919"),
        ("b07861455262 A 9500 0017 8301", "0017 8301"),
        ("2018-07-08/0161 496 0123", "0161 496 0123"),
        ("ref 120087-0800 912 0280", "0800 912 0280"),
        ("01228272391-2021-04-07", "01228272391"),
        ("1229/+44 161 496 0123", "161 496 0123"),
        (f"{'0123456789abcdef' * 4}-jane.doe@mail.example", "jane.doe@mail"),
    ],
)
def test_what_stands_beside_it_hides_none(text: str, hidden: str) -> None:
    assert hidden not in masked(text)


@pytest.mark.parametrize(
    "text",
    ["P1.3 a2a01031 2023-04-26", "3023c056 2022-10-21", "0c0664728193", "0831235807a4",
     "8704640640a8", "4b519425 2013-03-16", "056 2022-10-21", "bbe07972 2017-09-28"],
)  # fmt: skip
def test_a_short_digest_and_a_day_are_none(text: str) -> None:
    assert suspects(text) == []


@pytest.mark.parametrize("text", ["c9434765919", "a950000178301", "CASE-9434765919"])
def test_an_identifier_behind_a_letter_is_one(text: str) -> None:
    assert len(suspects(text)) == 1
