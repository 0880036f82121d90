"""Reads what is entered for a measure, `field=value` each, by the fields of its form."""

from __future__ import annotations

import calendar
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from casecheck.lessons.errors import did_you_mean
from casecheck.lessons.periods import read_day
from casecheck.qag.register.words import CannotKeep, one_line
from casecheck.response.model import FIELD_KINDS, Field, FieldKind, Form

Value = str | int | float | bool
Figures = Mapping[str, Value]
MOST = 10**9
"""The largest number that is entered: nothing of a county comes to more."""
MAX_TEXT = 100
_KEYS = ("date", "quarter", "text")
"""The kinds of required fields that tell one entry from another."""
_QUARTER = re.compile(r"([0-9]{4})-?Q([1-4])", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10})?", re.ASCII)
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def read_figures(forms: Sequence[Form], typed: Iterable[str]) -> tuple[Form, dict[str, Value]]:
    """Return the form that is meant, and its fields' values in the form's order.

    Raises:
        CannotKeep: where a field is none of the forms', lacks, stands twice, or holds what it
            cannot; the message says what it takes.
    """
    known = {field.name for form in forms for field in form.fields}
    texts = _texts(typed, known)
    form = _form_of(forms, texts)
    values = {one.name: _value(one, texts[one.name]) for one in form.fields if one.name in texts}
    for field in form.fields:
        of, most = values.get(field.name), values.get(field.at_most or "")
        if isinstance(of, int | float) and isinstance(most, int | float) and of > most:
            raise CannotKeep(f"{field.name} is {of}, which is more than {field.at_most}, {most}")
    return form, values


def _texts(typed: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return what was typed by field; `know` is the one that begins so, `know_the_lessons`."""
    texts: dict[str, str] = {}
    for one in typed:
        name, equals, text = one.partition("=")
        name = re.sub(r"[\s-]+", "_", name.strip().casefold())
        if not equals or not name:
            raise CannotKeep("each field is entered as field=value, such as quarter=2018-Q1")
        begun = [field for field in known if field.startswith(f"{name}_")]
        name = begun[0] if len(begun) == 1 and name not in known else name
        if name in texts:
            raise CannotKeep(f"{name[:64]} is given twice")
        texts[name] = text.strip()
    return texts


def _form_of(forms: Sequence[Form], texts: Mapping[str, str]) -> Form:
    """Return the form that has these fields, and needs no other."""
    known = {field.name for form in forms for field in form.fields}
    for name in texts:
        if name not in known:
            hint = did_you_mean(name, known)
            raise CannotKeep(f"no field {name[:64]!r} of {forms[0].measure}: {hint}")
    having = [form for form in forms if texts.keys() <= {one.name for one in form.fields}]
    whole = [form for form in having if not _lacking(form, texts)]
    if len(whole) != 1:
        wanted = "; or ".join(fields_in_words(form) for form in having or forms)
        raise CannotKeep(f"{forms[0].measure} is entered with {wanted}")
    form = whole[0]
    figures = [one for one in form.fields if not one.required]
    if figures and not any(one.name in texts for one in figures):
        names = ", ".join(one.name for one in figures)
        raise CannotKeep(f"this says nothing yet: give one at least of {names}")
    return form


def _lacking(form: Form, names: Iterable[str]) -> list[str]:
    return [one.name for one in form.fields if one.required and one.name not in names]


def fields_in_words(form: Form) -> str:
    """Return a form's fields in words: those it needs, and those it may have."""
    needed = " ".join(f"{one.name}=" for one in form.fields if one.required)
    others = " ".join(f"[{one.name}=]" for one in form.fields if not one.required)
    return f"{needed} {others}".strip()


def _value(field: Field, text: str) -> Value:
    value = _READ[field.kind](text)
    if value is None:
        raise CannotKeep(f"{field.name} is {FIELD_KINDS[field.kind]}")
    return one_line(value, field.name, MAX_TEXT) if isinstance(value, str) else value


def _day(text: str) -> Value | None:
    return text if read_day(text) else None


def _quarter(text: str) -> Value | None:
    found = _QUARTER.fullmatch(text)
    return f"{found[1]}-Q{found[2]}" if found and int(found[1]) else None


def _number(text: str) -> Value | None:
    number = float(text) if _NUMBER.fullmatch(text) else math.inf
    return number if number <= MOST else None


def _share(text: str) -> Value | None:
    percent = text.endswith("%")
    written = text.removesuffix("%").strip()
    if not _NUMBER.fullmatch(written):
        return None
    # Through whole digits: 62.1 / 100 is not 0.621 in binary.
    share = float(f"{written}e-2") if percent else float(written)
    return share if share <= 1 else None


def _count(text: str) -> Value | None:
    count = int(text) if re.fullmatch(r"[0-9]{1,10}", text, re.ASCII) else MOST + 1
    return count if count <= MOST else None


_READ: Mapping[FieldKind, Callable[[str], Value | None]] = {
    "date": _day,
    "quarter": _quarter,
    "number": _number,
    "share": _share,
    "count": _count,
    "yes_no": lambda text: _YES_NO.get(text.casefold()),
    "text": lambda text: text or None,
}


def key_of(form: Form, values: Figures) -> tuple[Value, ...]:
    """Return what tells one entry of a form from another; the later of one key counts."""
    kinds = {one.name: one.kind for one in form.fields if one.required}
    return (form.title, *(values[name] for name, kind in kinds.items() if kind in _KEYS))


def day_of(form: Form, values: Figures) -> date | None:
    """Return the last day that figures speak of; None where the form has none."""
    for field in form.fields:
        text = str(values.get(field.name, ""))
        if field.kind == "date" and (day := read_day(text)):
            return day
        if field.kind == "quarter" and (found := _QUARTER.fullmatch(text)):
            year, month = int(found[1]), 3 * int(found[2])
            return date(year, month, calendar.monthrange(year, month)[1])
    return None


def as_text(values: Figures) -> str:
    """Return figures as they stand in the register."""
    return json.dumps(dict(values), ensure_ascii=False, allow_nan=False)


def from_text(text: str) -> dict[str, Value]:
    """Return figures from the text of an entry."""
    values: dict[str, Value] = json.loads(text)
    return values


def form_with(forms: Iterable[Form], values: Figures) -> Form | None:
    """Return the form that figures were entered by; None where it is of none any more."""
    return next(
        (
            form
            for form in forms
            if values.keys() <= {one.name for one in form.fields} and not _lacking(form, values)
        ),
        None,
    )
