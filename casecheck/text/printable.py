"""Makes text from outside harmless to print: a file's name is whatever its sender chose."""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    r"""Write every control, invisible or undecodable character as its escape (`\x1b`, `\u202e`).

    What is left moves no cursor, breaks no line, hides nothing, and can be encoded.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def encodable(text: str) -> str:
    r"""Write each byte of a file name that is not UTF-8 as its escape (`\xff`).

    Python holds such a byte as a lone surrogate, which many JSON readers refuse.
    """
    return text if text.isascii() else _SURROGATE.sub(lambda found: _escape(found[0]), text)


def _escape(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
