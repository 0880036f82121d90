"""Finds in a text what looks like somebody's identity: which kind, and where; never the value.

Numbers are known by their checks (`check_digits.py`), a date of birth by the field that holds it or
a word beside it, the others by their shape. Blanks, dashes and digits of any script count as plain
ones, and what is not seen (a soft hyphen, a blank without width) does not count. Names are not
found: nothing knows a name from a word, so that free text is not carried at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from casecheck.intake.sources.check_digits import (
    is_national_insurance_number,
    is_nhs_number,
    is_uln,
    is_upn,
)

NHS_NUMBER = "NHS number"
UPN = "unique pupil number"
ULN = "unique learner number"
NATIONAL_INSURANCE = "national insurance number"
POSTCODE = "postcode"
PHONE = "phone number"
EMAIL = "e-mail address"
BIRTH = "full date of birth"
KINDS = (EMAIL, UPN, NATIONAL_INSURANCE, ULN, NHS_NUMBER, BIRTH, PHONE, POSTCODE)
"""All kinds; where two look alike, the earlier is named."""


class Suspect(NamedTuple):
    """What looks like an identity: its kind, and its place in the text, the end not included."""

    kind: str
    start: int
    end: int


def suspects(text: str, field: str = "") -> list[Suspect]:
    """Return what in a text looks like an identity, in order; `field` is the name it stands under.

    Of what overlaps the kind is told that comes first in `KINDS`; but that ten digits are a phone
    number as well is told too, since one in eleven of those passes for an NHS number.

    >>> suspects("Ring 0161 496 0123 (NHS 943 476 5919)")
    [Suspect(kind='phone number', start=5, end=18), Suspect(kind='NHS number', start=24, end=36)]
    >>> suspects("2012-05-03"), suspects("2012-05-03", field="date_of_birth")
    ([], [Suspect(kind='full date of birth', start=0, end=10)])
    """
    if not _MAYBE.search(text):
        return []
    if len(text) > _LONG:
        every = (
            Suspect(kind, start + first, start + last)
            for start, end in _passages(text)
            for kind, first, last in suspects(text[start:end], field)
        )
        return list(dict.fromkeys(every))
    plain, places = _plain(text)
    found: list[Suspect] = []
    for kind, start, end in _found(plain, field):
        over = [one for one in found if start < one.end and one.start < end]
        if not over or (kind == PHONE and over == [(NHS_NUMBER, start, end)]):
            found.append(Suspect(kind, start, end))
    if places is not None:
        found = [
            one._replace(start=places[one.start], end=places[one.end - 1] + 1) for one in found
        ]
    return sorted(found, key=lambda one: one.start)


def kinds_in(text: str, field: str = "") -> list[str]:
    """Return the kinds of identities that a text seems to hold, each once, in order."""
    return list(dict.fromkeys(one.kind for one in suspects(text, field)))


def looks_like(text: str, field: str = "") -> str:
    """Return in words what a text seems to hold, "" for nothing: `a postcode and an NHS number`."""
    return " and ".join(map(with_article, kinds_in(text, field)))


def with_article(kind: str) -> str:
    """Return a kind as a sentence needs it: `an NHS number`."""
    return f"{'an' if kind[0] in 'eN' else 'a'} {kind}"


def masked(text: str, field: str = "") -> str:
    """Return a text with what looks like an identity replaced by its kind, in brackets."""
    shown, before = [], 0
    for one in suspects(text, field):
        if one.start >= before:
            shown += [text[before : one.start], f"[{one.kind}]"]
            before = one.end
    return "".join([*shown, text[before:]])


# One spelling for all

_MAYBE = re.compile(r"\d.*?\d|[@\uff20\ufe6b]", re.DOTALL)
"""What is in any text with an identity: two digits, or the sign of an address."""
_LONG = 2_000
_MARGIN = 150
"""Characters around a digit or an @ of a long text that are looked at: more than any word takes
that stands beside an identity."""
_MARK = re.compile(r"[\d@\uff20\ufe6b]")
_BLANKS = dict.fromkeys((*range(32), 127), " ")


def _passages(text: str) -> Iterator[tuple[int, int]]:
    """Yield where in a long text there may be something: about its digits; never more than `_LONG`.

    One that must be cut is looked at with an overlap.
    """
    start, end = 0, -1
    for mark in _MARK.finditer(text):
        at = mark.start()
        if at - _MARGIN > end or at + _MARGIN - start > _LONG:
            if end > 0:
                yield start, end
            start = max(at - _MARGIN, 0)
        end = min(at + _MARGIN, len(text))
    if end > 0:
        yield start, end


def _plain(text: str) -> tuple[str, list[int] | None]:
    """Return a text in plain characters, and the place of each in the text, None where the same."""
    if text.isascii():
        return text.translate(_BLANKS), None
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character):
            plain = _plain_character(one)
            if plain:
                characters.append(plain)
                places.append(place)
    return "".join(characters), places


def _plain_character(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if character.isspace():
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    category = unicodedata.category(character)
    if category == "Pd" or character == "\u2212":
        return "-"
    return "" if category in ("Cf", "Cc", "Mn") else character


# The shapes

_FLAGS = re.IGNORECASE | re.ASCII
_GAP = r"[ ._\-]{0,3}"
_ALONE, _ENDS = r"(?<![0-9A-Z])", r"(?![0-9A-Z])"

_EMAIL = re.compile(r"[\w.%+'-]{1,64} ?@ ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE)
"""Of a longer word before the sign, such as a digest and a dash, the end is taken."""
_UPN = re.compile(
    rf"(?:{_ALONE}[A-HJ-NP-RT-Z](?:[ \-]{{0,2}}[0-9]){{11}}[ \-]{{0,2}}|"
    r"(?<=[A-Z])[A-HJ-NP-RT-Z][0-9]{11})[0-9A-HJ-NP-RT-Z](?![0-9A-Z])",
    _FLAGS,
)
_NATIONAL_INSURANCE = re.compile(
    rf"{_ALONE}[A-Z][ \-]?[A-Z]{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[0-9]{{2}}{_GAP}[A-D]{_ENDS}",
    _FLAGS,
)
_WORD_AND_DAY = re.compile(
    r"(?!(?-i:[A-Z]{2}))(?:am|an|as|at|by|he|me|my|on|or|we) "
    rf"(?:0[1-9]|[12][0-9]|3[01]){_GAP}(?:0[1-9]|1[0-2]){_GAP}[0-9]{{2}} a",
    _FLAGS,
)
"""What a word, a day and an article come to: `on 12.05.26 a meeting`."""
_GROUPS = ((3, 3, 4), (3, 4, 3), (4, 3, 3), (5, 5), (6, 4), (4, 6), (3, 7), (7, 3), (1,) * 10)
_TEN_DIGITS = re.compile(
    r"(?<![0-9])(?<![0-9]\.)(?:[0-9]{10}|"
    + "|".join(_GAP.replace("0,", "1,").join(f"[0-9]{{{size}}}" for size in one) for one in _GROUPS)
    + r")(?![0-9])(?!\.[0-9]*[1-9])"
)
_ANY_TEN = rf"(?<![0-9])[0-9](?:{_GAP}[0-9]){{9}}(?![0-9])"
_OF_NHS = re.compile(rf"\bNHS\b[^0-9]{{0,25}}(?P<it>{_ANY_TEN})", _FLAGS)
_ULN_WORD = r"(?:(?<![A-Z])ULN(?![A-Z])|learner[ _.-]?(?:number|no\b|ref|id\b))"
_OF_ULN = re.compile(
    rf"{_ULN_WORD}[^0-9]{{0,25}}(?P<it>{_ANY_TEN})|(?P<or>{_ANY_TEN})[ (,\-]{{1,4}}{_ULN_WORD}",
    _FLAGS,
)
_ULN_FIELD = re.compile(_ULN_WORD, _FLAGS)
_PHONE = re.compile(
    r"(?:(?:\+|(?<![0-9])00) ?44[ \-.]{0,2}(?:\(?0\)?[ \-.]{0,2})?\(?[1-9]"
    r"|(?<![0-9])(?<![0-9]\.)0[1-9](?=[0-9]))"
    r"(?:[ \-.()]{0,3}[0-9]){8,9}(?![0-9])(?!\.[0-9])"
)
_AREAS = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|BX|B|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY"
    "|EC|EH|EN|EX|E|FK|FY|GL|GU|GY|G|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL"
    "|LN|LS|LU|L|ME|MK|ML|M|NE|NG|NN|NP|NR|NW|N|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM"
    "|SN|SO|SP|SR|SS|ST|SW|SY|S|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|W|YO|ZE"
)
_POSTCODE = re.compile(
    rf"{_ALONE}(?:(?:{_AREAS})[0-9][0-9A-HJKMNPR-Y]?|GIR){_GAP}[0-9][ABD-HJLNP-UW-Z]{{2}}{_ENDS}",
    _FLAGS,
)
_COUNTED = re.compile(r"[A-Z][0-9]{1,2} (?:1st|2nd|3rd|[04-9]th|[0-9]hr|[0-9]yr)")
"""`S47 2nd enquiry`: a section of an Act or a row, and a number of something."""

_DAY, _MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_NAMED = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CUT = r"(?: ?[-/.] ?| )"
_DATE = (
    rf"(?<![0-9])(?:{_YEAR}{_CUT}{_MONTH}{_CUT}{_DAY}"
    rf"|{_DAY}{_CUT}{_MONTH}{_CUT}(?:{_YEAR}|[0-9]{{2}})"
    rf"|{_DAY}(?:st|nd|rd|th)?[ -]{{0,2}}(?:of )?{_NAMED}[ ,.-]{{0,3}}(?:{_YEAR}|'?[0-9]{{2}})"
    rf"|{_NAMED}[ .]{{1,2}}{_DAY}(?:st|nd|rd|th)?,? {{1,2}}{_YEAR}"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    rf"|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2]){_YEAR})(?![0-9])"
)
_FULL_DATE = re.compile(_DATE, _FLAGS)
_SERIAL = re.compile(r"[1-9][0-9]{3,4}(?:\.0+)?")
"""A day as a spreadsheet counts them, from 1900 on."""
_BIRTH_WORD = (
    r"(?:(?<![A-Z])d\.?[ ]?o\.?[ ]?b\b\.?|birth[ _-]?dates?|birthdays?"
    r"|dates?[ _-]?of[ _-]?birth|(?<![A-Z])born)"
)
_BARE_BIRTH = r"(?<!pre[ _-])(?<!pre)birth"
_NEAR = r"(?:[ :=,;()<>\"'|_-]|\b(?:on|was|is|of|the|a|her|his|their|for|day|date)\b){1,24}"
_NEAR_BIRTH = (
    rf"{_BIRTH_WORD}[^0-9.;!?]{{0,25}}?(?P<it>{_DATE})|{_BARE_BIRTH}{_NEAR}(?P<bare>{_DATE})",
    rf"(?P<it>{_DATE}){_NEAR}{_BIRTH_WORD}",
)
"""After such a word, and before it: a day of something else may stand on the other side.
Compiled where a text may tell of a birth at all: that takes as long as to audit a record."""
_BIRTH_FIELD = re.compile(
    r"(?i:(?<!pre)(?<!pre[ _-])birth|(?<![a-z])d\.?o\.?b(?![a-z])|(?<![a-z])born(?![a-z]))"
    r"|[a-z]D(?:ob|OB)(?![a-z])"
)
_DIGEST = re.compile(
    r"(?<![0-9a-z])(?=[0-9-]*[a-f])(?=[a-f-]*[0-9])"
    r"(?:[0-9a-f]{16,}|[0-9a-f]{4}(?:-[0-9a-f]{4}){3,})(?![0-9a-z])"
)
"""A digest in hexadecimal, or a seal in groups of four, in which any run of digits is chance."""


_SHORT_DIGEST = re.compile(
    r"(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])"
    r"(?:[0-9a-f]{12}|[0-9a-f]{7,8})(?![0-9a-z])"
)
"""One that was cut short: its first or last digits, and a number beside it, are chance together."""
_ISO_DAY = re.compile(rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}")


def names_a_birth(field: str) -> bool:
    """Tell whether a field or a column of this name holds when somebody was born."""
    return bool(_BIRTH_FIELD.search(field))


def is_label(text: str) -> bool:
    """Tell whether a cell's text says what kind of identity stands beside or below it."""
    return len(text) < 60 and bool(_BIRTH_FIELD.search(text) or _ULN_FIELD.search(text))


