"""What is wrong with what an extract tells of sections that it carries in part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from casecheck.record.faults import FieldError
from casecheck.record.model import FIELDS, KINDS

_SPELT_AS_FIELDS_ARE = re.compile(r"[a-z]+(_[a-z]+){0,4}", re.ASCII)
WITHOUT_FIRST_DAY = ("people", "relationships")
"""The sections of which `from` is not told: their rows have no day of their own."""


def coverage_errors(coverage: Mapping[str, Mapping[str, Any]]) -> Iterator[FieldError]:
    """Yield all that is wrong with a coverage whose values are of the right types."""
    for position, (section, entry) in enumerate(coverage.items(), 1):
        if section not in FIELDS:
            yield _unknown_section(section, position)
            continue
        pointer = f"/coverage/{section}"
        if not entry:
            yield FieldError(pointer, "says nothing: give one of only, incomplete, from, without")
        if entry.get("incomplete", True) is not True:
            yield FieldError(f"{pointer}/incomplete", "not true")
        if "from" in entry and section in WITHOUT_FIRST_DAY:
            yield FieldError(f"{pointer}/from", f"{section} have no first day; say `incomplete`")
        yield from _only_errors(section, entry.get("only"), f"{pointer}/only")
        yield from _without_errors(section, entry.get("without"), f"{pointer}/without")


def _unknown_section(section: str, position: int) -> FieldError:
    """Return the error of a name that may be a person's: shown only where it is spelt as ours."""
    near = get_close_matches(section[:50], FIELDS, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"the sections are {', '.join(FIELDS)}"
    if _SPELT_AS_FIELDS_ARE.fullmatch(section):
        return FieldError(f"/coverage/{section}", f"no section of the format; {hint}")
    return FieldError("/coverage", f"name {position} is no section of the format; {hint}")


def _only_errors(section: str, only: Sequence[str] | None, pointer: str) -> Iterator[FieldError]:
    if only is None:
        return
    kinds = KINDS[section]
    if not kinds:
        yield FieldError(pointer, f"rows of {section} have no kind; say `incomplete`")
        return
    yield from _code_errors(only, kinds, pointer)
    if set(kinds) <= set(only):
        message = "leaves no kind out: where all kinds are carried, leave `only` out"
        yield FieldError(pointer, message)


def _without_errors(
    section: str, without: Sequence[str] | None, pointer: str
) -> Iterator[FieldError]:
    if without is None:
        return
    events = tuple(name for name, spec in FIELDS[section].items() if spec.role == "event")
    if not without:
        yield FieldError(pointer, "names no field: name one, or leave `without` out")
    elif not events:
        yield FieldError(pointer, f"rows of {section} have no event field that could be left out")
    else:
        yield from _code_errors(without, events, pointer)


def _code_errors(codes: Sequence[str], known: Sequence[str], pointer: str) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code not in known:
            yield FieldError(f"{pointer}/{index}", f"not one of {', '.join(known)}")
        elif code in seen:
            yield FieldError(f"{pointer}/{index}", "given twice; give it once")
        seen.add(code)
