"""What an audit keeps from one run to the next (`--cache`), or until it is resumed (`--resume`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casecheck.audit.running import HERE_FIRST, WorkOf
from casecheck.results import CaseAudit
from casecheck.text.printable import printable

if TYPE_CHECKING:
    from casecheck.audit.caching import Kept

UNFINISHED = "-unfinished"
"""Put after a store's name it is that of the file from which its audit is resumed."""

Encode = Callable[[CaseAudit], str]


class Keeping:
    """What is kept of an audit, and where; nothing, where that is nowhere."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept = kept

    @property
    def file(self) -> Path | None:
        """The file in which it is kept."""
        return self._kept and self._kept.file

    def work_of(self, encode: Encode | None) -> WorkOf | None:
        """Return what audits chunks; with `encode` into what is written of each record."""
        if self._kept is None and encode is None:
            return None
        from casecheck.audit.caching import Caching, Encoding  # noqa: PLC0415 - rarely asked for

        if self._kept is not None:
            return Caching(self._kept, encode)
        return Encoding(encode) if encode else None


@contextmanager
def keeping(cache: Path | None, store: Path | None, *, resume: bool) -> Iterator[Keeping]:
    """Yield what an audit keeps; end the command where that is no cache of ours.

    Of an audit for a store, that has no cache, it is kept until the audit has ended, however; but
    for one that was stopped, from which `resume` goes on.
    """
    if resume and store is None:
        raise click.UsageError("--resume goes on with what --store saves: add --store FILE")
    if cache and store and cache.absolute() == store.absolute():
        raise click.UsageError("--cache and --store name the same file: give each its own")
    if cache is None and store is None:
        yield Keeping()
        return
    # A database with its own rules: most audits have none.
    from casecheck.audit.cache_file import CacheFile, UnfitCache, delete  # noqa: PLC0415
    from casecheck.audit.caching import Kept  # noqa: PLC0415

    try:
        if cache is not None:
            opened = CacheFile.begin(cache)
            try:
                yield Keeping(Kept(cache, opened.run))
            finally:
                opened.end()
            return
        unfinished = Path(f"{store}{UNFINISHED}")
        if not resume:
            delete(unfinished)
        elif unfinished.exists():
            CacheFile.begin(unfinished).close()
        else:
            click.echo("Nothing to resume: no audit into this store was stopped after its first"
                       " thousand records. It begins anew.", err=True)  # fmt: skip
    except UnfitCache as error:
        raise click.UsageError(printable(str(error))) from None
    try:
        # What this process audits first is soon audited again.
        yield Keeping(Kept(unfinished, 1, HERE_FIRST))
    except BaseException:
        if unfinished.exists():
            click.echo(f"Not finished. What was audited so far is in {printable(str(unfinished))}:"
                       " with --resume the same command goes on from there.", err=True)  # fmt: skip
        raise
    delete(unfinished)
