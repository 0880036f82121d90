"""Say why a page is not YAML: what is wrong, the place to mend, what to do, in plain words.

The parser says what it looked for where it gave up. Its author needs to know what was meant: often
that is to be seen in the line, and often the place to mend is where something began. Nothing of the
page is said again but single signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from casecheck.lessons.errors import PageError
from casecheck.lessons.yaml_text import KEY, Spot, TextFault

Complaint = tuple[Spot, str]
_QUOTES = ("'", '"')
_KEY_ALONE = re.compile(r"\s*[\w-]+\s*")
_ITEM_ALONE = re.compile(r"\s*- +[\w-]+\s*")
_QUOTE_IT = "a text with `: `, a bracket or a quotation mark in it goes in quotation marks"
_BEHIND_QUOTE = (
    "a text goes on behind its quotation mark: put the whole in the other kind of quotation marks"
)
_GOES_ON = re.compile(r"[^\s,\]}:]")
_STILL_OPEN = (
    "this bracket is still open when its line ends: close it, or write the comma that is missing;"
    " behind ` #` all is a remark"
)
RETYPE_BLANK = "this is not an ordinary blank: retype it"
_KEY_LACKS_COLON = "a key lacks its colon: write `key: value`, with a blank behind the colon"


def why_not_yaml(error: yaml.MarkedYAMLError, text: str, file: str, loader: Any) -> PageError:
    """Return the fault of a page, by what the parser says of it, and by the text.

    `loader` is one of PyYAML's two, which say the same in other words.
    """
    mark = error.problem_mark or error.context_mark
    assert mark is not None  # each parser gives every such fault a place
    at, since = _spot(mark), _spot(error.context_mark or mark)
    fault = TextFault(text.splitlines(), at, since, *_unfinished(text, at, loader))
    said = f"{error.context or ''}: {error.problem or ''}"
    (line, column), words = _seen(fault) or _by_what_is_said(said, fault)
    return PageError(file, line + 1, column + 1, f"this is not YAML: {words}")


def _spot(mark: Any) -> Spot:
    return mark.line, mark.column


def _unfinished(text: str, at: Spot, loader: Any) -> tuple[Spot | None, Spot | None]:
    """Return the last bracket open at a place, and a late quotation mark: see `TextFault`.

    A quotation mark with a word just behind it was meant to open a text, and closes another.
    """
    lines = text.splitlines()
    brackets: list[Spot] = []
    late_quote = None
    for token in _tokens(text, loader):
        start, end = _spot(token.start_mark), _spot(token.end_mark)
        if end > at:
            break
        if isinstance(token, yaml.FlowMappingStartToken | yaml.FlowSequenceStartToken):
            brackets.append(start)
        elif isinstance(token, yaml.FlowMappingEndToken | yaml.FlowSequenceEndToken):
            del brackets[-1:]
        elif isinstance(token, yaml.ScalarToken) and token.style in _QUOTES:
            late = start[0] < end[0] == at[0] and _GOES_ON.match(lines[end[0]], end[1])
            late_quote = start if late else None
    return (brackets[-1] if brackets else None), late_quote


def _tokens(text: str, loader: Any) -> Iterator[Any]:
    """Yield the words and signs of a page up to the first that cannot be read."""
    try:
        yield from yaml.scan(text, Loader=loader)
    except yaml.YAMLError:
        return


def _by_what_is_said(said: str, fault: TextFault) -> Complaint:
    return next(tell(fault) for pattern, tell in _CURES if re.search(pattern, said))


# --- seen in the text, whatever the parser says --------------------------------------------------


def _seen(fault: TextFault) -> Complaint | None:
    return _tab(fault) or _other_blank(fault) or _late_quote(fault)


def _other_blank(fault: TextFault) -> Complaint | None:
    spot = fault.other_blank()
    return spot and (spot, RETYPE_BLANK)


def _tab(fault: TextFault) -> Complaint | None:
    for line in dict.fromkeys((fault.at[0], fault.since[0])):
        if "\t" in fault.indent(line):
            column = fault.indent(line).index("\t")
            return (line, column), "a tab stands where the line begins: indent with blanks"
    if fault.sign(fault.at) == "\t":
        return fault.at, "a tab stands here: write a blank"
    return None


def _late_quote(fault: TextFault) -> Complaint | None:
    """A quotation mark that is closed only on the line of the fault, perhaps by another's."""
    if fault.late_quote is None:
        return None
    words = f"the quotation mark here is closed only on line {fault.at[0] + 1}"
    return fault.late_quote, f"{words}: close it where its text ends, or remove it"