_Found = tuple[str, int, int]


def _found(text: str, field: str) -> Iterator[_Found]:
    """Yield what is found, kind by kind in the order of `KINDS`."""
    digests = [one.span() for one in _DIGEST.finditer(text)]
    cut = [one.span() for one in _SHORT_DIGEST.finditer(text)]
    for kind, start, end in _every(text, field):
        within = any(first <= start and end <= last for first, last in digests)
        in_part = kind in (PHONE, NHS_NUMBER) and any(
            first < start < last or first < end < last for first, last in cut
        )
        if not within and not in_part:
            yield kind, start, end


def _every(text: str, field: str) -> Iterator[_Found]:
    yield from _shaped(EMAIL, _EMAIL, text)
    yield from _shaped(UPN, _UPN, text, is_upn)
    yield from _shaped(NATIONAL_INSURANCE, _NATIONAL_INSURANCE, text, _is_insurance)
    yield from _shaped(ULN, _OF_ULN, text, is_uln)
    if _ULN_FIELD.search(field):
        yield from _shaped(ULN, _TEN_DIGITS, text, is_uln)
    yield from _shaped(NHS_NUMBER, _OF_NHS, text, is_nhs_number)
    phones = list(_phones(text))
    for kind, start, end in _shaped(NHS_NUMBER, _TEN_DIGITS, text, is_nhs_number):
        # Of the ten digits of +44 161 496 0000, one in eleven numbers passes the check.
        if not any(a <= start and end <= b and end - start < b - a for _, a, b in phones):
            yield kind, start, end
    yield from _births(text, field)
    yield from phones
    yield from _postcodes(text)


