"""What the words of a page say that they should not: blame, ids of persons, nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casecheck.lessons.lesson import SHORTFALLS, Concept
from casecheck.lessons.nodes import Node, Place
from casecheck.record.model import FIELDS, FieldSpec
from casecheck.results import Outcome

LEAST_WORDS = 4
"""Fewer words than this are no basis: `Four weeks.` only repeats the number."""

_SPOKEN = frozenset({"title", "asks", "since_then", "means", "breach", "cannot_tell", "text"})
_SILENT = frozenset({"examples", "equivalent", "source", "parameters"})
_SLOT = re.compile(r"\{([^{}]*)\}")
_PERSONS = {"people": "a person of the family", "workers": "a worker"}


@dataclass(frozen=True, slots=True)
class Accusation:
    """A form of words that accuses, examples of it, why it does, and what to write instead."""

    words: re.Pattern[str]
    such_as: str
    why: str
    instead: str


def _accusation(words: str, such_as: str, why: str, instead: str) -> Accusation:
    return Accusation(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), such_as, why, instead)


_NOT_RECORDED = "write what is not recorded"
ACCUSATIONS = (
    _accusation(
        r"fail(?:s|ed|ing|ures?)?",
        "failed, failure",
        "says that somebody fell short; the record shows only that nothing is written",
        "write `is not recorded` or `no ... is recorded`",
    ),
    _accusation(
        r"neglect(?:s|ed|ing) to",
        "neglected to",
        "says that somebody left a duty undone; beside a child's neglect it is misread too",
        "write `is not recorded`",
    ),
    _accusation(
        r"faults?|at fault|blam(?:e|es|ed|ing|eworthy)|culpab(?:le|ly|ility)|guilt(?:y)?",
        "at fault, blame, culpable, guilty",
        "passes a verdict",
        _NOT_RECORDED,
    ),
    _accusation(
        r"careless(?:ly|ness)?|reckless(?:ly|ness)?|sloppy|sloppily|lazy|lazily|lax",
        "careless, reckless, sloppy, lazy",
        "judges how somebody worked, which no record shows",
        _NOT_RECORDED,
    ),
    _accusation(
        r"neglig(?:ent|ently|ence)|incompeten(?:t|tly|ce)|irresponsib(?:le|ly)"
        r"|unprofessional(?:ly)?|misconduct|malpractice",
        "negligent, incompetent, misconduct",
        "accuses of misconduct",
        _NOT_RECORDED,
    ),
    _accusation(
        r"ignor(?:e|es|ed|ing)|disregard(?:s|ed|ing)?|turned a blind eye",
        "ignored, disregarded, turned a blind eye",
        "says that somebody knew and looked away",
        "write `is not recorded as considered`",
    ),
    _accusation(
        r"overlook(?:s|ed|ing)?|forg(?:et|ets|ot|otten|etting)",
        "overlooked, forgot",
        "says why something is not there, which no record shows",
        "write `is not recorded`",
    ),
    _accusation(
        r"(?:did|does|do|has|have|had)(?: not|n't) (?:bother|care|even)(?:ed|d)?",
        "did not bother, did not even",
        "says that nobody cared",
        _NOT_RECORDED,
    ),
    _accusation(
        r"should have|ought to have",
        "should have, ought to have",
        "looks back at what somebody was to do",
        "write what is asked for, and that it is not recorded",
    ),
    _accusation(
        r"mistakes?|mistakenly|wrongly|blunders?|blundered|errors? of judge?ment",
        "mistake, wrongly, error of judgement",
        "says that a decision was wrong, which the record cannot show",
        _NOT_RECORDED,
    ),
    _accusation(
        r"(?:poor|bad|inadequate|shoddy|substandard) (?:practice|work|care)|let down",
        "poor practice, inadequate work, let down",
        "judges the work, and with it who did it",
        _NOT_RECORDED,
    ),
    _accusation(
        r"(?:workers?|practitioners?|managers?|chairs?|professionals?|nurses?|teachers?|officers?)"
        r" (?:did|does|do|has|have|had|was|were|could|would)(?: not|n't| never)",
        "the worker did not, managers have never",
        "names a person as the one who did not act",
        "make what is missing the subject: `no ... is recorded`",
    ),
)

_UNSAID = re.compile(
    r"\b(?:tbd|tba|tbc|to ?do|fixme|xxx|lorem|placeholder"
    r"|to be (?:decided|confirmed|added|written|filled in|agreed))\b",
    re.IGNORECASE,
)
_OUTCOME_WORDS = {
    Outcome.BREACH: r"breach(?:es|ed)?",
    Outcome.INSUFFICIENT_EVIDENCE: r"insufficient[ _]evidence|cannot tell|can't tell",
    Outcome.COMPLIANT: r"compliant",
    Outcome.NOT_APPLICABLE: r"not[ _]applicable|(?:does|do)(?: not|n't) apply",
}
_PROMISES = {
    outcome: re.compile(rf"\b(no |not |not an? |never |never an? )?(?:{words})\b", re.IGNORECASE)
    for outcome, words in _OUTCOME_WORDS.items()
}


def spoken(node: Node, key: str = "") -> Iterator[Node]:
    """Yield the texts of a page that people read in reports: titles, questions, messages."""
    if isinstance(node.value, dict):
        for name, item in node.value.items():
            if name not in _SILENT:
                yield from spoken(item, name)
    elif isinstance(node.value, list):
        for item in node.value:
            yield from spoken(item, key)
    elif isinstance(node.value, str) and key in _SPOKEN:
        yield node


def accusations(node: Node) -> Iterator[tuple[Place, str, Accusation]]:
    """Yield the words of a text that accuse, each with its place."""
    text = _SLOT.sub(lambda slot: "_" * len(slot[0]), node.value)
    for accusation in ACCUSATIONS:
        for found in accusation.words.finditer(text):
            yield _place(node, found.start()), found[0], accusation


def says_nothing(basis: str) -> bool:
    """Say whether a basis gives no reason: it is too short, or still to be written."""
    return bool(_UNSAID.search(basis)) or len(re.findall(r"\w+", basis)) < LEAST_WORDS


def broken_promise(name: str, expected: set[Outcome]) -> str | None:
    """Return what an example's name says of an outcome, where what is expected differs."""
    for outcome, words in _PROMISES.items():
        for found in words.finditer(name):
            wrong = expected == {outcome} if found[1] else outcome not in expected
            if wrong:
                return found[0]
    return None


