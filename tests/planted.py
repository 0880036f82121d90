"""Plants invented identities in texts, and makes clean texts that are like them.

Numbers are made by the published rules of each kind, written down here once more, and spelt as
people and systems spell them. `python tests/planted.py [N]` counts what the guard finds of N each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from casecheck.intake.sources import guard

Write = Callable[[Random], tuple[str, str]]
"""Returns an identity as it is spelt, and the text that it stands in."""

SENTENCES = (
    "{}",
    "See {}.",
    "The file of {} was not seen",
    "Agreed by phone ({}) on 2026-03-04",
    "late: {}, told to the chair",
    '"{}"',
    "child={};plan=cp",
    "Seen 2 days late. {} Not recorded until 12.05.26 a second time.",
    "[{}] no",
    "Ref {}/ core group of 3 June",
)
BLANKS = (" ", " ", " ", "\u00a0", "\u2009", "\u202f", "\t", "  ")
DASHES = ("-", "-", "\u2013", "\u2010", "\u2011", "\u2212")


def digits(random: Random, number: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(number))


def spelt(random: Random, parts: Sequence[str]) -> str:
    """Join parts as people do, and now and then in digits or letters of another width."""
    how = random.random()
    cut = "" if how < 0.4 else random.choice(BLANKS if how < 0.8 else DASHES)
    text = cut.join(parts)
    if random.random() < 0.25:
        text = text.lower()
    if random.random() < 0.08:
        wide = {ord(one): chr(ord(one) + 0xFEE0) for one in "0123456789"}
        text = text.translate(wide)
    if random.random() < 0.04:
        text = "\u200b".join(text)
    return text


def nhs_digits(random: Random) -> str:
    while True:
        nine = random.choice("4679") + digits(random, 8)
        check = 11 - sum(int(one) * (10 - at) for at, one in enumerate(nine)) % 11
        if check != 10:
            return f"{nine}{0 if check == 11 else check}"


def nhs_number(random: Random) -> str:
    ten = nhs_digits(random)
    return spelt(random, (ten[:3], ten[3:6], ten[6:]))


def pupil_number(random: Random) -> str:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    rest = digits(random, 11)
    last = random.choice(letters) if random.random() < 0.3 else digits(random, 1)
    values = [*map(int, rest), letters.index(last) if last in letters else int(last)]
    check = letters[sum(weight * value for weight, value in enumerate(values, 2)) % 23]
    return spelt(random, (check, rest[:3], rest[3:7], rest[7:] + last))


def learner_number(random: Random) -> str:
    while True:
        nine = random.choice("123456789") + digits(random, 8)
        left = sum(int(one) * (10 - at) for at, one in enumerate(nine)) % 11
        if left:
            ten = f"{nine}{10 - left}"
            said = random.choice(("ULN ", "ULN: ", "uln=", "Learner number ", "learner ref no. "))
            return said + spelt(random, (ten[:3], ten[3:6], ten[6:]))


def insurance_number(random: Random) -> str:
    while True:
        two = random.choice("ABCEGHJKLMNOPRSTWXYZ") + random.choice("ABCEGHJKLMNPRSTWXYZ")
        if two not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}:
            six = digits(random, 6)
            return spelt(random, (two, six[:2], six[2:4], six[4:], random.choice("ABCD")))


def postcode(random: Random) -> str:
    area = random.choice(("CA", "LA", "M", "B", "S", "SW", "EC", "WC", "L", "NE", "CF", "G", "BT"))
    district = digits(random, 1)
    if area in ("EC", "WC", "SW"):
        district = f"1{random.choice('AEHPVWY')}"
    elif random.random() < 0.5:
        district = f"{random.randint(1, 9)}{district}"
    inward = digits(random, 1) + "".join(random.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in "12")
    return spelt(random, (area + district, inward))


def phone(random: Random) -> str:
    area, rest = random.choice((
        ("07700", digits(random, 6)), ("01228", digits(random, 6)), ("0161", digits(random, 7)),
        ("020", f"7946{digits(random, 4)}"), ("0800", digits(random, 7)),
        ("016977", digits(random, 4)),
    ))  # fmt: skip
    if random.random() < 0.25:
        area = random.choice(("+44 ", "+44", "0044 ", "+44 (0)")) + area[1:]
    elif random.random() < 0.15:
        area = f"({area})"
    cut = len(rest) // 2 if random.random() < 0.5 else len(rest)
    return spelt(random, [part for part in (area, rest[:cut], rest[cut:]) if part])


def email(random: Random) -> str:
    local = random.choice(("jane.doe", "j_doe+cp", "o'neil", "duty-team", "JDoe1", "j.o.brown"))
    domain = random.choice(
        ("example.gov.uk", "nhs.example", "school.example.sch.uk", "mail.example")
    )
    return random.choice(
        (f"{local}@{domain}", f"{local}@{domain}".upper(), f"{local}\uff20{domain}")
    )


def birth(random: Random) -> str:
    day = date(1960, 1, 1) + timedelta(days=random.randrange(24_000))
    written = random.choice((
        day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}",
        f"{day:%d-%m-%y}", f"{day.day} {day:%B %Y}", f"{day.day} {day:%b %y}",
        f"{day.day}th of {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}", f"{day:%Y%m%d}",
        f"{day:%d} / {day:%m} / {day:%Y}", day.isoformat().replace("-", "\u2011"),
    ))  # fmt: skip
    said = random.choice((
        "DOB {}", "dob: {}", "d.o.b. {}", "D.O.B {}", "born {}", "born on {}", "Born: {}",
        "date of birth {}", "Date of Birth is {}", "her birthday, {}", "{} (DOB)",
        "{} (date of birth)",
        "birth date {}", "birthdate={}", "birth: {}", "<PersonBirthDate>{}</PersonBirthDate>",
    ))  # fmt: skip
    return said.format(written)


PLANTS: dict[str, Callable[[Random], str]] = {
    guard.NHS_NUMBER: nhs_number,
    guard.UPN: pupil_number,
    guard.ULN: learner_number,
    guard.NATIONAL_INSURANCE: insurance_number,
    guard.POSTCODE: postcode,
    guard.PHONE: phone,
    guard.EMAIL: email,
    guard.BIRTH: birth,
}


def found(kind: str, seed: int) -> tuple[bool, str]:
    """Plant one, and return whether it was found in its place, and the text."""
    random = Random(f"{kind} {seed}")
    written = PLANTS[kind](random)
    text = random.choice(SENTENCES).format(written)
    start = text.index(written)
    end = start + len(written)
    hits = (one for one in guard.suspects(text) if one.kind == kind)
    return any(start <= one.start and one.end <= end for one in hits), text


REASONS = (
    "not done", "done late", "done but not recorded",
    "Chair's letter of {day} is in the paper file",
    "Core group {n} held {day}, {n} working days late", "S47 2nd enquiry, no strategy meeting",
    "RCPC on {uk}, minutes sent {uk}", "The child was seen {n} times between {day} and {day}",
    "Pre-birth assessment of {uk} found no risk", "Unborn child; conference {day}, plan {day}",
    "P{n}.{n} does not apply: category neglect since {day}",
    "Born before the plan began on page {n}",
    "Section 20 from {uk}; section 31 from {uk}", "At {uk} a strategy discussion, {n} agencies",
    "On {dots} a meeting; on {dots} as well", "Review {n}/{n} is {n}{n} days late",
    "See C-0{n}0{n}, entry {n}{n}{n} of the log", "minutes p. {n}-{n}{n}, item {n}.{n}.{n}",
    "{n}{n}:{n}0 on {day}: contact attempted, {n} visits in {n} weeks", "age {n}, {n} siblings",
    "GCP2 done {words}; next due {words}", "IRO's note of {words} says {n} of {n} actions done",
    "The mother's drug test of {day} was late by {n} days; birth of a sibling in {month}",
    "SW visits: {day}, {day}, {day}, {day}", "plan {day}/{day} - level 2 to level {n}",
    "M{n} 1st meeting, M{n} 2nd meeting", "weight {n}.{n}{n} kg at {n} months, 50th centile",
    "{n} of {n}{n} (0.{n}{n}{n}{n}{n}{n}{n}{n}{n})",
    "version {n}.{n}.{n} of the form, page {n} of {n}",
)  # fmt: skip
"""What auditors write who name nobody, as far as it looks like an identity at all."""


def clean_reason(random: Random) -> str:
    day = date(2024, 1, 1) + timedelta(days=random.randrange(900))
    text = random.choice(REASONS)
    for name, write in (
        ("{day}", lambda one: one.isoformat()),
        ("{uk}", lambda one: f"{one:%d/%m/%Y}"),
        ("{dots}", lambda one: f"{one:%d.%m.%y}"),
        ("{words}", lambda one: f"{one.day} {one:%B %Y}"),
        ("{month}", lambda one: f"{one:%B %Y}"),
    ):
        while name in text:
            text = text.replace(name, write(day), 1)
            day += timedelta(days=random.randrange(40))
    while "{n}" in text:
        text = text.replace("{n}", str(random.randrange(1, 10)), 1)
    return text


def main() -> None:
    """Print of each kind how many were found, and examples of the others."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for kind in PLANTS:
        missed = [text for seed in range(number) for hit, text in [found(kind, seed)] if not hit]
        print(f"{kind}: {number - len(missed)} of {number} found", *missed[:8], sep="\n    ")
    alarms = [
        text
        for seed in range(number)
        for text in [clean_reason(Random(seed))]
        if guard.suspects(text)
    ]
    print(f"clean reasons: {len(alarms)} of {number} look so", *alarms[:10], sep="\n    ")


if __name__ == "__main__":
    main()
