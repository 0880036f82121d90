"""The frame of a page: one file, which asks nothing of any network.

Its policy (Content-Security-Policy) allows the one style, and the one script if there is any, that
stand in it, by their SHA-256, and nothing else: no other script, no request, no form, no frame.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

import casecheck
from casecheck.report.html.markup import Html, tag


class Frame:
    """The frame of a page of that title.

    `script` is what it can do beside, `style` what it looks like beside, each our own or "";
    `images`: it shows images that stand in it, as `data:` addresses.
    """

    def __init__(
        self, title: str, script: str = "", *, style: str = "", images: bool = False
    ) -> None:
        self._title = title
        self._script = script
        self._style = _style() + style
        self._images = images

    def begin(self, skip: str, to: str) -> Html:
        """Return the page up to its body's first element, and a link that skips to a place."""
        style = self._style
        policy = "; ".join(
            (
                "default-src 'none'",
                f"style-src {_hash(style)}",
                f"script-src {_hash(self._script)}" if self._script else "script-src 'none'",
                *(["img-src data:"] if self._images else []),
                "base-uri 'none'",
                "form-action 'none'",
            )
        )
        head = tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=policy),
            tag("title", self._title),
            tag("meta", name="generator", content=f"casecheck {casecheck.__version__}"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("meta", name="robots", content="noindex, nofollow"),
            tag("meta", name="color-scheme", content="light dark"),
            Html(f"<style>{style}</style>"),
        )
        link = tag("a", skip, class_="skip", href=f"#{to}")
        return Html(f'<!DOCTYPE html>\n<html lang="en-GB">{head}\n<body>{link}')

    def end(self) -> Html:
        """Return the page's end, with its script."""
        script = f"<script>{self._script}</script>\n" if self._script else ""
        return Html(f"{script}</body></html>\n")


@cache
def _style() -> str:
    return files(__package__).joinpath("report.css").read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
