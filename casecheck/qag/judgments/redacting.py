"""Takes the words of a judgment out of the log for good, and lets the log say so."""

from __future__ import annotations

from typing import cast

from casecheck.intake.sources.guard import looks_like
from casecheck.qag.judgments.log import JUDGMENTS, first_broken, redaction_name, without_words
from casecheck.qag.judgments.taking import LogBroken, is_in_own_words, salt_for
from casecheck.qag.packs.form import MAX_REASON
from casecheck.qag.store.rows import REDACTION, Entry, Judged
from casecheck.qag.store.store import Store
from casecheck.qag.store.taking_out import CannotRedact, Redacted, take_out
from casecheck.text.printable import printable

__all__ = ["CannotRedact", "Redacted", "redact"]


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

    def read() -> list[Entry]:
        log = store.entries()
        if broken := first_broken(log, store.log_end()):
            raise LogBroken(broken)
        return log

    def redaction_of(entry: Entry) -> Entry:
        _need_words(entry)
        return _redaction(without_words(entry), why, by)

    return take_out(store, JUDGMENTS, store.judgments, read, number, redaction_of)


def _need_words(entry: Entry) -> None:
    if not is_in_own_words(entry.reason):
        message = f"entry {entry.number} has no words of an auditor's own"
        raise CannotRedact(f"{message}: its reason is empty, or one of the usual")
    if not entry.salt:
        older = f"an older casecheck took entry {entry.number}, and its hash is over the words"
        raise CannotRedact(f"{older} themselves: without them nothing would prove the rest")


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
