"""What can be wrong with an input: a field, a whole input, two dates of one record."""

from __future__ import annotations

from dataclasses import dataclass


class CasecheckError(Exception):
    """What casecheck raises of its own; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong at one place of an input: a JSON Pointer ("" for the whole) and a message.

    The message names ids, codes of the contract and pointers, and never repeats other content.
    """

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that could not be read as a case record; the rest of the audit goes on.

    `count` is more than 1 where it stands for several that are not told one by one, the first of
    them at its place.
    """

    file: str
    line: int | None
    errors: tuple[FieldError, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two dates of one record that cannot both be right; `pointers` name the two."""

    case_id: str
    pointers: tuple[str, str]
    message: str
