"""Proves judgment logs whole: exported ones, and the store's, which must go on from these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from casecheck.qag.judgments.log import JUDGMENTS, CheckedLog, first_broken
from casecheck.qag.judgments.taking import LogBroken
from casecheck.qag.store import proving
from casecheck.qag.store.file import NotAsSaved
from casecheck.qag.store.rows import Entry
from casecheck.qag.store.seals import OF_A_RUN, RUN, SAMPLE
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


class Covered(NamedTuple):
    """A run or a sample of the store: whether it is as it was saved, or why not.

    `digest` is that of its seals: kept in the minutes, it shows what was changed and sealed anew.
    `sealed` is false of what an older casecheck saved without seals.
    """

    what: str
    name: str
    sealed: bool
    changed: str
    digest: str


def covered(store: Store) -> list[Covered]:
    """Hold every run and sample to its seals: all outcomes, findings, measures and drawn cases."""
    return [
        *(_covered(store, RUN, number) for number in store.ids(RUN)),
        *(_covered(store, SAMPLE, number) for number in store.ids(SAMPLE)),
        *_lists(store),
    ]


def _covered(store: Store, part: str, number: int) -> Covered:
    changed: list[str] = []
    before = set(store.not_sealed)
    name = str(number)
    try:
        if part == RUN:
            run = store.run(number, changed)
            name = f"{number} ({run.label})" if run.label else name
            store.frame(number, with_met=True, changed=changed)
            store.measured(number, changed)
        else:
            name = store.sample(number, changed).name
    except NotAsSaved as error:
        changed.append(str(error))
    digest = store.seal_of(number, *(OF_A_RUN if part == RUN else (SAMPLE,)))
    sealed = set(store.not_sealed) == before
    return Covered(part, name, sealed, changed[0] if changed else "", digest)


def _lists(store: Store) -> Iterator[Covered]:
    """Yield the lists from which a run or a sample is gone, of which nothing else would tell."""
    for what, every in (("runs", store.runs), ("samples", store.samples)):
        try:
            every()
        except NotAsSaved as error:
            yield Covered(what, "", True, str(error), "")


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
