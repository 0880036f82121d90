"""Proves judgment logs whole: exported ones, and the store's, which must go on from these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from casecheck.qag.judgments.log import JUDGMENTS, CheckedLog, first_broken
from casecheck.qag.judgments.taking import LogBroken
from casecheck.qag.store import proving
from casecheck.qag.store.rows import Entry
from casecheck.qag.store.store import Store

CannotVerify = proving.CannotVerify
LogDeparted = proving.LogDeparted
Verdict = proving.Verdict
verdict = proving.verdict
read_export = partial(proving.read_exported, JUDGMENTS)
"""Return what an exported log holds, and where it is not whole."""


def check_store(store: Store, before: Iterable[CheckedLog] = ()) -> CheckedLog:
    """Return the store's log, and where it is not whole, or is not what was exported before.

    Of exports, those that are not whole themselves prove nothing of it.

    Raises:
        StoreError: where the store is damaged.
    """
    store.check()
    return proving.proved(JUDGMENTS, store.entries(), store.log_end(), before)


def need_whole(entries: Sequence[Entry], end: tuple[int, str] | None = None) -> None:
    """Refuse a log that is not whole, or does not end as it must (`Store.log_end`).

    Raises:
        LogBroken: where it is not.
    """
    if broken := first_broken(entries, end):
        raise LogBroken(broken)


def need_beginning(older: Path, log: Sequence[Entry], store_file: Path) -> None:
    """Refuse to replace an older export that shows what the log does not hold any more.

    Raises:
        LogDeparted: where it does.
        CannotVerify: where it cannot be read.
    """
    see = f"judge --verify {older} --store {store_file}"
    proving.need_goes_on(JUDGMENTS, older, log, see)