def persons_shown(node: Node, concepts: Mapping[str, Concept]) -> Iterator[tuple[Place, str, str]]:
    """Yield each place of a message that shows a person's id: where, its path, whose id it is."""
    if isinstance(node.value, list):
        for item in node.value:
            yield from persons_shown(item, concepts)
    if not isinstance(node.value, dict):
        return
    if "for_each" in node.value:
        kinds = _kinds(node.value["for_each"])
        for key in ("breach", "cannot_tell"):
            yield from _persons_in(node.value[key], kinds, concepts)
        for key in node.value.keys() & set(SHORTFALLS):
            for item in node.value[key].value:
                found = _kinds(item.value["find"]) if "find" in item.value else {}
                yield from _persons_in(item.value["breach"], {**kinds, **found}, concepts)
    for key in node.value.keys() & {"checks", "instances"}:
        yield from persons_shown(node.value[key], concepts)


def _kinds(names: Node) -> dict[str, str]:
    return {name: item.value for name, item in names.value.items()}


def _persons_in(
    message: Node, kinds: Mapping[str, str], concepts: Mapping[str, Concept]
) -> Iterator[tuple[Place, str, str]]:
    for slot in _SLOT.finditer(message.value):
        # What is worked out is a day or a number, and no path.
        is_path = all(map(str.isidentifier, slot[1].split("."))) and slot[1].split(".")[0] in kinds
        kind = _kind_at(slot[1], kinds, concepts) if is_path else None
        if kind in _PERSONS:
            yield _place(message, slot.start()), slot[1], _PERSONS[kind]


def _kind_at(path: str, kinds: Mapping[str, str], concepts: Mapping[str, Concept]) -> str | None:
    """Return of which section the row is that a path leads to; None where it leads to a field."""
    name, *references = path.split(".")
    kind: str | None = kinds[name]
    for reference in references:
        assert kind is not None  # a page with a path beyond a field is not loaded
        kind = _fields(kind, concepts)[reference].target
    return kind


def _fields(kind: str, concepts: Mapping[str, Concept]) -> Mapping[str, FieldSpec]:
    return FIELDS[kind] if kind in FIELDS else concepts[kind].specs


def _place(node: Node, offset: int) -> Place:
    """Return where a part of a text stands, or the text's own place where it is folded."""
    if node.text_place is None:
        return node.place
    place = node.text_place
    return Place(place.file, place.line, place.column + offset)
