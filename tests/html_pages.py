"""Reads a page of ours as a parser does, and holds it to what every page must keep to."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"br", "hr", "input", "meta", "path", "rect"})
MAY_STAY_OPEN = frozenset({"tr", "td", "th"})
KNOWN = frozenset(
    {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "a",
        "svg",
        "defs",
        "pattern",
        "path",
        "rect",
        "g",
        "text",
        "desc",
        "header",
        "main",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "dl",
        "dt",
        "dd",
        "div",
        "ul",
        "ol",
        "li",
        "details",
        "summary",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "b",
        "i",
        "code",
        "span",
        "section",
        "form",
        "label",
        "select",
        "option",
        "input",
        "button",
        "script",
        "hr",
        "br",
    }
)


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str | None]
    inside: tuple[str, ...]
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)


class Page(HTMLParser):
    """The elements of a page in their order; each holds the text below it."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(markup)
        self.close()
        assert not self._open, [one.name for one in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self._open and self._open[-1].name in MAY_STAY_OPEN and tag in ("tr", "td", "th"):
            if self._open[-1].name == "tr" and tag != "tr":
                break
            self._open.pop()
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), (tag, attrs)
        one = Element(tag, dict(attrs), tuple(outer.name for outer in self._open))
        self.elements.append(one)
        if tag not in VOID:
            self._open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID, tag
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self._open[-1].name in MAY_STAY_OPEN and self._open[-1].name != tag:
            self._open.pop()
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for outer in self._open:
            outer.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def all(self, name: str) -> list[Element]:
        return [one for one in self.elements if one.name == name]

    @property
    def shown(self) -> str:
        """All text of the body but the script, if there is one."""
        (body,) = self.all("body")
        text = body.text
        for script in self.all("script"):
            text = text.replace(script.text, "")
        return text


def checked(markup: str) -> Page:
    """Return a page, which asks for nothing, runs its own script alone, and can be heard."""
    page = Page(markup)
    assert markup.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    assert {one.name for one in page.elements} <= KNOWN
    _asks_for_nothing(page)
    _runs_its_own_alone(page)
    _can_be_listened_to(page)
    return page


def _asks_for_nothing(page: Page) -> None:
    for one in page.elements:
        for name, value in one.attributes.items():
            assert not name.startswith("on"), one
            assert name not in ("style", "src", "srcset", "srcdoc", "action", "formaction"), one
            if "href" in name:
                assert (value or "").startswith("#"), one
            if name not in ("content", "aria-label", "data-t", "data-d", "value", "data-l"):
                assert "url(" not in (value or ""), one
    (style,) = page.all("style")
    assert "@import" not in style.text
    assert re.findall(r"url\(([^)]*)\)", style.text) == ["#hatch"]


def _runs_its_own_alone(page: Page) -> None:
    (policy,) = (
        one.attributes["content"] or ""
        for one in page.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    said = dict(part.split(" ", 1) for part in policy.split("; "))
    (style,), scripts = page.all("style"), page.all("script")
    assert len(scripts) <= 1
    assert said == {
        "default-src": "'none'",
        "style-src": _hash(style.text),
        "script-src": _hash(scripts[0].text) if scripts else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not any(script.attributes for script in scripts)


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _can_be_listened_to(page: Page) -> None:
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids)), ids
    links = [(one.attributes["href"] or "")[1:] for one in page.all("a")]
    assert set(links) <= set(ids)
    assert [len(page.all(name)) for name in ("h1", "main", "header", "footer", "title")][:4] == [
        1
    ] * 4
    levels = [int(one.name[1]) for one in page.elements if re.fullmatch("h[1-6]", one.name)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for one in page.all("th"):
        assert one.attributes.get("scope") in ("row", "col"), one
        assert one.text.strip(), one
    for one in page.all("svg"):
        named = one.attributes.get("role") == "img"
        assert named or one.attributes.get("aria-hidden") == "true"
    pictures = [one for one in page.all("svg") if one.attributes.get("role") == "img"]
    assert len(pictures) == len(page.all("desc"))
    for one in (*page.all("select"), *page.all("input")):
        assert "label" in one.inside, one
    for one in page.all("summary"):
        assert one.text.strip()