# --- by what the parser says ---------------------------------------------------------------------


def _at(words: str) -> Callable[[TextFault], Complaint]:
    return lambda fault: (fault.at, words)


def _since(words: str) -> Callable[[TextFault], Complaint]:
    return lambda fault: (fault.since, words)


def _no_colon(fault: TextFault) -> Complaint:
    """A line that should have a key has none."""
    sign = fault.sign(fault.since)
    if sign and sign in _QUOTES:
        words = "a text that begins with a quotation mark goes on behind it, or is not closed"
        return fault.since, f'{words}: put the whole in "..." and close it, or remove the sign'
    if sign and sign in "[{":
        return fault.since, f"this `{sign}` does not belong here: remove it; {_QUOTE_IT}"
    if fault.is_below_folding():
        return fault.since, "indent the text below `>-` or `|`: it stands deeper than its key"
    if fault.is_beside_items():
        return fault.since, "an item of this list lacks its `- `: write it, with the blank"
    return fault.since, _KEY_LACKS_COLON


def _colon_too_many(fault: TextFault) -> Complaint:
    """A colon stands where no key can be: often because an earlier key has lost its own."""
    if told := _too_deep(fault):
        return told
    before, behind, line = fault.before, fault.behind, fault.at[0]
    if before.rstrip().endswith(("]", "}")):
        return fault.at, "a colon stands behind a closed bracket: remove it"
    for sign, closing in (("{", "}"), ("[", "]")):
        if sign in before and not KEY.search(before.partition(sign)[0]):
            words = f"what stands before this `{sign}` is no key and no item"
            return (line, before.index(sign)), f"{words}: write `key: ` or `- `, with the blank"
        if behind.count(closing) > behind.count(sign):
            words = f"a bracket is closed on this line that was not opened: write the `{sign}`"
            return fault.at, f"{words} where it should begin"
    words = "a `: ` stands within a text: a text with `: ` in it goes in quotation marks"
    return fault.at, f"{words}, or on the next lines after `>-`"


def _too_deep(fault: TextFault) -> Complaint | None:
    """Find a line that is read as more of the text above it, or the key above that is no key."""
    before, line, top = fault.before, fault.at[0], fault.top_of_text()
    if top is not None and (_KEY_ALONE.fullmatch(before) or fault.is_key(top)):
        return (top, fault.key_column(top)), _KEY_LACKS_COLON
    if _ITEM_ALONE.fullmatch(before):
        words = "this item, `- `, stands deeper than what is above it, and is read as more of that"
        return (line, before.index("-")), f"{words}: put it in line with the items of its list"
    if _KEY_ALONE.fullmatch(before):
        words = "this key stands deeper than the one above it, which has a text already"
        spot = (line, fault.key_column(line))
        return spot, f"{words}: put the two in line, or the text in quotation marks"
    return None


def _in_brackets(fault: TextFault) -> Complaint:
    """A list or mapping in brackets has something that is neither a comma nor its end."""
    opening, sign = fault.sign(fault.since), fault.sign(fault.at)
    if sign and sign in "]}":
        words = f"the `{opening}` of line {fault.since[0] + 1} is not closed before this `{sign}`"
        return fault.at, f"{words}: close it, or open the one that this closes; {_QUOTE_IT}"
    if fault.at[0] > fault.since[0] or not sign:
        return fault.since, _STILL_OPEN
    if fault.before.rstrip().endswith(_QUOTES):
        return fault.at, f"{_BEHIND_QUOTE}, or write a comma"
    words = "write the comma or the colon that is missing before this, or close the bracket later"
    return fault.at, f"{words}; {_QUOTE_IT}"


def _alias(fault: TextFault) -> Complaint:
    """An item or a text begins with a sign that YAML has another use for."""
    if fault.is_bullet():
        return fault.since, "a list's items do not begin with this sign: write `- `"
    words = "a text that begins with `&` or `*` goes in quotation marks; else remove the sign"
    return fault.since, words


