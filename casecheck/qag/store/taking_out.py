"""Takes somebody's own words out of an entry of a log for good, and lets the log say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from casecheck.qag.store.chain import Chain, E
from casecheck.qag.store.log_rows import LogRows
from casecheck.qag.store.store import Store


class CannotRedact(ValueError):  # noqa: N818 - says why
    """The words of an entry cannot be taken out as asked; the message says why."""


class Redacted(NamedTuple):
    """What came of it: the entry without its words, the entry that says so, the log's last hash.

    `by` is 0 where the words were gone before. Not `wiped`: another command was reading, so that
    bytes of them may be left in the store's journal.
    """

    entry: int
    by: int
    entries: int
    last: str
    wiped: bool


def take_out(  # noqa: PLR0913, PLR0917 - a log is a chain, its rows, and how it is proved
    store: Store,
    chain: Chain[E],
    rows: LogRows[E],
    read: Callable[[], list[E]],
    number: int,
    redaction_of: Callable[[E], E],
) -> Redacted:
    """Put their digest in the place of an entry's own words, and add an entry that says so.

    `read` returns the log, proved whole, and what it raises is raised; `redaction_of` makes of the
    entry without its words the one that says so. All other entries and fields stay as they are, and
    the chain of hashes proves them as before. No byte of the words is left in the store. Once more
    of the same entry only wipes the store anew.

    Raises:
        CannotRedact: where there is no such entry.
    """
    with store.writing():
        log = read()
        if not 1 <= number <= len(log):
            raise CannotRedact(f"the log has no entry {number}: its entries are 1 to {len(log)}")
        entry = log[number - 1]
        added: list[E] = []
        if not entry.digest:
            left = chain.without_words(entry)
            redaction = redaction_of(entry)
            added = chain.chained(log[-1], [redaction])
            rows.take_words(number, left.digest)
            rows.append(added)
    last = [*log, *added][-1]
    wiped = store.wipe()
    return Redacted(number, last.number if added else 0, last.number, last.hash, wiped)
