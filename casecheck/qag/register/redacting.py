"""Takes the evidence of an entry out of the register for good, and lets the register say so."""

from __future__ import annotations

import secrets

from casecheck.qag.register.log import REGISTER, entries_of
from casecheck.qag.register.words import MAX_EVIDENCE, MAX_ROLE, one_line
from casecheck.qag.store.chain import SALT_BYTES
from casecheck.qag.store.register_rows import REDACTED, RegisterEntry
from casecheck.qag.store.store import Store
from casecheck.qag.store.taking_out import CannotRedact, Redacted, take_out

__all__ = ["CannotRedact", "Redacted", "redact"]


def redact(store: Store, number: int, because: str, who: str = "") -> Redacted:
    """Put its digest in the place of an entry's evidence, and add an entry that says who and why.

    Raises:
        CannotKeep: where what is said of it would name somebody in its turn.
        CannotRedact: where there is no such entry, or it has no evidence.
        RegisterBroken: where the register is not whole.
    """
    why = one_line(because, "--because", MAX_EVIDENCE)
    by = one_line(who, "--by", MAX_ROLE) if who else ""

    def redaction_of(entry: RegisterEntry) -> RegisterEntry:
        if not entry.evidence:
            raise CannotRedact(f"entry {number} has no evidence in somebody's own words")
        name = REGISTER.redaction_name(REGISTER.without_words(entry))
        salt = secrets.token_hex(SALT_BYTES)
        before, said = (0, entry.review, REDACTED), (name, entry.day, "", "", by, why)
        return RegisterEntry(*before, *said, previous="", hash="", salt=salt)

    return take_out(
        store, REGISTER, store.register, lambda: entries_of(store), number, redaction_of
    )