def _no_value(fault: TextFault) -> Complaint:
    """A sign stands where a value should begin."""
    sign, bracket = fault.sign(fault.at), fault.bracket
    if bracket is not None and (fault.at[0] > bracket[0] or not sign):
        return bracket, _STILL_OPEN
    words = "a value is missing before this sign: write it, or remove the sign; a text that begins"
    return fault.at, f"{words} with the sign goes in quotation marks"


def _does_not_belong(fault: TextFault) -> Complaint:
    """Something stands where the next key, or the next item of a list, should begin."""
    sign, before = fault.sign(fault.at), fault.before.rstrip()
    if sign and sign in "]}":
        words = f"this `{sign}` closes a bracket that was not opened: open it, or remove the sign"
        return fault.at, f"{words}; {_QUOTE_IT}"
    if before.endswith(_QUOTES):
        return fault.at, f"{_BEHIND_QUOTE}, such as \"'police' in meeting.attended\""
    if before.endswith(("]", "}")):
        return fault.at, f"something stands behind a closed bracket: remove it; {_QUOTE_IT}"
    if sign and sign in "[{,:?!&*":
        return fault.at, f"this `{sign}` does not belong here: remove it; {_QUOTE_IT}"
    return fault.at, _out_of_line(fault)


def _out_of_line(fault: TextFault) -> str:
    """A line stands further left or right than those that it should go on with."""
    in_list = fault.sign(fault.since) == "-"
    if fault.sign(fault.at) == "-" and not in_list:
        return (
            "an item, `- `, stands here where no list is: indent it like the items above, or write"
            " the `- ` that the line above lacks"
        )
    line, column = fault.since
    return (
        f"this goes on neither with the line above nor with what began on line {line + 1} at column"
        f" {column + 1}: indent it like the lines that it belongs to, and begin it as they do, with"
        f" {'`- `' if in_list else '`key: `'}"
    )


_CURES: tuple[tuple[str, Callable[[TextFault], Complaint]], ...] = (
    (
        "quoted scalar: .*(end of stream|document)",
        _since(
            "the quotation mark here is never closed: close it where its text ends, or remove it"
        ),
    ),
    (
        "quoted scalar: ",
        _since("a backslash has a meaning within \"...\": put the text in '...', or after `>-`"),
    ),
    (
        "block scalar: ",
        _since(
            "behind `>-` or `|` the text begins on the next line, indented; a text that begins"
            " with `>` or `|` goes in quotation marks"
        ),
    ),
    (
        "(alias|anchor): ",
        _alias,
    ),
    (
        "directive|version|incompatible",
        _since("a line does not begin with `%`: remove it, or put the text in quotation marks"),
    ),
    (
        r"\btag\b",
        _since("a text that begins with `!` goes in quotation marks; else remove the sign"),
    ),
    (
        "cannot start any token",
        _at("a text that begins with this sign goes in quotation marks; else remove the sign"),
    ),
    ("could not find expected ':'", _no_colon),
    ("mapping values are not allowed", _colon_too_many),
    (
        "sequence entries are not allowed",
        _at(
            "an item, `- `, cannot stand here: a list begins on the line below its key; a text that"
            " begins with `-` goes in quotation marks"
        ),
    ),
    (
        "mapping keys are not allowed",
        _at("a text that begins with `?` goes in quotation marks; else remove the sign"),
    ),
    (
        "unexpected ':'",
        _at("a colon without a blank behind it: write `key: value`, or quote the text"),
    ),
    ("flow (mapping|sequence): ", _in_brackets),
    ("node: ", _no_value),
    ("block (mapping|collection): ", _does_not_belong),
    (
        "depth",
        _at("brackets are nested too deep here: remove the signs that are too many"),
    ),
    (
        "document start",
        _at(
            "what stands above is not in line with this: each key of the page begins its line, and"
            " ends with `: `; a remark begins with `#`"
        ),
    ),
    (
        "",
        _at(
            "it breaks off here: look at this line and the one above for a quotation mark or"
            " bracket that is not closed, a colon that is missing, or an indent"
        ),
    ),
)
"""What is told where the parser's words match: the first that does."""
