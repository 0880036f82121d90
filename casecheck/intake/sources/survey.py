"""What a first reading of children finds: who stands twice, and who has no identifier."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from casecheck.intake.sources.rows import SourceRefused

MOST_DOUBLED = 5_000
"""So many children may stand again: what is told of them is put together in memory."""
MOST_NAMELESS = 5
"""In a hundred: where more children, or rows, have no identifier, it is no source of a council."""
_DIGEST = 8


@dataclass
class Survey:
    """Children by the digests of their identifiers, which take less memory than these.

    `doubtful` are the items whose days may be of either order of day and month.
    """

    seen: set[bytes] = field(default_factory=set)
    doubled: set[bytes] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    children: int = 0
    nameless: int = 0
    again: int = 0

    def see(self, name: str | None) -> None:
        """Count a child by its identifier."""
        self.children += 1
        if name is None:
            self.nameless += 1
            return
        known = digest(name)
        stood = known in self.seen
        self.again += stood
        (self.doubled if stood else self.seen).add(known)

    @property
    def too_many_again(self) -> bool:
        """Whether more children stand again than are put together."""
        return self.again > MOST_DOUBLED

    def refuse_others(self, item: str) -> None:
        """Refuse what is no source of a council, by the identifiers in an item of it.

        Raises:
            SourceRefused: with what is wrong.
        """
        if self.too_many_again:
            message = f"{self.again:,} children have an {item} that stood before"
            raise SourceRefused(f"{message}: is a part there twice? Nothing is written")
        if self.nameless * 100 > self.children * MOST_NAMELESS:
            message = f"{self.nameless:,} of {self.children:,} children have no {item}"
            raise SourceRefused(f"{message}: more than {MOST_NAMELESS} in 100; nothing is written")


def digest(name: str) -> bytes:
    """Return a short digest of an identifier."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
