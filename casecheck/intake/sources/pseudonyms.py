"""Gives who is in a source a pseudonym: the same for ever, and without the key nobody's.

A pseudonym is the HMAC-SHA-256 (RFC 2104) of a kind and an identifier under the key, in 16 letters
of an alphabet of 20 without vowels: no digits, which could look like an identifier, and no words.
There are 20^16, or 6.6 * 10^20. That any two of ten million people get the same one has a chance of
1 in 13 million (n^2 / 2 over their number); of one million, 1 in 1.3 thousand million.

What is made here never changes: records of later years must meet those of earlier ones.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from casecheck.intake.sources.key_file import Key

Kind = Literal["child", "person", "team", "worker"]
KINDS: tuple[Kind, ...] = ("child", "person", "team", "worker")
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 16
_BLOCK = 64
_PURPOSE = b"casecheck pseudonym 1"
_COUNT = len(LETTERS) ** LENGTH


class Pseudonyms:
    """The pseudonyms under one key.

    >>> Pseudonyms(Key(bytes(32))).of("child", "LA-0001")
    'FXCXJSHRBPCNVMFZ'
    """

    def __init__(self, key: Key) -> None:
        # HMAC as RFC 2104 writes it, of a key no longer than a block. To copy the two digests that
        # are begun here takes a third of the time that `hmac` takes for the same.
        block = key.secret.ljust(_BLOCK, b"\0")
        inner = hashlib.sha256(bytes(one ^ 0x36 for one in block) + _part(_PURPOSE))
        self._outer = hashlib.sha256(bytes(one ^ 0x5C for one in block))
        self._inner = {kind: inner.copy() for kind in KINDS}
        for kind, made in self._inner.items():
            made.update(_part(kind.encode()))

    def of(self, kind: Kind, identifier: str) -> str:
        """Return the pseudonym of who has this identifier among those of a kind.

        Blanks around the identifier do not count; all else of its spelling does, so a reader first
        brings what a source writes in two ways (`123` and `123.0`) to one.

        Raises:
            ValueError: where there is no such kind, or the identifier is blank: that is nobody's.
        """
        known = identifier.strip()
        begun = self._inner.get(kind)
        if not known or begun is None:
            raise ValueError("no kind of pseudonym, or a blank identifier")
        inner, outer = begun.copy(), self._outer.copy()
        inner.update(_part(known.encode("utf-8", "surrogatepass")))
        outer.update(inner.digest())
        return _in_letters(int.from_bytes(outer.digest(), "big") % _COUNT)


def _part(part: bytes) -> bytes:
    """Return it with its length before it, so that no two lists of parts are written alike."""
    return len(part).to_bytes(8, "big") + part


_TWO = tuple([first + second for first in LETTERS for second in LETTERS])
_THREE = tuple([first + two for first in LETTERS for two in _TWO])
_TWOS, _THREES = len(_TWO), len(_THREE)
_HALF, _FIVE = len(LETTERS) ** 8, len(LETTERS) ** 5
"""A number is written in two halves of eight letters, each of them three, three and two."""


def _in_letters(number: int) -> str:
    high, low = divmod(number, _HALF)
    return (
        f"{_THREE[high // _FIVE]}{_THREE[high // _TWOS % _THREES]}{_TWO[high % _TWOS]}"
        f"{_THREE[low // _FIVE]}{_THREE[low // _TWOS % _THREES]}{_TWO[low % _TWOS]}"
    )
