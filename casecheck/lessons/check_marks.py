"""Read what a check says of itself beside its question: severity, tags, and its former names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from casecheck.lessons.errors import PageError, did_you_mean
from casecheck.lessons.lesson import Check, CheckName, Lesson
from casecheck.lessons.nodes import Node
from casecheck.lessons.shapes import Shapes
from casecheck.results import MEDIUM, SEVERITIES, Severity

MAX_TAGS = 10
MAX_NAMES = 20
TAG = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
FORMER = re.compile(r"(?:[A-Z][A-Za-z0-9.-]{0,31}/)?[a-z][a-z0-9-]{0,59}", re.ASCII)
_MEANT: Mapping[str, Severity] = {
    **dict.fromkeys(("critical", "grave", "severe", "serious", "major", "highest"), "high"),
    **dict.fromkeys(("normal", "moderate", "standard", "default"), "medium"),
    **dict.fromkeys(("minor", "trivial", "info", "lowest"), "low"),
}
"""What is often written for a severity."""


class Marks(NamedTuple):
    """What a check says of itself; `formerly` the oldest name first."""

    severity: Severity = MEDIUM
    tags: tuple[str, ...] = ()
    formerly: tuple[CheckName, ...] = ()


def read_marks(shapes: Shapes, parts: Mapping[str, Node], lesson: str, check: str) -> Marks:
    """Return the marks among the parts of a check, of a lesson; faults are gathered."""
    severity: Severity = MEDIUM
    if "severity" in parts:
        severity = _severity(shapes, parts["severity"])
    tags = tuple(_tags(shapes, parts["tags"])) if "tags" in parts else ()
    names: tuple[CheckName, ...] = ()
    if "formerly" in parts:
        names = tuple(_formerly(shapes, parts["formerly"], CheckName(lesson, check)))
    return Marks(severity, tags, names)


def _severity(shapes: Shapes, node: Node) -> Severity:
    text = shapes.text(node, "severity")
    for severity in SEVERITIES:
        if text == severity:
            return severity
    if text:
        meant = _MEANT.get(text.casefold())
        hint = f"did you mean `{meant}`?" if meant else did_you_mean(text, SEVERITIES)
        shapes.fault(node.place, f"no severity `{text[:64]}`: {hint}")
    return MEDIUM


def _tags(shapes: Shapes, node: Node) -> Iterator[str]:
    seen: set[str] = set()
    for item in shapes.items(node, "tags", MAX_TAGS):
        tag = shapes.text(item, "a tag")
        if tag and not TAG.fullmatch(tag):
            message = f"a tag is small letters, figures and hyphens, like child-voice: `{tag[:64]}`"
            shapes.fault(item.place, message)
        elif tag in seen:
            shapes.fault(item.place, f"the tag `{tag}` is repeated: remove one")
        elif tag:
            seen.add(tag)
            yield tag


def _formerly(shapes: Shapes, node: Node, own: CheckName) -> Iterator[CheckName]:
    one = isinstance(node.value, str)
    seen: set[CheckName] = set()
    for item in [node] if one else shapes.items(node, "formerly", MAX_NAMES):
        text = shapes.text(item, "a former name")
        if not text:
            continue
        if not FORMER.fullmatch(text):
            message = "a former name is that of a check, like chair-agreement, or of another"
            shapes.fault(item.place, f"{message} lesson's, like P1.1/chair-agreement")
            continue
        lesson, _, check = text.rpartition("/")
        name = CheckName(lesson or own.lesson, check)
        if name == own:
            shapes.fault(item.place, f"`{text}` is this check's own name: name what it was before")
        elif name in seen:
            shapes.fault(item.place, f"the former name `{text}` is repeated: remove one")
        else:
            seen.add(name)
            yield name


def names_taken(lessons: Iterable[Lesson]) -> Iterator[PageError]:
    """Yield a fault for each former name that another check has, or had: it can be one's alone."""
    every = [(lesson, check) for lesson in lessons for check in lesson.checks]
    now = {CheckName(lesson.id, check.id) for lesson, check in every}
    before: dict[CheckName, CheckName] = {}
    for lesson, check in every:
        own = CheckName(lesson.id, check.id)
        for name in check.formerly:
            if name in now:
                message = f"`{name}` is a check's name now: its findings would be taken for others"
                yield check.place.error(f"`formerly` of `{check.id}`: {message}")
            elif (other := before.setdefault(name, own)) != own:
                message = f"`{name}` is a former name of {other} too: it can be of one alone"
                yield check.place.error(f"`formerly` of `{check.id}`: {message}")


def called_now(lesson: str, check: str, lessons: Iterable[Lesson]) -> str:
    """Return a hint at the name that a check has now which once had this one; "" for none."""
    for other in lessons:
        for one in other.checks:
            if CheckName(lesson, check) in one.formerly:
                name = one.id if other.id == lesson else f"{other.id}/{one.id}"
                return f"it is called `{name}` now"
    return ""


def marks_json(check: Check) -> dict[str, Any]:
    """Return the marks of a check that are not those of any, as JSON has them."""
    marks: dict[str, Any] = {
        "severity": "" if check.severity == MEDIUM else check.severity,
        "tags": list(check.tags),
        "formerly": list(map(str, check.formerly)),
    }
    return {name: value for name, value in marks.items() if value}