def _shaped(
    kind: str, shape: re.Pattern[str], text: str, right: Callable[[str], bool] | None = None
) -> Iterator[_Found]:
    """Yield what has a shape, or the group of it that is the thing itself, where it is right."""
    at = 0
    while match := shape.search(text, at):
        part = next((name for name, value in match.groupdict().items() if value), 0)
        if right is None or right(_bare(match[part]) if right is not _is_insurance else match[0]):
            yield kind, *match.span(part)
            at = match.end()
        else:
            at = match.start() + 1  # a number before it may have been taken for its first digits


def _bare(written: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", written.upper())


def _is_insurance(written: str) -> bool:
    return not _WORD_AND_DAY.fullmatch(written) and is_national_insurance_number(_bare(written))


def _births(text: str, field: str) -> Iterator[_Found]:
    if "b" in text.casefold():  # as in every word for it
        for near in _NEAR_BIRTH:
            yield from _shaped(BIRTH, re.compile(near, _FLAGS), text)
    if names_a_birth(field):
        yield from _shaped(BIRTH, _FULL_DATE, text)
        if _SERIAL.fullmatch(text.strip()) and not re.fullmatch(_YEAR, text.strip()):
            yield BIRTH, 0, len(text)


def _phones(text: str) -> Iterator[_Found]:
    """Yield phone numbers, but for what only a day beside some digits makes one."""
    for kind, start, end in _shaped(PHONE, _PHONE, text):
        if not _ISO_DAY.search(text, start, end):
            yield kind, start, end


def _postcodes(text: str) -> Iterator[_Found]:
    for kind, start, end in _shaped(POSTCODE, _POSTCODE, text):
        if not _COUNTED.fullmatch(text[start:end]):
            yield kind, start, end
