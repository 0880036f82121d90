"""The numbers that decide a sample: SHA-256 of a seed, which anyone can work out again.

Two published procedures, so that a sample can be drawn again without this code:

- a *ticket* for each case, after Rivest, "Consistent sampling with replacement" (2018, arXiv
  1808.10016), as his package consistent_sampler writes it;
- a *stream* of numbers, after Stark's and Rivest's samplers for election audits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

STREAM_END = 1 << 256
"""Above every number of a stream: number / STREAM_END lies evenly in [0, 1)."""


def ticket(seed: str, case_id: str) -> str:
    """Return a case's ticket, a decimal fraction evenly spread over (0, 1), as text.

    The digest of the seed in hexadecimal, followed by the case's id, is digested. The digest as a
    decimal number of at least 64 digits, read backwards, is what follows "0.". Tickets are ordered
    as texts.
    """
    hashed = hashlib.sha256(seed.encode()).hexdigest()
    number = int.from_bytes(hashlib.sha256((hashed + case_id).encode()).digest())
    return "0." + f"{number:064d}"[::-1]


def stream(seed: str) -> Iterator[int]:
    """Yield whole numbers evenly spread over 0 <= number < STREAM_END.

    The number k, counted from 0, is the digest of the seed, a comma and k zero bytes.
    """
    hashed = hashlib.sha256(f"{seed},".encode())
    while True:
        yield int.from_bytes(hashed.digest())
        hashed.update(b"\0")
