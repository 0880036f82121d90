"""Read what a board sets at the head of its paper: its name, its logo and its colour."""

from __future__ import annotations

import re
import tomllib
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from casecheck.text.printable import printable
from casecheck.text.regular_file import NoFile, read_file

MOST_BYTES = 20_000
MOST_LOGO_BYTES = 500_000
LEAST_CONTRAST = 4.5
"""Of a colour against white, by WCAG 2.2, success criterion 1.4.3."""
_KEYS = ("name", "logo", "colour", "title")
_IMAGES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


class TemplateError(ValueError):
    """A template that cannot be used; the message says what, where, and what to do."""


class Template(NamedTuple):
    """A board's own: its name, the paper's title, its logo as a `data:` address, its colour."""

    name: str = ""
    title: str = "How will we know?"
    logo: str = ""
    colour: str = ""


PLAIN = Template()


def read_template(file: Path) -> Template:
    """Return the template of a TOML file. The logo lies beside it.

    Raises:
        TemplateError: where it cannot be read, or says what it should not.
    """
    name = printable(str(file))
    try:
        said = tomllib.loads(_content(file, MOST_BYTES).decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(f"{name} is no TOML: {printable(str(error))}") from None
    for key, value in said.items():
        if key not in _KEYS:
            message = f"there is no `{printable(key)}`; there are {', '.join(_KEYS)}"
            raise TemplateError(f"{name}: {message}")
        if not isinstance(value, str) or not 0 < len(value) <= 200:
            raise TemplateError(f"{name}: `{key}` takes a text of 1 to 200 characters")
    return Template(
        printable(said.get("name", PLAIN.name)),
        printable(said.get("title", PLAIN.title)),
        _logo(file, said, name),
        _colour(said.get("colour", ""), name),
    )


def _logo(file: Path, said: Mapping[str, Any], name: str) -> str:
    if "logo" not in said:
        return ""
    place = Path(said["logo"])
    if place.is_absolute() or ".." in place.parts:
        raise TemplateError(f"{name}: `logo` names a file beside the template")
    content = _content(file.parent / place, MOST_LOGO_BYTES)
    for begins, kind in _IMAGES:
        if content.startswith(begins):
            return f"data:{kind};base64,{b64encode(content).decode()}"
    raise TemplateError(f"{name}: `logo` takes a PNG or a JPEG")


def _colour(colour: str, name: str) -> str:
    if not colour:
        return ""
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        raise TemplateError(f"{name}: `colour` is written as in #005ea5")
    if (contrast := _contrast_with_white(colour)) < LEAST_CONTRAST:
        message = (
            f"`colour` has a contrast of {contrast:.1f} to white, and {LEAST_CONTRAST} is needed to"
            " be read: take a darker one"
        )
        raise TemplateError(f"{name}: {message}")
    return colour.lower()


def _contrast_with_white(colour: str) -> float:
    """Return the contrast by WCAG 2.2.

    >>> round(_contrast_with_white("#000000")), round(_contrast_with_white("#ffffff"))
    (21, 1)
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _content(file: Path, most: int) -> bytes:
    name = printable(str(file))
    try:
        return read_file(file, most)
    except NoFile as error:
        raise TemplateError(f"{name} {error}") from None
    except OSError as error:
        raise TemplateError(f"{name}: {error.strerror}") from None
