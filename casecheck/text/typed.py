"""One spelling of what people type: the same letters are the same text."""

from __future__ import annotations

import unicodedata


def typed(text: str) -> str:
    """Return a text with its accents composed (Unicode's form NFC).

    One keyboard types an accented letter as one character, another system takes it apart. Unless
    they are made the same, two people who type one seed draw two samples.
    """
    return unicodedata.normalize("NFC", text)
