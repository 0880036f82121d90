"""Takes the words of a judgment out of the log for good, and lets the log say so."""

from __future__ import annotations

from typing import NamedTuple, cast

from casecheck.intake.sources.guard import looks_like
from casecheck.qag.judgments.log import chained, first_broken, redaction_name, without_words
from casecheck.qag.judgments.taking import LogBroken, is_in_own_words, salt_for
from casecheck.qag.packs.form import MAX_REASON
from casecheck.qag.store.rows import REDACTION, Entry, Judged
from casecheck.qag.store.store import Store
from casecheck.text.printable import printable


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


def redact(store: Store, number: int, because: str, who: str = "") -> Redacted:
    """Put its digest in the place of an entry's reason, and add an entry that says who and why.

    All other entries and fields stay as they are, and the chain of hashes proves them as before. No
    byte of the words is left in the store. Once more of the same entry only wipes the store anew.

    Raises:
        CannotRedact: where there is no such entry or it has no words of its own, or where what is
            said of it would name somebody in its turn.
        LogBroken: where the log itself was damaged.
    """
    why = _spelt(because, "the reason")
    by = _spelt(who, "who") if who else ""
    with store.writing():
        log = store.entries()
        if broken := first_broken(log, store.log_end()):
            raise LogBroken(broken)
        entry = _entry(log, number)
        added: list[Entry] = []
        if not entry.digest:
            left = without_words(entry)
            added = chained(log[-1], [_redaction(left, why, by)])
            store.take_words(number, left.digest)
            store.append_entries(added)
    last = [*log, *added][-1]
    wiped = store.wipe()
    return Redacted(number, last.number if added else 0, last.number, last.hash, wiped)


def _entry(log: list[Entry], number: int) -> Entry:
    if not 1 <= number <= len(log):
        raise CannotRedact(f"the log has no entry {number}: its entries are 1 to {len(log)}")
    entry = log[number - 1]
    if not entry.digest and not is_in_own_words(entry.reason):
        message = f"entry {number} has no words of an auditor's own"
        raise CannotRedact(f"{message}: its reason is empty, or one of the usual")
    if not entry.digest and not entry.salt:
        older = f"an older casecheck took entry {number}, and its hash is over the words themselves"
        raise CannotRedact(f"{older}: without them nothing would prove the rest")
    return entry


def _redaction(left: Entry, why: str, by: str) -> Entry:
    return Entry(
        number=0,
        sample=left.sample,
        auditor=by,
        case_id=left.case_id,
        position=left.position,
        lesson=left.lesson,
        check=left.check,
        judgment=cast(Judged, REDACTION),
        reason=why,
        grade="",
        pack=redaction_name(left),
        second=False,
        previous="",
        hash="",
        salt=salt_for(why),
    )


def _spelt(text: str, what: str) -> str:
    """Return what is to stand in the log for good, on one line."""
    line = printable(" ".join(text.split()))
    if not line or len(line) > MAX_REASON:
        raise CannotRedact(f"{what} for it takes 1 to {MAX_REASON} characters")
    if looks := looks_like(line):
        raise CannotRedact(f"{what} for it holds what looks like {looks}: say it without")
    return line
