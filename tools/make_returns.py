"""Make an invented return of the Children in Need census: nobody in it lives.

    python tools/make_returns.py census.xml              # 40 children, the year to 31 March 2026
    python tools/make_returns.py census.xml --children 100000 --seed 7

The same numbers give the same file. `docs/importing.md` goes on from there to a first audit.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

Element = tuple[str, Any]
"""An element: its name, and what it holds: a text, or the elements within, None left out."""

CATEGORIES = ("NEG", "PHY", "SAB", "EMO", "MUL")
FACTORS = ("1A", "1B", "1C", "2A", "2B", "3A", "3B", "4A", "4B", "16A", "17A", "18C", "19C", "20")
REASONS = ("RC7", "RC7", "RC8", "RC9", "RC2")


def element(name: str, *within: Element | None) -> Element:
    """Return an element with those within it that are not None."""
    return name, [one for one in within if one is not None]


def given(name: str, value: date | str | None) -> Element | None:
    """Return an element with a day or a text; None where there is none."""
    return None if value is None else (name, str(value))


def lines(one: Element, indent: int = 0) -> Iterator[str]:
    """Yield the lines of an element."""
    name, content = one
    space = "  " * indent
    if isinstance(content, str):
        yield f"{space}<{name}>{escape(content)}</{name}>"
    elif content:
        yield f"{space}<{name}>"
        for within in content:
            yield from lines(within, indent + 1)
        yield f"{space}</{name}>"
    else:
        yield f"{space}<{name}/>"


def return_of(children: Iterable[Element], reference: date | str, **header: str) -> Iterator[str]:
    """Yield the lines of a return of these children, each with its line end."""
    told = {"Collection": "CIN", "Year": str(reference)[:4], "ReferenceDate": str(reference)}
    collection = element("CollectionDetails", *told.items())
    source = element(
        "Source", ("SourceLevel", "L"), ("LEA", "999"), ("SoftwareCode", "casecheck, invented"),
        *header.items(),
    )  # fmt: skip
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n'
    yield from (f"{line}\n" for line in lines(element("Header", collection, source), 1))
    yield "  <Children>\n"
    for child in children:
        yield from (f"{line}\n" for line in lines(child, 2))
    yield "  </Children>\n</Message>\n"


def child(
    identifier: str | None,
    birth: date | str | None,
    *episodes: Element,
    expected: date | None = None,
    sex: str = "U",
) -> Element:
    """Return a child with its episodes, each a `CINdetails`."""
    identifiers = element(
        "ChildIdentifiers", given("LAchildID", identifier), ("UPNunknown", "UN1"),
        given("PersonBirthDate", birth), given("ExpectedPersonBirthDate", expected), ("Sex", sex),
    )  # fmt: skip
    characteristics = element("ChildCharacteristics", ("Ethnicity", "NOBT"))
    return element("Child", identifiers, characteristics, *episodes)


def assessment(started: Any, authorised: Any, factors: Sequence[str] = ()) -> Element:
    """Return an assessment with its factors."""
    found = element("FactorsIdentifiedAtAssessment", *(("AssessmentFactors", f) for f in factors))
    return element(
        "Assessments", given("AssessmentActualStartDate", started),
        given("AssessmentAuthorisationDate", authorised), found if factors else None,
    )  # fmt: skip


def enquiry(started: Any, conference: Any = None) -> Element:
    """Return a section 47 enquiry, with its conference if there was one."""
    required = ("ICPCnotRequired", "0" if conference else "1")
    return element(
        "Section47", given("S47ActualStartDate", started), given("DateOfInitialCPC", conference),
        required,
    )  # fmt: skip


def protection_plan(
    start: Any, end: Any, first: str | None, latest: str | None, reviews: Iterable[Any] = ()
) -> Element:
    """Return a child protection plan with its first and latest category and its reviews."""
    held = [("CPPreviewDate", str(one)) for one in reviews]
    return element(
        "ChildProtectionPlans", given("CPPstartDate", start), given("CPPendDate", end),
        given("InitialCategoryOfAbuse", first), given("LatestCategoryOfAbuse", latest),
        ("NumberOfPreviousCPP", "0"), element("Reviews", *held) if held else None,
    )  # fmt: skip


def need_plan(start: Any, end: Any = None) -> Element:
    """Return a child in need plan."""
    return element("CINPlanDates", given("CINPlanStartDate", start), given("CINPlanEndDate", end))


def episode(
    referred: Any, *within: Element | None, closed: Any = None, reason: str | None = None,
    conference: Any = None, no_action: str = "0",
) -> Element:  # fmt: skip
    """Return an episode: a referral, what followed, and its closing if it was closed."""
    return element(
        "CINdetails", given("CINreferralDate", referred), ("ReferralSource", "1A"),
        ("PrimaryNeedCode", "N1"), given("CINclosureDate", closed),
        given("ReasonForClosure", reason), given("DateOfInitialCPC", conference),
        ("ReferralNFA", no_action), *within,
    )  # fmt: skip


class Inventor:
    """Invents children as a return has them, most of them looked after well by the calendar."""

    def __init__(self, seed: int, reference: date) -> None:
        self._random = Random(seed)  # noqa: S311 - no secret
        self._last = reference
        self._first = date(reference.year - 1, 4, 1)

    def children(self, number: int) -> Iterator[Element]:
        """Yield so many children."""
        for at in range(1, number + 1):
            birth = self._last - timedelta(self._random.randrange(100, 17 * 365))
            yield child(f"INV{at:07d}", max(birth, date(1990, 1, 1)), self._episode(birth))

    def _later(self, day: date, least: int, most: int) -> date | None:
        """Return a day so many days later, or None where the year does not reach so far."""
        later = day + timedelta(self._random.randint(least, most))
        return later if later <= self._last else None

    def _episode(self, birth: date) -> Element:
        referred = max(self._first + timedelta(self._random.randrange(360)), birth)
        if self._random.random() < 0.15:
            return episode(referred, no_action="1")
        begun = self._later(referred, 0, 4)
        done = begun and self._later(begun, 20, 70)
        factors = self._random.sample(FACTORS, self._random.randint(1, 3)) if done else ()
        within = [assessment(begun, done, factors)] if begun else []
        if done and self._random.random() < 0.4:
            within += self._protection(done)
        elif done and self._random.random() < 0.5:
            within.append(need_plan(done, self._later(done, 60, 150)))
        elif done and self._random.random() < 0.5:
            closed = self._later(done, 1, 20)
            reason = self._random.choice(REASONS[2:4]) if closed else None
            return episode(referred, *within, closed=closed, reason=reason)
        return episode(referred, *within)

    def _protection(self, day: date) -> list[Element]:
        """Return an enquiry, its conference, and the plan that began there."""
        begun = self._later(day, 0, 10)
        conference = begun and self._later(begun, 8, 25)
        if not begun or not conference:
            return [enquiry(begun)] if begun else []
        first = self._random.choice(CATEGORIES)
        latest = self._random.choice(CATEGORIES) if self._random.random() < 0.3 else first
        reviews, on = [], self._later(conference, 60, 100)
        while on:
            reviews.append(on)
            on = self._later(on, 120, 190)
        end = reviews[-1] if len(reviews) > 1 else None
        return [
            enquiry(begun, conference),
            protection_plan(conference, end, first, latest, reviews),
        ]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--children", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reference", type=date.fromisoformat, default=date(2026, 3, 31))
    options = parser.parse_args()
    children = Inventor(options.seed, options.reference).children(options.children)
    with options.file.open("w", encoding="utf-8") as out:
        out.writelines(return_of(children, options.reference))
    print(f"{options.children:,} invented children in {options.file}")


if __name__ == "__main__":
    main()
