"""Holds in memory, packed, what was read once and is read again, up to a limit.

To parse a large return takes longer than all else that is done with it but once. What is held never
leaves the memory of the process.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterator
from typing import Any

MOST_HELD = 24 << 20
"""Bytes that are held: some 200,000 children of a census. Of more, nothing is held."""
_BLOCK = 1 << 18
_QUICKLY = 1


class Held:
    """Values in the order in which they were added: lists, tuples, dictionaries, texts, numbers."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._waiting: list[Any] = []
        self._size = self._packed = 0
        self.fits = True
        """Whether all that was added is held."""

    def add(self, value: Any, size: int) -> None:
        """Hold a value of about so many bytes, if there is room."""
        if not self.fits:
            return
        self._waiting.append(value)
        self._size += size
        if self._size >= _BLOCK:
            self._pack()

    def _pack(self) -> None:
        block = packed(self._waiting)
        self._waiting, self._size = [], 0
        self.take(block)

    def take(self, block: bytes) -> None:
        """Hold what was packed, after what is held."""
        self._packed += len(block)
        self._blocks.append(block)
        if self._packed > MOST_HELD:
            self._blocks.clear()
            self.fits = False

    def __iter__(self) -> Iterator[Any]:
        for block in self.blocks():
            yield from unpacked(block)

    def blocks(self) -> Iterator[bytes]:
        """Yield what is held in blocks, for `unpacked`."""
        yield from self._blocks
        if self._waiting:
            yield packed(self._waiting)


def packed(values: list[Any]) -> bytes:
    """Return values as a block: what occurs in many of them is written, and read, once."""
    return zlib.compress(marshal.dumps(values), _QUICKLY)


def unpacked(block: bytes) -> list[Any]:
    """Return the values of a block, which nobody but this process, or its parent, has packed."""
    values: list[Any] = marshal.loads(zlib.decompress(block))  # noqa: S302
    return values
