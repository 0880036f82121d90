"""Read a page of YAML into nodes that know their place, refusing whatever a page does not need.

Only block and flow mappings, lists and scalars are read: no tags, anchors or aliases (so no YAML
bomb), no repeated keys, no second document. A plain scalar is null, true, false, a whole number or
text, as in YAML 1.2's core schema; nothing becomes a date, and the key `on` stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from casecheck.lessons.errors import PageError, RulesError
from casecheck.lessons.nodes import MAX_PAGE_CHARACTERS, Node, Place
from casecheck.lessons.yaml_faults import RETYPE_BLANK, why_not_yaml
from casecheck.lessons.yaml_text import OTHER_BLANK

MAX_DEPTH = 12
_NO_ANCHORS = (
    "anchors (&) and aliases (*) are not read: write it out, or say once what checks share: under"
    " `about`, or as a concept or a group in concepts.yaml"
)
_FORBIDDEN = yaml.reader.Reader.NON_PRINTABLE.search
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})", re.ASCII)
_WORDS: dict[str, bool | None] = {
    "~": None,
    "": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# `#3` behind a blank: YAML takes it for a remark, its author for more of the text. A remark has a
# blank behind its `#`, or its `##`.
_CUT = re.compile(r"[ \t]+(#+[^\s#])")
_CUT_HERE = (
    "the text is cut here: behind ` #` all is a remark; put the text in quotation marks, or write a"
    " blank behind the # for a remark"
)
# libyaml's parser where PyYAML was built with it: the same events, some fifteen times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_page(text: str, file: str) -> Node:
    """Return the page's one document as nodes; raise `RulesError` with file, line and column."""
    if len(text) > MAX_PAGE_CHARACTERS:
        message = f"a page may hold {MAX_PAGE_CHARACTERS:,} characters; split the lesson"
        raise RulesError([PageError(file, 1, 1, message)])
    if found := _FORBIDDEN(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = "the page holds a character that YAML does not allow: retype it"
        raise RulesError([PageError(file, line, column, message)])
    text = text.removeprefix("\ufeff")
    try:
        return _document(_uncut(yaml.parse(text, Loader=_LOADER), text, file), file)
    except yaml.MarkedYAMLError as error:
        raise RulesError([why_not_yaml(error, text, file, _LOADER)]) from None


def _uncut(events: Iterator[Any], text: str, file: str) -> Iterator[Any]:
    """Yield the events, and raise for a text without quotation marks that ` #` cuts short."""
    for event in events:
        if isinstance(event, yaml.ScalarEvent) and _is_plain(event):
            end: Any = event.end_mark
            if cut := _CUT.match(text, end.index):
                column = end.column + cut.start(1) - end.index
                raise RulesError([PageError(file, end.line + 1, column + 1, _CUT_HERE)])
        yield event


def _document(events: Iterator[Any], file: str) -> Node:
    root: Node | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise RulesError([_place(event, file).error("a page is one document: remove `---`")])
        if isinstance(event, yaml.NodeEvent):
            root = _node(event, events, file, 0)
    if root is None:
        raise RulesError([PageError(file, 1, 1, "the page is empty")])
    return root


def _node(event: Any, events: Iterator[Any], file: str, depth: int) -> Node:
    place = _place(event, file)
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise RulesError([place.error(_NO_ANCHORS)])
    if event.tag is not None and event.tag != "!":
        raise RulesError([place.error("tags (!) are not read: remove it")])
    if depth > MAX_DEPTH:
        raise RulesError([place.error(f"nested deeper than {MAX_DEPTH} levels")])
    if isinstance(event, yaml.ScalarEvent):
        value = _plain(event.value) if _is_plain(event) else event.value
        return Node(value, place, {}, _text_place(event, place))
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(_list(events, file, depth), place, {})
    return _mapping(events, file, depth, place)


def _is_plain(event: Any) -> bool:
    """Say whether a scalar stands without quotation marks, and not behind `>` or `|`."""
    return not event.style


def _text_place(event: Any, place: Place) -> Place | None:
    start, end = event.start_mark, event.end_mark
    quotes = 1 if event.style in ("'", '"') else 0
    if start.line != end.line or end.column - start.column != len(event.value) + 2 * quotes:
        return None
    return Place(place.file, place.line, place.column + quotes)


def _list(events: Iterator[Any], file: str, depth: int) -> list[Node]:
    items = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_node(event, events, file, depth + 1))
    return items


def _mapping(events: Iterator[Any], file: str, depth: int, place: Place) -> Node:
    members: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        where = _place(event, file)
        if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
            raise RulesError([where.error("a key is a plain word")])
        key = event.value
        if key in members:
            words = "remove one, or write `- ` before it where a new item begins"
            raise RulesError([where.error(f"the key `{key[:64]}` is repeated: {words}")])
        value = next(events)
        if _is_plain(event):
            _refuse_blanks(key, value, where)
        members[key] = _node(value, events, file, depth + 1)
        keys[key] = where
    return Node(members, place, keys)


def _refuse_blanks(key: str, value: Any, place: Place) -> None:
    """Raise for a key that has another blank than YAML's in it, or `key:value` without one."""
    if found := OTHER_BLANK.search(key):
        raise RulesError([place.error(RETYPE_BLANK, offset=found.start())])
    if isinstance(value, yaml.ScalarEvent) and _is_plain(value) and not value.value and ":" in key:
        message = "write a blank behind the colon"
        raise RulesError([place.error(message, offset=key.index(":"))])


def _plain(text: str) -> str | int | bool | None:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text


def _place(event: Any, file: str) -> Place:
    mark = event.start_mark
    return Place(file, mark.line + 1, mark.column + 1)
