"""Writes elements of a page: whatever is not markup already is escaped, wherever it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from casecheck.text.printable import printable

_EMPTY = frozenset({"br", "hr", "img", "input", "line", "meta", "path", "rect", "use"})
"""Elements without content, which have no end tag."""


class Html(str):
    """Text that is markup: made by the functions of this module alone, or constant in the code."""

    __slots__ = ()


def text(words: str) -> Html:
    """Return text as markup that shows it, with what is invisible in it written as its escape."""
    return words if isinstance(words, Html) else Html(escape(printable(words), quote=False))


def tag(name: str, /, *parts: str, **attributes: str | int | bool) -> Html:
    """Return an element: its parts are markup, or text that is escaped.

    Names of attributes are as in HTML, with `_` for `-` and one `_` at the end of Python's own
    words. One that is False or "" is left out, one that is True has no value.

    >>> tag("p", "1 < 2", tag("br"), class_="sum", id="")
    '<p class="sum">1 &lt; 2<br/></p>'
    """
    told = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_value(value)}"')
        for key, value in attributes.items()
        if value is not False and value != ""
    )
    if name in _EMPTY:
        return Html(f"<{name}{told}/>")
    return Html(f"<{name}{told}>{joined(parts)}</{name}>")


def joined(parts: Iterable[str]) -> Html:
    """Return the parts one after the other, each markup or text that is escaped."""
    return Html("".join(map(text, parts)))


def _value(value: str | int) -> str:
    if isinstance(value, str) and not isinstance(value, Html):
        return escape(printable(value))
    return str(value)
