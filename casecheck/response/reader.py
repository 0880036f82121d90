"""Read a response's page. Every fault is told with its file, line, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from casecheck.lessons.errors import did_you_mean
from casecheck.lessons.nodes import Node
from casecheck.lessons.parts import LESSON_ID
from casecheck.lessons.shapes import Shapes, is_absent
from casecheck.response.deadlines import read_timed
from casecheck.response.form_reader import read_forms
from casecheck.response.model import (
    ACTION_KINDS,
    STATEMENT_KINDS,
    STATUSES,
    Action,
    ActionKind,
    Agency,
    FindingLine,
    How,
    LessonLine,
    Response,
    Statement,
    Theme,
)

ID = re.compile(r"[A-Z][A-Za-z0-9.-]{0,31}", re.ASCII)
ID_WORDS = "begins with a capital; letters, figures, . and - follow, 32 in all at most"
_REQUIRED = ("response", "title", "cite", "agencies", "themes")
_OPTIONAL = ("letter", "dissemination", "how", "entered")
_TIMED = ("deadline", "due", "read_as")
_LESSON_OF_ALL = "what spreads the learning serves all lessons: remove it"
T = TypeVar("T", bound=str)
Item = TypeVar("Item")


def read_response(shapes: Shapes, text: str, file: str) -> Response:
    """Return the response of a page; what is wrong in it is put into `shapes`."""
    # PyYAML is slow to import, and most who import this read no page.
    from casecheck.lessons.yaml_nodes import read_page  # noqa: PLC0415

    return _Reader(shapes).response(read_page(text, file), file)


class _Reader:
    """Reads one response. No two findings have one id, no two lessons, and no two other lines."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._ids: dict[tuple[str, str], int] = {}
        self._findings: list[FindingLine] = []
        self._lessons: list[LessonLine] = []
        self._actions: list[Action] = []
        self._how: list[How] = []

    def response(self, page: Node, file: str) -> Response:
        """Return the response, as far as it could be read."""
        shapes = self._shapes
        parts = shapes.members(page, "a response", _REQUIRED, _OPTIONAL)
        head = [shapes.text(parts[key], key) for key in ("response", "title", "cite")]
        agencies = self._each(parts["agencies"], "agencies", self._agency)
        letter = self._each(parts.get("letter"), "letter", self._statement)
        themes = self._each(parts["themes"], "themes", self._theme)
        for item in shapes.items(parts.get("dissemination"), "dissemination"):
            shapes.attempt(self._action, item, None, ("dissemination",))
        for item in shapes.items(parts.get("how"), "how"):
            shapes.attempt(self._how_line, item, None)
        forms = read_forms(shapes, parts.get("entered"))
        self._look_across()
        return Response(
            *(head[0], head[1], head[2]),
            agencies=tuple(agencies),
            letter=tuple(letter),
            themes=tuple(themes),
            findings=tuple(self._findings),
            lessons=tuple(self._lessons),
            actions=tuple(self._actions),
            how=tuple(self._how),
            forms=forms,
            file=file,
        )

    def _each(self, node: Node | None, what: str, read: Callable[[Node], Item]) -> list[Item]:
        items = self._shapes.items(node, what)
        read_ones = [self._shapes.attempt(read, item) for item in items]
        return [one for one in read_ones if one is not None]

    def _agency(self, node: Node) -> Agency:
        parts = self._shapes.members(node, "an agency", ["name"], ["note"])
        note = self._shapes.text(parts["note"], "note") if "note" in parts else ""
        return Agency(self._shapes.text(parts["name"], "name"), note)

    def _statement(self, node: Node) -> Statement:
        parts = self._shapes.members(node, "a statement", ["id", "kind", "text", "cite"])
        kind = self._one_of(parts["kind"], "kind", STATEMENT_KINDS)
        return Statement(self._new_id(parts["id"]), kind, *self._words(parts))

    def _theme(self, node: Node) -> Theme:
        shapes = self._shapes
        parts = shapes.members(node, "a theme", ["theme", "title", "cite", "findings"])
        number = parts["theme"].value
        if not is_absent(parts["theme"]) and not (type(number) is int and number > 0):
            shapes.fault(parts["theme"].place, "theme is its number in the source, from 1")
        theme = Theme(
            number if type(number) is int else 0,
            shapes.text(parts["title"], "title"),
            shapes.text(parts["cite"], "cite"),
        )
        for item in shapes.items(parts["findings"], "findings"):
            shapes.attempt(self._finding, item, theme.number)
        return theme

    def _finding(self, node: Node, theme: int) -> None:
        shapes = self._shapes
        required = ["finding", "text", "cite", "lessons", "how"]
        parts = shapes.members(node, "a finding", required, ["actions", "as_at"])
        name = self._new_id(parts["finding"], "finding")
        as_at = shapes.text(parts["as_at"], "as_at") if "as_at" in parts else None
        if ("actions" in parts) == (as_at is not None):
            message = "a finding has its own `actions`, or says `as_at` of which other they are"
            shapes.fault(node.place, f"{message}: write one of the two")
        words = self._words(parts)
        self._findings.append(FindingLine(name, theme, *words, as_at, node.place))
        lessons: list[str] = []
        for item in shapes.items(parts["lessons"], "lessons"):
            lesson = shapes.attempt(self._lesson, item, name)
            lessons += [lesson] if lesson else []
        for item in shapes.items(parts.get("actions"), "actions"):
            shapes.attempt(self._action, item, name, ("taken", "planned"), lessons)
        for item in shapes.items(parts["how"], "how"):
            shapes.attempt(self._how_line, item, name)

    def _lesson(self, node: Node, finding: str) -> str:
        parts = self._shapes.members(node, "a lesson", ["lesson", "text", "cite"])
        name = self._new_id(parts["lesson"], "lesson")
        if name and not LESSON_ID.fullmatch(name):
            self._shapes.fault(parts["lesson"].place, "a lesson's id is like P1.1")
        self._lessons.append(LessonLine(name, finding, *self._words(parts), node.place))
        return name

    def _action(
        self,
        node: Node,
        finding: str | None,
        kinds: Sequence[ActionKind],
        lessons: Sequence[str] = (),
    ) -> None:
        shapes = self._shapes
        required = ["id", "kind", "text", "cite", "owner", "status"]
        parts = shapes.members(node, "an action", required, ["lesson", *_TIMED])
        kind = self._one_of(parts["kind"], "kind", kinds, ACTION_KINDS)
        status = self._one_of(parts["status"], "status", STATUSES)
        action = Action(
            id=self._new_id(parts["id"]),
            finding=finding,
            lesson=self._lesson_of(parts, lessons),
            kind=kind,
            text=shapes.text(parts["text"], "text"),
            cite=shapes.text(parts["cite"], "cite"),
            owner=self._text_or_null(parts["owner"], "owner"),
            timed=read_timed(shapes, parts),
            status=status,
            place=node.place,
        )
        self._actions.append(action)

    def _lesson_of(self, parts: Mapping[str, Node], lessons: Sequence[str]) -> str | None:
        """Return the lesson that an action serves: the finding's only one need not be said."""
        if "lesson" not in parts:
            return lessons[0] if len(lessons) == 1 else None
        lesson = self._text_or_null(parts["lesson"], "lesson")
        if lesson is not None and lesson not in lessons:
            hint = did_you_mean(lesson, lessons) if lessons else _LESSON_OF_ALL
            message = f"no lesson `{lesson[:64]}` of this finding: {hint}"
            self._shapes.fault(parts["lesson"].place, message)
        return lesson

    def _how_line(self, node: Node, finding: str | None) -> None:
        shapes = self._shapes
        optional = ["answered_by", "not_answered", *_TIMED]
        parts = shapes.members(node, "a how line", ["id", "text", "cite"], optional)
        if ("answered_by" in parts) == ("not_answered" in parts):
            message = "a how line says what it is `answered_by`, or why it is `not_answered`"
            shapes.fault(node.place, f"{message}: write one of the two")
        names = list(self._names(shapes.items(parts.get("answered_by"), "answered_by")))
        why = ""
        if "not_answered" in parts:
            why = shapes.text(parts["not_answered"], "not_answered")
        name, words = self._new_id(parts["id"]), self._words(parts)
        timed = read_timed(shapes, parts)
        self._how.append(How(name, finding, *words, timed, tuple(names), why, node.place))

    def _names(self, items: Sequence[Node]) -> Iterator[str]:
        seen: set[str] = set()
        for item in items:
            name = self._shapes.text(item, "a measure or lesson")
            if name in seen:
                self._shapes.fault(item.place, f"`{name[:64]}` stands here already: remove one")
            elif name and not ID.fullmatch(name):
                message = f"`{name[:64]}` is no id of a measure or a lesson: it {ID_WORDS}"
                self._shapes.fault(item.place, message)
            elif name:
                yield name
            seen.add(name)

    def _words(self, parts: Mapping[str, Node]) -> tuple[str, str]:
        """Return what a part says, and where it stands in the source."""
        return self._shapes.text(parts["text"], "text"), self._shapes.text(parts["cite"], "cite")

    def _text_or_null(self, node: Node, what: str) -> str | None:
        if is_absent(node) or node.value is None:
            return None
        return self._shapes.text(node, what)

    def _one_of(self, node: Node, what: str, names: Sequence[T], elsewhere: Sequence[T] = ()) -> T:
        value = self._shapes.text(node, what)
        if value and value not in names:
            there = f"here `{what}` is {' or '.join(names)}"
            hint = there if value in elsewhere else did_you_mean(value, names)
            self._shapes.fault(node.place, f"no {what} `{value[:64]}`: {hint}")
        return next((one for one in names if one == value), names[0])

    def _new_id(self, node: Node, of: str = "line") -> str:
        name = self._shapes.text(node, "an id")
        if name and not ID.fullmatch(name):
            self._shapes.fault(node.place, f"an id {ID_WORDS}")
        elif (of, name) in self._ids:
            message = f"the id {name} stands on line {self._ids[of, name]} already: choose another"
            self._shapes.fault(node.place, message)
        if name:
            self._ids.setdefault((of, name), node.place.line)
        return name

    def _look_across(self) -> None:
        """Look at what only the whole page can show."""
        having = {one.id for one in self._findings if one.as_at is None}
        for finding in self._findings:
            if finding.as_at is not None and finding.as_at not in having:
                hint = did_you_mean(finding.as_at, having)
                message = f"no finding `{finding.as_at[:64]}` with actions of its own: {hint}"
                self._shapes.fault(finding.place, message)
