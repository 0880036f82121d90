"""The register's log: it only grows, and each entry holds the hash of the one before it.

`qag/store/chain.py` says how. The words of an entry are its evidence.
"""

from __future__ import annotations

from casecheck.qag.store.chain import Broken, Chain
from casecheck.qag.store.register_rows import RegisterEntry
from casecheck.qag.store.store import Store

_HEADINGS = ("casecheck register 1", "casecheck register 2")
REGISTER = Chain(RegisterEntry, "register", _HEADINGS, "evidence", "subject")


class RegisterBroken(Exception):  # noqa: N818 - says where
    """The register is not whole, so that nothing in it is believed, and nothing added."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(
            f"the register is not whole: {broken}. Put back a copy of the store;"
            " `casecheck register verify` shows whether one is whole"
        )


def entries_of(store: Store) -> list[RegisterEntry]:
    """Return the register of a store, by number.

    Raises:
        RegisterBroken: where it is not whole.
    """
    log = store.register.all()
    if broken := REGISTER.first_broken(log, store.register.end()):
        raise RegisterBroken(broken)
    return log
