"""What a first reading of children finds: who stands twice, and who has no identifier."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Set
from dataclasses import dataclass, field

from casecheck.intake.sources.rows import SourceRefused

MOST_DOUBLED = 5_000
"""So many children may stand again: what is told of them is put together in memory."""
MOST_NAMELESS = 5
"""In a hundred: where more children, or rows, have no identifier, it is no source of a council."""


LOOKED_AT = 2**14
"""After so many children it is first looked who stands again, and each time they are twice as many.
"""
_AT_ONCE = 2**16
"""So many digests or fewer are put in order at a time."""


@dataclass
class Survey:
    """Children by the digests of their identifiers: eight bytes of each.

    `doubtful` are the items whose days may be of either order of day and month.
    """

    doubtful: set[str] = field(default_factory=set)
    children: int = 0
    nameless: int = 0
    _digests: array[int] = field(default_factory=lambda: array("Q"))
    _doubled: set[int] = field(default_factory=set)
    _again: int = 0
    _looked_at: int = 0

    def see(self, name: str | None) -> None:
        """Count a child by its identifier."""
        self.count(None if name is None else digest(name))

    def count(self, number: int | None) -> None:
        """Count a child by the digest of its identifier."""
        self.children += 1
        if number is None:
            self.nameless += 1
        else:
            self._digests.append(number)

    @property
    def doubled(self) -> Set[int]:
        """The digests of identifiers that stand more than once."""
        self._look()
        return self._doubled

    @property
    def again(self) -> int:
        """How many children have an identifier that stood before."""
        self._look()
        return self._again

    def _look(self) -> None:
        """Look who stands again, part by part of the digests, so that few are put in order."""
        if self._looked_at == len(self._digests):
            return
        self._looked_at, self._again = len(self._digests), 0
        parts = self._looked_at // _AT_ONCE + 1
        for part in range(parts):
            before = -1
            for one in sorted([one for one in self._digests if one % parts == part]):
                if one == before:
                    self._again += 1
                    self._doubled.add(one)
                before = one

    @property
    def too_many_again(self) -> bool:
        """Whether more children stand again than are put together; seen soon, and not at once."""
        if len(self._digests) >= max(LOOKED_AT, 2 * self._looked_at):
            self._look()
        return self._again > MOST_DOUBLED

    def refuse_others(self, item: str) -> None:
        """Refuse what is no source of a council, by the identifiers in an item of it.

        Raises:
            SourceRefused: with what is wrong.
        """
        if self.again > MOST_DOUBLED:
            message = f"{self.again:,} children have an {item} that stood before"
            raise SourceRefused(f"{message}: is a part there twice? Nothing is written")
        if self.nameless * 100 > self.children * MOST_NAMELESS:
            message = f"{self.nameless:,} of {self.children:,} children have no {item}"
            raise SourceRefused(f"{message}: more than {MOST_NAMELESS} in 100; nothing is written")


def digest(name: str) -> int:
    """Return a short digest of an identifier: a number of eight bytes."""
    made = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(made, "big")
